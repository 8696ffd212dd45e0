//! Verifies an address with the code of a mail, once.

use crate::{
    state::Auth,
    store::{accounts, verifications},
    workflows::{email_verification, failure_log::code_rejected},
};
use contracts::auth::{EmailVerification, VerifyEmail, VerifyEmailError};
use endpoint::{Body, HandlerError, NoContent};
use flow::Cause;
use ordo_http::{Call, HandlerResult};

const INVALID: HandlerError<VerifyEmailError> =
    HandlerError::Declared(VerifyEmailError::InvalidVerificationToken);

pub(crate) async fn verify_email(
    auth: Auth,
    call: Call,
    VerifyEmail { verification: Body(verification) }: VerifyEmail,
) -> HandlerResult<VerifyEmail> {
    let verified = verify(auth, &call, verification).await;
    if let Err(HandlerError::Declared(VerifyEmailError::InvalidVerificationToken)) = verified {
        code_rejected("email_verification", call.client);
    }
    verified
}

async fn verify(
    auth: Auth,
    call: &Call,
    EmailVerification { token }: EmailVerification,
) -> HandlerResult<VerifyEmail> {
    let id = auth.verification_codes.open(&token).ok_or(INVALID)?;
    let now = auth.env.now();
    let good = verifications::find_good(&auth.db, id, now).await?.ok_or(INVALID)?;
    let mut tx = auth.db.begin().await?;
    // the account first, as everywhere: two who change it wait for one another
    let user = accounts::lock(&mut tx, good.account).await?.filter(|user| user.active);
    let is_used = user.is_some() && verifications::use_up(&mut tx, id, now).await?;
    let Some(user) = user.filter(|_| is_used) else {
        tx.rollback().await?;
        return Err(INVALID);
    };
    email_verification::verify(&auth, &mut tx, &user, &Cause::request(user.id, &call.context), now).await?;
    tx.commit("auth.verify_email").await?;
    auth.journal.wake();
    tracing::info!(user = %user.id, "email address verified");
    Ok(NoContent)
}
