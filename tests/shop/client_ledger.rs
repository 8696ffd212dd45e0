//! The responses that the clients received, to be compared with the state of the shop afterwards.

use super::{ShopProduct, definite};
use http::Method;
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
    time::Duration,
};
use testkit::http_client::{HttpClient, HttpResponse};

/// The responses about one order.
#[derive(Debug, Clone, Default)]
struct AcknowledgedOrder {
    key: String,
    lines: Vec<(Option<String>, i64)>,
    total: String,
    created_at: String,
    /// A try before the one that returned it had no response.
    cut_off: bool,
    cancelled: bool,
    shipped: bool,
    captured: i64,
    /// Refunds that were acknowledged as sent.
    refunded: i64,
    /// Refunds that were acknowledged as pending.
    refunding: i64,
}

/// The clients' own books; cheap to clone.
#[derive(Clone, Default)]
pub struct ClientLedger(Arc<Mutex<BTreeMap<String, AcknowledgedOrder>>>);

impl ClientLedger {
    /// A 201 came in for this key.
    pub fn acknowledged(&self, key: &str, asked: &Value, said: &HttpResponse) {
        let lines = asked["lines"].as_array().unwrap().iter();
        let lines =
            lines.map(|l| (l["product_id"].as_str().map(str::to_owned), l["quantity"].as_i64().unwrap()));
        let told = AcknowledgedOrder {
            key: key.to_owned(),
            lines: lines.collect(),
            total: said.body["total"]["amount"].as_str().unwrap().to_owned(),
            created_at: said.text("created_at").to_owned(),
            captured: minor(&said.body["payment"]["captured"]["amount"]),
            ..AcknowledgedOrder::default()
        };
        let before = self.0.lock().unwrap().insert(said.text("id").to_owned(), told);
        assert!(before.is_none_or(|b| b.key == key), "one order was given for two keys: {key}");
    }
    /// An answer said that so much was taken for an order.
    pub fn captured(&self, order: &str, payment: &Value) {
        let mut books = self.0.lock().unwrap();
        let told = books.get_mut(order).unwrap();
        told.captured = told.captured.max(minor(&payment["captured"]["amount"]));
    }
    /// The try before the one that returned this order was cut off without a response.
    pub fn cut_off(&self, order: &str) {
        self.0.lock().unwrap().get_mut(order).unwrap().cut_off = true;
    }
    pub fn cancelled(&self, order: &str) {
        self.0.lock().unwrap().get_mut(order).unwrap().cancelled = true;
    }
    pub fn shipped(&self, order: &str) {
        self.0.lock().unwrap().get_mut(order).unwrap().shipped = true;
    }
    /// An answer gave a refund, which may still be on its way when the caller's time is up.
    pub fn refund_told(&self, order: &str, minor: i64, status: &str) {
        let mut books = self.0.lock().unwrap();
        let told = books.get_mut(order).unwrap();
        match status {
            "succeeded" => told.refunded += minor,
            "requested" | "submitting" | "failed" | "unknown" => told.refunding += minor,
            other => panic!("a refund of {order} is told to be {other}"),
        }
    }
    /// The orders that were acknowledged.
    pub fn orders(&self) -> BTreeSet<String> {
        self.0.lock().unwrap().keys().cloned().collect()
    }
    /// The orders that there are, by the shop itself, are those that were acknowledged, and no others.
    #[track_caller]
    pub fn are_all_of(&self, orders: &[Value]) {
        let there = orders.iter().map(|order| order["id"].as_str().unwrap().to_owned()).collect();
        assert_eq!(self.orders(), there, "the orders that were acknowledged, and those that there are");
    }
    /// How many orders were acknowledged.
    pub fn len(&self) -> usize {
        self.0.lock().unwrap().len()
    }
    /// What each order comes to, in minor units.
    pub fn totals(&self) -> BTreeMap<String, i64> {
        let books = self.0.lock().unwrap();
        books.iter().map(|(id, told)| (id.clone(), minor(&Value::from(told.total.as_str())))).collect()
    }
    /// The total of the order in its response.
    pub fn total(&self, order: &str) -> String {
        self.0.lock().unwrap()[order].total.clone()
    }
    /// When the order was made, by its response.
    pub fn created_at(&self, order: &str) -> String {
        self.0.lock().unwrap()[order].created_at.clone()
    }
    /// How many orders of these keys were made before a moment (RFC 3339) and returned only later, to a client whose
    /// try before that was cut off: they were committed, and not acknowledged.
    pub fn unacknowledged_at(&self, moment: &str, key_prefix: &str) -> usize {
        let books = self.0.lock().unwrap();
        let of_these = |told: &&AcknowledgedOrder| told.cut_off && told.key.starts_with(key_prefix);
        books.values().filter(of_these).filter(|told| told.created_at.as_str() < moment).count()
    }

