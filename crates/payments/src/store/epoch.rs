//! Since when the database goes on from an older copy.

use db::{Db, Result, Tx, params, statements};
use kernel::Timestamp;

statements! {
    BEGIN = "insert into epoch (single, begun_at) values (1, $1)
             on conflict (single) do update set begun_at = excluded.begun_at";
    READ = "select begun_at from epoch where single = 1";
}

pub(crate) async fn begin(tx: &mut Tx, now: Timestamp) -> Result<()> {
    tx.run(&BEGIN, params![now]).await.map(drop)
}

/// The same within a transaction.
pub(crate) async fn read_in(tx: &mut Tx) -> Result<Option<Timestamp>> {
    tx.query_opt(&READ, params![]).await?.map(|row| row.get("begun_at")).transpose()
}

pub(crate) async fn read(db: &Db) -> Result<Option<Timestamp>> {
    db.query_opt(&READ, params![]).await?.map(|row| row.get("begun_at")).transpose()
}
