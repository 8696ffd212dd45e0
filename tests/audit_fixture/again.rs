//! What is asked of the provider twice, so that a second key is written down for it.

use super::FixtureActors;
use crate::shop::definite;
use http::Method;
use serde_json::{Value, json};

impl FixtureActors {
    /// An order whose customer had to do something before it was paid.
    pub async fn places_and_acts(&self, key: &str) -> String {
        let order = self.places(key, &[(1, 1)], Some("sim_requires_action")).await;
        let path = format!("/v1/payments/{}/confirm", self.payment_of(&order).await);
        definite(&self.customer, Method::POST, &path, &path, &Value::Null).await.expect(200);
        order
    }

    /// An order whose promise of money was given back, which was refused at first.
    pub async fn places_and_is_let_go(&self, key: &str) -> String {
        let authorized = json!({"method": "sim_void_refused", "capture": "manual"});
        let order = self.places_paid(key, &[(1, 1)], Some(authorized)).await;
        let path = format!("/v1/payments/{}/void", self.payment_of(&order).await);
        for (turn, status) in [("first", 409), ("second", 200)] {
            let key = format!("{path}-{turn}");
            definite(&self.admin, Method::POST, &path, &key, &Value::Null).await.expect(status);
        }
        order
    }

    async fn payment_of(&self, order: &str) -> String {
        let said = self.admin.get(&format!("/v1/orders/{order}")).await.expect(200);
        said.body["payment"]["id"].as_str().unwrap().to_owned()
    }
}
