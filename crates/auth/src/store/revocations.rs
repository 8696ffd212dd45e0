//! Ended sessions, in the order in which they ended.
//!
//! One row for each session, also where all of an account's end: "all tokens up to this moment" would hit
//! those of a session that begins in the same second.

use contracts::auth::{Revocations, Revoked};
use db::{Db, Result, Row, Tx, params, statements};
use kernel::{
    Timestamp,
    id::{ApiKeyId, SessionId},
};

statements! {
    /// Locks the head until the transaction ends, so that positions are committed in their order.
    LOCK_HEAD = "update revocation_head set position = position where id = 1 returning position";
    SET_HEAD = "update revocation_head set position = $1 where id = 1";
    READ_HEAD = "select position from revocation_head where id = 1";
    INSERT = "insert into revocation (position, session, account, at)
              select $1 + row_number() over (order by id), id, account, $2 from session where id = any($3)";
    INSERT_KEYS = "insert into revocation (position, session, account, at)
                   select $1 + row_number() over (order by id), id, account, $2 from api_key where id = any($3)
                   on conflict (session) do update set position = excluded.position, at = excluded.at";
    NUMBERED = "select (select position from revocation_head where id = 1) as head,
                       (select max(position) from revocation) as newest";
    AFTER = "select position, session, account, at from revocation where position > $1 and at > $2
             order by position limit $3";
    DELETE_OVER = "delete from revocation
                   where position in (select position from revocation where at <= $1 order by at limit $2)";
}

/// A page has at most so many.
const PAGE: i64 = 10_000;

/// The newest number that was given to the end of a session, where that is noted, and the highest that one has.
pub(crate) async fn numbered(db: &Db) -> Result<(Option<i64>, Option<i64>)> {
    let row = db.query_one(&NUMBERED, params![]).await?;
    Ok((row.get("head")?, row.get("newest")?))
}

/// Notes that these sessions have ended.
pub(crate) async fn insert(tx: &mut Tx, sessions: &[SessionId], now: Timestamp) -> Result<()> {
    if sessions.is_empty() {
        return Ok(());
    }
    let head: i64 = tx.query_one(&LOCK_HEAD, params![]).await?.get("position")?;
    let count = tx.run(&INSERT, params![head, now, sessions]).await?;
    let head = head.saturating_add_unsigned(count);
    tx.run(&SET_HEAD, params![head]).await.map(drop)
}

/// Notes that these API keys, or what their makers may do, have changed: verifiers are to ask again.
pub(crate) async fn insert_keys(tx: &mut Tx, keys: &[ApiKeyId], now: Timestamp) -> Result<()> {
    if keys.is_empty() {
        return Ok(());
    }
    let head: i64 = tx.query_one(&LOCK_HEAD, params![]).await?.get("position")?;
    let count = tx.run(&INSERT_KEYS, params![head, now, keys]).await?;
    let head = head.saturating_add_unsigned(count);
    tx.run(&SET_HEAD, params![head]).await.map(drop)
}

/// What was revoked after a position and since a moment. A position that was never given out (the database was
/// restored from a backup) stands for the beginning.
pub(crate) async fn after(db: &Db, position: i64, since: Timestamp) -> Result<Revocations> {
    // the head first: the rows read after it are all that there are up to it
    let head: i64 = db.query_one(&READ_HEAD, params![]).await?.get("position")?;
    let position = if position > head { 0 } else { position.max(0) };
    let rows = db.query(&AFTER, params![position, since, PAGE]).await?;
    let last = rows.last().map(|row| row.get::<i64>("position")).transpose()?;
    let is_full = i64::try_from(rows.len()).is_ok_and(|count| count == PAGE);
    let position = match last {
        Some(last) if is_full => last,
        Some(last) => last.max(head),
        None => head,
    };
    Ok(Revocations { revoked: rows.iter().map(revoked).collect::<Result<_>>()?, position })
}

/// Deletes some of what no living token can be of.
pub(crate) async fn delete_over(tx: &mut Tx, until: Timestamp, at_most: i64) -> Result<u64> {
    tx.run(&DELETE_OVER, params![until, at_most]).await
}

fn revoked(row: &Row) -> Result<Revoked> {
    Ok(Revoked { session: Some(row.get("session")?), user: row.get("account")?, at: row.get("at")? })
}
