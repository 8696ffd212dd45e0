//! Who holds an API key, for another service.

use crate::{state::Auth, work::key_lookup};
use contracts::auth::{KeyHeld, LookUpApiKey};
use endpoint::{Body, Json};
use ordo_http::{Answered, Call};

pub(crate) async fn look_up_api_key(
    auth: Auth,
    _: Call,
    LookUpApiKey { key: Body(shown) }: LookUpApiKey,
) -> Answered<LookUpApiKey> {
    let holder = match hex::decode(&shown.sha256) {
        Ok(hash) => key_lookup::holder(&auth.db, &hash, auth.env.now()).await?,
        Err(_) => None,
    };
    Ok(Json(KeyHeld { holder }))
}
