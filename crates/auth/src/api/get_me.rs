//! Reads the account that is signed in.

use crate::{state::Auth, store::accounts};
use contracts::auth::GetMe;
use endpoint::{Common, Json};
use ordo_http::{Answered, Call};

pub(crate) async fn get_me(auth: Auth, call: Call, _: GetMe) -> Answered<GetMe> {
    let user = accounts::find(&auth.db, call.user()?).await?;
    Ok(Json(user.ok_or(Common::NotFound)?))
}
