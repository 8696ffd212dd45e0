//! Changes what an account may do, and ends its sessions: their tokens say what it could do before.

use super::ending;
use crate::{account, store::accounts};
use contracts::{
    auth::{User, UserChange},
    events::EventType,
};
use db::{Db, Result};
use flow::{Cause, Journal};
use kernel::{Timestamp, id::UserId};
use ordo_http::token::Revocation;

/// What became of a change.
pub(crate) enum Changed {
    /// The account as it is now, and the sessions that ended with what it was.
    Done { user: User, ended: Vec<Revocation> },
    /// It was so already.
    Same(User),
    /// Nobody would be an admin any more.
    LastAdmin,
    /// There is no such account.
    Unknown,
}

/// Changes an account, in a transaction of its own.
pub(crate) async fn change(
    journal: &Journal,
    db: &Db,
    id: UserId,
    change: &UserChange,
    cause: &Cause,
    now: Timestamp,
) -> Result<Changed> {
    let mut tx = db.begin().await?;
    // all admins first, always: two who take the role from one another must not both succeed
    let admins = accounts::lock_admins(&mut tx).await?;
    let Some(before) = accounts::lock(&mut tx, id).await? else {
        tx.rollback().await?;
        return Ok(Changed::Unknown);
    };
    let Some(after) = account::change(&before, change, now) else {
        tx.rollback().await?;
        return Ok(Changed::Same(before));
    };
    if account::is_admin(&before) && !account::is_admin(&after) && admins == [id] {
        tx.rollback().await?;
        return Ok(Changed::LastAdmin);
    }
    accounts::update(&mut tx, &after).await?;
    let event = account::event(&after);
    journal.record(&mut tx, EventType::UserUpdated, id, after.version, cause, &event).await?;
    let ended = ending::end_all(journal, &mut tx, &after, cause, now).await?;
    tx.commit("auth.change_user").await?;
    journal.wake();
    Ok(Changed::Done { user: after, ended })
}
