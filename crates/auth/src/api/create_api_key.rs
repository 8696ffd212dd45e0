//! Makes an API key. The response is the only place that shows it: only a hash of it is stored.

use crate::{
    api_key,
    state::Auth,
    store::{accounts, api_keys, sessions},
    workflows::token,
};
use contracts::auth::{ApiKey, CreateApiKey, CreateApiKeyError, NewApiKey};
use endpoint::{Body, CommonError, CreatedWithoutEtag, FieldError, HandlerError, UnauthenticatedReason};
use flow::{
    Claim, KeyId,
    idempotency::{body_hash, claim, settle},
};
use kernel::id::{SessionId, UserId};
use ordo_http::{Call, HandlerResult, token::api_key as key_of};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 3600);

type Error = HandlerError<CreateApiKeyError>;
type IdempotencyClaim = Option<(KeyId, [u8; 32])>;

pub(crate) async fn create_api_key(
    auth: Auth,
    call: Call,
    asked: CreateApiKey,
) -> HandlerResult<CreateApiKey> {
    // a key makes no keys
    let (user, session) = call.person()?;
    let CreateApiKey { key, api_key: Body(new) } = asked;
    let once = key.0.map(|key| (KeyId::of(user, "POST /v1/api-keys", &key), body_hash(&new)));
    let body = make(&auth, (user, session), new, once).await?;
    let expires_at = body.expires_at.map(|at| at.to_string());
    tracing::info!(key_id = %body.id, user_id = %user, scopes = ?body.scopes, expires_at, "API key created");
    Ok(CreatedWithoutEtag { location: format!("/v1/api-keys/{}", body.id), body })
}

async fn make(
    auth: &Auth,
    (user, session): (UserId, SessionId),
    new: NewApiKey,
    once: IdempotencyClaim,
) -> Result<ApiKey, Error> {
    let now = auth.env.now();
    let expires_at = new.expires_in_days.map(|days| now.plus(DAY * days)).or(new.expires_at);
    let mut tx = auth.db.begin().await?;
    if let Some((key, hash)) = once {
        match claim(&mut tx, key, hash, now).await? {
            Claim::Fresh => {}
            Claim::BodyMismatch => {
                tx.rollback().await?;
                return Err(CommonError::KeyReused.into());
            }
            Claim::Replay { resource, .. } => {
                tx.rollback().await?;
                return made_before(auth, &resource).await;
            }
        }
    }
    if api_key::is_expired(expires_at, now) {
        tx.rollback().await?;
        let fault = FieldError::invalid("/expires_at", "a time in the future is expected");
        return Err(CommonError::Unprocessable { errors: vec![fault] }.into());
    }
    // locked, so that it neither gets too many keys nor loses a permission in the meantime
    let maker = accounts::lock(&mut tx, user)
        .await?
        .ok_or(CommonError::unproved(UnauthenticatedReason::NotAccepted))?;
    // a key outlives the session that makes it: of one that has just ended (another password, say) there comes none
    if sessions::find_live(&mut tx, session).await? != Some(user) {
        tx.rollback().await?;
        return Err(CommonError::unproved(UnauthenticatedReason::Ended).into());
    }
    let scopes = api_key::tidy(new.scopes);
    let not_held = api_key::not_held(&maker, &scopes);
    let is_full = api_keys::count_of(&mut tx, user, now).await? >= i64::from(api_key::OF_AN_ACCOUNT_MAX);
    if !not_held.is_empty() || is_full {
        tx.rollback().await?;
        return Err(HandlerError::Declared(match not_held.is_empty() {
            true => CreateApiKeyError::TooManyApiKeys { limit: api_key::OF_AN_ACCOUNT_MAX },
            false => CreateApiKeyError::ScopeNotHeld { scopes: not_held },
        }));
    }
    let secret = key_of(auth.env.random());
    let made = ApiKey {
        id: auth.env.id(),
        name: new.name,
        key: None,
        hint: api_key::hint(secret.expose()),
        scopes,
        created_by: user,
        created_at: now,
        expires_at,
        last_used_at: None,
    };
    api_keys::insert(&mut tx, &made, token::hash_of(&secret)).await?;
    if let Some((key, _)) = once {
        // without the answer: it has the key
        settle(&mut tx, key, made.id, None::<CreatedWithoutEtag<ApiKey>>).await?;
    }
    tx.commit("auth.create_api_key").await?;
    Ok(ApiKey { key: Some(secret), ..made })
}

/// A repeat returns the key's data without the key itself. A key that was revoked since is not made again.
async fn made_before(auth: &Auth, id: &str) -> Result<ApiKey, Error> {
    let id = id.parse().map_err(|_| CommonError::KeyReused)?;
    Ok(api_keys::find(&auth.db, id).await?.ok_or(CommonError::KeyReused)?)
}
