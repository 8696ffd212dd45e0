//! Clocks of replicas that are five minutes apart: nothing fails by that.

use crate::{
    network_proxies::TWICE,
    shop::{ADMIN_EMAIL, ADMIN_PASSWORD, customer_at, stock_up},
    tour::{signed_out_everywhere, until},
    world::DistributedTestBed,
};
use serde_json::json;
use std::time::Duration;
use testkit::http_client::HttpClient;

const APART: Duration = Duration::from_secs(300);
const ROUNDS: usize = 12;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clocks_that_are_five_minutes_apart_fail_no_request() {
    let mut world = DistributedTestBed::none_of(&TWICE, &[]);
    for services in TWICE.iter().step_by(2) {
        let ahead = world.split.replicas(services[0]).remove(1);
        testkit::clock::ahead(APART).iter().for_each(|(name, value)| ahead.set(name, value));
    }
    world.split.start();
    let doors = world.split.urls("gateway");
    let admin = json!({"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD});
    let mut product = String::new();
    for round in 0..ROUNDS {
        let door = &doors[round % doors.len()];
        let there = HttpClient::new(door);
        // a wrong password makes nobody wait at the replica that is behind
        let wrong = json!({"email": ADMIN_EMAIL, "password": "not this one"});
        there.post("/v1/login", "", &wrong).await.expect(401);
        let session = there.post("/v1/login", "", &admin).await.expect(200);
        let token = there.post("/v1/token/validate", "", &json!({"token": session.text("token")})).await;
        assert_eq!(token.expect(200).body["valid"], true);
        let staff = there.with_token(session.text("token"));
        if product.is_empty() {
            product = stock_up(&staff, &[(1000, 1_000)]).await.remove(0).id;
        }
        let buyer = customer_at(door, &format!("buyer{round}")).await;
        let order =
            json!({"lines": [{"product_id": product, "quantity": 1}], "payment": {"method": "sim_ok"}});
        let placed = buyer.post("/v1/orders", "once", &order).await.expect(201);
        let path = format!("/v1/orders/{}", placed.text("id"));
        until(&buyer, &path, |order| order["status"] == "confirmed").await;
        for path in ["/v1/me", "/v1/orders?limit=5", "/v1/products?limit=5", &path] {
            buyer.get(path).await.expect(200);
            staff.get(path).await.expect(200);
        }
        let shipped = staff.post(&format!("{path}/fulfilments"), "ship", &json!({})).await.expect(201);
        let ship = format!("/v1/fulfilments/{}/ship", shipped.text("id"));
        staff.post(&ship, "ship-it", &json!({})).await.expect(200);
        let mut refresh = session.text("refresh_token").to_owned();
        for _ in 0..2 {
            let next = there.post("/v1/token/refresh", "", &json!({"refresh_token": refresh})).await;
            refresh = next.expect(200).text("refresh_token").to_owned();
        }
        signed_out_everywhere(&staff, &doors[(round + 1) % doors.len()]).await;
    }
    world.assert_audit_is_clean("with clocks apart");
}
