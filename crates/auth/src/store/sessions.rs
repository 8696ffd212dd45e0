//! Sessions.

use contracts::auth::ActiveSession;
use db::{Db, Result, Row, Tx, params, statements};
use kernel::{
    Timestamp,
    id::{SessionId, UserId},
};
use uuid::Uuid;

statements! {
    INSERT = "insert into session (id, account, created_at, expires_at, last_used_at, user_agent, network)
              values ($1, $2, $3, $4, $3, $5, $6)";
    FIND_LIVE = "select account from session where id = $1 and ended_at is null";
    USE = "update session set expires_at = case when expires_at < $2 then $2 else expires_at end,
               last_used_at = $3, user_agent = $4, network = $5
           where id = $1";
    LIST_LIVE = "select id, created_at, expires_at, last_used_at, user_agent, network from session
                 where account = $1 and ended_at is null and expires_at > $2 and id < $3
                 order by id desc limit $4";
    IS_LIVE_OF = "select 1 as one from session
                  where id = $1 and account = $2 and ended_at is null and expires_at > $3";
    END = "update session set ended_at = $2 where id = $1 and ended_at is null returning account";
    END_ALL = "update session set ended_at = $2
               where account = $1 and ended_at is null and (cast($3 as uuid) is null or id <> $3) returning id";
    END_EVERY = "update session set ended_at = $1 where ended_at is null";
    /// A session stays until its last token is deleted.
    DELETE_EXPIRED = "delete from session
                      where id in (select id from session where expires_at < $1 order by expires_at limit $2)
                        and not exists (select 1 from refresh_token where refresh_token.session = session.id)";
}

/// Ends the sessions of all accounts; how many.
pub(crate) async fn end_of_all(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    tx.run(&END_EVERY, params![now]).await
}

/// By what its owner knows a session again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SessionOrigin {
    /// What the client calls itself.
    pub(crate) user_agent: Option<String>,
    /// Its network, without the last part of the address.
    pub(crate) network: Option<String>,
}

/// Inserts a new session, of which no token lives beyond `expires_at`.
pub(crate) async fn insert(
    tx: &mut Tx,
    id: SessionId,
    account: UserId,
    from: SessionOrigin,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    let SessionOrigin { user_agent, network } = from;
    tx.run(&INSERT, params![id, account, now, expires_at, user_agent, network]).await.map(drop)
}

/// Whose session it is, if it has not ended.
pub(crate) async fn find_live(tx: &mut Tx, id: SessionId) -> Result<Option<UserId>> {
    tx.query_opt(&FIND_LIVE, params![id]).await?.map(|row| row.get("account")).transpose()
}

/// Notes that the session was used, and that a token of it lives until then.
pub(crate) async fn note_use(
    tx: &mut Tx,
    id: SessionId,
    from: SessionOrigin,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    let SessionOrigin { user_agent, network } = from;
    tx.run(&USE, params![id, expires_at, now, user_agent, network]).await.map(drop)
}

/// The sessions of an account that go on, newest first, from the one before `before` on; `current` is marked.
pub(crate) async fn list_live(
    db: &Db,
    account: UserId,
    current: SessionId,
    before: Option<SessionId>,
    at_most: i64,
    now: Timestamp,
) -> Result<Vec<ActiveSession>> {
    // a range of an index, on the first page too
    let before = before.unwrap_or(SessionId::from_uuid(Uuid::max()));
    let rows = db.query(&LIST_LIVE, params![account, now, before, at_most]).await?;
    rows.iter().map(|row| active(row, current)).collect()
}

/// Whether it is a session of that account that goes on.
pub(crate) async fn is_live_of(tx: &mut Tx, id: SessionId, account: UserId, now: Timestamp) -> Result<bool> {
    Ok(tx.query_opt(&IS_LIVE_OF, params![id, account, now]).await?.is_some())
}

/// Ends a session, and says whose it was; `None` when it had ended.
pub(crate) async fn end(tx: &mut Tx, id: SessionId, now: Timestamp) -> Result<Option<UserId>> {
    tx.query_opt(&END, params![id, now]).await?.map(|row| row.get("account")).transpose()
}

/// Ends all sessions of an account, but for one that may be kept, and says which those were.
pub(crate) async fn end_all(
    tx: &mut Tx,
    account: UserId,
    kept: Option<SessionId>,
    now: Timestamp,
) -> Result<Vec<SessionId>> {
    let mut ended: Vec<SessionId> = tx
        .query(&END_ALL, params![account, now, kept])
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

fn active(row: &Row, current: SessionId) -> Result<ActiveSession> {
    let id = row.get("id")?;
    Ok(ActiveSession {
        id,
        current: id == current,
        created_at: row.get("created_at")?,
        last_used_at: row.get("last_used_at")?,
        expires_at: row.get("expires_at")?,
        user_agent: row.get("user_agent")?,
        network: row.get("network")?,
    })
}
