//! Idempotency keys' rows.

use db::{Error, ErrorKind, Result, Tx, params, statements};
use kernel::Timestamp;
use uuid::Uuid;

statements! {
    CLAIM = "insert into idempotency (id, body_hash, created_at) values ($1, $2, $3) on conflict (id) do nothing";
    CLAIM_AHEAD = "insert into idempotency (id, body_hash, claimant, created_at) values ($1, $2, $3, $4)
                   on conflict (id) do nothing";
    TAKE_OVER = "update idempotency set claimant = $3, created_at = $4
                 where id = $1 and body_hash = $2 and resource is null";
    READ = "select body_hash, resource, answer, created_at from idempotency where id = $1";
    SETTLE = "update idempotency set resource = $2, answer = $3 where id = $1";
    SETTLE_AHEAD = "insert into idempotency (id, body_hash, resource, answer, created_at) values ($1, $2, $3, $4, $5)
                    on conflict (id) do update set resource = excluded.resource,
                        answer = coalesce(excluded.answer, idempotency.answer)
                    where idempotency.body_hash = excluded.body_hash";
    FORGET = "delete from idempotency where id = $1 and claimant = $2 and resource is null";
    /// What another node forgets at this moment, or somebody reads to change it, is left to them.
    FORGET_ANSWERS = "update idempotency set answer = null
                      where id in (select id from idempotency where answer is not null and created_at < $1
                                   order by created_at limit $2 for update skip locked)";
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

/// # Errors
/// `Retry` when the claim was taken back just now.
pub(crate) async fn read(tx: &mut Tx, id: Uuid) -> Result<KeyRow> {
    let taken_back = || Error::new(ErrorKind::Retry, "the claim of a key was taken back at the same moment");
    let row = tx.query_opt(&READ, params![id]).await?.ok_or_else(taken_back)?;
    Ok(KeyRow {
        body_hash: row.get("body_hash")?,
        resource: row.get("resource")?,
        answer: row.get("answer")?,
        created_at: row.get("created_at")?,
    })
}

/// The same, for `claimant`, who asks another service for the effect.
pub(crate) async fn claim_before_call(
    tx: &mut Tx,
    id: Uuid,
    body_hash: [u8; 32],
    claimant: Uuid,
    now: Timestamp,
) -> Result<bool> {
    Ok(tx.run(&CLAIM_AHEAD, params![id, body_hash, claimant, now]).await? == 1)
}

/// Gives a claim of the same body, of which nothing has come yet, to `claimant`, from now on.
pub(crate) async fn take_over(
    tx: &mut Tx,
    id: Uuid,
    body_hash: [u8; 32],
    claimant: Uuid,
    now: Timestamp,
) -> Result<()> {
    tx.run(&TAKE_OVER, params![id, body_hash, claimant, now]).await.map(drop)
}

/// True when the key is there.
pub(crate) async fn settle(tx: &mut Tx, id: Uuid, resource: &str, answer: Option<&str>) -> Result<bool> {
    Ok(tx.run(&SETTLE, params![id, resource, answer.map(str::to_owned)]).await? == 1)
}

/// The same, which binds the key where it is not there; false when it is bound to another body.
pub(crate) async fn settle_ahead(
    tx: &mut Tx,
    id: Uuid,
    body_hash: [u8; 32],
    resource: &str,
    answer: Option<&str>,
    now: Timestamp,
) -> Result<bool> {
    Ok(tx.run(&SETTLE_AHEAD, params![id, body_hash, resource, answer.map(str::to_owned), now]).await? == 1)
}

/// True when the key was `claimant`'s, and had no effect yet.
pub(crate) async fn forget(tx: &mut Tx, id: Uuid, claimant: Uuid) -> Result<bool> {
    Ok(tx.run(&FORGET, params![id, claimant]).await? == 1)
}

/// Forgets some of the answers of keys that are older than that; how many.
pub(crate) async fn forget_answers(tx: &mut Tx, than: Timestamp, at_most: i64) -> Result<u64> {
    tx.run(&FORGET_ANSWERS, params![than, at_most]).await
}
