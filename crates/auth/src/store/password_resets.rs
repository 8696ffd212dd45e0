//! Wishes for a new password.

use db::{Db, Result, Tx, params, statements};
use kernel::{
    Timestamp,
    id::{ResetId, UserId},
    time::AHEAD,
};

statements! {
    INSERT = "insert into password_reset (id, account, created_at, expires_at) values ($1, $2, $3, $4)";
    ANY_SINCE = "select 1 as one from password_reset where account = $1 and created_at > $2
                 and created_at < $3 limit 1";
    FIND_GOOD = "select account, expires_at from password_reset
                 where id = $1 and over_at is null and expires_at > $2";
    /// Of two who use one at once, one changes the row.
    USE = "update password_reset set over_at = $2 where id = $1 and over_at is null and expires_at > $2";
    END_EVERY = "update password_reset set over_at = $1 where over_at is null";
    END_ALL = "update password_reset set over_at = $2 where account = $1 and over_at is null";
    DELETE_EXPIRED = "delete from password_reset
                      where id in (select id from password_reset where expires_at < $1 order by expires_at limit $2)";
}

/// A wish of which the code is good.
pub(crate) struct ValidReset {
    pub(crate) account: UserId,
    pub(crate) expires_at: Timestamp,
}

/// Inserts a new wish.
pub(crate) async fn insert(
    tx: &mut Tx,
    id: ResetId,
    account: UserId,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    tx.run(&INSERT, params![id, account, now, expires_at]).await.map(drop)
}

/// Whether the account had a wish since then. What is dated in times to come is not counted (decision 32).
pub(crate) async fn any_since(
    tx: &mut Tx,
    account: UserId,
    (since, now): (Timestamp, Timestamp),
) -> Result<bool> {
    Ok(tx.query_opt(&ANY_SINCE, params![account, since, now.plus(AHEAD)]).await?.is_some())
}

/// The wish, if its code is good.
pub(crate) async fn find_good(db: &Db, id: ResetId, now: Timestamp) -> Result<Option<ValidReset>> {
    let row = db.query_opt(&FIND_GOOD, params![id, now]).await?;
    row.map(|row| Ok(ValidReset { account: row.get("account")?, expires_at: row.get("expires_at")? }))
        .transpose()
}

/// Uses its code up; false: it is not good, or no longer.
pub(crate) async fn use_up(tx: &mut Tx, id: ResetId, now: Timestamp) -> Result<bool> {
    Ok(tx.run(&USE, params![id, now]).await? == 1)
}

/// Ends those of all accounts.
pub(crate) async fn end_of_all(tx: &mut Tx, now: Timestamp) -> Result<()> {
    tx.run(&END_EVERY, params![now]).await.map(drop)
}

/// None of the account's codes is good any more.
pub(crate) async fn end_all(tx: &mut Tx, account: UserId, now: Timestamp) -> Result<()> {
    tx.run(&END_ALL, params![account, now]).await.map(drop)
}

/// Deletes some of those whose codes were no longer good before then.
pub(crate) async fn delete_expired(tx: &mut Tx, before: Timestamp, at_most: i64) -> Result<u64> {
    tx.run(&DELETE_EXPIRED, params![before, at_most]).await
}
