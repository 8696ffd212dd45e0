//! Timers' rows.

use db::{Db, Engine, Result, Tx, params, statements};
use kernel::Timestamp;
use serde_json::Value;

statements! {
    /// PostgreSQL reads its clock within the statement, which costs no further round trip.
    SET = {
        sqlite: "insert into timer (kind, key, due_at, payload, set_at) values ($1, $2, $3, $4, $5)
                 on conflict (kind, key) do update set due_at = excluded.due_at, payload = excluded.payload, tries = 0,
                     tried_since = null, error = null, set_at = excluded.set_at",
        postgres: "insert into timer (kind, key, due_at, payload, set_at)
                       values ($1, $2, $3, $4, coalesce($5, clock_timestamp()))
                   on conflict (kind, key) do update set due_at = excluded.due_at, payload = excluded.payload, tries = 0,
                       tried_since = null, error = null, set_at = excluded.set_at",
    };
    HASTEN = "update timer set due_at = $3 where kind = $1 and key = $2 and tries = 0 and due_at > $3";
    CLEAR = "delete from timer where kind = $1 and key = $2";
    /// Not one that was set again in the meantime, or is another's already.
    CLEAR_TRIED = "delete from timer where kind = $1 and key = $2 and tries = $3 and due_at = $4";
    DUE = "select key, tries, payload from timer where kind = $1 and due_at <= $2 order by due_at limit $3
           for update skip locked";
    LEASE = "update timer set due_at = $3, tries = tries + 1, tried_since = coalesce(tried_since, $4), set_at = $4
             where kind = $1 and key = $2";
    /// Not one that was set again in the meantime, or is another's already.
    MARK = "update timer set error = $5 where kind = $1 and key = $2 and tries = $3 and due_at = $4";
    PUT_OFF = "update timer set due_at = $5, set_at = $6, error = null where kind = $1 and key = $2 and tries = $3 and due_at = $4";
    IS_SET = "select 1 as here from timer where kind = $1 and key = $2";
    NEXT_OF = "select min(due_at) as due_at from timer where kind = $1";
    NEXT = "select min(due_at) as due_at from timer";
    ANY_SET_AFTER = "select kind from timer where set_at > $1 limit 1";
    SET_AFTER = "select kind, key, due_at, set_at from timer where set_at > $1 order by set_at limit $2
                 for update skip locked";
    SET_BACK = "update timer set due_at = $3, set_at = $4 where kind = $1 and key = $2";
}

/// A timer that is due.
pub(crate) struct DueRow {
    pub(crate) key: String,
    pub(crate) tries: i64,
    pub(crate) payload: Value,
}

/// One run of a timer: its result is stored only if the timer was neither run nor set again since.
pub(crate) struct TimerRun<'a> {
    pub(crate) kind: &'a str,
    pub(crate) key: &'a str,
    pub(crate) tries: i64,
    /// The end of its lease.
    pub(crate) until: Timestamp,
}

pub(crate) async fn set(tx: &mut Tx, kind: &str, key: &str, due_at: Timestamp, payload: Value) -> Result<()> {
    let now = match tx.engine() {
        Engine::Sqlite => Some(tx.now().await?),
        Engine::Postgres => None,
    };
    tx.run(&SET, params![kind, key, due_at, payload, now]).await.map(drop)
}

pub(crate) async fn clear(tx: &mut Tx, kind: &str, key: &str) -> Result<()> {
    tx.run(&CLEAR, params![kind, key]).await.map(drop)
}

/// Clears a timer as it was leased for this try.
pub(crate) async fn clear_tried(tx: &mut Tx, tried: &TimerRun<'_>) -> Result<()> {
    let TimerRun { kind, key, tries, until } = *tried;
    tx.run(&CLEAR_TRIED, params![kind, key, tries, until]).await.map(drop)
}

pub(crate) async fn is_set(db: &Db, kind: &str, key: &str) -> Result<bool> {
    Ok(db.query_opt(&IS_SET, params![kind, key]).await?.is_some())
}

pub(crate) async fn due(tx: &mut Tx, kind: &str, now: Timestamp, at_most: i64) -> Result<Vec<DueRow>> {
    let rows = tx.query(&DUE, params![kind, now, at_most]).await?;
    let read = |row: &db::Row| {
        Ok(DueRow { key: row.get("key")?, tries: row.get("tries")?, payload: row.get("payload")? })
    };
    rows.iter().map(read).collect()
}

/// From now on, until then.
pub(crate) async fn lease(
    tx: &mut Tx,
    kind: &str,
    row: &DueRow,
    (now, until): (Timestamp, Timestamp),
) -> Result<()> {
    tx.run(&LEASE, params![kind, &row.key, until, now]).await.map(drop)
}

pub(crate) async fn mark(tx: &mut Tx, tried: &TimerRun<'_>, error: &str) -> Result<()> {
    let TimerRun { kind, key, tries, until } = *tried;
    tx.run(&MARK, params![kind, key, tries, until, error]).await.map(drop)
}

pub(crate) async fn put_off(
    tx: &mut Tx,
    tried: &TimerRun<'_>,
    (now, due_at): (Timestamp, Timestamp),
) -> Result<()> {
    let TimerRun { kind, key, tries, until } = *tried;
    tx.run(&PUT_OFF, params![kind, key, tries, until, due_at, now]).await.map(drop)
}

pub(crate) async fn any_set_after(db: &Db, then: Timestamp) -> Result<bool> {
    Ok(db.query_opt(&ANY_SET_AFTER, params![then]).await?.is_some())
}

/// Has timers that were set after `then`, a moment that is still to come, moved back to `now` with what is left of their
/// time; how many.
pub(crate) async fn set_back(
    tx: &mut Tx,
    (now, then): (Timestamp, Timestamp),
    at_most: i64,
) -> Result<usize> {
    let rows = tx.query(&SET_AFTER, params![then, at_most]).await?;
    for row in &rows {
        let (kind, key): (String, String) = (row.get("kind")?, row.get("key")?);
        let (due_at, set_at): (Timestamp, Timestamp) = (row.get("due_at")?, row.get("set_at")?);
        tx.run(&SET_BACK, params![kind, key, now.plus(due_at.since(set_at)), now]).await?;
    }
    Ok(rows.len())
}

pub(crate) async fn expedite(tx: &mut Tx, kind: &str, key: &str, due_at: Timestamp) -> Result<()> {
    tx.run(&HASTEN, params![kind, key, due_at]).await.map(drop)
}

pub(crate) async fn next_due_of(db: &Db, kind: &str) -> Result<Option<Timestamp>> {
    db.query_one(&NEXT_OF, params![kind]).await?.get("due_at")
}

pub(crate) async fn next_due(db: &Db) -> Result<Option<Timestamp>> {
    db.query_one(&NEXT, params![]).await?.get("due_at")
}
