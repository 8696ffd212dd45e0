//! What the installation's secret is known by.

use db::{Db, Result, Tx, params, statements};

statements! {
    READ = "select print from secret_print where single = 1";
    /// Of many who write it first, one does.
    INSERT = "insert into secret_print (single, print) values (1, $1) on conflict (single) do nothing";
}

pub(crate) async fn read(db: &Db) -> Result<Option<Vec<u8>>> {
    db.query_opt(&READ, &[]).await?.map(|row| row.get("print")).transpose()
}

pub(crate) async fn insert(tx: &mut Tx, print: [u8; 32]) -> Result<()> {
    tx.run(&INSERT, params![print]).await.map(drop)
}
