//! One client address signs in only so often, and what fails there takes nothing from what is good.

use crate::world::{GatewayResponse, gateway_of, got, open_gate};
use axum::{Router, body::Body, http::Request};
use gateway::GatewaySettings;
use ordo_http::Peer;
use std::{net::SocketAddr, time::Duration};
use testkit::clock::Clock;

const LOGIN: (&str, &str) = ("/v1/login", r#"{"email": "ada@example.com", "password": "a password"}"#);
const REGISTER: (&str, &str) = ("/v1/register", r#"{"email": "ada@example.com", "password": "a password"}"#);
const REFRESH: (&str, &str) = ("/v1/token/refresh", r#"{"refresh_token": "ort_x"}"#);
const ADA: &str = "192.0.2.1:4711";
const GRACE: &str = "192.0.2.2:4711";

fn door(clock: &Clock, per_minute: Option<u32>) -> Router {
    let settings = GatewaySettings { sign_ins_per_minute: per_minute, ..GatewaySettings::default() };
    gateway_of(clock.env(), settings, open_gate(), Vec::new())
}

async fn asks(door: &Router, from: Option<&str>, (path, body): (&str, &'static str)) -> GatewayResponse {
    let request = Request::post(path).header("content-type", "application/json");
    let mut request = request.body(Body::from(body)).unwrap();
    if let Some(from) = from {
        request.extensions_mut().insert(Peer(from.parse::<SocketAddr>().unwrap()));
    }
    got(door, request).await
}

async fn status(door: &Router, from: &str, what: (&str, &'static str)) -> u16 {
    asks(door, Some(from), what).await.status
}

#[tokio::test]
async fn an_address_that_asks_too_often_is_told_when_to_come_back() {
    let clock = Clock::new();
    let door = door(&clock, Some(6));
    // the two are counted together, and the answer does not matter
    for what in [LOGIN, REFRESH, REFRESH, LOGIN, LOGIN, LOGIN] {
        assert_ne!(status(&door, ADA, what).await, 429, "{what:?}");
    }
    for what in [LOGIN, REFRESH] {
        let refused = asks(&door, Some(ADA), what).await;
        assert_eq!((refused.status, refused.code().as_str()), (429, "rate_limited"));
        assert_eq!(refused.header("retry-after"), "10");
    }
    assert!(kernel::metrics::text(gateway::METERS).contains("ordo_rate_limited_total 2\n"));
    // another port is the same client, another address is none of its business
    assert_eq!(status(&door, "192.0.2.1:1", LOGIN).await, 429);
    assert_eq!(status(&door, "192.0.2.2:4711", LOGIN).await, 401);
    let mut products = Request::get("/v1/products").body(Body::empty()).unwrap();
    products.extensions_mut().insert(Peer(ADA.parse().unwrap()));
    assert_eq!(got(&door, products).await.status, 200);

    clock.advance(Duration::from_secs(9));
    assert_eq!(asks(&door, Some(ADA), LOGIN).await.header("retry-after"), "1");
    clock.advance(Duration::from_secs(1));
    assert_eq!(status(&door, ADA, LOGIN).await, 401);
    assert_eq!(status(&door, ADA, LOGIN).await, 429);
    // whoever rests for a minute has all of it again, and no more
    clock.advance(Duration::from_secs(600));
    for _ in 0..6 {
        assert_eq!(status(&door, ADA, LOGIN).await, 401);
    }
    assert_eq!(status(&door, ADA, LOGIN).await, 429);
}

const GOOD: (&str, &str) = ("/v1/email/verify", r#"{"token": "good"}"#);
const BAD: (&str, &str) = ("/v1/email/verify", r#"{"token": "bad"}"#);

#[tokio::test]
async fn failures_of_an_address_keep_out_no_good_credential_of_it() {
    let clock = Clock::new();
    let door = door(&clock, Some(6));
    for n in 0..20 {
        assert_eq!(status(&door, ADA, LOGIN).await, if n < 6 { 401 } else { 429 });
        assert_eq!(status(&door, GRACE, BAD).await, if n < 6 { 403 } else { 429 });
    }
    let let_in = asks(&door, Some(ADA), GOOD).await;
    assert_eq!(let_in.status, 204);
    assert!(let_in.header("ratelimit").contains("\"sign-ins\";r=0;"), "{}", let_in.header("ratelimit"));
    // what shows no credential has as much of its own, and is refused before it is done
    for n in 0..8 {
        assert_eq!(status(&door, ADA, REGISTER).await == 429, n >= 6);
    }
}

async fn reads(door: &Router, from: &str, token: Option<&str>) -> u16 {
    let mut request = Request::get("/v1/products");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let mut request = request.body(Body::empty()).unwrap();
    request.extensions_mut().insert(Peer(from.parse().unwrap()));
    got(door, request).await.status
}

#[tokio::test]
async fn guesses_and_requests_without_number_keep_out_no_good_credential_of_their_address() {
    let clock = Clock::new();
    let settings = GatewaySettings {
        requests_per_minute: Some(6),
        sign_ins_per_minute: Some(6),
        ..GatewaySettings::default()
    };
    let door = gateway_of(clock.env(), settings, open_gate(), Vec::new());
    // bad tokens have a limit of their own, and so has whoever shows nothing
    for n in 0..20 {
        assert_eq!(reads(&door, ADA, Some("bad")).await, if n < 6 { 401 } else { 429 });
    }
    for n in 0..20 {
        assert_eq!(reads(&door, ADA, None).await, if n < 6 { 200 } else { 429 });
    }
    // neither took anything from who signs in: these fail for what they show
    assert_eq!((status(&door, ADA, LOGIN).await, status(&door, ADA, REFRESH).await), (401, 401));
    for _ in 0..20 {
        assert_eq!(status(&door, ADA, GOOD).await, 204);
    }
    for token in ["user", "ordo_sk_good", "ork_good"] {
        assert_eq!(reads(&door, ADA, Some(token)).await, 200, "{token}");
    }
    // nor do sign-ins that fail from anybody else
    for n in 0..20 {
        assert_eq!(status(&door, GRACE, LOGIN).await, if n < 6 { 401 } else { 429 });
    }
    assert_eq!((reads(&door, GRACE, None).await, reads(&door, GRACE, Some("bad")).await), (200, 401));
    assert_eq!((status(&door, GRACE, GOOD).await, status(&door, GRACE, REGISTER).await), (204, 422));
}

#[tokio::test]
async fn a_clock_that_is_set_back_makes_nobody_wait_for_long() {
    let clock = Clock::new();
    let door = door(&clock, Some(6));
    for _ in 0..6 {
        assert_eq!(status(&door, ADA, LOGIN).await, 401);
    }
    clock.set_back(Duration::from_secs(86_400));
    assert_eq!(asks(&door, Some(ADA), LOGIN).await.header("retry-after"), "10");
    clock.advance(Duration::from_secs(10));
    assert_eq!(status(&door, ADA, LOGIN).await, 401);
}

#[tokio::test]
async fn who_comes_from_within_and_who_is_not_limited_asks_as_often_as_he_likes() {
    let clock = Clock::new();
    let (limited, unlimited) = (door(&clock, Some(1)), door(&clock, None));
    for _ in 0..20 {
        assert_eq!(asks(&limited, None, LOGIN).await.status, 401);
        assert_eq!(asks(&unlimited, Some(ADA), LOGIN).await.status, 401);
    }
}

#[tokio::test]
async fn hundreds_of_sign_ins_of_one_address_are_no_trouble_by_default() {
    let clock = Clock::new();
    let door = gateway_of(clock.env(), GatewaySettings::default(), open_gate(), Vec::new());
    let mut let_in = 0;
    while status(&door, ADA, LOGIN).await == 401 {
        let_in += 1;
        assert!(let_in < 3000, "there is no end to it");
    }
    assert!(let_in >= 600, "{let_in}");
}

#[tokio::test]
async fn guests_who_order_are_counted_with_who_registers() {
    const PLACE: (&str, &str) =
        ("/v1/baskets/bas_01h455vb4pex5vsknk084sn02q/place", r#"{"email": "ada@example.com"}"#);
    const FILL: (&str, &str) = ("/v1/baskets/bas_01h455vb4pex5vsknk084sn02q/lines", "{}");
    let clock = Clock::new();
    let door = door(&clock, Some(2));
    for what in [PLACE, REGISTER] {
        assert_ne!(status(&door, ADA, what).await, 429, "{what:?}");
    }
    for what in [PLACE, REGISTER] {
        assert_eq!(status(&door, ADA, what).await, 429, "{what:?}");
    }
    // what is only put in reserves nothing and writes to nobody
    assert_ne!(status(&door, ADA, FILL).await, 429);
}
