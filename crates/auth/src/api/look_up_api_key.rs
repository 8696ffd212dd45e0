//! Who holds an API key, for another service.

use crate::{api_key::is_expired, state::Auth, workflows::key_lookup};
use contracts::auth::{ApiKeyLookup, LookUpApiKey};
use endpoint::{Body, Json};
use ordo_http::{Call, HandlerResult};

pub(crate) async fn look_up_api_key(
    auth: Auth,
    _: Call,
    LookUpApiKey { key: Body(shown) }: LookUpApiKey,
) -> HandlerResult<LookUpApiKey> {
    let now = auth.env.now();
    let found = match hex::decode(&shown.sha256) {
        Ok(hash) => key_lookup::holder(&auth.db, &hash, now).await?,
        Err(_) => None,
    };
    // a verifier of an older version reads `holder` alone
    Ok(Json(match found {
        Some(key) if is_expired(key.expires_at, now) => ApiKeyLookup { holder: None, expired: Some(key) },
        holder => ApiKeyLookup { holder, expired: None },
    }))
}
