//! When a credential is over: what ends a stream.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod bench;

use bench::{world::NOW_S, *};
use endpoint::Role;
use kernel::{Secret, Timestamp};
use ordo_http::{
    Verify,
    token::{AccessClaims, Revocation, SigningKey},
};
use std::{sync::Arc, time::Duration};
use tokio::{pin, time::timeout};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn a_token_is_over_in_the_second_in_which_it_expires() {
    let bench = Bench::new();
    bench.verifier.read_once().await.unwrap();
    let token = good();
    let who = bench.verify(&token).await.unwrap();
    // two seconds before the last one in which it is taken has passed
    bench.world.set_clock(NOW_S + HOUR + 358);
    let over = Arc::new(bench.verifier.clone()).over(Secret::new(token), who);
    pin!(over);
    assert!(timeout(SECOND, &mut over).await.is_err());
    bench.world.set_clock(NOW_S + HOUR + 360);
    assert!(timeout(SECOND + SECOND / 10, &mut over).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_token_is_over_at_once_when_its_session_ends() {
    let bench = Bench::new();
    bench.verifier.read_once().await.unwrap();
    let token = good();
    let who = bench.verify(&token).await.unwrap();
    let over = Arc::new(bench.verifier.clone()).over(Secret::new(token), who);
    pin!(over);
    assert!(timeout(10 * SECOND, &mut over).await.is_err());
    let ended = Revocation { session: Some(session()), user: user(), at: Timestamp::from_seconds(NOW_S) };
    bench.change(|auth| auth.revoked.push(ended));
    bench.verifier.read_once().await.unwrap();
    assert!(timeout(SECOND / 100, &mut over).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_credential_that_cannot_be_told_any_more_is_over() {
    let bench = Bench::new();
    bench.verifier.read_once().await.unwrap();
    let staff = AccessClaims { role: Role::Staff, ..claims() };
    let token = SigningKey::from_seed(&SEED).sign(&staff);
    let who = bench.verify(&token).await.unwrap();
    let over = Arc::new(bench.verifier.clone()).over(Secret::new(token), who);
    pin!(over);
    // staff are not let in without the feed of revocations
    assert!(timeout(25 * SECOND, &mut over).await.is_err());
    assert!(timeout(15 * SECOND, &mut over).await.is_ok());
}
