//! What is passed on, what is refused, and how many at a time.

use crate::world::{PendingBody, ask, gateway, open_gate, ordinary, send};
use axum::body::Body;
use gateway::GatewaySettings;
use ordo_http::metrics;
use std::{sync::Arc, time::Duration};
use tokio::{sync::Semaphore, time::sleep};

const ORDER: &str = "GET /v1/orders/ord_01h455vb4pex5vsknk084sn02q";

#[tokio::test]
async fn a_request_reaches_the_service_of_its_address() {
    let gateway = ordinary();
    let products = ask(&gateway, "GET /v1/products?limit=3", &[]).await;
    assert_eq!((products.status, &products.json()["items"]), (200, &serde_json::json!([])));
    let order = ask(&gateway, ORDER, &[("authorization", "Bearer x")]).await;
    assert_eq!((order.status, order.code().as_str()), (404, "not_found"));
    assert_eq!(order.json()["instance"], "/v1/orders/ord_01h455vb4pex5vsknk084sn02q");
    // the service itself refuses what it does not know
    let parameter = ask(&gateway, "GET /v1/products?colour=red", &[]).await;
    assert_eq!((parameter.status, parameter.code().as_str()), (400, "invalid_request"));
    let method = ask(&gateway, "PATCH /v1/products", &[]).await;
    assert_eq!((method.status, method.code().as_str()), (405, "method_not_allowed"));
    let deeper = ask(&gateway, "GET /v1/products/1/2/3/4", &[]).await;
    assert_eq!((deeper.status, deeper.code().as_str()), (404, "not_found"));
}

