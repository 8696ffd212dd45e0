//! `ecommerce`: a version never goes back, and an order's status does not either.

use crate::world::{CompatTestBed, ListenerClient, assert_fails};
use serde_json::{Map, Value, json};

/// The administrator's clients of the products, the orders and `/v1`.
async fn staff(world: &CompatTestBed) -> [ListenerClient; 3] {
    let admin = world.admin().await;
    ["ecommerce.products", "ecommerce.orders", "gateway"].map(|name| world.at(name).with_token(&admin))
}

async fn add(products: &ListenerClient) -> String {
    let said =
        products.post("/products", &json!({"name": "Teapot", "price": 3, "stock": 9})).await.expect(201);
    said.body["product"]["_id"].as_str().unwrap().to_owned()
}

async fn patch(admin: &ListenerClient, id: &str, change: Value) {
    admin.raw("PATCH", &format!("/v1/products/{id}"), &change.to_string(), &[]).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_sets_a_version_back_and_an_outdated_one_is_never_good() {
    let world = CompatTestBed::with(&["ecommerce"]);
    let [products, _, admin] = staff(&world).await;
    let id = add(&products).await;
    let path = format!("/products/{id}");
    let version = async || products.get(&path).await.expect(200).body["version"].as_i64().unwrap();
    // each PUT counts: one that changes only the stock, and one that changes nothing
    for (now, change) in [json!({"name": "Pot"}), json!({"stock": 8}), json!({"stock": 8})].iter().enumerate()
    {
        let mut change = change.clone();
        change["version"] = json!(now);
        let said = products.put(&path, &change).await.expect(200);
        assert_eq!(said.body["product"]["version"], json!(now + 1), "{change}");
    }
    for metadata in
        [json!({"colour": "blue"}), json!({"ecommerce_version": "9223372036854775807"}), json!({})]
    {
        let before = version().await;
        patch(&admin, &id, json!({"metadata": metadata})).await;
        assert!(version().await >= before, "{metadata}");
        // who has not seen that change may not write over it
        for outdated in 0..=before {
            let change = json!({"price": 1, "version": outdated});
            assert_fails(&products.put(&path, &change).await, 409, "message");
        }
        let now = version().await;
        let said = products.put(&path, &json!({"price": 4, "version": now})).await.expect(200);
        assert_eq!(said.body["product"]["version"], json!(now + 1));
    }
    for odd in ["9223372036854775807", "9223372036854775808", "-1", "\"99999999999999999999\""] {
        let body = format!(r#"{{"price": 1, "version": {odd}}}"#);
        assert_fails(&products.raw("PUT", &path, &body, &[]).await, 409, "message");
    }
    world.assert_audit_is_clean();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_product_with_all_the_data_that_it_may_have_is_changed_as_any_other() {
    let world = CompatTestBed::with(&["ecommerce"]);
    let [products, _, admin] = staff(&world).await;
    let id = add(&products).await;
    let full: Map<String, Value> = (0..50).map(|n| (format!("name_{n}"), json!("value"))).collect();
    patch(&admin, &id, json!({"metadata": full})).await;
    let path = format!("/products/{id}");
    for change in [json!({"price": 5}), json!({"stock": 4})] {
        let before = products.get(&path).await.expect(200).body["version"].as_i64().unwrap();
        let said = products.put(&path, &change).await.expect(200);
        assert_eq!(said.body["product"]["version"], json!(before + 1));
    }
    let kept = admin.get(&format!("/v1/products/{id}")).await.expect(200).body;
    assert_eq!(kept["metadata"], Value::Object(full), "it is the shop's, and the façade adds nothing to it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_does_not_go_back_and_is_told_where_it_can_go() {
    let world = CompatTestBed::with(&["ecommerce"]);
    let [products, orders, _] = staff(&world).await;
    let id = add(&products).await;
    let order = orders.post("/orders", &json!({"product_id": id, "quantity": 1})).await.expect(201);
    let path = format!("/orders/{}", order.text("_id"));
    let to = async |status: &str| orders.put(&path, &json!({"status": status})).await;
    // what it is already it may be asked to be
    for status in ["confirmed", "confirmed", "shipped", "shipped"] {
        assert_eq!(to(status).await.expect(200).text("status"), status);
    }
    for status in ["pending", "confirmed"] {
        let said = to(status).await;
        assert_fails(&said, 409, "message");
        assert!(said.text("message").contains("legal are: delivered"), "{}", said.body);
    }
    assert_eq!(to("delivered").await.expect(200).text("status"), "completed");
    for status in ["shipped", "delivered", "confirmed", "pending"] {
        let said = to(status).await;
        assert_fails(&said, 409, "message");
        assert!(said.text("message").contains("legal are: "), "{}", said.body);
    }
    assert_eq!(to("completed").await.expect(200).text("status"), "completed");
    world.assert_audit_is_clean();
}
