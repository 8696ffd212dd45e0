//! Only the database of orders was put back, and clients repeat the requests whose orders are lost: payments has kept what was paid.

use super::RestoredShop;
use db::{
    Sql,
    postgres::{Config, connect},
};
use serde_json::{Value, json};
use std::{collections::BTreeSet, time::Duration};
use testkit::{http_client::HttpClient, real_env::env};
use tokio::time::{Instant, sleep};

const TAKEN: Sql = Sql::both("select captured, refunded, state from charge where state <> 'failed'");

impl RestoredShop {
    /// Places an order under a key, one of a basket, and one of a draft, each with its payment; one of them by a card that is only
    /// authorized, and one whose customer must act first.
    async fn places_all(&self, basket: &str) -> Vec<String> {
        let lines = json!([{"product_id": self.product, "quantity": 2}]);
        let (at_once, later) =
            (json!({"method": "sim_ok"}), json!({"method": "sim_ok", "capture": "manual"}));
        let mut orders = Vec::new();
        for (key, payment) in
            [("key", &at_once), ("later", &later), ("acts", &json!({"method": "sim_requires_action"}))]
        {
            let order = json!({"lines": lines, "payment": payment});
            orders.push(self.buyer.post("/v1/orders", key, &order).await.expect(201));
        }
        let place = json!({"payment": at_once});
        orders.push(self.buyer.post(&format!("{basket}/place"), "key", &place).await.expect(201));
        let admin = self.world.admin().await;
        let user = self.buyer.get("/v1/me").await.expect(200).text("id").to_owned();
        let draft = json!({"user_id": user, "lines": lines});
        let draft = admin.post("/v1/orders/drafts", "key", &draft).await.expect(201);
        let path = format!("/v1/orders/drafts/{}/place", draft.text("id"));
        orders.push(admin.post(&path, "", &place).await.expect(200));
        orders.iter().map(|order| order.text("id").to_owned()).collect()
    }

    async fn has_payment_status(&self, order: &str, status: &str) -> Value {
        let begun = Instant::now();
        loop {
            let shown = self.order(order).await;
            if shown["payment_status"] == status {
                return shown;
            }
            assert!(
                begun.elapsed() < Duration::from_secs(60),
                "{status} is expected: {shown} {}",
                self.logs()
            );
            sleep(Duration::from_millis(200)).await;
        }
    }

    /// What the provider has taken, and what of that has gone back, charge by charge.
    async fn taken(&self) -> Vec<(i64, i64, String)> {
        let config = Config { schema: Some("simulator".to_owned()), ..Config::new(&self.new) };
        let rows = connect(&config, env()).unwrap().query(&TAKEN, &[]).await.unwrap();
        let mut taken: Vec<_> = rows
            .iter()
            .map(|row| {
                (row.get("captured").unwrap(), row.get("refunded").unwrap(), row.get("state").unwrap())
            })
            .collect();
        taken.sort();
        taken
    }
}

async fn basket_of(buyer: &HttpClient, product: &str) -> String {
    let basket = buyer.post("/v1/baskets", "", &json!({})).await.expect(201);
    let basket = format!("/v1/baskets/{}", basket.text("id"));
    let line = json!({"product_id": product, "quantity": 2});
    buyer.post(&format!("{basket}/lines"), "", &line).await.expect(200);
    basket
}

async fn lost_orders_are_placed_again(is_loss_accepted: bool) {
    let mut shop = RestoredShop::open(100).await;
    let basket = basket_of(&shop.buyer, &shop.product).await;
    shop.copy().await;
    let lost = shop.places_all(&basket).await;
    shop.everything_is_consumed(&[]).await;
    let before = shop.taken().await;
    // one that is in the backup, five that are lost
    assert_eq!(before.len(), 6, "{before:?}");
    shop.stop();
    let back = ["orders"];
    shop.put_back(&back, false);
    match is_loss_accepted {
        true => drop(shop.goes_on().await),
        // nobody but its consumers knows that orders has lost something
        false => shop.world.split.start(),
    }
    let again = shop.places_all(&basket).await;
    assert!(again.iter().all(|order| !lost.contains(order)), "{again:?}");
    let [paid, held, waits, of_basket, of_draft] = &again[..] else { panic!("{again:?}") };
    for order in [paid, of_basket, of_draft] {
        assert_eq!(shop.has_payment_status(order, "paid").await["status"], "confirmed");
    }
    assert_eq!(shop.has_payment_status(held, "authorized").await["status"], "confirmed");
    shop.has_payment_status(waits, "pending").await;
    assert_eq!(shop.taken().await, before, "somebody is charged again");
    if !is_loss_accepted {
        shop.stop();
        shop.goes_on().await;
    }
    // and each is the payment of an order as any other
    let admin = shop.world.admin().await;
    shop.buyer.post(&format!("/v1/orders/{paid}/cancel"), "back", &json!({})).await.expect(200);
    shop.has_payment_status(paid, "refunded").await;
    let parcels = format!("/v1/orders/{held}/fulfilments");
    let parcel = admin.post(&parcels, "parcel", &json!({})).await.expect(201);
    let parcel = parcel.text("id");
    admin.post(&format!("/v1/fulfilments/{parcel}/ship"), "ship", &json!({})).await.expect(200);
    shop.has_payment_status(held, "paid").await;
    shop.everything_is_consumed(&back).await;
    shop.audit_names_only(&BTreeSet::from_iter(lost), &["orders: dead letters"]);
    assert_eq!(shop.taken().await.len(), before.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lost_orders_that_are_placed_again_are_not_charged_again() {
    lost_orders_are_placed_again(true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lost_orders_that_are_placed_again_before_the_loss_is_accepted_are_not_charged_again() {
    lost_orders_are_placed_again(false).await;
}
