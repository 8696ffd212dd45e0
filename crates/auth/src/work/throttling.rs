//! How failures slow down further tries: of signing in, and of showing one's password.

use crate::{
    state::{Auth, FailureKeys},
    store::{failures, networks},
};
use db::Result;

/// For how many seconds further tries wait; `None`: one may try.
pub(crate) async fn wait(auth: &Auth, keys: FailureKeys) -> Result<Option<u32>> {
    let (settings, now) = (&auth.settings, auth.env.now());
    let here = failures::find(&auth.db, keys.here).await?;
    let wait_here = settings.throttle.wait(here.as_ref(), now);
    let anywhere = failures::find(&auth.db, keys.anywhere).await?;
    let wait_anywhere = match settings.throttle_of_name.wait(anywhere.as_ref(), now) {
        Some(wait) if !networks::is_known(&auth.db, keys.here).await? => Some(wait),
        _ => None,
    };
    Ok(wait_here.max(wait_anywhere))
}

/// One more failure.
pub(crate) async fn count_failure(auth: &Auth, keys: FailureKeys) -> Result<()> {
    let (settings, now) = (&auth.settings, auth.env.now());
    let mut tx = auth.db.begin().await?;
    let here = failures::add(&mut tx, &settings.throttle, keys.here, now).await?;
    // always the other one second: those that many share are locked for the shortest time
    let anywhere = failures::add(&mut tx, &settings.throttle_of_name, keys.anywhere, now).await?;
    tx.commit("auth.count_failure").await?;
    if here.wait_until > now || anywhere.wait_until > now {
        tracing::warn!(here = here.count, anywhere = anywhere.count, "sign-ins of a name fail");
    }
    Ok(())
}
