//! Sessions.

use db::{Result, Tx, params, statements};
use kernel::{
    Timestamp,
    id::{SessionId, UserId},
};

statements! {
    INSERT = "insert into session (id, account, created_at, expires_at) values ($1, $2, $3, $4)";
    FIND_LIVE = "select account from session where id = $1 and ended_at is null";
    PROLONG = "update session set expires_at = $2 where id = $1 and expires_at < $2";
    END = "update session set ended_at = $2 where id = $1 and ended_at is null returning account";
    END_ALL = "update session set ended_at = $2 where account = $1 and ended_at is null returning id";
    /// A session stays until its last token is deleted.
    DELETE_EXPIRED = "delete from session
                      where id in (select id from session where expires_at < $1 order by expires_at limit $2)
                        and not exists (select 1 from refresh_token where refresh_token.session = session.id)";
}

/// Inserts a new session, of which no token lives beyond `expires_at`.
pub(crate) async fn insert(
    tx: &mut Tx,
    id: SessionId,
    account: UserId,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    tx.run(&INSERT, params![id, account, now, expires_at]).await.map(drop)
}

/// Whose session it is, if it has not ended.
pub(crate) async fn find_live(tx: &mut Tx, id: SessionId) -> Result<Option<UserId>> {
    tx.query_opt(&FIND_LIVE, params![id]).await?.map(|row| row.get("account")).transpose()
}

/// Notes that a token of the session lives until then.
pub(crate) async fn prolong(tx: &mut Tx, id: SessionId, expires_at: Timestamp) -> Result<()> {
    tx.run(&PROLONG, params![id, expires_at]).await.map(drop)
}

/// Ends a session, and says whose it was; `None` when it had ended.
pub(crate) async fn end(tx: &mut Tx, id: SessionId, now: Timestamp) -> Result<Option<UserId>> {
    tx.query_opt(&END, params![id, now]).await?.map(|row| row.get("account")).transpose()
}

/// Ends all sessions of an account, and says which those were.
pub(crate) async fn end_all(tx: &mut Tx, account: UserId, now: Timestamp) -> Result<Vec<SessionId>> {
    let mut ended: Vec<SessionId> = tx
        .query(&END_ALL, params![account, now])
        .await?
        .iter()
        .map(|row| row.get("id"))
        .collect::<Result<_>>()?;
    // the order of `returning` is not promised
    ended.sort();
    Ok(ended)
}

/// Deletes some of the sessions of which no token can live; their refresh tokens are deleted before.
pub(crate) async fn delete_expired(tx: &mut Tx, before: Timestamp, at_most: i64) -> Result<u64> {
    tx.run(&DELETE_EXPIRED, params![before, at_most]).await
}
