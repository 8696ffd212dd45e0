//! Verifies an address with the code of a mail, once.

use crate::{
    state::Auth,
    store::{accounts, verifications},
    workflows::{failure_log::code_rejected, verifying},
};
use contracts::auth::{EmailVerification, VerifyEmail, VerifyEmailError};
use endpoint::{Body, Done, Fail};
use flow::Cause;
use ordo_http::{Answered, Call};

const INVALID: Fail<VerifyEmailError> = Fail::Refused(VerifyEmailError::InvalidVerificationToken);

pub(crate) async fn verify_email(
    auth: Auth,
    call: Call,
    VerifyEmail { verification: Body(verification) }: VerifyEmail,
) -> Answered<VerifyEmail> {
    let verified = verify(auth, &call, verification).await;
    if let Err(Fail::Refused(VerifyEmailError::InvalidVerificationToken)) = verified {
        code_rejected("email_verification", call.client);
    }
    verified
}

async fn verify(
    auth: Auth,
    call: &Call,
    EmailVerification { token }: EmailVerification,
) -> Answered<VerifyEmail> {
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
    verifying::verify(&auth, &mut tx, &user, &Cause::request(user.id, &call.context), now).await?;
    tx.commit("auth.verify_email").await?;
    auth.journal.wake();
    tracing::info!(user = %user.id, "an address was verified");
    Ok(Done)
}
