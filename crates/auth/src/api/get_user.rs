//! Reads an account, for staff.

use crate::{state::Auth, store::accounts};
use contracts::auth::GetUser;
use endpoint::{Common, Json, Path};
use ordo_http::{Answered, Call};

pub(crate) async fn get_user(auth: Auth, _: Call, GetUser { id: Path(id) }: GetUser) -> Answered<GetUser> {
    let user = accounts::find(&auth.db, id).await?;
    Ok(Json(user.ok_or(Common::NotFound)?))
}
