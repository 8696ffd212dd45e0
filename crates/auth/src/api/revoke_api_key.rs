//! Revokes an API key.

use crate::{
    state::Auth,
    store::{api_keys, revocations},
};
use contracts::auth::RevokeApiKey;
use endpoint::{Common, Done, Path};
use ordo_http::{Answered, Call, token::Revocation};

pub(crate) async fn revoke_api_key(
    auth: Auth,
    call: Call,
    RevokeApiKey { id: Path(id) }: RevokeApiKey,
) -> Answered<RevokeApiKey> {
    let (by, _) = call.person()?;
    let now = auth.env.now();
    let mut tx = auth.db.begin().await?;
    let Some(maker) = api_keys::revoke(&mut tx, id, now).await? else {
        tx.rollback().await?;
        return Err(Common::NotFound.into());
    };
    // last, since it makes all others wait who revoke something
    revocations::insert_keys(&mut tx, &[id], now).await?;
    tx.commit("auth.revoke_api_key").await?;
    auth.tell(&[Revocation::of_key(id, maker, now)]);
    tracing::info!(key = %id, %by, "an API key was revoked");
    Ok(Done)
}