#[tokio::test]
async fn what_is_internal_is_not_there() {
    let gateway = ordinary();
    for path in [
        "/internal/placements/fate",
        "/internal/events",
        "/internal",
        "//internal/placements/fate",
        "/%69nternal/placements/fate",
        "/v1/../internal/placements/fate",
        "/v1/orders/../../internal/placements/fate",
        "/v1/orders/%2e%2e/%2e%2e/internal/placements/fate",
        "/v1//orders",
        "/v1/users",
        "/v2/orders",
        "/v1",
    ] {
        for method in ["GET", "POST"] {
            let got = ask(&gateway, &format!("{method} {path}"), &[("authorization", "Bearer x")]).await;
            assert_eq!((got.status, got.code().as_str()), (404, "not_found"), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn a_request_keeps_its_name_all_the_way() {
    let gateway = ordinary();
    let named =
        ask(&gateway, ORDER, &[("x-request-id", "checkout-4711"), ("authorization", "Bearer x")]).await;
    assert_eq!(named.header("x-request-id"), "checkout-4711");
    assert_eq!(named.json()["request_id"], "checkout-4711");
    for line in ["GET /v1/products", "GET /health", "GET /nowhere", "POST /docs"] {
        let unnamed = ask(&gateway, line, &[("x-request-id", "no name!")]).await;
        assert!(unnamed.header("x-request-id").starts_with("req_"), "{line}");
        assert_eq!(unnamed.headers.get_all("x-request-id").iter().count(), 1, "{line}");
        assert!(unnamed.header("traceparent").starts_with("00-"), "{line}");
        assert_eq!(unnamed.headers.get_all("traceparent").iter().count(), 1, "{line}");
    }
}

#[tokio::test]
async fn one_request_too_many_is_told_at_once_to_come_back() {
    let gate = Arc::new(Semaphore::new(0));
    let gateway =
        gateway(GatewaySettings { max_in_flight: 2, ..GatewaySettings::default() }, gate.clone(), Vec::new());
    let waiting = [ask(&gateway, "GET /v1/products", &[]), ask(&gateway, "GET /v1/products", &[])];
    let others = async {
        // nothing is spawned: the two have begun and wait when it is this one's turn
        tokio::task::yield_now().await;
        let third = ask(&gateway, "GET /v1/products", &[]).await;
        assert_eq!((metrics::SHED.get(&["gateway"]), metrics::at_work("gateway")), (1, 2));
        let health = ask(&gateway, "GET /health", &[]).await;
        let nowhere = ask(&gateway, "GET /nowhere", &[]).await;
        gate.add_permits(2);
        (third, health, nowhere)
    };
    let [one, two] = waiting;
    let (one, two, (third, health, nowhere)) = tokio::join!(one, two, others);
    assert_eq!((third.status, third.code().as_str()), (503, "unavailable"));
    assert_eq!(third.header("retry-after"), "1");
    assert_eq!((health.status, nowhere.status), (200, 404));
    assert_eq!((one.status, two.status), (200, 200));
    // the places are free again
    assert_eq!(ask(&gateway, "GET /v1/products", &[]).await.status, 200);
    assert_eq!(metrics::at_work("gateway"), 0);
}

#[tokio::test]
async fn who_hangs_up_leaves_its_place() {
    let gate = Arc::new(Semaphore::new(0));
    let gateway =
        gateway(GatewaySettings { max_in_flight: 1, ..GatewaySettings::default() }, gate.clone(), Vec::new());
    {
        let waits = ask(&gateway, "GET /v1/products", &[]);
        tokio::select! { biased; _ = waits => panic!("the gate is shut"), () = tokio::task::yield_now() => {} }
    }
    gate.add_permits(1);
    assert_eq!(ask(&gateway, "GET /v1/products", &[]).await.status, 200);
}

const JSON: (&str, &str) = ("content-type", "application/json");
const BEARER: (&str, &str) = ("authorization", "Bearer x");
const PAY: &str = "POST /v1/orders/ord_01h455vb4pex5vsknk084sn02q/payments";

#[tokio::test(start_paused = true)]
async fn who_sends_slowly_takes_no_place() {
    let gateway =
        gateway(GatewaySettings { max_in_flight: 1, ..GatewaySettings::default() }, open_gate(), Vec::new());
    let slow = |n| send(&gateway, PAY, &[JSON], Body::new(PendingBody(Some(n))));
    let quick = async {
        tokio::task::yield_now().await;
        ask(&gateway, "GET /v1/products", &[]).await
    };
    let (one, two, quick) = tokio::join!(slow(1), slow(10_000), quick);
    assert_eq!(quick.status, 200);
    for slow in [one, two] {
        assert_eq!((slow.status, slow.code().as_str()), (400, "invalid_request"));
        assert_eq!(slow.json()["errors"][0]["detail"], "the body was not received in time");
    }
}

#[tokio::test(start_paused = true)]
async fn long_bodies_leave_places_to_others() {
    let gateway =
        gateway(GatewaySettings { max_in_flight: 4, ..GatewaySettings::default() }, open_gate(), Vec::new());
    let long = |size| send(&gateway, PAY, &[JSON, BEARER], Body::new(PendingBody(size)));
    let begun = async {
        tokio::task::yield_now().await;
        let second = long(Some(1 << 20)).await;
        let third = long(None).await;
        (second, third, ask(&gateway, "GET /v1/products", &[]).await)
    };
    let (first, (second, third, quick)) = tokio::join!(long(Some(1 << 20)), begun);
    assert_eq!(first.json()["errors"][0]["detail"], "the body was not received in time");
    assert_eq!((second.status, third.status, quick.status), (503, 503, 200));
}

#[tokio::test]
async fn a_service_that_is_not_here_has_no_addresses() {
    let gateway = gateway(GatewaySettings::default(), open_gate(), Vec::new());
    let got = ask(&gateway, "GET /v1/mails", &[]).await;
    assert_eq!((got.status, got.code().as_str()), (404, "not_found"));
}

#[tokio::test(start_paused = true)]
async fn nobody_outside_says_how_long_may_be_worked_for_them() {
    let gate = Arc::new(Semaphore::new(0));
    let gateway = gateway(GatewaySettings::default(), gate.clone(), Vec::new());
    let opens = async {
        sleep(Duration::from_secs(5)).await;
        gate.add_permits(1);
    };
    let (got, ()) = tokio::join!(ask(&gateway, "GET /v1/products", &[("x-deadline-ms", "1000")]), opens);
    assert_eq!(got.status, 200);
}
