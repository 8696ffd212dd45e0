//! What each process logs about a request, and about a service that does not respond.

use crate::{
    shop::{admin_at, customer_at, stock_up},
    world::{DistributedTestBed, ONCE_EACH},
};
use bytes::Bytes;
use http::{Method, Request};
use serde_json::{Value, json};
use std::time::Duration;
use testkit::http_client::{HttpClient, HttpResponse};
use tokio::time::{Instant, sleep};

/// The lines with this message that the first process of a service has of this request, once there are some.
async fn lines_of(
    world: &mut DistributedTestBed,
    service: &str,
    request_id: &str,
    message: &str,
) -> Vec<Value> {
    let begun = Instant::now();
    loop {
        let log = world.split.replicas(service)[0].server.as_ref().unwrap().log();
        let lines: Vec<Value> = log
            .lines()
            .filter(|line| line.contains(request_id))
            .map(|line| serde_json::from_str::<Value>(line).unwrap())
            .filter(|line| line["message"] == message)
            .collect();
        if !lines.is_empty() {
            return lines;
        }
        let waited = begun.elapsed();
        assert!(waited < Duration::from_secs(30), "{service} has no “{message}” of {request_id}: {log}");
        sleep(Duration::from_millis(50)).await;
    }
}

async fn send(
    plain: &HttpClient,
    method: Method,
    path: &str,
    request_id: &str,
    body: &Value,
) -> HttpResponse {
    let request = Request::builder().method(method).uri(path).header("x-request-id", request_id);
    let request = request.header("content-type", "application/json").header("idempotency-key", request_id);
    let body = if body.is_null() { Bytes::new() } else { body.to_string().into() };
    plain.send(request.body(body).unwrap()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_is_in_the_log_of_every_service_that_it_changes_and_a_failure_of_the_gateway_is_too() {
    let mut world = DistributedTestBed::of(&ONCE_EACH, &[("ORDO_LOG", "info"), ("ORDO_LOG_FORMAT", "json")]);
    let url = world.split.url();
    let goods = stock_up(&admin_at(&url).await, &[(1000, 10)]).await;
    let buyer = customer_at(&url, "mara").await;
    let order =
        json!({"lines": [{"product_id": goods[0].id, "quantity": 1}], "payment": {"method": "sim_ok"}});
    let placed = send(&buyer, Method::POST, "/v1/orders", "req-placed", &order).await.expect(201);
    for (service, message) in [
        ("gateway", "forwarded"),
        ("orders", "answered"),
        ("products", "stock reserved"),
        ("payments", "payment attempted"),
    ] {
        lines_of(&mut world, service, "req-placed", message).await;
    }
    // a credential that is rejected is one line, in the service that answers
    let stranger = buyer.with_token(&format!("ordo_sk_{}", "x".repeat(49)));
    send(&stranger, Method::GET, "/v1/orders", "req-rejected", &Value::Null).await.expect(401);
    let rejected = lines_of(&mut world, "orders", "req-rejected", "credential rejected").await;
    assert_eq!(rejected.len(), 1);
    let log = world.split.replicas("gateway")[0].server.as_ref().unwrap().log();
    assert!(!log.contains("credential rejected"), "{log}");

    world.split.replicas("orders").into_iter().for_each(|part| part.kill());
    let path = format!("/v1/orders/{}", placed.text("id"));
    for request_id in ["req-away-1", "req-away-2"] {
        send(&buyer, Method::GET, &path, request_id, &Value::Null).await.expect(503);
        let line = lines_of(&mut world, "gateway", request_id, "forwarded request failed").await.remove(0);
        assert_eq!((&line["service"], &line["status"]), (&json!("orders"), &json!(503)), "{line}");
        assert_eq!((&line["cause"], &line["route"]), (&json!("unavailable"), &json!("/v1/orders/{id}")));
    }
    let log = world.split.replicas("gateway")[0].server.as_ref().unwrap().log();
    let away: Vec<_> =
        log.lines().filter(|line| line.contains("no replica of the service responds")).collect();
    assert!(away.len() == 1 && away[0].contains("\"orders\""), "once, and then counted: {away:?}");
    world.split.replicas("orders").into_iter().for_each(|part| part.start());
}
