//! Deletes what is over: expired sessions and their tokens, old revocations, forgotten failures, retired keys.

use super::{Auth, SWEEP, set};
use crate::store::{failures, refresh_tokens, revocations, sessions, signing_keys};
use db::Result;
use std::time::Duration;

const HOURLY: Duration = Duration::from_secs(3600);
/// Nothing is deleted before it has been over for so long: clocks differ, and people look into what happened.
const KEPT: Duration = Duration::from_secs(24 * 3600);

pub(crate) async fn sweep(auth: Auth) -> Result<()> {
    let (settings, over) = (&auth.settings, auth.env.now().minus(KEPT));
    let mut tx = auth.db.begin().await?;
    let tokens = refresh_tokens::delete_expired(&mut tx, over).await?;
    // no token of a session outlives it, so that those of these are gone
    let sessions = sessions::delete_expired(&mut tx, over).await?;
    let revocations = revocations::delete_over(&mut tx, over.minus(settings.token_matters())).await?;
    let failures = failures::delete_forgotten(&mut tx, over.minus(settings.throttle.forget_after)).await?;
    signing_keys::delete_retired(&mut tx, over).await?;
    set(&mut tx, SWEEP, HOURLY).await?;
    tx.commit("auth.sweep").await?;
    tracing::debug!(tokens, sessions, revocations, failures, "what is over was deleted");
    Ok(())
}
