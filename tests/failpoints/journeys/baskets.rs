//! Baskets: filled, merged, placed and forgotten.

use crate::script::{JourneyRun, NONE, POST};
use http::Method;
use serde_json::{Value, json};
use testkit::http_client::HttpClient;

impl JourneyRun {
    /// A guest's basket goes into the customer's, and that becomes one order.
    pub(super) async fn basket(&mut self) {
        let customer = self.customer.clone();
        let guest = customer.signed_out();
        let wanted = self.order_of_both(NONE);
        let guests = self.filled(&guest, "guest", &wanted).await;
        let mine = self.filled(&customer, "mine", &json!({"lines": []})).await;
        let merge = format!("/v1/baskets/{guests}/merge");
        let merged = self.ask(&customer, POST, &merge, "", &NONE).await.expect(200).body;
        let quantities: Vec<&Value> =
            merged["basket"]["lines"].as_array().unwrap().iter().map(|line| &line["quantity"]).collect();
        assert_eq!(quantities, [2, 2], "{merged}");
        let path = format!("/v1/baskets/{mine}");
        let one = json!({"lines": [{"product_id": wanted["lines"][0]["product_id"], "quantity": 2}]});
        self.ask(&customer, Method::PATCH, &path, "", &one).await.expect(200);
        let placing = json!({"payment": {"method": "sim_ok"}});
        let said = self.ask(&customer, POST, &format!("{path}/place"), "", &placing).await.expect(201);
        self.books.acknowledged("basket", &wanted, &said);
        self.until_confirmed(said.text("id")).await;
        let again = self.ask(&customer, POST, &format!("{path}/place"), "", &placing).await.expect(201);
        assert_eq!(again.text("id"), said.text("id"));
    }

    /// Somebody's basket with these lines, each put in under a key; its id.
    pub(super) async fn filled(&mut self, who: &HttpClient, key: &str, wanted: &Value) -> String {
        let id = self.ask(who, POST, "/v1/baskets", "", &NONE).await.expect(201).text("id").to_owned();
        for (n, line) in wanted["lines"].as_array().unwrap().iter().enumerate() {
            let path = format!("/v1/baskets/{id}/lines");
            self.ask(who, POST, &path, &format!("{key}-{n}"), line).await.expect(200);
        }
        id
    }

    /// One basket whose time is over, and one whose timer comes early.
    pub(super) async fn old_baskets(&mut self) {
        for basket in ["kept", "old"] {
            let guest = self.customer.signed_out();
            self.filled(&guest, basket, &self.order_of_both(NONE)).await;
        }
        self.stop_unheard();
        let newest = "(select id from basket order by rowid desc limit 1)";
        self.accident("orders", &format!("update basket set expires_at = 0 where id = {newest}"));
        self.accident("orders", "update timer set due_at = 0 where kind = 'forget_basket'");
    }
    pub(super) async fn forgets(&mut self) {
        self.forget_keys("old-");
        let put_off =
            "select count(*) from timer join basket on due_at = expires_at where kind = 'forget_basket'";
        self.until_counted("orders", "select count(*) from basket", 1).await;
        self.until_counted("orders", put_off, 1).await;
        self.until_counted("orders", "select count(*) from timer where kind = 'forget_basket'", 1).await;
    }
}
