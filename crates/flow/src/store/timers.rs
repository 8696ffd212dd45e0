//! Timers' rows.

use db::{Db, Result, Tx, params, statements};
use kernel::Timestamp;
use serde_json::Value;

statements! {
    SET = "insert into timer (kind, key, due_at, payload) values ($1, $2, $3, $4)
           on conflict (kind, key) do update set due_at = excluded.due_at, payload = excluded.payload, tries = 0";
    CLEAR = "delete from timer where kind = $1 and key = $2";
    DUE = "select kind, key, tries, payload from timer where due_at <= $1 order by due_at limit $2
           for update skip locked";
    LEASE = "update timer set due_at = $3, tries = tries + 1 where kind = $1 and key = $2";
    NEXT = "select min(due_at) as due_at from timer";
}

/// A timer that is due.
pub(crate) struct DueRow {
    pub(crate) kind: String,
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

pub(crate) async fn due(tx: &mut Tx, now: Timestamp, at_most: i64) -> Result<Vec<DueRow>> {
    let rows = tx.query(&DUE, params![now, at_most]).await?;
    let read = |row: &db::Row| {
        Ok(DueRow {
            kind: row.get("kind")?,
            key: row.get("key")?,
            tries: row.get("tries")?,
            payload: row.get("payload")?,
        })
    };
    rows.iter().map(read).collect()
}

pub(crate) async fn lease(tx: &mut Tx, row: &DueRow, until: Timestamp) -> Result<()> {
    tx.run(&LEASE, params![&row.kind, &row.key, until]).await.map(drop)
}

pub(crate) async fn next_due(db: &Db) -> Result<Option<Timestamp>> {
    db.query_one(&NEXT, params![]).await?.get("due_at")
}
