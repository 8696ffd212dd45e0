//! What people do in a shop, in each of its shapes on PostgreSQL.

use crate::{
    dead_letters, internal_routes,
    shop::{SHORT, admin_at, customer_at, definite},
    world::{DistributedTestBed, EACH_ALONE, audit_is_clean},
};
use http::Method;
use serde_json::{Value, json};
use std::{collections::BTreeSet, time::Duration};
use testkit::{distributed::DistributedShop, http_client::HttpClient, stream::Listener};
use tokio::time::{Instant, sleep};

const ALL: &[&str] = &["auth", "products", "orders", "payments", "notifications", "gateway"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_process_on_postgres_is_a_whole_shop() {
    let mut split = DistributedShop::of(env!("CARGO_BIN_EXE_ordo"), &[ALL], &SHORT);
    split.start();
    let url = split.url();
    follow_an_order(&url, &url).await;
    audit_is_clean(split.command(&["audit"]), "after the tour");
    // what listens says where, whichever name it has
    let server = split.parts[0].server.as_ref().unwrap();
    assert_eq!(server.listener("orders"), split.urls("orders")[0]);
    for (arguments, word) in
        [(&["doctor"][..], "databases: all are there"), (&["replay"], "nothing was put aside")]
    {
        let output = split.command(arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success() && said.contains(word), "{arguments:?}: {output:?}");
    }
    assert_eq!(split.parts[0].stop().unwrap().code(), Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_service_in_a_process_of_its_own_is_a_whole_shop_and_nothing_is_sold_twice() {
    let world = DistributedTestBed::of(&EACH_ALONE, &[]);
    let gateways = world.split.urls("gateway");
    follow_an_order(&gateways[0], &gateways[1]).await;
    internal_routes::what_is_internal_stays_so(&world).await;
    internal_routes::requests_are_passed_on_as_they_are(&world).await;
    internal_routes::nothing_is_sold_twice(&world).await;
    dead_letters::what_was_put_aside_is_acted_on_once_more_or_dropped(&world).await;
    world.assert_audit_is_clean("after the tour");
}

/// An order from the shelf to the refund, at two doors of one shop; and a customer who signs out.
pub(crate) async fn follow_an_order(one: &str, other: &str) {
    let admin = admin_at(one).await;
    let tea = json!({"sku": "TEA-1", "name": "Teapot", "price": "24.50", "stock": 12});
    let tea = admin.post("/v1/products", "", &tea).await.expect(201).text("id").to_owned();
    let buyer = customer_at(other, "mara").await;
    let listening = token_of(&admin_at(other).await);
    let mut stream = Listener::open(other, "/v1/events/stream?from=oldest", &listening, None).await;
    assert_eq!(stream.status(), 200, "{}", stream.head);
    let order = json!({"lines": [{"product_id": tea, "quantity": 2}], "payment": {"method": "sim_ok"}});
    let placed = buyer.post("/v1/orders", "key-1", &order).await.expect(201);
    let again = buyer.post("/v1/orders", "key-1", &order).await.expect(201);
    assert_eq!(placed.text("id"), again.text("id"));
    let id = placed.text("id").to_owned();
    until(&buyer, &format!("/v1/orders/{id}"), |order| order["status"] == "confirmed").await;
    let there = HttpClient::new(one);
    let made = admin.post(&format!("/v1/orders/{id}/fulfilments"), "f", &json!({})).await.expect(201);
    for step in ["ship", "deliver"] {
        let path = format!("/v1/fulfilments/{}/{step}", made.text("id"));
        admin.post(&path, step, &json!({})).await.expect(200);
    }
    let refund = json!({"amount": "10.00"});
    admin.post(&format!("/v1/orders/{id}/refunds"), "r", &refund).await.expect(201);
    let product = format!("/v1/products/{tea}");
    until(&there, &product, |tea| tea["stock"] == 10 && tea["reserved"] == 0).await;
    let wanted = BTreeSet::from(["order.placed", "payment.captured", "order.confirmed", "refund.succeeded"]);
    until(&admin, "/v1/events?limit=200", |log| {
        let kinds: BTreeSet<&str> = items(log).filter_map(|event| event["type"].as_str()).collect();
        wanted.is_subset(&kinds)
    })
    .await;
    until(&admin, "/v1/mails", |mails| items(mails).any(|mail| mail["template"] == "order_shipped")).await;
    while stream.event().await.expect("the stream goes on").event != "refund.succeeded" {}
    signed_out_everywhere(&buyer, one).await;
}

/// A token that was ended at one door is no longer good at the other, a second later.
pub(crate) async fn signed_out_everywhere(buyer: &HttpClient, other: &str) {
    let there = HttpClient::new(other).with_token(&token_of(buyer));
    there.get("/v1/orders").await.expect(200);
    buyer.try_call(Method::POST, "/v1/logout", "", &Value::Null).await.unwrap();
    let begun = Instant::now();
    while there.get("/v1/orders").await.code() != 401 {
        assert!(begun.elapsed() < Duration::from_secs(2), "a token that has ended is still good");
        sleep(Duration::from_millis(50)).await;
    }
}

fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list["items"].as_array().into_iter().flatten()
}

fn token_of(client: &HttpClient) -> String {
    client.token().unwrap_or_default().to_owned()
}

/// Reads until it is so.
pub(crate) async fn until(client: &HttpClient, path: &str, is_so: impl Fn(&Value) -> bool) {
    let begun = Instant::now();
    loop {
        let said = definite(client, Method::GET, path, "", &Value::Null).await.expect(200);
        if is_so(&said.body) {
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "{path} stays as it is: {}", said.body);
        sleep(Duration::from_millis(100)).await;
    }
}
