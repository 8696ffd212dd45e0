//! How many requests an account, or a client without one, may send, and how it is told.

use crate::world::{GatewayResponse, gateway_of, got, open_gate};
use axum::{Router, body::Body, http::Request};
use gateway::GatewaySettings;
use ordo_http::Peer;
use std::time::Duration;
use testkit::clock::Clock;

const ADA: &str = "192.0.2.1:4711";
const GRACE: &str = "192.0.2.2:4711";

fn door(clock: &Clock, per_minute: Option<u32>) -> Router {
    let settings = GatewaySettings { requests_per_minute: per_minute, ..GatewaySettings::default() };
    gateway_of(clock.env(), settings, open_gate(), Vec::new())
}

async fn asks(door: &Router, from: &str, path: &str, token: Option<&str>) -> GatewayResponse {
    let mut request = Request::get(path);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let mut request = request.body(Body::empty()).unwrap();
    request.extensions_mut().insert(Peer(from.parse().unwrap()));
    got(door, request).await
}

#[tokio::test]
async fn a_client_is_told_what_it_has_left_and_when_to_come_back() {
    let clock = Clock::new();
    let door = door(&clock, Some(3));
    for remaining in [2, 1, 0] {
        let got = asks(&door, ADA, "/v1/products", None).await;
        assert_eq!((got.status, got.header("ratelimit-policy")), (200, "\"requests\";q=3;w=60"));
        let left = got.header("ratelimit");
        assert!(left.starts_with(&format!("\"requests\";r={remaining};t=")), "{left}");
    }
    let refused = asks(&door, ADA, "/v1/products", None).await;
    assert_eq!((refused.status, refused.code().as_str()), (429, "rate_limited"));
    assert_eq!(refused.header("retry-after"), "20");
    assert!(refused.header("ratelimit").starts_with("\"requests\";r=0;t="));
    // what costs nothing is not counted, and others are not concerned
    assert_eq!(asks(&door, ADA, "/health", None).await.status, 200);
    assert_eq!(asks(&door, GRACE, "/v1/products", None).await.status, 200);
    clock.advance(Duration::from_secs(20));
    assert_eq!(asks(&door, ADA, "/v1/products", None).await.status, 200);
    assert_eq!(asks(&door, ADA, "/v1/products", None).await.status, 429);
}

#[tokio::test]
async fn an_account_is_one_wherever_it_asks_from_and_bad_tokens_count_as_nobody() {
    let clock = Clock::new();
    let door = door(&clock, Some(2));
    for (from, expected) in [(ADA, 200), (GRACE, 200), (ADA, 429), (GRACE, 429)] {
        assert_eq!(asks(&door, from, "/v1/products", Some("user")).await.status, expected);
    }
    // without a token the address has its own
    assert_eq!(asks(&door, ADA, "/v1/products", None).await.status, 200);
    for (token, expected) in [("bad", 401), ("worse", 401), ("bad", 429), ("worse", 429)] {
        assert_eq!(asks(&door, ADA, "/v1/products", Some(token)).await.status, expected);
    }
    assert_eq!(asks(&door, ADA, "/v1/products", None).await.status, 200);
    assert_eq!(asks(&door, ADA, "/v1/products", None).await.status, 429);
}

#[tokio::test]
async fn whoever_shows_a_bad_key_is_told_how_many_guesses_are_left() {
    let clock = Clock::new();
    let door = door(&clock, Some(3000));
    let guess = async || asks(&door, ADA, "/v1/products", Some("ordo_sk_guessed")).await;
    let first = guess().await;
    assert_eq!(first.header("ratelimit-policy"), "\"requests\";q=3000;w=60, \"guesses\";q=60;w=60");
    let left = first.header("ratelimit");
    assert!(left.contains("\"requests\";r=2999;") && left.contains("\"guesses\";r=59;"), "{left}");
    for remaining in (0..59).rev() {
        let left = guess().await.header("ratelimit").to_owned();
        assert!(left.contains(&format!("\"guesses\";r={remaining};")), "{left}");
    }
    for bad in ["ordo_sk_guessed", "ork_guessed"] {
        let refused = asks(&door, ADA, "/v1/products", Some(bad)).await;
        assert_eq!((refused.status, refused.header("retry-after")), (429, "1"));
        assert_eq!(refused.header("ratelimit-policy"), "\"guesses\";q=60;w=60");
    }
    // good ones of the same address are let in, each counted by itself
    for good in ["ordo_sk_good", "ork_good", "user"] {
        let let_in = asks(&door, ADA, "/v1/products", Some(good)).await;
        assert_eq!(let_in.status, 200, "{good}");
        assert!(let_in.header("ratelimit").starts_with("\"requests\";r=2999;"), "{good}");
    }
    // whoever shows none is not guessing
    let other = asks(&door, ADA, "/v1/products", None).await;
    assert_eq!((other.status, other.header("ratelimit-policy")), (200, "\"requests\";q=3000;w=60"));
}

#[tokio::test]
async fn without_a_limit_nobody_is_counted() {
    let door = door(&Clock::new(), None);
    for _ in 0..5000 {
        let got = asks(&door, ADA, "/v1/products", None).await;
        assert_eq!((got.status, got.header("ratelimit")), (200, ""));
    }
}
