//! How far feeds have been heard.

use db::{Db, Result, Tx, params, statements};

statements! {
    READ = "select position from heard where producer = $1";
    WRITE = "insert into heard (producer, position) values ($1, $2)
             on conflict (producer) do update set position = excluded.position
             where excluded.position > heard.position";
}

pub(crate) async fn position(db: &Db, producer: &str) -> Result<i64> {
    db.query_opt(&READ, params![producer]).await?.map_or(Ok(0), |row| row.get("position"))
}

pub(crate) async fn advance(tx: &mut Tx, producer: &str, position: i64) -> Result<()> {
    tx.run(&WRITE, params![producer, position]).await.map(drop)
}
