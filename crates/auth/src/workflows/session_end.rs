//! Ends sessions: the row, the feed that other processes read, and the event, in one transaction.

use crate::store::{revocations, sessions};
use contracts::{
    auth::User,
    events::{EventType, SessionEvent},
};
use db::{Result, Tx};
use flow::{Cause, Journal};
use kernel::{Timestamp, id::SessionId};
use ordo_http::token::Revocation;

/// A session has one event: that it ended.
const ENDED_VERSION: i64 = 1;

/// Ends a session; after the commit give the result to [`crate::state::Auth::tell`]. Empty when it had ended before.
pub(crate) async fn end_session(
    journal: &Journal,
    tx: &mut Tx,
    session: SessionId,
    cause: &Cause,
    now: Timestamp,
) -> Result<Vec<Revocation>> {
    let Some(user) = sessions::end(tx, session, now).await? else { return Ok(Vec::new()) };
    let data = SessionEvent { user_id: user, session_id: Some(session), kept_session_id: None, at: now };
    journal.record(tx, EventType::SessionRevoked, session, ENDED_VERSION, cause, &data).await?;
    // last, since it makes all others wait who end sessions
    revocations::insert(tx, &[session], now).await?;
    Ok(vec![Revocation { session: Some(session), user, at: now }])
}

/// Ends all sessions of an account that is locked, so that none can begin in the meantime, but for the one that may be
/// kept; after the commit give the result to [`crate::state::Auth::tell`].
pub(crate) async fn end_all(
    journal: &Journal,
    tx: &mut Tx,
    user: &User,
    kept: Option<SessionId>,
    cause: &Cause,
    now: Timestamp,
) -> Result<Vec<Revocation>> {
    let ended = sessions::end_all(tx, user.id, kept, now).await?;
    if !ended.is_empty() {
        let data = SessionEvent { user_id: user.id, session_id: None, kept_session_id: kept, at: now };
        journal.record(tx, EventType::SessionRevoked, user.id, user.version, cause, &data).await?;
        revocations::insert(tx, &ended, now).await?;
    }
    Ok(ended
        .into_iter()
        .map(|session| Revocation { session: Some(session), user: user.id, at: now })
        .collect())
}
