//! Changes what an account may do, and ends its sessions: their tokens say what it could do before.

use super::session_end;
use crate::{
    account,
    store::{accounts, api_keys, revocations},
};
use contracts::{
    auth::{User, UserChange},
    events::EventType,
};
use db::{Db, Result};
use endpoint::{CommonError, IfMatch};
use flow::{Cause, Journal};
use kernel::{Timestamp, id::UserId};
use ordo_http::token::Revocation;

/// What became of a change.
pub(crate) enum UpdateOutcome {
    /// The account as it is now, and what was revoked with what it was: its sessions end, its keys are looked up again.
    Done { user: User, ended: Vec<Revocation> },
    /// It was so already.
    Unchanged(User),
    /// It is no longer what the change is based on: the refusal says what it is.
    VersionConflict(CommonError),
    /// No admin would be left.
    LastAdmin,
    /// Permissions are given to somebody who is no member of staff.
    NotStaff,
    /// There is no such account.
    NotFound,
}

/// Changes an account, in a separate transaction, which also checks the version that the change is based on.
pub(crate) async fn change(
    journal: &Journal,
    db: &Db,
    id: UserId,
    based_on: &IfMatch,
    change: &UserChange,
    cause: &Cause,
    now: Timestamp,
) -> Result<UpdateOutcome> {
    let mut tx = db.begin().await?;
    // all admins first, always: two who take the role from one another must not both succeed
    let admins = accounts::lock_admins(&mut tx).await?;
    let Some(before) = accounts::lock(&mut tx, id).await? else {
        tx.rollback().await?;
        return Ok(UpdateOutcome::NotFound);
    };
    if let Err(refused) = based_on.allows(&account::etag(&before)) {
        tx.rollback().await?;
        return Ok(UpdateOutcome::VersionConflict(refused));
    }
    if account::gives_to_no_staff(&before, change) {
        tx.rollback().await?;
        return Ok(UpdateOutcome::NotStaff);
    }
    let Some(after) = account::change(&before, change, now) else {
        tx.rollback().await?;
        return Ok(UpdateOutcome::Unchanged(before));
    };
    if account::is_admin(&before) && !account::is_admin(&after) && admins == [id] {
        tx.rollback().await?;
        return Ok(UpdateOutcome::LastAdmin);
    }
    accounts::update(&mut tx, &after).await?;
    let event = account::event(&after);
    journal.record(&mut tx, EventType::UserUpdated, id, after.version, cause, &event).await?;
    let mut ended = session_end::end_all(journal, &mut tx, &after, None, cause, now).await?;
    // what its keys may do is asked again
    let keys = api_keys::live_of(&mut tx, id).await?;
    revocations::insert_keys(&mut tx, &keys, now).await?;
    ended.extend(keys.into_iter().map(|key| Revocation::of_key(key, id, now)));
    tx.commit("auth.change_user").await?;
    journal.wake();
    Ok(UpdateOutcome::Done { user: after, ended })
}
