//! Reads an account, for staff.

use crate::{account, state::Auth, store::accounts};
use contracts::auth::{GetUser, Role};
use endpoint::{Common, Fresh, Path, Permission};
use ordo_http::{Answered, Call};

pub(crate) async fn get_user(auth: Auth, call: Call, asked: GetUser) -> Answered<GetUser> {
    let GetUser { id: Path(id), known } = asked;
    let user = accounts::find(&auth.db, id).await?.ok_or(Common::NotFound)?;
    // who works with orders works with customers
    if !call.holds(Permission::Settings) && user.role != Role::Customer {
        return Err(Common::NotFound.into());
    }
    Ok(Fresh::unless_known(&known, account::etag(&user), user))
}
