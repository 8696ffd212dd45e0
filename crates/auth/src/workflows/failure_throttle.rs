//! How failures slow down further tries: of signing in, and of showing one's password.

use crate::{
    state::{Auth, FailureKeys, hasher::NameHistory},
    store::{failures, networks},
};
use db::Result;
use std::net::IpAddr;

/// What the failures so far mean for a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ThrottleDecision {
    /// Known where it has signed in from this network or on this device, and has not failed much here since.
    pub(crate) name: NameHistory,
    /// Seconds until the next try is compared; `None`: this one is.
    pub(crate) refused_for: Option<u32>,
    /// If this attempt fails, the response has the time to retry instead of the reason.
    is_waiting: bool,
}

/// What the failures of a name mean for a try from this network.
pub(crate) async fn standing(auth: &Auth, keys: FailureKeys) -> Result<ThrottleDecision> {
    let (settings, now) = (&auth.settings, auth.env.now());
    let (of_network, of_name) = (&settings.throttle, &settings.throttle_of_name);
    let here = failures::find(&auth.db, keys.here).await?;
    let anywhere = failures::find(&auth.db, keys.anywhere).await?;
    let is_known = keys.is_known || networks::is_known(&auth.db, keys.here).await?;
    let wait_here = of_network.wait(here.as_ref(), now);
    let refused_here = wait_here.filter(|_| here.is_some_and(|here| of_network.is_used_up(&here)));
    // who has not failed here yet is none of those who guess, unless very many do
    let has_failed_here = here.is_some_and(|here| now.since(here.last_at) <= of_network.forget_after);
    let refused_anywhere = of_name.wait(anywhere.as_ref(), now).filter(|_| {
        !is_known && (has_failed_here || anywhere.is_some_and(|anywhere| of_name.is_used_up(&anywhere)))
    });
    let failures = here.filter(|_| has_failed_here).map_or(0, |here| here.count);
    Ok(ThrottleDecision {
        name: NameHistory { is_known: is_known && wait_here.is_none(), failures },
        refused_for: refused_here.max(refused_anywhere),
        is_waiting: wait_here.is_some(),
    })
}

/// Records a failure. Returns the seconds to wait, if the response must contain them.
pub(crate) async fn count_failure(
    auth: &Auth,
    keys: FailureKeys,
    standing: ThrottleDecision,
    client: Option<IpAddr>,
) -> Result<Option<u32>> {
    auth.hasher.note_failure(client);
    let (settings, now) = (&auth.settings, auth.env.now());
    let mut tx = auth.db.begin().await?;
    let here = failures::add(&mut tx, &settings.throttle, keys.here, now).await?;
    // always the other one second: those that many share are locked for the shortest time
    failures::add(&mut tx, &settings.throttle_of_name, keys.anywhere, now).await?;
    tx.commit("auth.count_failure").await?;
    Ok(settings.throttle.wait(Some(&here), now).filter(|_| standing.is_waiting))
}
