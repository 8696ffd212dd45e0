//! Idempotency keys' rows.

use db::{Result, Tx, params, statements};
use kernel::Timestamp;
use uuid::Uuid;

statements! {
    CLAIM = "insert into idempotency (id, body_hash, created_at) values ($1, $2, $3) on conflict (id) do nothing";
    READ = "select body_hash, resource, answer, created_at from idempotency where id = $1";
    SETTLE = "update idempotency set resource = $2, answer = $3 where id = $1";
    FORGET = "delete from idempotency where id = $1 and body_hash = $2 and resource is null";
    FORGET_ANSWERS = "update idempotency set answer = null
                      where id in (select id from idempotency where answer is not null and created_at < $1
                                   order by created_at limit $2)";
}

/// What is kept of a key.
pub(crate) struct KeyRow {
    pub(crate) body_hash: Vec<u8>,
    pub(crate) resource: Option<String>,
    pub(crate) answer: Option<String>,
    pub(crate) created_at: Timestamp,
}

/// True when this transaction is the first to use the key.
pub(crate) async fn claim(tx: &mut Tx, id: Uuid, body_hash: [u8; 32], now: Timestamp) -> Result<bool> {
    Ok(tx.run(&CLAIM, params![id, body_hash, now]).await? == 1)
}

pub(crate) async fn read(tx: &mut Tx, id: Uuid) -> Result<KeyRow> {
    let row = tx.query_one(&READ, params![id]).await?;
    Ok(KeyRow {
        body_hash: row.get("body_hash")?,
        resource: row.get("resource")?,
        answer: row.get("answer")?,
        created_at: row.get("created_at")?,
    })
}

pub(crate) async fn settle(tx: &mut Tx, id: Uuid, resource: &str, answer: Option<&str>) -> Result<()> {
    tx.run(&SETTLE, params![id, resource, answer.map(str::to_owned)]).await.map(drop)
}

/// True when the key was bound to this body, and had no effect yet.
pub(crate) async fn forget(tx: &mut Tx, id: Uuid, body_hash: [u8; 32]) -> Result<bool> {
    Ok(tx.run(&FORGET, params![id, body_hash]).await? == 1)
}

/// Forgets some of the answers of keys that are older than that; how many.
pub(crate) async fn forget_answers(tx: &mut Tx, than: Timestamp, at_most: i64) -> Result<u64> {
    tx.run(&FORGET_ANSWERS, params![than, at_most]).await
}
