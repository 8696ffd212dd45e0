//! Signing keys, their secret halves sealed.

use crate::key_rotation::KeyLifetime;
use db::{Db, Result, Row, Tx, params, statements};
use kernel::Timestamp;

statements! {
    INSERT = "insert into signing_key (generation, kid, x, sealed, created_at, active_from)
              values ($1, $2, $3, $4, $5, $6) on conflict (generation) do nothing";
    SET_RETIREMENT = "update signing_key set retire_at = $2 where generation = $1";
    LIST = "select generation, kid, x, sealed, active_from, retire_at from signing_key order by generation";
    COUNT = "select count(*) as keys, count(case when retire_at is null and kid <> '' then 1 end) as usable
             from signing_key";
    RETIRE_EVERY = "update signing_key set retire_at = $1 where retire_at is null or retire_at > $1";
    DELETE_RETIRED = "delete from signing_key where retire_at < $1";
}

/// A key as it is kept.
pub(crate) struct KeyRow {
    pub(crate) times: KeyLifetime,
    /// Its name.
    pub(crate) kid: String,
    /// Its public half, as a JWK writes it.
    pub(crate) x: String,
    /// Its secret half, sealed.
    pub(crate) sealed: Vec<u8>,
}

/// How many keys there are, and how many of them can go on signing.
pub(crate) async fn count(db: &Db) -> Result<(i64, i64)> {
    let row = db.query_one(&COUNT, params![]).await?;
    Ok((row.get("keys")?, row.get("usable")?))
}

/// Inserts a new key; false: somebody else made that generation.
pub(crate) async fn insert(tx: &mut Tx, key: &KeyRow, now: Timestamp) -> Result<bool> {
    let KeyRow { times, kid, x, sealed } = key;
    let values = params![times.generation, kid, x, sealed.clone(), now, times.active_from];
    Ok(tx.run(&INSERT, values).await? == 1)
}

/// Says when a key no longer verifies.
pub(crate) async fn set_retirement(tx: &mut Tx, generation: i64, retire_at: Timestamp) -> Result<()> {
    tx.run(&SET_RETIREMENT, params![generation, retire_at]).await.map(drop)
}

/// All keys, oldest first.
pub(crate) async fn list(db: &Db) -> Result<Vec<KeyRow>> {
    db.query(&LIST, params![]).await?.iter().map(read).collect()
}

/// Deletes keys that have not verified since.
pub(crate) async fn delete_retired(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    tx.run(&DELETE_RETIRED, params![before]).await
}

/// No token that they signed is good any more.
pub(crate) async fn retire_all(tx: &mut Tx, now: Timestamp) -> Result<()> {
    tx.run(&RETIRE_EVERY, params![now]).await.map(drop)
}

fn read(row: &Row) -> Result<KeyRow> {
    let times = KeyLifetime {
        generation: row.get("generation")?,
        active_from: row.get("active_from")?,
        retire_at: row.get("retire_at")?,
    };
    Ok(KeyRow { times, kid: row.get("kid")?, x: row.get("x")?, sealed: row.get("sealed")? })
}
