//! What still works while a part of the shop is away, and how the rest is refused.

use crate::{
    browser::Browser,
    shop::{admin_at, customer_at, stock_up},
    tour::until,
    world::{DistributedTestBed, EACH_ALONE},
};
use serde_json::{Value, json};
use testkit::http_client::{HttpClient, HttpResponse};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orders_can_be_placed_while_others_are_away_and_nothing_is_half_done_without_products() {
    let mut world = DistributedTestBed::of(&EACH_ALONE, &[]);
    let url = world.split.url();
    let admin = admin_at(&url).await;
    let goods = stock_up(&admin, &[(1000, 100)]).await;
    let buyer = customer_at(&url, "patient").await;
    let (mut placed, mut bought) = (Vec::new(), Vec::new());
    for away in ["notifications", "payments", "auth"] {
        world.split.replicas(away).into_iter().for_each(|part| part.kill());
        placed.push(place(&buyer, &goods[0].id, &format!("without-{away}")).await.expect(201));
        if away == "payments" {
            bought.push(buy_without_payments(&url, &goods[0].id).await);
        }
        let ready = HttpClient::new(&url).get("/ready").await.expect(200);
        assert_eq!((ready.text("status"), &ready.body["checks"][away]), ("degraded", &json!("failed")));
        world.split.replicas(away).into_iter().for_each(|part| part.start());
    }
    world.nats.kill(0);
    placed.push(place(&buyer, &goods[0].id, "without-nats").await.expect(201));
    // each service and the gateway report it, and stay in rotation: orders are accepted all the same
    let products =
        HttpClient::new(world.split.replicas("products")[0].server.as_ref().unwrap().listener("products"));
    for door in [&HttpClient::new(&url), &products] {
        until(door, "/ready", |ready| ready["checks"]["nats"] == "failed").await;
        assert_eq!(door.get("/ready").await.expect(200).text("status"), "degraded");
    }
    let doctor = world.split.command(&["doctor"]).output().unwrap();
    let found = String::from_utf8_lossy(&doctor.stdout);
    assert!(found.contains("wrong  bus: NATS") && found.contains("wrong  services: "), "{found}");
    assert!(found.contains("failed: nats"), "{found}");
    world.nats.restart(0);
    until(&HttpClient::new(&url), "/ready", |ready| ready["status"] == "ready").await;
    let doctor = world.split.command(&["doctor"]).output().unwrap();
    let found = String::from_utf8_lossy(&doctor.stdout);
    assert!(found.contains("products 2 of 2") && found.contains("ok     connections: up to "), "{found}");

    world.split.replicas("products").into_iter().for_each(|part| part.kill());
    for refused in [
        place(&buyer, &goods[0].id, "without-products").await,
        buyer.get(&format!("/v1/products/{}", goods[0].id)).await,
    ] {
        assert_eq!((refused.code(), refused.text("code")), (503, "unavailable"), "{}", refused.body);
        assert!(refused.headers["retry-after"].to_str().unwrap().parse::<u32>().unwrap() > 0);
    }
    let orders = buyer.get("/v1/orders").await.expect(200);
    assert_eq!(orders.body["items"].as_array().map(Vec::len), Some(placed.len()), "{}", orders.body);
    world.split.replicas("products").into_iter().for_each(|part| part.start());
    // what could not be paid at once is paid by a timer, or when the client asks again
    for (order, away) in placed.iter().zip(["notifications", "payments", "auth", "nats"]) {
        let again = place(&buyer, &goods[0].id, &format!("without-{away}")).await.expect(201);
        assert_eq!(again.text("id"), order.text("id"), "one key has two orders");
        let path = format!("/v1/orders/{}", order.text("id"));
        until(&buyer, &path, |order| order["status"] == "confirmed").await;
    }
    for path in &bought {
        until(&admin, path, |order| order["status"] == "confirmed").await;
    }
    let sold = i64::try_from(placed.len() + bought.len()).unwrap();
    until(&admin, &format!("/v1/products/{}", goods[0].id), |product: &Value| product["reserved"] == sold)
        .await;
    world.assert_audit_is_clean("when all are back");
}

async fn place(buyer: &HttpClient, product: &str, key: &str) -> HttpResponse {
    let order = json!({"lines": [{"product_id": product, "quantity": 1}], "payment": {"method": "sim_ok"}});
    buyer.post("/v1/orders", key, &order).await
}

/// A guest orders on the pages, which say that the payment is still to come. Returns where the order is.
async fn buy_without_payments(url: &str, product: &str) -> String {
    let mut guest = Browser::new(url);
    let page = guest.get(&format!("/products/{product}")).await.expect(200);
    guest.submit(&page, "/basket", &[("quantity", "1")]).await.expect(303);
    let checkout = guest.get("/checkout").await.expect(200);
    let fields = [
        ("email", "bea@example.com"),
        ("name", "Bea Field"),
        ("line1", "St James's Square 12"),
        ("postal_code", "SW1Y 4LB"),
        ("city", "London"),
        ("country", "GB"),
        ("method", "sim_ok"),
    ];
    let placed = guest.submit(&checkout, "/checkout", &fields).await.expect(303).location();
    let order = guest.get(&placed).await.expect(200);
    order.shows("Your payment isn’t confirmed yet").shows("pay for the order here");
    let path = placed.split('?').next().unwrap();
    // told once
    assert!(!guest.get(path).await.expect(200).text.contains("isn’t confirmed yet"));
    format!("/v1{path}")
}
