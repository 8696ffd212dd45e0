//! No oversell: many buyers of few pieces, with retries, cancellations and expiries mixed in.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod shop;

use http::Method;
use serde_json::{Value, json};
use shop::{
    Shop, ShopProduct,
    client_ledger::{ClientLedger, assert_sound},
    definite,
    load::SplitMix,
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};
use testkit::http_client::HttpClient;
use tokio::{task::JoinSet, time::sleep};

const BUYERS: u64 = 200;
const TURNS: u64 = 4;

const SETTINGS: &[(&str, &str)] = &[("ORDO_PAYMENT_DUE", "2")];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_buyers_of_fifty_pieces_get_just_fifty() {
    fifty_pieces_are_sold_to_two_hundred(Shop::embedded(SETTINGS)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_processes_too_two_hundred_buyers_get_just_fifty_pieces() {
    fifty_pieces_are_sold_to_two_hundred(Shop::split(SETTINGS)).await;
}

#[allow(clippy::disallowed_methods, reason = "clients are no part of the program")]
async fn fifty_pieces_are_sold_to_two_hundred(shop: Shop) {
    let admin = shop.admin().await;
    let goods = Arc::new(shop.stock_up(&admin, &[(1000, 20), (2500, 15), (300, 10), (9900, 5)]).await);
    let mut accounts = Vec::new();
    for n in 0..20 {
        accounts.push(shop.customer(&format!("buyer{n}")).await);
    }
    let books = ClientLedger::default();
    let over = Arc::new(AtomicBool::new(false));
    let watcher = tokio::spawn(watch(admin.apart(), goods.clone(), over.clone()));
    let paid = Arc::new(AtomicU64::new(0));
    let mut buyers = JoinSet::new();
    for n in 0..BUYERS {
        let account = accounts[n as usize % accounts.len()].apart();
        buyers.spawn(buy(account, admin.apart(), n, goods.clone(), books.clone(), paid.clone()));
    }
    while let Some(done) = buyers.join_next().await {
        done.unwrap();
    }
    // unpaid orders expire after 2 s, holds of placements that failed are asked about after 2 s
    sleep(Duration::from_secs(10)).await;
    over.store(true, SeqCst);
    let reads = watcher.await.unwrap();
    assert!(reads > 100, "the watcher read only {reads} times");
    shop.assert_audit_is_clean("when all is quiet");
    books.balance(&admin, &goods).await;
    let ends = books.ends(&admin).await;
    println!("{ends:?}");
    for end in ["cancelled", "expired", "confirmed"] {
        assert!(
            ends.get(end).is_some_and(|count| *count > 0),
            "no order is {end}: the test is too gentle: {ends:?}"
        );
    }
    let shipped = ends.get("shipped").copied().unwrap_or(0);
    assert!(shipped > 0, "nothing was shipped: the test is too gentle");
    nobody_is_refused_what_is_free(&accounts[0], &admin, &goods).await;
    shop.assert_audit_is_clean("when all is sold");
}

/// In every read 0 ≤ available = stock − reserved.
async fn watch(admin: HttpClient, goods: Arc<Vec<ShopProduct>>, over: Arc<AtomicBool>) -> u64 {
    let mut reads = 0;
    while !over.load(SeqCst) {
        for one in goods.iter() {
            assert_sound(&read(&admin, &format!("/v1/products/{}", one.id)).await);
            reads += 1;
        }
        let list = read(&admin, "/v1/products").await;
        list["items"].as_array().unwrap().iter().for_each(assert_sound);
    }
    reads
}

/// What is read in the end: a replica that is overloaded may say so.
async fn read(admin: &HttpClient, path: &str) -> Value {
    definite(admin, Method::GET, path, "", &Value::Null).await.expect(200).body
}

/// Buys some turns. Every fourth order of all that is `paid` is shipped, the first of them too: whose these are is chance.
async fn buy(
    buyer: HttpClient,
    admin: HttpClient,
    n: u64,
    goods: Arc<Vec<ShopProduct>>,
    books: ClientLedger,
    paid: Arc<AtomicU64>,
) {
    let mut dice = SplitMix::new(n + 1);
    for turn in 0..TURNS {
        let lines: Vec<Value> = (0..1 + dice.roll(3))
            .map(|_| json!({"product_id": goods[dice.roll(goods.len() as u64) as usize].id, "quantity": 1}))
            .collect();
        let mut order = json!({ "lines": lines });
        if dice.roll(2) == 0 {
            order["payment"] = json!({"method": if dice.roll(4) == 0 { "sim_declined" } else { "sim_ok" }});
        }
        let key = format!("b{n}-t{turn}");
        // every third buyer asks twice at once, as an impatient browser does
        let said = match dice.roll(3) {
            0 => {
                let ask = || definite(&buyer, Method::POST, "/v1/orders", &key, &order);
                let (one, other) = tokio::join!(ask(), ask());
                if one.code() == 201 && other.code() == 201 {
                    assert_eq!(one.text("id"), other.text("id"), "one key has two orders");
                }
                if other.code() == 201 { other } else { one }
            }
            _ => definite(&buyer, Method::POST, "/v1/orders", &key, &order).await,
        };
        match said.code() {
            201 => books.acknowledged(&key, &order, &said),
            409 => assert_eq!(said.text("code"), "insufficient_stock", "{}", said.body),
            _ => panic!("{} {}", said.status, said.body),
        }
        if said.text("status") == "confirmed" && paid.fetch_add(1, SeqCst).is_multiple_of(4) {
            let path = format!("/v1/orders/{}", said.text("id"));
            let said = definite(&admin, Method::PUT, &path, "", &json!({"status": "shipped"})).await;
            assert!(matches!(said.code(), 200 | 409), "{}", said.body);
        } else if said.code() == 201 && dice.roll(2) == 0 {
            let path = format!("/v1/orders/{}/cancel", said.text("id"));
            let said = definite(&buyer, Method::POST, &path, &format!("{key}-c"), &json!({})).await;
            assert!(matches!(said.code(), 200 | 409), "{}", said.body);
        }
        sleep(Duration::from_millis(dice.roll(400))).await;
    }
}

/// So many pieces of each come in at last.
const RECEIVED: i64 = 3;

/// What is left can be bought, to the last piece and no further.
async fn nobody_is_refused_what_is_free(buyer: &HttpClient, admin: &HttpClient, goods: &[ShopProduct]) {
    for (n, one) in goods.iter().enumerate() {
        let receipt = json!({"delta": RECEIVED, "reason": "receipt"});
        let adjustments = format!("/v1/products/{}/stock/adjustments", one.id);
        admin.post(&adjustments, &format!("received-{n}"), &receipt).await.expect(201);
        let product = admin.get(&format!("/v1/products/{}", one.id)).await.expect(200).body;
        let left = product["available"].as_i64().unwrap();
        let order = |quantity: i64| json!({"lines": [{"product_id": one.id, "quantity": quantity}]});
        assert!(left >= RECEIVED, "{left} are left, and {RECEIVED} have just come in");
        buyer.post("/v1/orders", &format!("last-{n}"), &order(left)).await.expect(201);
        let said = buyer.post("/v1/orders", &format!("beyond-{n}"), &order(1)).await.expect(409);
        assert_eq!(said.body["errors"][0]["available"], 0, "{}", said.body);
    }
}
