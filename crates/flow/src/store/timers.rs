//! Timers' rows.

use db::{Db, Result, Tx, params, statements};
use kernel::Timestamp;
use serde_json::Value;

statements! {
    SET = "insert into timer (kind, key, due_at, payload) values ($1, $2, $3, $4)
           on conflict (kind, key) do update set due_at = excluded.due_at, payload = excluded.payload, tries = 0,
               error = null";
    CLEAR = "delete from timer where kind = $1 and key = $2";
    DUE = "select key, tries, payload from timer where kind = $1 and due_at <= $2 order by due_at limit $3
           for update skip locked";
    LEASE = "update timer set due_at = $3, tries = tries + 1 where kind = $1 and key = $2";
    /// Not one that was set anew meanwhile.
    MARK = "update timer set error = $4 where kind = $1 and key = $2 and tries = $3";
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

pub(crate) async fn lease(tx: &mut Tx, kind: &str, row: &DueRow, until: Timestamp) -> Result<()> {
    tx.run(&LEASE, params![kind, &row.key, until]).await.map(drop)
}

pub(crate) async fn mark(tx: &mut Tx, (kind, key, tries): (&str, &str, i64), error: &str) -> Result<()> {
    tx.run(&MARK, params![kind, key, tries, error]).await.map(drop)
}

pub(crate) async fn next_due_of(db: &Db, kind: &str) -> Result<Option<Timestamp>> {
    db.query_one(&NEXT_OF, params![kind]).await?.get("due_at")
}

pub(crate) async fn next_due(db: &Db) -> Result<Option<Timestamp>> {
    db.query_one(&NEXT, params![]).await?.get("due_at")
}
