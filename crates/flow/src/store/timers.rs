//! Timers' rows.

use crate::timer::Tried;
use db::{Db, Result, Tx, params, statements};
use kernel::Timestamp;
use serde_json::Value;

statements! {
    SET = "insert into timer (kind, key, due_at, payload) values ($1, $2, $3, $4)
           on conflict (kind, key) do update set due_at = excluded.due_at, payload = excluded.payload, tries = 0,
               tried_since = null, error = null";
    HASTEN = "update timer set due_at = $3 where kind = $1 and key = $2 and tries = 0 and due_at > $3";
    CLEAR = "delete from timer where kind = $1 and key = $2";
    DUE = "select key, tries, payload from timer where kind = $1 and due_at <= $2 order by due_at limit $3
           for update skip locked";
    LEASE = "update timer set due_at = $3, tries = tries + 1, tried_since = coalesce(tried_since, $4)
             where kind = $1 and key = $2";
    /// Not one that was set anew meanwhile, or is another's by now.
    MARK = "update timer set error = $5 where kind = $1 and key = $2 and tries = $3 and due_at = $4";
    PUT_OFF = "update timer set due_at = $5, error = null where kind = $1 and key = $2 and tries = $3 and due_at = $4";
    NEXT_OF = "select min(due_at) as due_at from timer where kind = $1";
    NEXT = "select min(due_at) as due_at from timer";
}

/// A timer that is due.
pub(crate) struct DueRow {
    pub(crate) key: String,
    pub(crate) tries: i64,
    pub(crate) payload: Value,
}

pub(crate) async fn set(tx: &mut Tx, kind: &str, key: &str, due_at: Timestamp, payload: Value) -> Result<()> {
    tx.run(&SET, params![kind, key, due_at, payload]).await.map(drop)
}

pub(crate) async fn clear(tx: &mut Tx, kind: &str, key: &str) -> Result<()> {
    tx.run(&CLEAR, params![kind, key]).await.map(drop)
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

pub(crate) async fn mark(tx: &mut Tx, tried: &Tried<'_>, error: &str) -> Result<()> {
    let Tried { kind, key, tries, until } = *tried;
    tx.run(&MARK, params![kind, key, tries, until, error]).await.map(drop)
}

pub(crate) async fn put_off(tx: &mut Tx, tried: &Tried<'_>, due_at: Timestamp) -> Result<()> {
    let Tried { kind, key, tries, until } = *tried;
    tx.run(&PUT_OFF, params![kind, key, tries, until, due_at]).await.map(drop)
}

pub(crate) async fn hasten(tx: &mut Tx, kind: &str, key: &str, due_at: Timestamp) -> Result<()> {
    tx.run(&HASTEN, params![kind, key, due_at]).await.map(drop)
}

pub(crate) async fn next_due_of(db: &Db, kind: &str) -> Result<Option<Timestamp>> {
    db.query_one(&NEXT_OF, params![kind]).await?.get("due_at")
}

pub(crate) async fn next_due(db: &Db) -> Result<Option<Timestamp>> {
    db.query_one(&NEXT, params![]).await?.get("due_at")
}
