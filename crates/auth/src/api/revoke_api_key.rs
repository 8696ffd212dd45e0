//! Revokes an API key.

use crate::{
    state::Auth,
    store::{api_keys, revocations},
};
use contracts::{
    auth::RevokeApiKey,
    events::{ApiKeyEvent, EventType},
};
use endpoint::{CommonError, NoContent, Path};
use flow::Cause;
use ordo_http::{Call, HandlerResult, token::Revocation};

/// A key has one event: that it was revoked.
const REVOKED_VERSION: i64 = 1;

pub(crate) async fn revoke_api_key(
    auth: Auth,
    call: Call,
    RevokeApiKey { id: Path(id) }: RevokeApiKey,
) -> HandlerResult<RevokeApiKey> {
    let (by, _) = call.person()?;
    let now = auth.env.now();
    let mut tx = auth.db.begin().await?;
    let Some(maker) = api_keys::revoke(&mut tx, id, now).await? else {
        tx.rollback().await?;
        return Err(CommonError::NotFound.into());
    };
    // consumers of the feed detect by its position an older database in which the key is still valid
    let (cause, data) = (Cause::request(by, &call.context), ApiKeyEvent { user_id: maker, api_key_id: id });
    auth.journal.record(&mut tx, EventType::ApiKeyRevoked, id, REVOKED_VERSION, &cause, &data).await?;
    // last, since it makes all others wait who revoke something
    revocations::insert_keys(&mut tx, &[id], now).await?;
    tx.commit("auth.revoke_api_key").await?;
    auth.tell(&[Revocation::of_key(id, maker, now)]);
    tracing::info!(key = %id, %by, "API key revoked");
    Ok(NoContent)
}
