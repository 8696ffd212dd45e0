//! The last piece: of everybody who wants it at the same moment, at whichever replica, one gets it.

use crate::{
    shop::{admin_at, client_ledger::assert_sound, customer_at, stock_up},
    world::DistributedTestBed,
};
use serde_json::json;
use std::{collections::BTreeMap, time::Duration};
use testkit::http_client::HttpClient;
use tokio::{task::JoinSet, time::Instant};

/// In every run; and in the long form.
const TRIES: usize = 40;
const TRIES_LONG: usize = 1000;
const BUYERS: usize = 12;
const THREE: [&[&str]; 10] = [
    &["auth"],
    &["payments"],
    &["products"],
    &["products"],
    &["products"],
    &["orders"],
    &["orders"],
    &["orders"],
    &["notifications"],
    &["gateway"],
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_replicas_sell_the_last_piece_once() {
    let tries = if testkit::is_long() { TRIES_LONG } else { TRIES };
    let world = DistributedTestBed::of(&THREE, &[]);
    let url = world.split.url();
    let admin = admin_at(&url).await;
    let product = stock_up(&admin, &[(1000, 0)]).await.remove(0).id;
    let customer = customer_at(&url, "many").await;
    let doors = world.split.urls("orders");
    let buyers: Vec<HttpClient> = (0..BUYERS)
        .map(|n| HttpClient::new(&doors[n % doors.len()]).with_token(customer.token().unwrap()))
        .collect();
    let (begun, mut sold_by) = (Instant::now(), BTreeMap::new());
    for n in 0..tries {
        let piece = json!({"delta": 1, "reason": "receipt"});
        admin
            .post(&format!("/v1/products/{product}/stock/adjustments"), &format!("piece-{n}"), &piece)
            .await
            .expect(201);
        let winners = all_want_it(&buyers, &product, n).await;
        assert_eq!(winners.len(), 1, "try {n}: the one piece was sold to {winners:?} of {BUYERS} buyers");
        *sold_by.entry(winners[0] % doors.len()).or_insert(0) += 1;
    }
    let took = begun.elapsed();
    let read = admin.get(&format!("/v1/products/{product}")).await.expect(200).body;
    assert_sound(&read);
    assert_eq!((&read["stock"], &read["available"]), (&json!(tries), &json!(0)), "{read}");
    world.assert_audit_is_clean("when every piece is sold");
    println!(
        "{tries} pieces, {BUYERS} buyers of each at {} replicas: each was sold once; sold by replica {sold_by:?}, \
         {:.1} requests a second",
        doors.len(),
        rate(tries * BUYERS, took)
    );
}

/// All clients order at once; returns those who got it. The responses to the others must say that it is sold out.
async fn all_want_it(buyers: &[HttpClient], product: &str, n: usize) -> Vec<usize> {
    let mut asking = JoinSet::new();
    for (who, buyer) in buyers.iter().cloned().enumerate() {
        let order = json!({"lines": [{"product_id": product, "quantity": 1}]});
        #[allow(clippy::disallowed_methods, reason = "clients are no part of the program")]
        asking.spawn(async move { (who, buyer.post("/v1/orders", &format!("t{n}-b{who}"), &order).await) });
    }
    let mut winners = Vec::new();
    for (who, said) in asking.join_all().await {
        match said.code() {
            201 => winners.push(who),
            409 if said.text("code") == "insufficient_stock" => {}
            _ => panic!("try {n}, buyer {who}: {} {}", said.status, said.body),
        }
    }
    winners
}

fn rate(count: usize, within: Duration) -> f64 {
    count as f64 / within.as_secs_f64()
}
