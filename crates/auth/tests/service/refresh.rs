//! Refresh tokens work once, and a second use ends the session.

use crate::world::{Auth, World, code};
use contracts::{auth::SignedIn, events::EventType};
use endpoint::Json;
use futures_util::future::join_all;
use kernel::Secret;
use std::time::Duration;

on_both!(
    of_fifty_who_use_one_token_at_once_one_wins_and_the_session_ends,
    a_second_use_ends_the_session_and_no_other,
    a_chain_of_refreshes_goes_on_for_months_and_ends_when_unused,
    what_is_no_refresh_token_is_refused,
);

async fn is_dead(auth: &Auth, signed_in: &SignedIn) {
    assert!(!auth.lets_in(&signed_in.access_token).await);
    assert_eq!(code(auth.refresh(&signed_in.refresh_token).await), "invalid_refresh_token");
}

async fn of_fifty_who_use_one_token_at_once_one_wins_and_the_session_ends(world: World) {
    let auth = world.replica().await;
    let first = auth.register("ada@example.com").await;
    let all = join_all((0..50).map(|_| {
        let (auth, token) = (auth.clone(), first.refresh_token.clone());
        async move { auth.refresh(&token).await }
    }))
    .await;
    let (won, lost): (Vec<_>, Vec<_>) = all.into_iter().partition(Result::is_ok);
    assert_eq!((won.len(), lost.len()), (1, 49));
    for refused in lost {
        assert_eq!(code(refused), "invalid_refresh_token");
    }
    let Json(winner) = won.into_iter().next().unwrap().unwrap();
    is_dead(&auth, &winner).await;
    is_dead(&auth, &first).await;
    let page = auth.revocations(0).await;
    assert_eq!(page.revoked.len(), 1, "it ended once");
    let events = auth.journal_of(page.revoked[0].session.unwrap()).await;
    assert_eq!(events.iter().map(|event| event.kind).collect::<Vec<_>>(), [EventType::SessionRevoked]);
}

async fn a_second_use_ends_the_session_and_no_other(world: World) {
    let auth = world.replica().await;
    let first = auth.register("ada@example.com").await;
    let Json(other) = auth.login("ada@example.com", crate::world::PASSWORD).await.unwrap();
    let Json(second) = auth.refresh(&first.refresh_token).await.unwrap();
    let Json(third) = auth.refresh(&second.refresh_token).await.unwrap();
    assert!(auth.lets_in(&third.access_token).await);
    assert_eq!(code(auth.refresh(&first.refresh_token).await), "invalid_refresh_token");
    is_dead(&auth, &third).await;
    assert!(auth.lets_in(&other.access_token).await);
    assert!(auth.refresh(&other.refresh_token).await.is_ok());
}

async fn a_chain_of_refreshes_goes_on_for_months_and_ends_when_unused(world: World) {
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

async fn what_is_no_refresh_token_is_refused(world: World) {
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
