//! Refresh tokens, known by their hashes only.

use db::{Result, Tx, params, statements};
use kernel::{Timestamp, id::SessionId};

statements! {
    INSERT = "insert into refresh_token (hash, session, expires_at) values ($1, $2, $3)";
    /// Of many who spend the same one at once, one changes the row.
    SPEND = "update refresh_token set used_at = $2 where hash = $1 and used_at is null and expires_at > $2
             returning session";
    FIND_SPENT = "select session, used_at from refresh_token where hash = $1 and used_at is not null";
    FIND_UNSPENT = "select session from refresh_token where hash = $1 and used_at is null and expires_at > $2";
    DELETE_EXPIRED = "delete from refresh_token
                      where hash in (select hash from refresh_token where expires_at < $1
                                     order by expires_at limit $2)";
}

/// Inserts a new token of a session.
pub(crate) async fn insert(
    tx: &mut Tx,
    hash: [u8; 32],
    session: SessionId,
    expires_at: Timestamp,
) -> Result<()> {
    tx.run(&INSERT, params![hash, session, expires_at]).await.map(drop)
}

/// Spends a token, once, and says of which session it is; `None` when it is not good, or no longer.
pub(crate) async fn spend(tx: &mut Tx, hash: [u8; 32], now: Timestamp) -> Result<Option<SessionId>> {
    tx.query_opt(&SPEND, params![hash, now]).await?.map(|row| row.get("session")).transpose()
}

/// Of which session a token is that was spent before, and when it was.
pub(crate) async fn find_spent(tx: &mut Tx, hash: [u8; 32]) -> Result<Option<(SessionId, Timestamp)>> {
    let row = tx.query_opt(&FIND_SPENT, params![hash]).await?;
    row.map(|row| Ok((row.get("session")?, row.get("used_at")?))).transpose()
}

/// Whether a token is good and was not spent yet.
pub(crate) async fn is_unspent(tx: &mut Tx, hash: [u8; 32], now: Timestamp) -> Result<bool> {
    Ok(tx.query_opt(&FIND_UNSPENT, params![hash, now]).await?.is_some())
}

/// Deletes some of the tokens that were no longer good before then, spent or not.
pub(crate) async fn delete_expired(tx: &mut Tx, before: Timestamp, at_most: i64) -> Result<u64> {
    tx.run(&DELETE_EXPIRED, params![before, at_most]).await
}
