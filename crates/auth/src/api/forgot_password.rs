//! Requests a password reset. Whether the account exists is checked later, by a timer, so that neither the response nor
//! its duration reveals it.

use crate::{login_name::email_key, seal::NONCE_BYTES, state::Auth, timers};
use contracts::auth::{ForgotPassword, ResetRequested};
use endpoint::{Accepted, Body, CommonError, FieldError};
use ordo_http::{Call, HandlerResult};

pub(crate) async fn forgot_password(
    auth: Auth,
    call: Call,
    ForgotPassword { account: Body(account) }: ForgotPassword,
) -> HandlerResult<ForgotPassword> {
    let Some(email) = email_key(&account.email) else {
        let fault = FieldError::invalid("/email", "an e-mail address such as ada@example.com is expected");
        return Err(CommonError::Unprocessable { errors: vec![fault] }.into());
    };
    let nonce: [u8; NONCE_BYTES] = auth.env.random();
    let mut tx = auth.db.begin().await?;
    timers::want_reset(&auth, &mut tx, nonce, &email, &call.context).await?;
    tx.commit("auth.forgot_password").await?;
    auth.timers.wake();
    Ok(Accepted(ResetRequested { expires_in: auth.settings.reset_ttl.as_secs() }))
}
