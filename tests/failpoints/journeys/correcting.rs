//! Staff prepare orders as drafts, hold and correct them, and take back what they have asked for.

use crate::script::{JourneyRun, NONE, POST};
use http::Method;
use serde_json::json;

impl JourneyRun {
    /// One draft becomes an order, the other is deleted.
    pub(super) async fn drafted(&mut self) {
        let me = self.ask(&self.customer.clone(), Method::GET, "/v1/me", "", &NONE).await.expect(200);
        let mut draft = self.order_of_both(NONE);
        draft["user_id"] = json!(me.text("id"));
        let made = self.staff(POST, "/v1/orders/drafts", "draft", &draft).await;
        let path = format!("/v1/orders/drafts/{}", made["id"].as_str().unwrap());
        self.staff(Method::PATCH, &path, "", &json!({"note": "by telephone"})).await;
        let placing = json!({"payment": {"method": "sim_ok"}});
        let said =
            self.ask(&self.admin.clone(), POST, &format!("{path}/place"), "", &placing).await.expect(200);
        assert_eq!((&said.body["id"], said.text("note")), (&made["id"], "by telephone"), "{}", said.body);
        self.books.acknowledged("draft", &draft, &said);
        self.until_confirmed(said.text("id")).await;

        let made = self.staff(POST, "/v1/orders/drafts", "", &draft).await;
        let path = format!("/v1/orders/drafts/{}", made["id"].as_str().unwrap());
        let said = self.ask(&self.admin.clone(), Method::DELETE, &path, "", &NONE).await;
        // a repeat after an answer that was lost finds nothing to delete
        assert!(matches!(said.code(), 204 | 404), "{} {}", said.status, said.body);
        self.delete_other_drafts().await;
    }

    /// Without a key, a repeat after an answer that was lost makes one more.
    async fn delete_other_drafts(&mut self) {
        let drafts = self.staff(Method::GET, "/v1/orders?status=draft", "", &NONE).await;
        for draft in drafts["items"].as_array().unwrap() {
            let path = format!("/v1/orders/drafts/{}", draft["id"].as_str().unwrap());
            let said = self.ask(&self.admin.clone(), Method::DELETE, &path, "", &NONE).await;
            assert!(matches!(said.code(), 204 | 404), "{} {}", said.status, said.body);
        }
    }

    /// Held back, corrected, and sent after all.
    pub(super) async fn held_and_corrected(&mut self) {
        let id = self.paid_order("held").await;
        let path = format!("/v1/orders/{id}");
        self.staff(POST, &format!("{path}/hold"), "", &json!({"reason": "the address is odd"})).await;
        let said =
            self.ask(&self.admin.clone(), POST, &format!("{path}/fulfilments"), "early", &json!({})).await;
        assert_eq!(said.code(), 409, "an order that is held back is sent: {}", said.body);
        self.staff(Method::PATCH, &path, "", &json!({"note": "ring twice"})).await;
        let note = json!({"text": "called, and wants it on Friday"});
        self.staff(POST, &format!("{path}/notes"), "note", &note).await;
        let notes = self.staff(Method::GET, &format!("{path}/notes"), "", &NONE).await;
        assert_eq!(notes["items"].as_array().unwrap().len(), 1, "{notes}");
        let refunds = self.staff(Method::GET, &format!("{path}/refunds"), "", &NONE).await;
        assert_eq!(refunds["items"], json!([]), "{refunds}");
        self.staff(POST, &format!("{path}/release"), "", &NONE).await;
        assert_eq!(self.read(&id).await["note"], "ring twice");
        self.put(&id, "shipped").await;
        self.books.shipped(&id);
    }

    /// The program ends after a refund was asked for, and before it is sent.
    pub(super) async fn ask_for_refund(&mut self) {
        let id = self.paid_order("withdrawn").await;
        let path = format!("/v1/orders/{id}/refunds");
        let request = (path.as_str(), "withdrawn-r", &json!({"amount": "1.00"}));
        self.ends_at("payments.request_refund/committed", request, &self.admin.clone()).await;
    }
    /// Staff think again; it has gone out, or never will.
    pub(super) async fn withdraws(&mut self) {
        let id = self.only_order();
        let payment = self.read(&id).await["payment"]["id"].as_str().unwrap().to_owned();
        let refunds = self.staff(Method::GET, &format!("/v1/payments/{payment}/refunds"), "", &NONE).await;
        let refund = format!("/v1/refunds/{}", refunds["items"][0]["id"].as_str().unwrap());
        let said = self.ask(&self.admin.clone(), POST, &format!("{refund}/withdraw"), "", &NONE).await;
        let now = self.staff(Method::GET, &refund, "", &NONE).await;
        match said.code() {
            200 => assert_eq!(now["status"], "withdrawn", "{now}"),
            409 => assert_ne!(now["status"], "withdrawn", "{now}"),
            _ => panic!("withdrawing {refund}: {} {}", said.status, said.body),
        }
    }
}
