//! A shop at work: some orders are refunded piece by piece, again and again, and others come and are cancelled.

use crate::shop::{Shop, ShopProduct, definite};
use http::Method;
use serde_json::json;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};
use testkit::http_client::HttpClient;
use tokio::{task::JoinSet, time::sleep};

/// Those who refund, each one order of its own; and those who buy and cancel.
const REFUND: usize = 4;
const BUY: usize = 2;

/// The work, which ends with this value.
pub struct BackgroundLoad {
    done: Arc<AtomicU64>,
    tasks: JoinSet<()>,
    /// The orders that are refunded.
    pub refunded: Vec<String>,
}

impl BackgroundLoad {
    /// Begins in a shop that has goods.
    #[allow(clippy::disallowed_methods, reason = "clients are no part of the program")]
    pub async fn begin(shop: &Shop, admin: &HttpClient, goods: &[ShopProduct]) -> BackgroundLoad {
        let (done, mut tasks, mut refunded) = (Arc::new(AtomicU64::new(0)), JoinSet::new(), Vec::new());
        let customer = shop.customer("bustle").await;
        for n in 0..REFUND {
            let order = buys(&customer, &goods[0], &format!("dear{n}"), 90).await;
            refunded.push(order.clone());
            tasks.spawn(refunds(admin.apart(), order, done.clone()));
        }
        for n in 0..BUY {
            let goods = goods[n % goods.len()].clone();
            tasks.spawn(changes_its_mind(customer.apart(), goods, format!("fickle{n}"), done.clone()));
        }
        let mut bustle = BackgroundLoad { done, tasks, refunded };
        while bustle.done() < 10 {
            sleep(Duration::from_millis(20)).await;
        }
        bustle
    }

    /// How much was done already, by everybody.
    pub fn done(&mut self) -> u64 {
        assert!(self.tasks.try_join_next().is_none(), "somebody has stopped");
        self.done.load(SeqCst)
    }
}

async fn refunds(admin: HttpClient, order: String, done: Arc<AtomicU64>) {
    let path = format!("/v1/orders/{order}/refunds");
    for turn in 0.. {
        let key = format!("{order}-{turn}");
        let said = definite(&admin, Method::POST, &path, &key, &json!({"amount": "0.02"})).await;
        // the first ones may come before it is paid
        assert!(matches!(said.code(), 201 | 409), "{} {}", said.status, said.body);
        done.fetch_add(1, SeqCst);
    }
}

async fn changes_its_mind(customer: HttpClient, goods: ShopProduct, name: String, done: Arc<AtomicU64>) {
    for turn in 0.. {
        let key = format!("{name}-{turn}");
        let order = buys(&customer, &goods, &key, 1).await;
        let path = format!("/v1/orders/{order}/cancel");
        let said = definite(&customer, Method::POST, &path, &format!("{key}-off"), &json!({})).await;
        assert!(matches!(said.code(), 200 | 202 | 409), "{} {}", said.status, said.body);
        done.fetch_add(1, SeqCst);
    }
}

async fn buys(customer: &HttpClient, goods: &ShopProduct, key: &str, quantity: i64) -> String {
    let lines = json!([{"product_id": goods.id, "quantity": quantity}]);
    let order = json!({"lines": lines, "payment": {"method": "sim_ok"}});
    let said = definite(customer, Method::POST, "/v1/orders", key, &order).await.expect(201);
    said.text("id").to_owned()
}
