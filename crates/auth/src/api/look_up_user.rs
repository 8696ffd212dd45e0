//! Reads an account, for another service.

use crate::{state::Auth, store::accounts};
use contracts::auth::LookUpUser;
use endpoint::{CommonError, Json, Path};
use ordo_http::{Call, HandlerResult};

pub(crate) async fn look_up_user(
    auth: Auth,
    _: Call,
    LookUpUser { id: Path(id) }: LookUpUser,
) -> HandlerResult<LookUpUser> {
    let user = accounts::find(&auth.db, id).await?;
    Ok(Json(user.ok_or(CommonError::NotFound)?))
}