    /// I9 and more, from outside: every acknowledged order is there, once for its key, as it was sent, and agrees
    /// with the responses about it. Only keys that begin like this.
    pub async fn compare(&self, admin: &HttpClient, key_prefix: &str) {
        let books = self.0.lock().unwrap().clone();
        let mut keys = BTreeMap::new();
        for (id, told) in books.into_iter().filter(|(_, told)| told.key.starts_with(key_prefix)) {
            assert!(
                keys.insert(told.key.clone(), id.clone()).is_none(),
                "two orders for the key {}",
                told.key
            );
            let order = order_of(admin, &id).await.body;
            let lines: Vec<(Option<String>, i64)> = order["lines"]
                .as_array()
                .unwrap()
                .iter()
                .map(|l| (l["product_id"].as_str().map(str::to_owned), l["quantity"].as_i64().unwrap()))
                .collect();
            assert_eq!(lines, told.lines, "{id} has other lines than were sent");
            assert_eq!(order["total"]["amount"], told.total.as_str(), "{id} has another total than was told");
            let status = order["status"].as_str().unwrap();
            if told.cancelled {
                let open: i64 =
                    order["lines"].as_array().unwrap().iter().map(|l| l["open"].as_i64().unwrap()).sum();
                assert!(
                    matches!(status, "cancelled" | "cancelling") || open == 0,
                    "{id} was cancelled, and is {status}"
                );
            }
            if told.shipped {
                let fulfilment = order["fulfilment_status"].as_str().unwrap();
                assert!(
                    matches!(fulfilment, "shipped" | "delivered"),
                    "{id} was shipped, and is {fulfilment}"
                );
            }
            let captured = minor(&order["payment"]["captured"]["amount"]);
            assert_eq!(
                captured.max(told.captured),
                captured,
                "{id}: {} was taken, and {captured} is told",
                told.captured
            );
            let refunded = minor(&order["payment"]["refunded"]["amount"]);
            assert!(
                refunded >= told.refunded,
                "{id}: {} was refunded, and {refunded} is told",
                told.refunded
            );
        }
    }

    /// Waits until every refund that was acknowledged as pending has been sent: the reconciler sends them all.
    pub async fn refunds_arrive(&self, admin: &HttpClient) {
        let books = self.0.lock().unwrap().clone();
        for (id, told) in books.into_iter().filter(|(_, told)| told.refunding > 0) {
            let mut refunded = 0;
            for _ in 0..600 {
                let order = order_of(admin, &id).await.body;
                refunded = minor(&order["payment"]["refunded"]["amount"]);
                if refunded >= told.refunded + told.refunding {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            let promised = told.refunded + told.refunding;
            assert!(refunded >= promised, "{id}: {promised} was promised back, and {refunded} came");
        }
    }

    /// How many orders ended how; those of which all is shipped count as `shipped` too.
    pub async fn ends(&self, admin: &HttpClient) -> BTreeMap<String, usize> {
        let mut ends = BTreeMap::new();
        let books = self.0.lock().unwrap().clone();
        for id in books.into_keys() {
            let order = order_of(admin, &id).await;
            *ends.entry(order.text("status").to_owned()).or_default() += 1;
            if order.text("fulfilment_status") == "shipped" {
                *ends.entry("shipped".to_owned()).or_default() += 1;
            }
        }
        ends
    }

    /// Nothing sold twice, nothing held for nobody: by product, what orders have and what is left is what there was. Orders and
    /// products are read one after the other, and an order may end in between.
    pub async fn balance(&self, admin: &HttpClient, goods: &[ShopProduct]) {
        let mut imbalance = None;
        for _ in 0..20 {
            imbalance = self.imbalance(admin, goods).await;
            if imbalance.is_none() {
                return;
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        panic!("{}", imbalance.unwrap_or_default());
    }

    /// The first product of which orders have more or less than was taken from what there was.
    pub async fn imbalance(&self, admin: &HttpClient, goods: &[ShopProduct]) -> Option<String> {
        let mut in_orders: BTreeMap<String, (i64, i64)> = BTreeMap::new();
        let books = self.0.lock().unwrap().clone();
        for id in books.into_keys() {
            let order = order_of(admin, &id).await.body;
            let live = !matches!(order["status"].as_str().unwrap(), "cancelled" | "expired");
            for line in order["lines"].as_array().unwrap() {
                let Some(product) = line["product_id"].as_str() else { continue };
                let entry = in_orders.entry(product.to_owned()).or_default();
                entry.0 += if live { line["open"].as_i64().unwrap() } else { 0 };
                entry.1 += line["shipped"].as_i64().unwrap();
            }
        }
        for one in goods {
            let product = read(admin, &format!("/v1/products/{}", one.id)).await.body;
            let (open, shipped) = in_orders.get(&one.id).copied().unwrap_or_default();
            let available = product["available"].as_i64().unwrap();
            if open + shipped + available != one.stock {
                return Some(format!(
                    "{}: {open} open, {shipped} shipped, and there were {}: {product}",
                    one.id, one.stock
                ));
            }
        }
        None
    }
}

async fn order_of(admin: &HttpClient, id: &str) -> HttpResponse {
    read(admin, &format!("/v1/orders/{id}")).await
}
/// Reads, also while the program is started again.
async fn read(client: &HttpClient, path: &str) -> HttpResponse {
    definite(client, Method::GET, path, "", &Value::Null).await.expect(200)
}

/// An amount as the API writes it, in minor units; 0 where there is none.
pub fn minor(amount: &Value) -> i64 {
    amount.as_str().map_or(0, |text| text.replace('.', "").parse().unwrap())
}

/// 0 ≤ available = stock − reserved, in this read.
#[track_caller]
pub fn assert_sound(product: &Value) {
    let number = |name: &str| product[name].as_i64().unwrap();
    let (stock, reserved, available) = (number("stock"), number("reserved"), number("available"));
    assert!(available >= 0 && available == stock - reserved, "a read that cannot be: {product}");
}
