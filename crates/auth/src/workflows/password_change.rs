//! Gives an account another password: what was meant for the old one ends with it.

use super::session_end;
use crate::{
    account,
    state::Auth,
    store::{accounts, failures, networks, password_resets},
};
use contracts::{auth::User, events::EventType};
use db::{Result, Tx};
use flow::Cause;
use kernel::{Secret, Timestamp, id::SessionId};
use ordo_http::{Call, token::Revocation};

/// Which password takes whose place.
pub(crate) struct NewPassword<'a> {
    /// The account, locked.
    pub(crate) user: &'a User,
    /// The hash that was compared with; none where a code stands for it.
    pub(crate) compared: Option<&'a Secret>,
    /// The hash of the new one.
    pub(crate) hash: &'a Secret,
    /// The session that goes on, if one does.
    pub(crate) kept: Option<SessionId>,
}

/// Sets it. After the commit give the result to [`Auth::tell`].
pub(crate) async fn set(
    auth: &Auth,
    tx: &mut Tx,
    call: &Call,
    new: NewPassword<'_>,
    now: Timestamp,
) -> Result<Vec<Revocation>> {
    let NewPassword { user, compared, hash, kept } = new;
    let after = account::with_new_password(user, now);
    accounts::set_password(tx, &after, compared, hash).await?;
    password_resets::end_all(tx, user.id, now).await?;
    // who has just shown who they are does not wait because of what they had forgotten
    for keys in auth.failure_keys_of(user, call.client) {
        failures::clear(tx, keys.here).await?;
        failures::clear(tx, keys.anywhere).await?;
    }
    for key in auth.names_here(user, call.client) {
        networks::know(tx, key, now).await?;
    }
    let cause = Cause::request(user.id, &call.context);
    let (kind, event) = (EventType::PasswordChanged, account::event(&after));
    auth.journal.record(tx, kind, user.id, after.version, &cause, &event).await?;
    session_end::end_all(&auth.journal, tx, &after, kept, &cause, now).await
}
