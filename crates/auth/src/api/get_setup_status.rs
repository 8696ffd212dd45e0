//! `GET /internal/setup`: whether the shop can be set up.

use crate::{state::Auth, store::accounts};
use contracts::auth::{GetSetupStatus, SetupStatus};
use endpoint::Json;
use ordo_http::{Call, HandlerResult};

pub(crate) async fn get_setup_status(
    auth: Auth,
    _: Call,
    _: GetSetupStatus,
) -> HandlerResult<GetSetupStatus> {
    Ok(Json(SetupStatus { is_over: accounts::has_admin(&auth.db).await? }))
}
