//! Processes that are unresponsive, as SIGSTOP has it: they take connections, and answer nothing. Nobody waits for them
//! for long, and what happens shows at `/metrics`.

use crate::{
    shop::{ADMIN_EMAIL, ADMIN_PASSWORD, admin_at, customer_at, stock_up},
    tour::until,
    world::{DistributedTestBed, counted, signal, until_counted},
};
use serde_json::json;
use std::time::Duration;
use testkit::http_client::HttpClient;
use tokio::{task::JoinSet, time::Instant};

const PARTS: [&[&str]; 7] =
    [&["auth"], &["payments"], &["products"], &["products"], &["orders"], &["notifications"], &["gateway"]];
const READERS: usize = 4;
const READS: usize = 60;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_that_stands_still_slows_a_few_requests_and_fails_none() {
    let mut world = DistributedTestBed::watched(&PARTS, &[]);
    let url = world.split.url();
    let admin = admin_at(&url).await;
    let goods = stock_up(&admin, &[(1000, 1000)]).await;
    let buyer = customer_at(&url, "steady").await;
    let path = format!("/v1/products/{}", goods[0].id);
    let [retries, open] = ["ordo_call_retries_total", "ordo_breaker_open"];
    let [retries, open] = [retries, open].map(|name| format!("{name}{{to=\"products\"}}"));
    let retries_before = counted(&mut world, "gateway", &retries).await;
    signal(world.split.replicas("products")[0], "STOP");
    let mut readers = JoinSet::new();
    for _ in 0..READERS {
        let (reader, path) = (buyer.apart(), path.clone());
        #[allow(clippy::disallowed_methods, reason = "clients are no part of the program")]
        readers.spawn(async move {
            for _ in 0..READS {
                reader.get(&path).await.expect(200);
            }
        });
    }
    // and orders asks there, too
    for n in 0..5 {
        let order = json!({"lines": [{"product_id": goods[0].id, "quantity": 1}]});
        buyer.post("/v1/orders", &format!("still-{n}"), &order).await.expect(201);
    }
    readers.join_all().await;
    let retries = counted(&mut world, "gateway", &retries).await - retries_before;
    assert!((1..=2 * READERS as i64).contains(&retries), "{retries} of {} were slow", READERS * READS);
    assert_eq!(counted(&mut world, "gateway", &open).await, 1);
    // it comes back by being checked
    signal(world.split.replicas("products")[0], "CONT");
    until_counted(&mut world, "gateway", &open, 0).await;
    until_counted(&mut world, "orders", &open, 0).await;
    for _ in 0..20 {
        buyer.get(&path).await.expect(200);
    }
    // what is counted is behind no other door
    HttpClient::new(&url).get("/metrics").await.expect(404);
    for service in ["orders", "products"] {
        for url in world.split.urls(service) {
            HttpClient::new(&url).get("/metrics").await.expect(404);
        }
    }
    for series in [
        "ordo_requests_total{service=\"orders\",endpoint=\"place_order\",status=\"2xx\"}",
        "ordo_request_seconds_count{service=\"orders\",endpoint=\"place_order\"}",
    ] {
        assert_eq!(counted(&mut world, "orders", series).await, 5, "{series}");
    }
    until_counted(&mut world, "orders", "ordo_outbox_events{service=\"orders\"}", 0).await;
    world.assert_audit_is_clean("when it is back");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orders_are_placed_while_payments_stands_still_and_paid_when_it_goes_on() {
    let mut world = DistributedTestBed::watched(&PARTS, &[]);
    let url = world.split.url();
    let admin = admin_at(&url).await;
    let goods = stock_up(&admin, &[(1000, 1000)]).await;
    let buyer = customer_at(&url, "patient").await;
    let order =
        json!({"lines": [{"product_id": goods[0].id, "quantity": 1}], "payment": {"method": "sim_ok"}});
    signal(world.split.replicas("payments")[0], "STOP");
    let open = "ordo_breaker_open{to=\"payments\"}";
    let mut placed = Vec::new();
    let begun = Instant::now();
    while counted(&mut world, "orders", open).await == 0 {
        assert!(begun.elapsed() < Duration::from_secs(40), "payments is not left alone");
        let asked = Instant::now();
        let said = buyer.post("/v1/orders", &format!("early-{}", placed.len()), &order).await.expect(201);
        // three seconds of it are for the payment
        assert!(asked.elapsed() < Duration::from_secs(9), "{:?}", asked.elapsed());
        assert_eq!(said.text("status"), "pending");
        placed.push(said.text("id").to_owned());
    }
    // now nobody waits any more
    let begun = Instant::now();
    for n in 0..10 {
        let said = buyer.post("/v1/orders", &format!("late-{n}"), &order).await.expect(201);
        placed.push(said.text("id").to_owned());
    }
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?} for ten orders", begun.elapsed());
    signal(world.split.replicas("payments")[0], "CONT");
    for id in &placed {
        until(&buyer, &format!("/v1/orders/{id}"), |order| order["status"] == "confirmed").await;
    }
    world.assert_audit_is_clean("when payments goes on");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sign_in_does_not_wait_for_who_stands_still() {
    const TWO: [&[&str]; 7] =
        [&["auth"], &["auth"], &["payments"], &["products"], &["orders"], &["notifications"], &["gateway"]];
    let mut world = DistributedTestBed::watched(&TWO, &[]);
    let url = world.split.url();
    let admin = json!({"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD});
    let there = HttpClient::new(&url);
    let session = there.post("/v1/login", "", &admin).await.expect(200);
    signal(world.split.replicas("auth")[0], "STOP");
    let mut slow = 0;
    for _ in 0..10 {
        let asked = Instant::now();
        there.post("/v1/login", "", &admin).await.expect(200);
        // two seconds until it is known that nobody is there; the deadline is at ten
        assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
        slow += u32::from(asked.elapsed() > Duration::from_secs(1));
    }
    assert!(slow <= 1, "{slow} of ten found it out");
    let refresh = json!({"refresh_token": session.text("refresh_token")});
    there.post("/v1/token/refresh", "", &refresh).await.expect(200);
    signal(world.split.replicas("auth")[0], "CONT");
}
