//! What a mail about a forgotten password says. The code is made here, each time that it is asked for.

use crate::{
    state::Auth,
    store::{accounts, password_resets},
};
use contracts::auth::{GetPasswordReset, PasswordResetEmail};
use endpoint::{CommonError, Json, Path};
use ordo_http::{Call, HandlerResult};

pub(crate) async fn get_password_reset(
    auth: Auth,
    _: Call,
    GetPasswordReset { id: Path(id) }: GetPasswordReset,
) -> HandlerResult<GetPasswordReset> {
    let reset =
        password_resets::find_good(&auth.db, id, auth.env.now()).await?.ok_or(CommonError::NotFound)?;
    let user = accounts::find(&auth.db, reset.account).await?.filter(|user| user.active);
    let user = user.ok_or(CommonError::NotFound)?;
    Ok(Json(PasswordResetEmail { user, token: auth.reset_codes.make(id), expires_at: reset.expires_at }))
}
