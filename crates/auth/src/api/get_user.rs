//! Reads an account, for staff.

use crate::{account, state::Auth, store::accounts};
use contracts::auth::{GetUser, Role};
use endpoint::{CommonError, Conditional, Path, Permission};
use ordo_http::{Call, HandlerResult};

pub(crate) async fn get_user(auth: Auth, call: Call, asked: GetUser) -> HandlerResult<GetUser> {
    let GetUser { id: Path(id), known } = asked;
    let user = accounts::find(&auth.db, id).await?.ok_or(CommonError::NotFound)?;
    // who works with orders works with customers
    if !call.holds(Permission::Settings) && user.role != Role::Customer {
        return Err(CommonError::NotFound.into());
    }
    Ok(Conditional::unless_known(&known, account::etag(&user), user))
}
