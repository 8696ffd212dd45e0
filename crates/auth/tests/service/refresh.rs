//! Refresh tokens work once: a second use returns the same token for a moment, and ends the session after it.

use crate::world::{AuthReplica, AuthTestBed, code};
use contracts::{
    auth::{Logout, SignedIn},
    events::EventType,
};
use endpoint::Json;
use futures_util::future::join_all;
use kernel::Secret;
use std::time::Duration;

on_both!(
    of_fifty_who_use_one_token_at_once_all_are_told_the_same_successor,
    of_fifty_who_use_an_old_token_at_once_none_wins_and_the_session_ends_once,
    for_a_moment_a_second_use_is_told_what_the_first_one_was,
    nothing_of_an_ended_session_is_told_again,
    a_use_after_the_successors_ends_the_session_and_no_other,
    a_chain_of_refreshes_goes_on_for_months_and_ends_when_unused,
    what_is_no_refresh_token_is_refused,
);

/// For so long a second use returns what the first one did.
const GRACE: Duration = Duration::from_secs(60);

async fn is_dead(auth: &AuthReplica, signed_in: &SignedIn) {
    assert!(!auth.lets_in(&signed_in.access_token).await);
    assert_eq!(code(auth.refresh(&signed_in.refresh_token).await), "invalid_refresh_token");
}

async fn of_fifty_who_use_one_token_at_once_all_are_told_the_same_successor(world: AuthTestBed) {
    let replicas = [world.replica().await, world.replica().await];
    let first = replicas[0].register("ada@example.com").await;
    let all = join_all((0..50).map(|n| {
        let (auth, token) = (replicas[n % 2].clone(), first.refresh_token.clone());
        async move { auth.refresh(&token).await }
    }))
    .await;
    let all: Vec<SignedIn> = all.into_iter().map(|told| told.unwrap().0).collect();
    assert_ne!(all[0].refresh_token, first.refresh_token);
    for told in &all {
        assert_eq!(told.refresh_token, all[0].refresh_token);
    }
    // the session lives, for all of them
    assert!(replicas[0].revocations(0).await.revoked.is_empty());
    assert!(replicas[1].lets_in(&all[49].access_token).await);
    assert!(replicas[1].refresh(&all[0].refresh_token).await.is_ok());
}

async fn of_fifty_who_use_an_old_token_at_once_none_wins_and_the_session_ends_once(world: AuthTestBed) {
    let auth = world.replica().await;
    let first = auth.register("ada@example.com").await;
    let Json(second) = auth.refresh(&first.refresh_token).await.unwrap();
    world.clock.advance(GRACE);
    let all = join_all((0..50).map(|_| {
        let (auth, token) = (auth.clone(), first.refresh_token.clone());
        async move { auth.refresh(&token).await }
    }))
    .await;
    for refused in all {
        assert_eq!(code(refused), "invalid_refresh_token");
    }
    is_dead(&auth, &first).await;
    is_dead(&auth, &second).await;
    let page = auth.revocations(0).await;
    assert_eq!(page.revoked.len(), 1, "it ended once");
    let events = auth.journal_of(page.revoked[0].session.unwrap()).await;
    assert_eq!(events.iter().map(|event| event.kind).collect::<Vec<_>>(), [EventType::SessionRevoked]);
}

async fn for_a_moment_a_second_use_is_told_what_the_first_one_was(world: AuthTestBed) {
    let auth = world.replica().await;
    let first = auth.register("ada@example.com").await;
    let Json(second) = auth.refresh(&first.refresh_token).await.unwrap();
    // the moment counts from the first use, not from the last
    for _ in 0..2 {
        world.clock.advance(GRACE / 2 - Duration::from_secs(1));
        let Json(again) = auth.refresh(&first.refresh_token).await.unwrap();
        assert_eq!(again.refresh_token, second.refresh_token);
        assert!(auth.lets_in(&again.access_token).await);
    }
    world.clock.advance(Duration::from_secs(2));
    assert_eq!(code(auth.refresh(&first.refresh_token).await), "invalid_refresh_token");
    is_dead(&auth, &second).await;
}

async fn nothing_of_an_ended_session_is_told_again(world: AuthTestBed) {
    let auth = world.replica().await;
    let first = auth.register("ada@example.com").await;
    let Json(second) = auth.refresh(&first.refresh_token).await.unwrap();
    auth.call(Some(&second.access_token), Logout {}).await.unwrap();
    assert_eq!(code(auth.refresh(&first.refresh_token).await), "invalid_refresh_token");
    is_dead(&auth, &second).await;
}

async fn a_use_after_the_successors_ends_the_session_and_no_other(world: AuthTestBed) {
    let auth = world.replica().await;
    let first = auth.register("ada@example.com").await;
    let Json(other) = auth.login("ada@example.com", crate::world::PASSWORD).await.unwrap();
    let Json(second) = auth.refresh(&first.refresh_token).await.unwrap();
    let Json(third) = auth.refresh(&second.refresh_token).await.unwrap();
    assert!(auth.lets_in(&third.access_token).await);
    // at once: that the second is known means that its owner has heard it
    assert_eq!(code(auth.refresh(&first.refresh_token).await), "invalid_refresh_token");
    is_dead(&auth, &third).await;
    assert!(auth.lets_in(&other.access_token).await);
    assert!(auth.refresh(&other.refresh_token).await.is_ok());
}

async fn a_chain_of_refreshes_goes_on_for_months_and_ends_when_unused(world: AuthTestBed) {
    let auth = world.replica().await;
    let mut current = auth.register("ada@example.com").await;
    for _ in 0..6 {
        world.clock.advance(Duration::from_secs(29 * 86_400));
        assert!(!auth.lets_in(&current.access_token).await, "an access token lives for a day");
        Json(current) = auth.refresh(&current.refresh_token).await.unwrap();
        assert!(auth.lets_in(&current.access_token).await);
    }
    world.clock.advance(Duration::from_secs(30 * 86_400 + 1));
    assert_eq!(code(auth.refresh(&current.refresh_token).await), "invalid_refresh_token");
}

async fn what_is_no_refresh_token_is_refused(world: AuthTestBed) {
    let auth = world.replica().await;
    let signed_in = auth.register("ada@example.com").await;
    let token = signed_in.refresh_token.expose();
    let others = [
        String::new(),
        "ort_".to_owned(),
        format!("{token} "),
        token.to_uppercase(),
        token[..token.len() - 1].to_owned(),
        signed_in.access_token.expose().to_owned(),
    ];
    for other in others {
        assert_eq!(code(auth.refresh(&Secret::new(other)).await), "invalid_refresh_token");
    }
    assert!(!auth.lets_in(&signed_in.refresh_token).await, "it is no access token");
    assert!(auth.refresh(&signed_in.refresh_token).await.is_ok());
}
