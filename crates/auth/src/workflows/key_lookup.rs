//! Who holds an API key, for verifiers here and elsewhere.

use crate::{
    api_key,
    store::{accounts, api_keys},
};
use contracts::auth::ApiKeyOwner;
use db::{Db, Result};
use kernel::Timestamp;
use std::time::Duration;

/// That a key is used is noted once in so long: each time would be a write for each of its requests.
const NOTED_EVERY: Duration = Duration::from_secs(60);

/// Who holds the key of this hash, also where it has expired, and what it may do now.
pub(crate) async fn holder(db: &Db, hash: &[u8], now: Timestamp) -> Result<Option<ApiKeyOwner>> {
    let Some(key) = api_keys::find_by_hash(db, hash).await? else { return Ok(None) };
    let Some(maker) = accounts::find(db, key.created_by).await? else { return Ok(None) };
    let Some(permissions) = api_key::permissions(&maker, &key.scopes) else { return Ok(None) };
    let since = now.minus(NOTED_EVERY);
    let is_valid = !api_key::is_expired(key.expires_at, now);
    if is_valid && key.last_used_at.is_none_or(|noted| noted < since) {
        let mut tx = db.begin().await?;
        api_keys::note_use(&mut tx, key.id, now, since).await?;
        tx.commit("auth.note_key_use").await?;
    }
    Ok(Some(ApiKeyOwner { id: key.id, user: maker.id, permissions, expires_at: key.expires_at }))
}
