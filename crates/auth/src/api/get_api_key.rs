//! Reads an API key.

use crate::{state::Auth, store::api_keys};
use contracts::auth::GetApiKey;
use endpoint::{CommonError, Json, Path};
use ordo_http::{Call, HandlerResult};

pub(crate) async fn get_api_key(
    auth: Auth,
    call: Call,
    GetApiKey { id: Path(id) }: GetApiKey,
) -> HandlerResult<GetApiKey> {
    call.person()?;
    Ok(Json(api_keys::find(&auth.db, id).await?.ok_or(CommonError::NotFound)?))
}
