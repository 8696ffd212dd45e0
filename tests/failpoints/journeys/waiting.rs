//! What happens by itself when time passes: holds that are asked about, orders that fall due, promises that lapse.

use crate::script::{Deadline, JourneyRun, NONE, POST};
use http::Method;
use serde_json::json;
use std::time::Duration;
use tokio::time::sleep;

impl JourneyRun {
    pub(super) async fn only_starts(&mut self) {
        sleep(Duration::from_millis(500)).await;
        self.revive();
    }

    /// An unpaid order's reservation is asked about when it is older than the hold.
    pub(super) async fn held(&mut self) {
        let id = self.order("held", NONE).await;
        sleep(Duration::from_secs(3)).await;
        self.revive();
        assert_eq!(self.read(&id).await["status"], "pending");
    }

    /// The program ends between the reservation and the order.
    pub(super) async fn hold_for_nobody(&mut self) {
        let order = self.order_of_both(NONE);
        let request = ("/v1/orders", "never", &order);
        self.ends_at("orders.place_order/committing", request, &self.customer.clone()).await;
    }

    /// Payments cannot write for a while: who pays while placing leaves that to the timer, which fails once, too.
    pub(super) async fn cannot_write(&mut self) {
        self.keep_payments_shut();
        let id = self.order("kept", json!({"method": "sim_ok"})).await;
        self.keep_from_writing(Duration::from_secs(25)).await;
        self.until_is(&id, "confirmed").await;
    }

    /// Products asks what became of it, and orders answers that it never will become anything.
    pub(super) async fn buried(&mut self) {
        let patience = Deadline::new();
        while !patience.is_over() {
            let path = format!("/v1/products/{}", self.goods[0].id);
            if self.staff(Method::GET, &path, "", &NONE).await["reserved"] == 0 {
                return;
            }
            self.wait().await;
        }
        panic!("the hold stays");
    }

    /// Not paid in time; and paid in the last moment, while the order falls due.
    pub(super) async fn falls_due(&mut self) {
        let unpaid = self.order("due", NONE).await;
        let late = self.order("due-late", json!({"method": "sim_webhook_late"})).await;
        self.until_is(&unpaid, "expired").await;
        let is_over = |status: &str| matches!(status, "confirmed" | "expired");
        self.until(&late, "paid or expired", |order| is_over(order["status"].as_str().unwrap())).await;
    }

    /// A promise that ends before it is taken: the order waits for another payment.
    pub(super) async fn lapses(&mut self) {
        let promise = json!({"method": "sim_ok", "capture": "manual"});
        let id = self.order("lapses", promise.clone()).await;
        let patience = Deadline::new();
        loop {
            let order = self.read(&id).await;
            if order["hold"] == "payment" {
                return;
            }
            // it expired before the order was confirmed, which the end of the program has put off
            self.pay_again(&order, &promise).await;
            self.wait().await;
            assert!(!patience.is_over(), "{id} does not wait for another payment: {order}");
        }
    }

    /// Staff count less than is reserved, and then find it again.
    pub(super) async fn shortfall(&mut self) {
        let id = self.paid_order("short").await;
        let product = format!("/v1/products/{}", self.goods[0].id);
        for (stock, hold) in [(1, json!("stock_short")), (self.goods[0].stock, NONE)] {
            let now = self.staff(Method::GET, &product, "", &NONE).await;
            let version = &now["stock_version"];
            let change = json!({"stock": stock, "stock_version": version, "accept_shortfall": true});
            let said = self.ask(&self.admin.clone(), Method::PATCH, &product, "", &change).await;
            // a repeat after an answer that was lost finds a newer version: it has happened
            assert!(matches!(said.code(), 200 | 409), "{}", said.body);
            self.until(&id, "told", |order| order["hold"] == hold).await;
        }
    }

    /// Staff take stock in without a key, and the shop has it once.
    pub(super) async fn starts_from_nothing(&mut self) {
        let credentials = |email: &str, password: &str| json!({"email": email, "password": password});
        let admin = credentials(crate::shop::ADMIN_EMAIL, crate::shop::ADMIN_PASSWORD);
        let nobody = self.customer.with_token("");
        let said = self.ask(&nobody, POST, "/v1/login", "", &admin).await.expect(200);
        self.admin = nobody.with_token(said.text("token"));
        self.customer = self.admin.clone();
        self.goods.clear();
        let product = json!({"sku": "T-0", "name": "Thing", "price": "19.99", "stock": 10});
        let made = self.staff(POST, "/v1/products", "first", &product).await;
        let id = made["id"].as_str().unwrap().to_owned();
        self.goods.push(crate::shop::ShopProduct { id, price: 1999, stock: 10 });
        self.paid_order("first").await;
    }
}
