//! Whose verified address it is, for another service. One that nobody has verified is nobody's.

use crate::{
    login_name::{LoginName, email_key},
    state::Auth,
    store::accounts,
};
use contracts::auth::{FindVerifiedAccount, VerifiedAccount, VerifiedAddress};
use endpoint::{Body, Json};
use ordo_http::{Call, HandlerResult};

pub(crate) async fn find_verified_account(
    auth: Auth,
    _: Call,
    FindVerifiedAccount { address: Body(VerifiedAddress { email }) }: FindVerifiedAccount,
) -> HandlerResult<FindVerifiedAccount> {
    let name = email_key(&email).map_or_else(LoginName::none, LoginName::Email);
    let found = accounts::find_by_name(&auth.db, &name).await?.map(|found| found.user);
    let holder = found.filter(|user| user.active && user.email_verified);
    Ok(Json(VerifiedAccount { user_id: holder.map(|user| user.id) }))
}
