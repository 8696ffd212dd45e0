//! Tells a façade who signs in with a name.

use crate::{names::LoginName, state::Auth, store::accounts};
use contracts::facades::{FindUser, FoundUser};
use endpoint::{Json, Query};
use ordo_http::{Answered, Call};

pub(crate) async fn find_user(
    auth: Auth,
    _: Call,
    FindUser { named: Query(named) }: FindUser,
) -> Answered<FindUser> {
    let name = LoginName::given(&named.username, false);
    let found = accounts::find_by_name(&auth.db, &name).await?;
    Ok(Json(FoundUser { user: found.map(|found| found.user) }))
}
