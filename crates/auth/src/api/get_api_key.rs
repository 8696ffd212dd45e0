//! Reads an API key.

use crate::{state::Auth, store::api_keys};
use contracts::auth::GetApiKey;
use endpoint::{Common, Json, Path};
use ordo_http::{Answered, Call};

pub(crate) async fn get_api_key(
    auth: Auth,
    call: Call,
    GetApiKey { id: Path(id) }: GetApiKey,
) -> Answered<GetApiKey> {
    call.person()?;
    Ok(Json(api_keys::find(&auth.db, id).await?.ok_or(Common::NotFound)?))
}
