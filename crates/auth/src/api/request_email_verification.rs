//! Has a mail sent by which the address of the account that is signed in is verified.

use crate::{
    state::Auth,
    store::{accounts, verifications},
    workflows::email_verification,
};
use contracts::auth::{AskForVerificationError, RequestEmailVerification, VerificationRequested};
use endpoint::{Accepted, CommonError, HandlerError};
use flow::Cause;
use kernel::id::UserId;
use ordo_http::{Call, HandlerResult};

type Error = HandlerError<AskForVerificationError>;

pub(crate) async fn request_email_verification(
    auth: Auth,
    call: Call,
    RequestEmailVerification {}: RequestEmailVerification,
) -> HandlerResult<RequestEmailVerification> {
    let (id, _) = call.person()?;
    begin(&auth, &call, id).await?;
    Ok(Accepted(VerificationRequested { expires_in: auth.settings.verification_ttl.as_secs() }))
}

async fn begin(auth: &Auth, call: &Call, id: UserId) -> Result<(), Error> {
    let now = auth.env.now();
    let mut tx = auth.db.begin().await?;
    // locked, so that of two who ask at once one has a mail sent
    let user = accounts::lock(&mut tx, id).await?.ok_or(CommonError::NotFound)?;
    let refused = match (&user.email, user.email_verified) {
        (None, _) => Some(AskForVerificationError::NoEmail),
        (Some(_), true) => Some(AskForVerificationError::EmailVerifiedAlready),
        (Some(_), false) => None,
    };
    if let Some(refused) = refused {
        tx.rollback().await?;
        return Err(HandlerError::Declared(refused));
    }
    if verifications::any_since(&mut tx, id, (now.minus(auth.settings.reset_again_after), now)).await? {
        // one is on its way
        return Ok(tx.rollback().await?);
    }
    email_verification::begin(auth, &mut tx, &user, &Cause::request(id, &call.context), now).await?;
    tx.commit("auth.ask_for_verification").await?;
    auth.journal.wake();
    Ok(())
}
