//! How far feeds have been heard, and what could not be acted on.

use contracts::feed::Positioned;
use db::{Db, Result, Tx, params, statements};
use kernel::Timestamp;

statements! {
    READ = "select position from heard where producer = $1";
    WRITE = "insert into heard (producer, position) values ($1, $2)
             on conflict (producer) do update set position = excluded.position
             where excluded.position > heard.position";
    PUT_ASIDE = "insert into dead_letter (event_id, producer, position, body, error, at)
                 values ($1, $2, $3, $4, $5, $6) on conflict (event_id) do nothing";
}

pub(crate) async fn position(db: &Db, producer: &str) -> Result<i64> {
    db.query_opt(&READ, params![producer]).await?.map_or(Ok(0), |row| row.get("position"))
}

pub(crate) async fn advance(tx: &mut Tx, producer: &str, position: i64) -> Result<()> {
    tx.run(&WRITE, params![producer, position]).await.map(drop)
}

pub(crate) async fn put_aside(
    tx: &mut Tx,
    producer: &str,
    letter: &Positioned,
    error: &str,
    now: Timestamp,
) -> Result<()> {
    let body = serde_json::to_value(&letter.event).unwrap_or_default();
    let values = params![letter.event.id, producer, letter.position, body, error, now];
    tx.run(&PUT_ASIDE, values).await.map(drop)
}
