//! Chooses a new password with the code of a mail, once. All sessions of the account end.

use crate::{
    common_password::is_common,
    state::{Auth, hasher::NameHistory},
    store::{
        accounts,
        password_resets::{self, ValidReset},
    },
    workflows::{
        failure_log::code_rejected,
        password_change::{self, NewPassword},
    },
};
use contracts::auth::{PasswordReset, ResetPassword, ResetPasswordError};
use endpoint::{Body, HandlerError, NoContent};
use kernel::{Secret, id::ResetId};
use ordo_http::{Call, HandlerResult, token::Revocation};

type Error = HandlerError<ResetPasswordError>;
const INVALID: Error = HandlerError::Declared(ResetPasswordError::InvalidResetToken);

pub(crate) async fn reset_password(
    auth: Auth,
    call: Call,
    ResetPassword { reset: Body(PasswordReset { token, new_password }) }: ResetPassword,
) -> HandlerResult<ResetPassword> {
    if is_common(new_password.expose()) {
        return Err(HandlerError::Declared(ResetPasswordError::CommonPassword));
    }
    let reset = reset(&auth, &call, &token, &new_password).await;
    if let Err(HandlerError::Declared(ResetPasswordError::InvalidResetToken)) = reset {
        code_rejected("password_reset", call.client);
    }
    reset
}

async fn reset(
    auth: &Auth,
    call: &Call,
    token: &Secret,
    new_password: &Secret,
) -> HandlerResult<ResetPassword> {
    let id = auth.reset_codes.open(token).ok_or(INVALID)?;
    // before the hash, which costs more; the transaction has the last word
    let good = password_resets::find_good(&auth.db, id, auth.env.now()).await?.ok_or(INVALID)?;
    let hash = auth.hasher.turn(call.client, NameHistory::OWNER).await?.hash(new_password).await?;
    let ended = set(auth, call, id, &good, &hash).await?;
    auth.tell(&ended);
    tracing::info!(user = %good.account, ended = ended.len(), "password reset");
    Ok(NoContent)
}

async fn set(
    auth: &Auth,
    call: &Call,
    id: ResetId,
    good: &ValidReset,
    hash: &Secret,
) -> Result<Vec<Revocation>, Error> {
    let now = auth.env.now();
    let mut tx = auth.db.begin().await?;
    // the account first, as everywhere: two who change it wait for one another
    let user = accounts::lock(&mut tx, good.account).await?.filter(|user| user.active);
    let is_used = user.is_some() && password_resets::use_up(&mut tx, id, now).await?;
    let Some(user) = user.filter(|_| is_used) else {
        tx.rollback().await?;
        return Err(INVALID);
    };
    let new = NewPassword { user: &user, compared: None, hash, kept: None };
    let ended = password_change::set(auth, &mut tx, call, new, now).await?;
    tx.commit("auth.reset_password").await?;
    Ok(ended)
}
