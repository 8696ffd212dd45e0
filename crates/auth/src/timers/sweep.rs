//! Deletes what is over: expired sessions and their tokens, old revocations, forgotten failures and networks, codes for
//! new passwords and for addresses, retired keys. In small pieces: on SQLite everybody else who writes waits for one.

use super::{Auth, SWEEP, set};
use crate::store::{
    failures, networks, password_resets, refresh_tokens, revocations, sessions, signing_keys, verifications,
};
use db::Result;
use std::time::Duration;

/// Rows of a kind that one transaction deletes.
const PIECE: u16 = 500;
/// Until the next look when nothing is left over.
const HOURLY: Duration = Duration::from_secs(3600);
/// Between two pieces, so that others get their turn.
const PAUSE: Duration = Duration::from_millis(100);

pub(crate) async fn sweep(auth: Auth) -> Result<()> {
    let (settings, at_most) = (&auth.settings, i64::from(PIECE));
    let over = auth.env.now().minus(settings.kept_when_over);
    let mut tx = auth.db.begin().await?;
    let tokens = refresh_tokens::delete_expired(&mut tx, over, at_most).await?;
    // no token of a session outlives it, so that those of these are gone, or are next
    let sessions = sessions::delete_expired(&mut tx, over, at_most).await?;
    let matters = over.minus(settings.token_matters());
    let revocations = revocations::delete_over(&mut tx, matters, at_most).await?;
    let longer = settings.throttle.forget_after.max(settings.throttle_of_name.forget_after);
    let forgotten = over.minus(longer);
    let failures = failures::delete_forgotten(&mut tx, forgotten, at_most).await?;
    let known = over.minus(settings.network_known);
    let networks = networks::delete_forgotten(&mut tx, known, at_most).await?;
    let resets = password_resets::delete_expired(&mut tx, over, at_most).await?;
    let verifications = verifications::delete_expired(&mut tx, over, at_most).await?;
    signing_keys::delete_retired(&mut tx, over).await?;
    let is_more = [tokens, sessions, revocations, failures, networks, resets, verifications]
        .into_iter()
        .any(|count| count >= u64::from(PIECE));
    set(&mut tx, SWEEP, if is_more { PAUSE } else { HOURLY }).await?;
    tx.commit("auth.sweep").await?;
    tracing::debug!(tokens, sessions, revocations, failures, networks, resets, "expired rows deleted");
    Ok(())
}
