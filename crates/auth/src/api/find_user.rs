//! Tells a façade whose username it is.

use crate::{
    names::{LoginName, key},
    state::Auth,
    store::accounts,
};
use contracts::facades::{FindUser, FoundUser};
use endpoint::{Json, Query};
use ordo_http::{Answered, Call};

pub(crate) async fn find_user(
    auth: Auth,
    _: Call,
    FindUser { named: Query(named) }: FindUser,
) -> Answered<FindUser> {
    // PostgreSQL's texts have no NUL
    let name = match named.username.contains(char::is_control) {
        true => LoginName::Impossible,
        false => LoginName::Username(key(&named.username)),
    };
    let found = accounts::find_by_name(&auth.db, &name).await?;
    Ok(Json(FoundUser { user: found.map(|found| found.user) }))
}
