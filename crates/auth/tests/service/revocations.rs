//! The feed of ended sessions: nothing is missed, and what no longer matters is left out.

use crate::world::{AuthTestBed, code};
use contracts::auth::*;
use endpoint::Query;
use futures_util::future::join_all;
use std::{collections::BTreeSet, time::Duration};

on_both!(
    a_reader_misses_nothing_while_many_sign_out,
    neighbours_in_the_process_hear_at_once_and_others_by_the_feed,
    what_has_ended_stays_so_when_a_clock_that_was_ahead_is_set_back,
    what_no_token_can_be_of_is_left_out,
    a_position_that_was_never_given_out_is_the_beginning,
    only_services_read_it,
);

async fn a_reader_misses_nothing_while_many_sign_out(world: AuthTestBed) {
    let auth = world.replica().await;
    let users = join_all((0..40).map(|n| {
        let auth = auth.clone();
        async move { auth.register(&format!("u{n}@example.com")).await }
    }))
    .await;
    let leaving = users.iter().map(|user| auth.call(Some(&user.access_token), Logout {}));
    let reading = async {
        let (mut position, mut heard) = (0, Vec::new());
        while heard.len() < 40 {
            let page = auth.revocations(position).await;
            assert!(page.position >= position);
            position = page.position;
            heard.extend(page.revoked.into_iter().map(|revoked| revoked.user));
            tokio::task::yield_now().await;
        }
        heard
    };
    let both = async { tokio::join!(join_all(leaving), reading) };
    let (left, heard) = tokio::time::timeout(Duration::from_secs(30), both).await.expect("one was missed");
    assert!(left.iter().all(Result::is_ok));
    let expected: BTreeSet<_> = users.iter().map(|user| user.user.id).collect();
    assert_eq!((heard.len(), heard.into_iter().collect::<BTreeSet<_>>()), (40, expected));
}

async fn neighbours_in_the_process_hear_at_once_and_others_by_the_feed(world: AuthTestBed) {
    use ordo_http::Verify;
    let (own, neighbour) = (world.verifier(auth::NAME).await, world.verifier("orders").await);
    let far = world.verifier("orders").await;
    let service = auth::service(world.needs(own, vec![neighbour.clone()]));
    let router = service.router;
    let transport = std::sync::Arc::new(endpoint::transport::InProcess(router));
    let client = endpoint::client::Client::new(transport, &["auth"], world.env.clone());
    let mut context = endpoint::Context::background(&world.env, Duration::from_secs(20));
    let account = crate::world::new_account(None, Some("ada@example.com"));
    let registered = client.call(&context, Register { account: endpoint::Body(account) }).await.unwrap();
    let token = registered.body.access_token;
    assert!(neighbour.verify(token.expose()).await.is_ok() && far.verify(token.expose()).await.is_ok());
    context.bearer = format!("Bearer {}", token.expose()).parse().ok();
    client.call(&context, Logout {}).await.unwrap();
    assert!(neighbour.verify(token.expose()).await.is_err());
    assert!(far.verify(token.expose()).await.is_ok());
    far.read_once().await.unwrap();
    assert!(far.verify(token.expose()).await.is_err());
}

async fn what_has_ended_stays_so_when_a_clock_that_was_ahead_is_set_back(world: AuthTestBed) {
    use ordo_http::Verify;
    let auth = world.replica().await;
    let ada = auth.register("ada@example.com").await;
    auth.call(Some(&ada.access_token), Logout {}).await.unwrap();
    let far = world.verifier("orders").await;
    assert!(far.verify(ada.access_token.expose()).await.is_err());
    let ahead = Duration::from_secs(30 * 3600);
    world.clock.advance(ahead);
    far.read_once().await.unwrap();
    world.clock.set_back(ahead);
    // the first look finds that out, the second one reads all again
    for _ in 0..2 {
        far.read_once().await.unwrap();
    }
    assert!(far.verify(ada.access_token.expose()).await.is_err());
}

async fn what_no_token_can_be_of_is_left_out(world: AuthTestBed) {
    let auth = world.replica().await;
    let ada = auth.register("ada@example.com").await;
    auth.call(Some(&ada.access_token), Logout {}).await.unwrap();
    world.clock.advance(Duration::from_secs(86_400));
    assert_eq!(auth.revocations(0).await.revoked.len(), 1);
    world.clock.advance(Duration::from_secs(3600));
    let page = auth.revocations(0).await;
    assert_eq!((page.revoked.len(), page.position), (0, 1));
}

async fn a_position_that_was_never_given_out_is_the_beginning(world: AuthTestBed) {
    let auth = world.replica().await;
    let ada = auth.register("ada@example.com").await;
    auth.call(Some(&ada.access_token), Logout {}).await.unwrap();
    for position in [-1, 0, 2, i64::MAX, i64::MIN] {
        let page = auth.revocations(position).await;
        assert_eq!((page.revoked.len(), page.position), (1, 1), "{position}");
    }
    assert_eq!(auth.revocations(1).await, Revocations { revoked: vec![], position: 1 });
}

async fn only_services_read_it(world: AuthTestBed) {
    let auth = world.replica().await;
    let ada = auth.register("ada@example.com").await;
    let read = || ReadRevocations { query: Query(RevocationsAfter { after: 0 }) };
    assert_eq!(code(auth.call(None, read()).await), "unauthenticated");
    assert_eq!(code(auth.call(Some(&ada.access_token), read()).await), "forbidden");
}
