//! Whose verified address it is, for another service. One that nobody has verified is nobody's.

use crate::{
    names::{LoginName, email_key},
    state::Auth,
    store::accounts,
};
use contracts::auth::{LookUpVerified, VerifiedAddress, VerifiedHolder};
use endpoint::{Body, Json};
use ordo_http::{Answered, Call};

pub(crate) async fn look_up_verified(
    auth: Auth,
    _: Call,
    LookUpVerified { address: Body(VerifiedAddress { email }) }: LookUpVerified,
) -> Answered<LookUpVerified> {
    let name = email_key(&email).map_or_else(LoginName::none, LoginName::Email);
    let found = accounts::find_by_name(&auth.db, &name).await?.map(|found| found.user);
    let holder = found.filter(|user| user.active && user.email_verified);
    Ok(Json(VerifiedHolder { user_id: holder.map(|user| user.id) }))
}
