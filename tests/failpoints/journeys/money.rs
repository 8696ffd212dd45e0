//! Ways to pay and to give back, and a provider that is slow, silent or late.

use crate::script::{Deadline, JourneyRun, NONE, POST};
use serde_json::json;
use std::time::Duration;
use tokio::time::sleep;

impl JourneyRun {
    /// The provider charged, and its answer was lost: found out.
    pub(super) async fn lost_answer(&mut self) {
        let id = self.order("lost", json!({"method": "sim_timeout_after_charge"})).await;
        self.until_confirmed(&id).await;
    }

    pub(super) async fn paid_offline(&mut self) {
        let id = self.order("offline", NONE).await;
        self.offline.insert(id.clone());
        self.put(&id, "confirmed").await;
        self.until_is(&id, "confirmed").await;
        let fulfilment = self.fulfil(&id, "offline-f", &json!({})).await;
        self.move_fulfilment(&fulfilment, "cancel", "offline-fc", &NONE).await;
        let path = format!("/v1/orders/{id}/refunds");
        let said = self.ask(&self.admin.clone(), POST, &path, "offline-r", &json!({"amount": "1.00"})).await;
        assert_eq!(said.code(), 201, "{path}: {}", said.body);
        // people hand it back, and say so
        let path = format!("/v1/refunds/{}/settle", said.text("id"));
        let said = self.ask(&self.admin.clone(), POST, &path, "", &NONE).await;
        assert_eq!(said.code(), 200, "{path}: {}", said.body);
        self.books.refund_told(&id, 100, "requested");
    }

    pub(super) async fn customer_acts(&mut self) {
        let id = self.order("acts", json!({"method": "sim_requires_action"})).await;
        self.acts_until_confirmed(&id).await;
    }

    /// The customer does what is required, as often as it is.
    pub(super) async fn acts_until_confirmed(&mut self, id: &str) {
        let patience = Deadline::new();
        loop {
            let order = self.read(id).await;
            if order["status"] == "confirmed" {
                return;
            }
            // asked for again where the end of the program came between
            if order["payment"]["status"] == "requires_action" {
                let path = format!("/v1/payments/{}/confirm", order["payment"]["id"].as_str().unwrap());
                let said = self.ask(&self.customer.clone(), POST, &path, "", &NONE).await;
                assert!(matches!(said.code(), 200 | 402 | 409), "{}", said.body);
            }
            self.pay_again(&order, &json!({"method": "sim_ok"})).await;
            self.wait().await;
            assert!(!patience.is_over(), "{id} is not paid: {order}");
        }
    }

    /// The customer closes the bank's window, and pays with another card.
    pub(super) async fn another_card(&mut self) {
        let id = self.order("card", json!({"method": "sim_requires_action"})).await;
        let patience = Deadline::new();
        for n in 0.. {
            let order = self.read(&id).await;
            if order["status"] == "confirmed" {
                return;
            }
            // paid again where the end of the program came between, and the first attempt came after it
            if order["payment"]["status"] == "requires_action" {
                self.pay(&id, &format!("card-{n}"), &json!({"method": "sim_ok"})).await;
            }
            self.pay_again(&order, &json!({"method": "sim_ok"})).await;
            self.wait().await;
            assert!(!patience.is_over(), "{id} is not paid: {order}");
        }
    }

    /// What was authorized is captured, or voided; what was captured is refunded.
    pub(super) async fn taken_by_hand(&mut self) {
        for step in ["capture", "void"] {
            let id = self.order(step, json!({"method": "sim_ok", "capture": "manual"})).await;
            self.until_confirmed(&id).await;
            let payment = self.read(&id).await["payment"]["id"].as_str().unwrap().to_owned();
            let path = format!("/v1/payments/{payment}/{step}");
            let said = self.ask(&self.admin.clone(), POST, &path, &format!("{step}-s"), &NONE).await;
            // a program that ended in between may have to pay again, and then there is nothing to take
            assert!(matches!(said.code(), 200 | 409), "{step}: {}", said.body);
        }
    }

    pub(super) async fn given_back_by_hand(&mut self) {
        let id = self.paid_order("back").await;
        let payment = self.read(&id).await["payment"]["id"].as_str().unwrap().to_owned();
        let path = format!("/v1/payments/{payment}/refunds");
        let said = self.ask(&self.admin.clone(), POST, &path, "back-s", &json!({"amount": "1.00"})).await;
        assert_eq!(said.code(), 201, "{path}: {}", said.body);
        // the order hears of it by an event
        self.books.refund_told(&id, 100, "requested");
    }

    /// A refusal binds no key.
    pub(super) async fn mended(&mut self) {
        let id = self.order("mended", NONE).await;
        let path = format!("/v1/orders/{id}/payments");
        let wrong = json!({"method": "of no such kind"});
        let said = self.ask(&self.customer.clone(), POST, &path, "mended-p", &wrong).await;
        assert_eq!(said.code(), 422, "{}", said.body);
        self.pay(&id, "mended-p", &json!({"method": "sim_ok"})).await;
        self.until_confirmed(&id).await;
    }

    pub(super) async fn late_webhook(&mut self) {
        for (n, method) in ["sim_webhook_late", "sim_webhook_twice", "sim_slow"].iter().enumerate() {
            let id = self.order(&format!("late-{n}"), json!({ "method": method })).await;
            self.until_confirmed(&id).await;
        }
    }

    pub(super) async fn silent_provider(&mut self) {
        let id = self.order("silent", json!({"method": "sim_timeout_before_charge"})).await;
        self.until_confirmed(&id).await;
    }

    /// The provider did not respond, was asked to abandon the charge, and gets the request after that.
    pub(super) async fn late_request(&mut self) {
        self.order("late-request", json!({"method": "sim_timeout_before_charge"})).await;
        sleep(Duration::from_secs(3)).await;
    }
}
