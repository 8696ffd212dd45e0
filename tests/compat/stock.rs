//! `ecommerce`: what `stock` says after a cancellation, and of what may be ordered beyond what is on hand.

use crate::world::{CompatTestBed, ListenerClient};
use serde_json::{Value, json};

/// The administrator's clients of the products, the orders and `/v1`, and a product with so many pieces.
async fn staff(world: &CompatTestBed, stock: i64) -> ([ListenerClient; 3], String) {
    let admin = world.admin().await;
    let clients = ["ecommerce.products", "ecommerce.orders", "gateway"];
    let clients = clients.map(|name| world.at(name).with_token(&admin));
    let pot = json!({"name": "Pot", "price": 3, "stock": stock});
    let said = clients[0].post("/products", &pot).await.expect(201);
    (clients, said.body["product"]["_id"].as_str().unwrap().to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_asks_right_after_a_cancellation_finds_its_stock() {
    let world = CompatTestBed::with(&["ecommerce"]);
    let ([products, orders, admin], id) = staff(&world, 1).await;
    let path = format!("/products/{id}");
    let order = json!({"product_id": id, "quantity": 1});
    for n in 0..40 {
        let placed = orders.post("/orders", &order).await;
        assert_eq!(placed.code(), 201, "after {n} cancellations: {}", placed.body);
        let placed = format!("/orders/{}", placed.text("_id"));
        if n % 2 == 1 {
            orders.put(&placed, &json!({"status": "confirmed"})).await.expect(200);
        }
        let said = orders.put(&placed, &json!({"status": "cancelled"})).await.expect(200);
        assert_eq!(said.text("status"), "cancelled");
        if n % 4 < 2 {
            assert_eq!(products.get(&path).await.expect(200).body["stock"], 1, "after {n} others");
        }
        // again, which has nothing to wait for
        orders.put(&placed, &json!({"status": "cancelled"})).await.expect(200);
    }
    // of several products, and of one that is deleted in the meantime
    let other = json!({"name": "Lid", "price": 1, "stock": 5});
    let other = products.post("/products", &other).await.expect(201).body["product"]["_id"].clone();
    let lines = [(json!(id), 1), (other.clone(), 2), (other.clone(), 1)];
    let lines = lines.map(|(product, quantity)| json!({"product_id": product, "quantity": quantity}));
    let key = [("idempotency-key", "several")];
    let body = json!({"lines": lines}).to_string();
    let several = admin.raw("POST", "/v1/orders", &body, &key).await.expect(201);
    products.raw("DELETE", &path, "", &[]).await.expect(200);
    let several = format!("/orders/{}", several.text("id"));
    orders.put(&several, &json!({"status": "cancelled"})).await.expect(200);
    let path = format!("/products/{}", other.as_str().unwrap());
    assert_eq!(products.get(&path).await.expect(200).body["stock"], 5);
    world.assert_audit_is_clean();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_never_out_of_stock_can_be_ordered_and_sent_back_as_it_was_read() {
    let world = CompatTestBed::with(&["ecommerce"]);
    let ([products, orders, admin], id) = staff(&world, 2).await;
    let path = format!("/products/{id}");
    let v1 = async || admin.get(&format!("/v1/products/{id}")).await.expect(200).body;
    let patch = async |change: Value| {
        let mut change = change;
        change["stock_version"] = v1().await["stock_version"].clone();
        admin.raw("PATCH", &format!("/v1/products/{id}"), &change.to_string(), &[]).await.expect(200);
    };
    let order = json!({"product_id": id, "quantity": 2});
    orders.post("/orders", &order).await.expect(201);
    assert_eq!(products.get(&path).await.expect(200).body["stock"], 0);

    patch(json!({"backorder": true})).await;
    orders.post("/orders", &order).await.expect(201);
    for read in [products.get(&path).await, products.get("/products").await] {
        let read = if read.body.is_array() { read.body[0].clone() } else { read.body };
        assert_eq!(read["stock"], 999_999);
        // a page sends all of it back; one that has not looked lately sends the 0 of before
        for stock in [read["stock"].clone(), json!("999999"), json!(0)] {
            let version = products.get(&path).await.expect(200).body["version"].clone();
            let body = json!({"name": "Pot", "price": 4, "stock": stock, "version": version});
            let said = products.put(&path, &body).await.expect(200);
            assert_eq!(said.body["product"]["stock"], 999_999);
            let kept = v1().await;
            assert_eq!((&kept["stock"], &kept["reserved"]), (&json!(2), &json!(4)), "{body}");
        }
    }
    // what was counted is
    products.put(&path, &json!({"stock": 3})).await.expect(200);
    assert_eq!(v1().await["stock"], 7);
    products.put(&path, &json!({"stock": 1_000_005})).await.expect(200);
    assert_eq!(products.get(&path).await.expect(200).body["stock"], 1_000_005);

    // sold beyond what is on hand, and no more of it
    patch(json!({"backorder": false, "stock": 1, "accept_shortfall": true})).await;
    let read = products.get(&path).await.expect(200).body;
    assert_eq!(read["stock"], 0);
    products.put(&path, &json!({"stock": 0, "description": "Blue"})).await.expect(200);
    let kept = v1().await;
    assert_eq!((&kept["stock"], &kept["description"]), (&json!(1), &json!("Blue")));
    orders.post("/orders", &order).await.expect(409);
}
