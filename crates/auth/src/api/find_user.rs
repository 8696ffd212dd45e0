//! Tells a façade who signs in with a name.

use crate::{login_name::LoginName, state::Auth, store::accounts};
use contracts::facades::{FindUser, FoundUser};
use endpoint::{Json, Query};
use ordo_http::{Call, HandlerResult};

pub(crate) async fn find_user(
    auth: Auth,
    _: Call,
    FindUser { named: Query(named) }: FindUser,
) -> HandlerResult<FindUser> {
    let name = LoginName::given(&named.username, false);
    let found = accounts::find_by_name(&auth.db, &name).await?;
    Ok(Json(FoundUser { user: found.map(|found| found.user) }))
}
