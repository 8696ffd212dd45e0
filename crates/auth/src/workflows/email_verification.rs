//! Verifying addresses: a mail with a code, and what its use makes of an account.

use crate::{
    account,
    state::Auth,
    store::{accounts, verifications},
};
use contracts::{
    auth::User,
    events::{EmailVerificationEvent, EventType},
};
use db::{Result, Tx};
use flow::Cause;
use kernel::{Timestamp, id::VerificationId};

/// A try has one event.
const BEGUN_VERSION: i64 = 1;

/// Has an email sent that verifies the address of the account, which is locked.
pub(crate) async fn begin(
    auth: &Auth,
    tx: &mut Tx,
    user: &User,
    cause: &Cause,
    now: Timestamp,
) -> Result<()> {
    let id: VerificationId = auth.env.id();
    verifications::insert(tx, id, user.id, now, now.plus(auth.settings.verification_ttl)).await?;
    let data = EmailVerificationEvent { user_id: user.id, verification_id: id };
    auth.journal.record(tx, EventType::EmailVerificationRequested, id, BEGUN_VERSION, cause, &data).await?;
    Ok(())
}

/// Notes that the address of the account, which is locked, is its owner's.
pub(crate) async fn verify(
    auth: &Auth,
    tx: &mut Tx,
    user: &User,
    cause: &Cause,
    now: Timestamp,
) -> Result<()> {
    verifications::end_all(tx, user.id, now).await?;
    let Some(verified) = account::verified(user, now) else { return Ok(()) };
    accounts::set_verified(tx, &verified).await?;
    let data = account::event(&verified);
    auth.journal
        .record(tx, EventType::EmailVerified, verified.id, verified.version, cause, &data)
        .await
        .map(drop)
}
