//! Valid requests with much in them, for the sake of what can be made wrong about it.

use crate::operations::{
    SampleRequest, fresh,
    stage::{Precondition, Stage},
};
use serde_json::{Value, json};

/// What must be there for it.
pub fn needs(asked: &SampleRequest) -> Precondition {
    match asked.operation.route.name {
        "cancel_order" => Precondition::Paid, // so that some of its units can be cancelled
        _ => asked.needs,
    }
}

/// The body that an administrator may send; nothing where the operation has none.
pub fn body(asked: &SampleRequest, stage: &Stage) -> Value {
    let lines = || json!([{"line_id": stage.id("lines"), "quantity": 1}]);
    let order_lines = || {
        json!([{"product_id": stage.id("products"), "quantity": 2},
            {"title": "Engraving", "unit_price": money("5.00"), "quantity": 1}])
    };
    let product = || {
        json!({"sku": fresh("sku"), "name": "Kettle", "description": "Boils.", "price": money("24.50"),
        "stock": 7, "backorder": true, "status": "active", "metadata": {"shelf": "12"},
        "images": [{"url": "/kettle.jpg", "alt": "A kettle"}]})
    };
    let sent = json!({"carrier": "DHL", "tracking_number": "00340434"});
    match asked.operation.route.name {
        "register" => json!({"username": fresh("u"), "email": format!("{}@example.com", fresh("e")),
            "password": "a good password", "name": "Ada", "language": "de"}),
        "update_me" => json!({"name": "Ada", "language": "de"}),
        "update_user" => json!({"role": "staff", "permissions": ["orders", "payments"], "active": true}),
        "create_product" => product(),
        "replace_product" | "update_product" => {
            with(product(), json!({"version": 1, "stock_version": 1, "accept_shortfall": true}))
        }
        "adjust_stock" => json!({"delta": 3, "reason": "receipt", "note": "found", "accept_shortfall": true}),
        "place_order" => {
            json!({"lines": order_lines(), "expected_total": money("45.98"), "adjustments": adjustments(),
            "shipping_address": address(), "note": "Ring twice.", "metadata": {"campaign": "spring"},
            "payment": {"method": "sim_ok", "capture": "manual"}, "language": "de"})
        }
        "draft_order" => {
            json!({"user_id": stage.id("users"), "lines": custom(), "adjustments": adjustments(),
            "shipping_address": address(), "note": "as agreed", "metadata": {"by": "phone"}})
        }
        "update_draft" => {
            json!({"lines": custom(), "adjustments": adjustments(), "shipping_address": address(),
            "note": "as agreed", "metadata": {"by": "phone"}})
        }
        "place_draft" => {
            json!({"expected_total": money("39.98"), "payment": {"method": "sim_ok", "capture": "manual"},
            "language": "de"})
        }
        "create_basket" => json!({"id": "bas_01mcc5rm008008000000000007"}),
        "place_basket" => {
            json!({"email": "ada@example.com", "payment": {"method": "sim_ok"}, "shipping_address": address(),
            "metadata": {"campaign": "spring"}, "language": "de"})
        }
        "add_address" | "update_address" => json!({"address": address(), "default": true}),
        "pay_order" => json!({"method": "sim_ok", "capture": "manual"}),
        "cancel_order" => json!({"reason": "too late", "lines": lines()}),
        "refund_order" | "refund_payment" => json!({"amount": money("0.50"), "reason": "scratched"}),
        "create_fulfilment" => with(sent, json!({"lines": lines()})),
        "ship_fulfilment" | "update_fulfilment" => sent,
        "update_order" => {
            json!({"shipping_address": address(), "note": "Ring once.", "metadata": {"shelf": "7"}})
        }
        _ => asked.body(stage),
    }
}

fn with(mut body: Value, more: Value) -> Value {
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

fn money(amount: &str) -> Value {
    json!({"amount": amount, "currency": "EUR"})
}

fn address() -> Value {
    json!({"name": "Ada", "line1": "1 Way", "line2": "Top", "city": "Town", "postal_code": "12345", "region": "R", "country": "DE"})
}

fn custom() -> Value {
    json!([{"title": "Engraving", "unit_price": money("5.00"), "quantity": 1}])
}

fn adjustments() -> Value {
    json!([{"kind": "shipping", "title": "Post", "amount": money("1.00")}])
}
