//! What is behind the doors: internal routes, and what is passed on.

use crate::{
    shop::{admin_at, customer_at, stock_up},
    world::DistributedTestBed,
};
use bytes::Bytes;
use http::{Method, Request};
use serde_json::{Value, json};
use std::sync::Arc;
use testkit::http_client::HttpClient;
use tokio::task::JoinSet;

const SERVICES: [&str; 5] = ["auth", "products", "orders", "payments", "notifications"];
const PIECES: i64 = 20;
const BUYERS: usize = 60;

/// What services ask one another, by the service that answers.
const INTERNAL: [(&str, &str); 4] = [
    ("auth", "/internal/revocations"),
    ("products", "/internal/events"),
    ("orders", "/internal/events"),
    ("payments", "/internal/events"),
];

/// Internal routes are not at the gateway, and elsewhere they want a service's credential, which no person has.
pub(crate) async fn what_is_internal_stays_so(world: &DistributedTestBed) {
    let admin = world.admin().await;
    for (service, path) in INTERNAL {
        for gateway in world.split.urls("gateway") {
            HttpClient::new(&gateway).get(path).await.expect(404);
        }
        for url in world.split.urls(service) {
            HttpClient::new(&url).get(path).await.expect(401);
            let there = HttpClient::new(&url).with_token(admin.token().unwrap());
            there.get(path).await.expect(403);
        }
    }
    for service in SERVICES {
        for url in world.split.urls(service) {
            for path in ["/health", "/ready"] {
                HttpClient::new(&url).get(path).await.expect(200);
            }
        }
    }
}

/// A request is known everywhere by the name that it came with, and its body flows through, however long.
pub(crate) async fn requests_are_passed_on_as_they_are(world: &DistributedTestBed) {
    let admin = world.admin().await;
    let long = json!({"sku": "LONG", "name": "Long", "price": "1.00", "stock": 1, "description": "x".repeat(9_000),
        "metadata": {"words": "y".repeat(400)}});
    let request =
        Request::builder().method(Method::POST).uri("/v1/products").header("x-request-id", "req-of-a-client");
    let request = request
        .header("content-type", "application/json")
        .header("connection", "x-mine")
        .header("x-mine", "1");
    let said = admin.send(request.body(Bytes::from(long.to_string())).unwrap()).await.unwrap().expect(201);
    assert_eq!(said.headers["x-request-id"], "req-of-a-client");
    assert_eq!(said.body["description"].as_str().map(str::len), Some(9_000));
    let too_long = json!({"sku": "TOO", "name": "z".repeat(2 << 20), "price": "1.00"});
    admin.post("/v1/products", "", &too_long).await.expect(413);
    admin.get("/v1/products/nothing").await.expect(404);
    admin.try_call(Method::DELETE, "/v1/login", "", &Value::Null).await.unwrap().expect(405);
}

/// Two replicas of products and orders, asked through two gateways, do not sell a piece twice.
pub(crate) async fn nothing_is_sold_twice(world: &DistributedTestBed) {
    let gateways = world.split.urls("gateway");
    let admin = admin_at(&gateways[0]).await;
    let goods = Arc::new(stock_up(&admin, &[(1000, PIECES)]).await);
    let buyer = customer_at(&gateways[1], "many").await;
    let token = buyer.token().unwrap().to_owned();
    let mut buyers = JoinSet::new();
    for n in 0..BUYERS {
        let (url, token, goods) = (gateways[n % 2].clone(), token.clone(), goods.clone());
        #[allow(clippy::disallowed_methods, reason = "clients are no part of the program")]
        buyers.spawn(async move {
            let order = json!({"lines": [{"product_id": goods[0].id, "quantity": 1}], "payment": {"method": "sim_ok"}});
            let plain = HttpClient::new(&url).with_token(&token);
            let said = plain.post("/v1/orders", &format!("one-{n}"), &order).await;
            let is_short = said.code() == 409 && said.text("code") == "insufficient_stock";
            assert!(said.code() == 201 || is_short, "{} {}", said.status, said.body);
            said.code() == 201
        });
    }
    let sold = buyers.join_all().await.into_iter().filter(|sold| *sold).count();
    assert_eq!(i64::try_from(sold).unwrap(), PIECES);
    world.assert_audit_is_clean("when all is sold");
}
