//! A service that is unresponsive takes no place of the others, nor do those who wait for it.

use crate::world::{
    BROWSES, GatewayResponse, ask, gateway, gateway_of, got, open_gate, refused, send, session,
};
use axum::{Router, body::Body, extract::Request};
use futures_util::future::join_all;
use gateway::{GatewaySettings, PageService};
use ordo_http::Peer;
use std::{sync::Arc, time::Duration};
use tokio::{sync::Semaphore, task::yield_now, time::timeout};

const PRODUCTS: &str = "GET /v1/products";
const ORDER: &str = "GET /v1/orders/ord_01h455vb4pex5vsknk084sn02q";
const PAY: &str = "POST /v1/orders/ord_01h455vb4pex5vsknk084sn02q/payments";
const LOGIN: &str = "POST /v1/login";
const HEADERS: [(&str, &str); 2] = [("authorization", "Bearer x"), ("content-type", "application/json")];

/// One more is told to come back, and does not wait for that.
async fn is_shed(asking: impl Future<Output = GatewayResponse>) {
    let got = timeout(Duration::from_secs(10), asking).await.expect("at once");
    assert_eq!((got.status, got.code().as_str()), (503, "unavailable"));
    assert_eq!(got.header("retry-after"), "1");
}

async fn sign_in(gateway: &Router) -> GatewayResponse {
    let credentials = r#"{"email": "ada@example.com", "password": "a password of hers"}"#;
    send(gateway, LOGIN, &HEADERS, Body::from(credentials)).await
}

#[tokio::test]
async fn a_service_that_stands_still_leaves_places_to_the_others() {
    // two are each service's own, of six whoever comes first has one
    let settings = GatewaySettings { max_in_flight: 12, ..GatewaySettings::default() };
    let gate = Arc::new(Semaphore::new(0));
    let gateway = gateway(settings, gate.clone(), Vec::new());
    let waiting = join_all((0..8).map(|_| ask(&gateway, PRODUCTS, &HEADERS)));
    let others = async {
        // nothing is spawned: all of them have begun and wait when it is this one's turn
        yield_now().await;
        is_shed(ask(&gateway, PRODUCTS, &HEADERS)).await;
        for _ in 0..3 {
            assert_eq!(ask(&gateway, ORDER, &HEADERS).await.status, 404);
            assert_eq!(sign_in(&gateway).await.status, 401);
        }
        gate.add_permits(8);
    };
    let (waited, ()) = tokio::join!(waiting, others);
    assert!(waited.iter().all(|got| got.status == 200));
    assert_eq!(ask(&gateway, PRODUCTS, &[]).await.status, 200, "the places are free again");
}

/// Pages that wait for the gate, as those do that ask a service in this process.
fn pages(gate: Arc<Semaphore>) -> PageService {
    let answer = move |_: Request| {
        let gate = gate.clone();
        async move {
            let _open = gate.acquire().await.unwrap();
            "a page"
        }
    };
    PageService {
        router: Router::new().fallback(answer),
        sign_ins: Default::default(),
        parts: Vec::new(),
        session: session(),
        refused: refused(),
    }
}

#[tokio::test]
async fn pages_that_wait_for_it_take_no_place_of_the_services() {
    // three are each one's own, of twelve whoever comes first has one
    let gate = Arc::new(Semaphore::new(0));
    let settings =
        GatewaySettings { max_in_flight: 24, pages: Some(pages(gate.clone())), ..GatewaySettings::default() };
    let gateway = gateway_of(testkit::real_env::env(), settings, gate.clone(), Vec::new());
    let reading = join_all((0..10).map(|_| ask(&gateway, "GET /search", &[])));
    let waiting = join_all((0..8).map(|_| ask(&gateway, PRODUCTS, &HEADERS)));
    let others = async {
        yield_now().await;
        is_shed(ask(&gateway, "GET /search", &[])).await;
        let page = ask(&gateway, "GET /search", &[BROWSES]).await;
        assert_eq!((page.status, page.text.as_str()), (503, "a page: unavailable"));
        assert_eq!(page.header("retry-after"), "1");
        is_shed(ask(&gateway, PRODUCTS, &HEADERS)).await;
        for _ in 0..3 {
            assert_eq!(ask(&gateway, ORDER, &HEADERS).await.status, 404);
            assert_eq!(sign_in(&gateway).await.status, 401);
        }
        gate.add_permits(18);
    };
    let (read, waited, ()) = tokio::join!(reading, waiting, others);
    assert!(read.iter().chain(&waited).all(|got| got.status == 200));
}

/// A long body that is here; services refuse it, or take it.
fn long() -> Body {
    Body::from(format!("{{\"email\": \"{}\"}}", "a".repeat(20 << 10)))
}

#[tokio::test]
async fn those_with_long_bodies_leave_room_for_those_of_other_services() {
    // eight may have a long body: one is each service's own, and five are for whoever comes first
    let settings = GatewaySettings { max_in_flight: 32, ..GatewaySettings::default() };
    let gateway = gateway(settings, open_gate(), Vec::new());
    let never = || send(&gateway, PAY, &HEADERS, Body::new(crate::world::PendingBody(Some(1 << 20))));
    let sending = join_all((0..6).map(|_| never()));
    let others = async {
        yield_now().await;
        is_shed(never()).await;
        let other = send(&gateway, LOGIN, &HEADERS, long()).await;
        assert_ne!(other.status, 503, "{}", other.text);
    };
    tokio::select! { biased; _ = sending => panic!("what never comes is answered"), () = others => {} }
}

/// As a server hands it over, from this address.
async fn from(gateway: &Router, peer: &str, body: Body) -> GatewayResponse {
    let request =
        Request::builder().method("POST").uri("/v1/login").header("content-type", "application/json");
    let mut request = request.body(body).unwrap();
    request.extensions_mut().insert(Peer(peer.parse().unwrap()));
    got(gateway, request).await
}

#[tokio::test]
async fn who_sends_many_long_bodies_slowly_leaves_places_to_others() {
    let gateway = gateway(GatewaySettings::default(), open_gate(), Vec::new());
    let never = || Body::new(crate::world::PendingBody(Some(1 << 20)));
    // sixteen of one client, whatever port it has; a network of IPv6 is one client
    for (slow, same, other) in [
        ("192.0.2.1:4711", "192.0.2.1:4712", "192.0.2.2:4711"),
        ("[2001:db8::1]:4711", "[2001:db8::2]:4711", "[2001:db8:0:1::1]:4711"),
    ] {
        let sending = join_all((0..16).map(|_| from(&gateway, slow, never())));
        let others = async {
            yield_now().await;
            is_shed(from(&gateway, same, never())).await;
            let short =
                from(&gateway, same, Body::from(r#"{"email": "ada@example.com", "password": "x"}"#)).await;
            assert_ne!(short.status, 503, "{}", short.text);
            let long = from(&gateway, other, long()).await;
            assert_ne!(long.status, 503, "{}", long.text);
        };
        tokio::select! { biased; _ = sending => panic!("what never comes is answered"), () = others => {} }
        // and whoever has left has none any more
        assert_ne!(from(&gateway, same, long()).await.status, 503);
    }
}
