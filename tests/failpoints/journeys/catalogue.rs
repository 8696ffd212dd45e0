//! Staff put products on sale, change them, and count them.

use crate::{
    script::{JourneyRun, NONE, POST},
    shop::ShopProduct,
};
use http::Method;
use serde_json::json;

impl JourneyRun {
    pub(super) async fn catalogue(&mut self) {
        let product = json!({"sku": "NEW", "name": "New", "price": "7.00", "stock": 10});
        let made = self.staff(POST, "/v1/products", "new", &product).await;
        let id = made["id"].as_str().unwrap().to_owned();
        let path = format!("/v1/products/{id}");
        self.staff(Method::PATCH, &path, "", &json!({"price": "8.00"})).await;
        let receipt = json!({"delta": 5, "reason": "receipt"});
        self.staff(POST, &format!("{path}/stock/adjustments"), "five", &receipt).await;
        self.goods.push(ShopProduct { id, price: 800, stock: 15 });
        self.paid_order("new").await;
        let now = self.staff(Method::GET, &path, "", &NONE).await;
        assert_eq!((&now["price"]["amount"], &now["stock"]), (&json!("8.00"), &json!(15)), "{now}");

        let other =
            self.staff(POST, "/v1/products", "other", &json!({"name": "Other", "price": "1.00"})).await;
        let path = format!("/v1/products/{}", other["id"].as_str().unwrap());
        let said = self.ask(&self.admin.clone(), Method::DELETE, &path, "", &NONE).await;
        // a repeat after an answer that was lost finds nothing to delete
        assert!(matches!(said.code(), 204 | 404), "{} {}", said.status, said.body);
        self.ask(&self.admin.clone(), Method::GET, &path, "", &NONE).await.expect(404);
    }
}
