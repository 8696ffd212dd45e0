//! What an event may tell.

use contracts::{events::FulfilmentEvent, fulfilments::Fulfilment};
use serde_json::json;

#[test]
fn an_event_never_tells_where_a_parcel_was_sent() {
    let to = json!({"name": "Ada", "line1": "1 Mill Lane", "city": "London", "postal_code": "N1", "country": "GB"});
    let fulfilment = json!({
        "id": "ful_00000000000000000000000000", "order_id": "ord_00000000000000000000000000", "status": "shipped",
        "lines": [], "version": 3, "created_at": "2026-03-01T10:00:00Z", "updated_at": "2026-03-01T10:00:00Z",
        "shipping_address": to,
    });
    let fulfilment: Fulfilment = serde_json::from_value(fulfilment).unwrap();
    assert!(fulfilment.shipping_address.is_some());
    let user_id = "usr_00000000000000000000000000".parse().unwrap();
    let told = serde_json::to_string(&FulfilmentEvent { user_id, fulfilment }).unwrap();
    assert!(!told.contains("Mill Lane") && !told.contains("shipping_address"), "{told}");
}
