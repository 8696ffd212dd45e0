//! Dead letters' rows.

use crate::row_reader::{RowReader, id};
use contracts::feed::FeedEntry;
use db::{Db, Result, Row, Tx, params, statements};
use kernel::{Timestamp, id::EventId};
use serde_json::Value;

statements! {
    PUT_ASIDE = "insert into dead_letter (event_id, producer, position, body, error, at)
                 values ($1, $2, $3, $4, $5, $6) on conflict (event_id) do nothing";
    LIST = "select event_id, producer, body, error, at, replay, replays from dead_letter where not seen order by at limit $1";
    HOLDS = "select event_id from dead_letter where event_id = $1";
    ANY = "select exists (select 1 from dead_letter) as any_kept";
    SEE = "update dead_letter set seen = true, replay = false where event_id = $1";
    WANT = "update dead_letter set replay = true where event_id = $1";
    WANTED = "select event_id, producer, body from dead_letter where replay order by position limit $1";
    DELETE = "delete from dead_letter where event_id = $1";
    PUT_BACK = "update dead_letter set replay = false, seen = false, error = $2, at = $3, replays = replays + 1
                where event_id = $1 and replay";
}

/// A dead letter that was not discarded.
#[derive(Debug, Clone, PartialEq)]
pub struct DeadLetter {
    /// Its id.
    pub event: EventId,
    /// The producer of the event.
    pub producer: String,
    /// The type of the event: `order.placed`.
    pub kind: String,
    /// The subject of the event.
    pub subject: String,
    /// The event itself.
    pub body: Value,
    /// Why it could not be handled.
    pub error: String,
    /// When it was last dead-lettered.
    pub at: Timestamp,
    /// Whether a replay is requested.
    pub replay: bool,
    /// Number of failed replays.
    pub replays: i64,
}

/// As many as are shown.
const LISTED: i64 = 100;

pub(crate) async fn put_aside(
    tx: &mut Tx,
    producer: &str,
    letter: &FeedEntry,
    error: &str,
    now: Timestamp,
) -> Result<()> {
    let body = serde_json::to_value(&letter.event).unwrap_or_default();
    let values = params![letter.event.id, producer, letter.position, body, error, now];
    tx.run(&PUT_ASIDE, values).await.map(drop)
}

/// The oldest that are not dropped.
pub(crate) async fn list(db: &Db) -> Result<Vec<DeadLetter>> {
    db.query(&LIST, params![LISTED]).await?.iter().map(read_letter).collect()
}

/// The same for an audit, which names those that cannot be read.
pub(crate) async fn listed(db: &Db, reading: &mut RowReader) -> Result<Vec<DeadLetter>> {
    let rows = db.query(&LIST, params![LISTED]).await?;
    Ok(reading.rows(("dead_letter", "event_id"), &rows, |row| [id::<EventId>(row, "event_id")], read_letter))
}

fn read_letter(row: &Row) -> Result<DeadLetter> {
    let body: Value = row.get("body")?;
    let word = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    let (kind, subject) = (word("type"), word("subject"));
    Ok(DeadLetter {
        event: row.get("event_id")?,
        producer: row.get("producer")?,
        kind,
        subject,
        error: row.get("error")?,
        at: row.get("at")?,
        body,
        replay: row.get("replay")?,
        replays: row.get("replays")?,
    })
}

pub(crate) async fn holds(db: &Db, id: EventId) -> Result<bool> {
    Ok(db.query_opt(&HOLDS, params![id]).await?.is_some())
}

/// Whether there is any, checked or not.
pub(crate) async fn any(db: &Db) -> Result<bool> {
    db.query_one(&ANY, params![]).await?.get("any_kept")
}

/// True when it is there.
pub(crate) async fn see(tx: &mut Tx, id: EventId) -> Result<bool> {
    Ok(tx.run(&SEE, params![id]).await? == 1)
}

/// True when it is there.
pub(crate) async fn want(tx: &mut Tx, id: EventId) -> Result<bool> {
    Ok(tx.run(&WANT, params![id]).await? == 1)
}

/// Those that must be acted on again, with whose they are, and the event.
pub(crate) async fn wanted(db: &Db, at_most: i64) -> Result<Vec<(EventId, String, Value)>> {
    let read = |row: &Row| Ok((row.get("event_id")?, row.get("producer")?, row.get("body")?));
    db.query(&WANTED, params![at_most]).await?.iter().map(read).collect()
}

pub(crate) async fn delete(tx: &mut Tx, id: EventId) -> Result<()> {
    tx.run(&DELETE, params![id]).await.map(drop)
}

pub(crate) async fn put_back(tx: &mut Tx, id: EventId, error: &str, now: Timestamp) -> Result<()> {
    tx.run(&PUT_BACK, params![id, error, now]).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use db::{Sql, postgres};

    const LETTER: Sql = Sql::both(
        "insert into dead_letter (event_id, producer, position, body, error, at) values ($1, 'orders', 1, '{}', 'why', $2)",
    );

    #[tokio::test(flavor = "multi_thread")]
    async fn what_two_replicas_try_in_vain_is_counted_once_and_what_was_dropped_stays_dropped() {
        let env = testkit::real_env::env();
        let config = postgres::Config::new(testkit::postgres::database().await);
        let db = postgres::open(config, env.clone()).await.unwrap();
        db::migrate(&db, "flow", &crate::MIGRATIONS).await.unwrap();
        let (id, now): (EventId, _) = (env.id(), env.now());
        let mut tx = db.begin().await.unwrap();
        tx.run(&LETTER, params![id, now]).await.unwrap();
        assert!(want(&mut tx, id).await.unwrap());
        put_back(&mut tx, id, "the one", now).await.unwrap();
        put_back(&mut tx, id, "the other", now).await.unwrap();
        tx.commit("test.back").await.unwrap();
        let listed = list(&db).await.unwrap();
        assert_eq!((listed.len(), listed[0].replays, listed[0].error.as_str()), (1, 1, "the one"));
        // somebody drops it while it is tried
        let mut tx = db.begin().await.unwrap();
        assert!(want(&mut tx, id).await.unwrap() && see(&mut tx, id).await.unwrap());
        put_back(&mut tx, id, "late", now).await.unwrap();
        tx.commit("test.dropped").await.unwrap();
        assert_eq!(list(&db).await.unwrap().len(), 0);
    }
}
