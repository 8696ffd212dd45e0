//! API keys, known by their hashes only.

use contracts::auth::ApiKey;
use db::{Db, Error, ErrorKind, Result, Row, Tx, params, statements};
use kernel::{
    Timestamp,
    id::{ApiKeyId, UserId},
};
use uuid::Uuid;

statements! {
    INSERT = "insert into api_key (id, account, hash, name, hint, scopes, created_at, expires_at)
              values ($1, $2, $3, $4, $5, $6, $7, $8)";
    COUNT = "select count(*) as n from api_key where account = $1 and revoked_at is null
                 and (expires_at is null or expires_at > $2)";
    FIND = "select * from api_key where id = $1 and revoked_at is null";
    FIND_BY_HASH = "select * from api_key where hash = $1 and revoked_at is null";
    LIST_KEYS = "select * from api_key where revoked_at is null and id < $1 order by id desc limit $2";
    REVOKE = "update api_key set revoked_at = $2 where id = $1 and revoked_at is null returning account";
    REVOKE_EVERY = "update api_key set revoked_at = $1 where revoked_at is null";
    LIVE_OF = "select id from api_key where account = $1 and revoked_at is null order by id";
    NOTE_USE = "update api_key set last_used_at = $2 where id = $1 and (last_used_at is null or last_used_at < $3)";
}

/// Inserts a new key.
pub(crate) async fn insert(tx: &mut Tx, key: &ApiKey, hash: [u8; 32]) -> Result<()> {
    let scopes = serde_json::to_value(&key.scopes).map_err(wrong)?;
    let values =
        params![key.id, key.created_by, hash, &key.name, &key.hint, scopes, key.created_at, key.expires_at];
    tx.run(&INSERT, values).await.map(drop)
}

/// How many keys of an account are valid; it is locked, so that none is added in the meantime.
pub(crate) async fn count_of(tx: &mut Tx, account: UserId, now: Timestamp) -> Result<i64> {
    tx.query_one(&COUNT, params![account, now]).await?.get("n")
}

/// The key, if it was not revoked.
pub(crate) async fn find(db: &Db, id: ApiKeyId) -> Result<Option<ApiKey>> {
    db.query_opt(&FIND, params![id]).await?.as_ref().map(api_key).transpose()
}

/// The key with this hash, if it was not revoked.
pub(crate) async fn find_by_hash(db: &Db, hash: &[u8]) -> Result<Option<ApiKey>> {
    db.query_opt(&FIND_BY_HASH, params![hash.to_vec()]).await?.as_ref().map(api_key).transpose()
}

/// Keys that were not revoked, newest first, from the one before `before` on.
pub(crate) async fn list(db: &Db, before: Option<ApiKeyId>, at_most: i64) -> Result<Vec<ApiKey>> {
    // a range of an index, on the first page too
    let before = before.unwrap_or(ApiKeyId::from_uuid(Uuid::max()));
    db.query(&LIST_KEYS, params![before, at_most]).await?.iter().map(api_key).collect()
}

/// Revokes a key, and says who made it; `None` when there is none any more.
pub(crate) async fn revoke(tx: &mut Tx, id: ApiKeyId, now: Timestamp) -> Result<Option<UserId>> {
    tx.query_opt(&REVOKE, params![id, now]).await?.map(|row| row.get("account")).transpose()
}

/// Revokes the keys of all accounts; how many.
pub(crate) async fn revoke_all(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    tx.run(&REVOKE_EVERY, params![now]).await
}

/// The keys of an account that were not revoked.
pub(crate) async fn live_of(tx: &mut Tx, account: UserId) -> Result<Vec<ApiKeyId>> {
    tx.query(&LIVE_OF, params![account]).await?.iter().map(|row| row.get("id")).collect()
}

/// Notes that a key is used, unless that was noted since then.
pub(crate) async fn note_use(tx: &mut Tx, id: ApiKeyId, now: Timestamp, since: Timestamp) -> Result<()> {
    tx.run(&NOTE_USE, params![id, now, since]).await.map(drop)
}

fn api_key(row: &Row) -> Result<ApiKey> {
    Ok(ApiKey {
        id: row.get("id")?,
        name: row.get("name")?,
        key: None,
        hint: row.get("hint")?,
        scopes: serde_json::from_value(row.get("scopes")?).map_err(wrong)?,
        created_by: row.get("account")?,
        created_at: row.get("created_at")?,
        expires_at: row.get("expires_at")?,
        last_used_at: row.get("last_used_at")?,
    })
}

fn wrong(error: serde_json::Error) -> Error {
    Error::new(ErrorKind::Other, format!("the row of an API key: {error}"))
}
