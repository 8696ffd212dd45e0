//! Placing, paying, shipping, refunding and cancelling.

use super::must_pay_again;
use crate::script::{JourneyRun, NONE, POST};
use http::Method;
use serde_json::json;

impl JourneyRun {
    /// Paid at once, shipped in two parts, delivered, refunded in part.
    pub(super) async fn paid_and_shipped(&mut self) {
        let id = self.paid_order("paid").await;
        let line = self.read(&id).await["lines"][0]["id"].clone();
        let part = json!({"lines": [{"line_id": line, "quantity": 1}]});
        for (n, body) in [part, json!({})].iter().enumerate() {
            let fulfilment = self.fulfil(&id, &format!("fulfil-{n}"), body).await;
            for (step, body) in [("pack", NONE), ("ship", json!({})), ("deliver", NONE)] {
                self.move_fulfilment(&fulfilment, step, &format!("{step}-{n}"), &body).await;
            }
            self.correct_fulfilment(&fulfilment, &json!({"tracking_number": format!("JJD-{n}")})).await;
        }
        self.books.shipped(&id);
        self.refund(&id, "refund").await;
        self.until_is(&id, "completed").await;
    }

    /// Paid later, by an authorization that is captured when it ships.
    pub(super) async fn authorized_and_shipped(&mut self) {
        let id = self.order("authorized", NONE).await;
        self.pay(&id, "pay", &json!({"method": "sim_ok", "capture": "manual"})).await;
        self.until_confirmed(&id).await;
        self.put(&id, "shipped").await;
        self.books.shipped(&id);
        self.put(&id, "delivered").await;
        self.until_is(&id, "completed").await;
    }

    /// Cancelled: unpaid, paid, and authorized.
    pub(super) async fn cancelled(&mut self) {
        let authorized = json!({"method": "sim_ok", "capture": "manual"});
        for (n, payment) in [NONE, json!({"method": "sim_ok"}), authorized].into_iter().enumerate() {
            let id = self.order(&format!("cancel-{n}"), payment).await;
            self.cancel(&self.customer.clone(), &id, &format!("cancel-{n}-c"), &json!({})).await;
            self.until_is(&id, "cancelled").await;
        }
    }

    pub(super) async fn some_cancelled(&mut self) {
        let id = self.paid_order("some").await;
        let line = self.read(&id).await["lines"][0]["id"].clone();
        let some = json!({"lines": [{"line_id": line, "quantity": 1}]});
        self.cancel(&self.admin.clone(), &id, "some-c", &some).await;
        self.until(&id, "refunded", |order| order["payment"]["refunded"]["amount"] == "19.99").await;
    }

    pub(super) async fn price_changed(&mut self) {
        let lines = json!([{"product_id": self.goods[0].id, "quantity": 1}]);
        let order = json!({"lines": lines, "expected_total": "0.01"});
        let said = self.ask(&self.customer.clone(), POST, "/v1/orders", "changed", &order).await;
        assert_eq!((said.code(), said.text("code")), (409, "price_changed"), "{}", said.body);
    }

    /// The program ends, and the customer does not ask again: what was committed is carried out all the same.
    pub(super) async fn goes_away(&mut self) {
        let body = self.order_of_both(json!({"method": "sim_ok"}));
        let said = self.customer.try_call(POST, "/v1/orders", "away", &body).await;
        if let Ok(said) = &said {
            assert_eq!(said.code(), 201, "{}", said.body);
            self.books.acknowledged("away", &body, said);
        }
        let orders = self.staff(Method::GET, "/v1/orders", "", &NONE).await;
        for order in orders["items"].as_array().unwrap() {
            self.until(order["id"].as_str().unwrap(), "paid or refused", |order| {
                order["status"] == "confirmed" || must_pay_again(order)
            })
            .await;
        }
        // much later
        let said = self.ask(&self.customer.clone(), POST, "/v1/orders", "away", &body).await;
        assert_eq!(said.code(), 201, "{}", said.body);
        self.books.acknowledged("away", &body, &said);
        self.until_confirmed(said.text("id")).await;
    }
}
