//! How failures slow down further tries: of signing in, and of showing one's password.

use crate::{
    state::{
        Auth, FailureKeys,
        hasher::{HashTurn, NameHistory},
    },
    store::{failures, networks},
};
use db::Result;
use endpoint::HandlerError;
use std::net::IpAddr;

/// What the failures so far mean for a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ThrottleDecision {
    /// Known where it has signed in from this network or on this device, and has not failed much here since.
    name: NameHistory,
    /// It is compared when the pacer of guesses lets it.
    is_paced: bool,
    /// If this attempt fails, the response has the time to retry instead of the reason.
    is_waiting: bool,
}

/// What the failures of a name mean for a try from this network.
async fn decide(auth: &Auth, keys: FailureKeys) -> Result<ThrottleDecision> {
    let (settings, now) = (&auth.settings, auth.env.now());
    let (of_network, of_name) = (&settings.throttle, &settings.throttle_of_name);
    let here = failures::find(&auth.db, keys.here).await?;
    let here = here.filter(|here| now.since(here.last_at) <= of_network.forget_after);
    let anywhere = failures::find(&auth.db, keys.anywhere).await?;
    let anywhere = anywhere.filter(|anywhere| now.since(anywhere.last_at) <= of_name.forget_after);
    let is_known = keys.is_known || networks::is_known(&auth.db, keys.here).await?;
    let is_waiting = of_network.wait(here.as_ref(), now).is_some();
    // a client that has not failed here yet is not one of those who guess
    let is_guessed_widely = !is_known && anywhere.is_some_and(|anywhere| of_name.is_paced(&anywhere));
    let is_paced = here.is_some_and(|here| of_network.is_paced(&here) || is_guessed_widely);
    let failures = here.map_or(0, |here| here.count);
    let name = NameHistory { is_known: is_known && !is_waiting, failures };
    Ok(ThrottleDecision { name, is_paced, is_waiting })
}

/// Waits until a password of this name may be compared. The queue of the hasher goes by `history` where one is given.
///
/// # Errors
/// What the database says, and [`CommonError::Unavailable`](endpoint::CommonError) if the hasher is overloaded.
pub(crate) async fn comparison_turn<E>(
    auth: &Auth,
    (keys, client): (FailureKeys, Option<IpAddr>),
    history: Option<NameHistory>,
) -> std::result::Result<(HashTurn<'_>, ThrottleDecision), HandlerError<E>> {
    let mut was_paced = false;
    loop {
        let before = decide(auth, keys).await?;
        if before.is_paced && !was_paced {
            auth.pacer.turn(keys.here).await;
            was_paced = true;
        }
        let turn = auth.hasher.turn(client, history.unwrap_or(before.name)).await?;
        // others of the same name had their turns in the meantime
        let after = decide(auth, keys).await?;
        if was_paced || !after.is_paced {
            return Ok((turn, after));
        }
    }
}

/// Records a failure. Returns the seconds to wait, if the response must contain them.
pub(crate) async fn count_failure(
    auth: &Auth,
    keys: FailureKeys,
    decision: ThrottleDecision,
    client: Option<IpAddr>,
) -> Result<Option<u32>> {
    auth.hasher.note_failure(client);
    let (settings, now) = (&auth.settings, auth.env.now());
    let mut tx = auth.db.begin().await?;
    let here = failures::add(&mut tx, &settings.throttle, keys.here, now).await?;
    // always the other one second: those that many share are locked for the shortest time
    failures::add(&mut tx, &settings.throttle_of_name, keys.anywhere, now).await?;
    tx.commit("auth.count_failure").await?;
    Ok(settings.throttle.wait(Some(&here), now).filter(|_| decision.is_waiting))
}
