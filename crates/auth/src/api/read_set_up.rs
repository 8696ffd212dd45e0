//! `GET /internal/setup`: whether the shop can be set up.

use crate::{state::Auth, store::accounts};
use contracts::auth::{ReadSetUp, SetUpState};
use endpoint::Json;
use ordo_http::{Answered, Call};

pub(crate) async fn read_set_up(auth: Auth, _: Call, _: ReadSetUp) -> Answered<ReadSetUp> {
    Ok(Json(SetUpState { is_over: accounts::has_admin(&auth.db).await? }))
}
