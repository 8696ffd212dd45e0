//! A service that stands still takes no place of the others, nor do those who wait for it.

use crate::world::{BROWSES, Got, ask, gateway, gateway_of, open_gate, refused, send};
use axum::{Router, body::Body, extract::Request};
use futures_util::future::join_all;
use gateway::{Pages, Settings};
use std::{sync::Arc, time::Duration};
use tokio::{sync::Semaphore, task::yield_now, time::timeout};

const PRODUCTS: &str = "GET /v1/products";
const ORDER: &str = "GET /v1/orders/ord_01h455vb4pex5vsknk084sn02q";
const PAY: &str = "POST /v1/orders/ord_01h455vb4pex5vsknk084sn02q/payments";
const LOGIN: &str = "POST /v1/login";
const HEADERS: [(&str, &str); 2] = [("authorization", "Bearer x"), ("content-type", "application/json")];

/// One more is told to come back, and does not wait for that.
async fn is_shed(asking: impl Future<Output = Got>) {
    let got = timeout(Duration::from_secs(10), asking).await.expect("at once");
    assert_eq!((got.status, got.code().as_str()), (503, "unavailable"));
    assert_eq!(got.header("retry-after"), "1");
}

async fn sign_in(gateway: &Router) -> Got {
    let credentials = r#"{"email": "ada@example.com", "password": "a password of hers"}"#;
    send(gateway, LOGIN, &HEADERS, Body::from(credentials)).await
}

#[tokio::test]
async fn a_service_that_stands_still_leaves_places_to_the_others() {
    // two are each service's own, of six whoever comes first has one
    let settings = Settings { max_in_flight: 12, ..Settings::default() };
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
fn pages(gate: Arc<Semaphore>) -> Pages {
    let answer = move |_: Request| {
        let gate = gate.clone();
        async move {
            let _open = gate.acquire().await.unwrap();
            "a page"
        }
    };
    Pages { router: Router::new().fallback(answer), sign_ins: &[], parts: Vec::new(), refused: refused() }
}

#[tokio::test]
async fn pages_that_wait_for_it_take_no_place_of_the_services() {
    // three are each one's own, of twelve whoever comes first has one
    let gate = Arc::new(Semaphore::new(0));
    let settings = Settings { max_in_flight: 24, pages: Some(pages(gate.clone())), ..Settings::default() };
    let gateway = gateway_of(testkit::world::env(), settings, gate.clone(), Vec::new());
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
    let settings = Settings { max_in_flight: 32, ..Settings::default() };
    let gateway = gateway(settings, open_gate(), Vec::new());
    let never = || send(&gateway, PAY, &HEADERS, Body::new(crate::world::Never(Some(1 << 20))));
    let sending = join_all((0..6).map(|_| never()));
    let others = async {
        yield_now().await;
        is_shed(never()).await;
        let other = send(&gateway, LOGIN, &HEADERS, long()).await;
        assert_ne!(other.status, 503, "{}", other.text);
    };
    tokio::select! { biased; _ = sending => panic!("what never comes is answered"), () = others => {} }
}
