//! Somebody has forgotten a password. Nothing here looks whether there is such an account: that is done later, by a
//! timer, so that neither the answer nor its time tells.

use crate::{names::email_key, seal::NONCE_BYTES, state::Auth, timers};
use contracts::auth::{ForgotPassword, ResetAsked};
use endpoint::{Accepted, Body, Common, Fault};
use ordo_http::{Answered, Call};

pub(crate) async fn forgot_password(
    auth: Auth,
    call: Call,
    ForgotPassword { account: Body(account) }: ForgotPassword,
) -> Answered<ForgotPassword> {
    let Some(email) = email_key(&account.email) else {
        let fault = Fault::invalid("/email", "an e-mail address such as ada@example.com is expected");
        return Err(Common::Unprocessable { errors: vec![fault] }.into());
    };
    let nonce: [u8; NONCE_BYTES] = auth.env.random();
    let mut tx = auth.db.begin().await?;
    timers::want_reset(&auth, &mut tx, nonce, &email, &call.context).await?;
    tx.commit("auth.forgot_password").await?;
    auth.timers.wake();
    Ok(Accepted(ResetAsked { expires_in: auth.settings.reset_ttl.as_secs() }))
}
