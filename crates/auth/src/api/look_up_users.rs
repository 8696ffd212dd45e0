//! Reads accounts, many at a time, for another service.

use crate::{state::Auth, store::accounts};
use contracts::auth::{FoundUsers, LookUpUsers};
use endpoint::{Body, Json};
use ordo_http::{Call, HandlerResult};

pub(crate) async fn look_up_users(
    auth: Auth,
    _: Call,
    LookUpUsers { wanted: Body(wanted) }: LookUpUsers,
) -> HandlerResult<LookUpUsers> {
    Ok(Json(FoundUsers { items: accounts::with_ids(&auth.db, &wanted.ids).await? }))
}
