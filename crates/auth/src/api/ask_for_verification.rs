//! Has a mail sent by which the address of the account that is signed in is verified.

use crate::{
    state::Auth,
    store::{accounts, verifications},
    workflows::verifying,
};
use contracts::auth::{AskForVerification, AskForVerificationError, VerificationAsked};
use endpoint::{Accepted, Common, Fail};
use flow::Cause;
use kernel::id::UserId;
use ordo_http::{Answered, Call};

type Refused = Fail<AskForVerificationError>;

pub(crate) async fn ask_for_verification(
    auth: Auth,
    call: Call,
    AskForVerification {}: AskForVerification,
) -> Answered<AskForVerification> {
    let (id, _) = call.person()?;
    begin(&auth, &call, id).await?;
    Ok(Accepted(VerificationAsked { expires_in: auth.settings.verification_ttl.as_secs() }))
}

async fn begin(auth: &Auth, call: &Call, id: UserId) -> Result<(), Refused> {
    let now = auth.env.now();
    let mut tx = auth.db.begin().await?;
    // locked, so that of two who ask at once one has a mail sent
    let user = accounts::lock(&mut tx, id).await?.ok_or(Common::NotFound)?;
    let refused = match (&user.email, user.email_verified) {
        (None, _) => Some(AskForVerificationError::NoEmail),
        (Some(_), true) => Some(AskForVerificationError::EmailVerifiedAlready),
        (Some(_), false) => None,
    };
    if let Some(refused) = refused {
        tx.rollback().await?;
        return Err(Fail::Refused(refused));
    }
    if verifications::any_since(&mut tx, id, (now.minus(auth.settings.reset_again_after), now)).await? {
        // one is on its way
        return Ok(tx.rollback().await?);
    }
    verifying::begin(auth, &mut tx, &user, &Cause::request(id, &call.context), now).await?;
    tx.commit("auth.ask_for_verification").await?;
    auth.journal.wake();
    Ok(())
}
