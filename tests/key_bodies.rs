//! A key is bound to its body forever, so what a body is remembered by must not change with the version: a client who
//! repeats, after an upgrade, a request whose answer was lost would get the error that the key was used with another body.
//!
//! `tests/fixtures/key-bodies.json` has bodies as clients have sent them, and what each is remembered by. Rows are added
//! (`UPDATE_FIXTURES=1 cargo test -p ordo --test key_bodies`) and never changed: a member that becomes known later is
//! left out of the typed body where it was not sent.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use contracts::{
    auth::{NewAddress, NewApiKey},
    catalogue,
    fulfilments::{NewFulfilment, Shipment},
    orders::{Cancellation, NewBasketItem, NewDraft, NewNote, NewOrder, PaymentMethod, PlaceBasketRequest},
    payments::NewRefund,
    products::{NewProduct, ProductChange},
    stock::Adjustment,
};
use flow::idempotency::body_hash;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::{collections::BTreeSet, fs, path::PathBuf};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct KeyBodyRow {
    operation: String,
    body: Value,
    remembered_by: String,
}

fn hash_of<T: Serialize + DeserializeOwned>(body: &Value) -> String {
    let typed: T = serde_json::from_value(body.clone()).unwrap_or_else(|e| panic!("{body}: {e}"));
    hex::encode(body_hash(&typed))
}

/// What the body of an operation is remembered by, where it has both a body and a key.
fn remembered_by(operation: &str, body: &Value) -> Option<String> {
    Some(match operation {
        "place_order" => hash_of::<NewOrder>(body),
        "place_basket" => hash_of::<PlaceBasketRequest>(body),
        "add_to_basket" => hash_of::<NewBasketItem>(body),
        "draft_order" => hash_of::<NewDraft>(body),
        "pay_order" => hash_of::<PaymentMethod>(body),
        "cancel_order" => hash_of::<Cancellation>(body),
        "refund_order" | "refund_payment" => hash_of::<NewRefund>(body),
        "create_fulfilment" => hash_of::<NewFulfilment>(body),
        "ship_fulfilment" => hash_of::<Shipment>(body),
        "create_product" => hash_of::<NewProduct>(body),
        "update_product" => hash_of::<ProductChange>(body),
        "create_api_key" => hash_of::<NewApiKey>(body),
        "adjust_stock" => hash_of::<Adjustment>(body),
        "add_address" => hash_of::<NewAddress>(body),
        "add_note" => hash_of::<NewNote>(body),
        _ => return None,
    })
}

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/key-bodies.json")
}

/// The shortest that clients may send, and the bodies of the documentation's examples.
fn bodies_to_add() -> Vec<(String, Value)> {
    let product = "prd_01mcc5rm00e008000000000004";
    let address =
        json!({"name": "Ada", "line1": "1 Way", "city": "Town", "postal_code": "12345", "country": "DE"});
    let short = [
        ("place_order", json!({"lines": [{"product_id": product, "quantity": 1}]})),
        (
            "draft_order",
            json!({"user_id": "usr_01mcc5rm00e008000000000001", "lines": [{"product_id": product, "quantity": 1}]}),
        ),
        ("place_basket", json!({})),
        ("add_to_basket", json!({"product_id": product, "quantity": 1})),
        ("pay_order", json!({"method": "sim_ok"})),
        ("cancel_order", json!({})),
        ("refund_order", json!({})),
        ("refund_payment", json!({})),
        ("create_fulfilment", json!({})),
        ("ship_fulfilment", json!({})),
        ("create_product", json!({"name": "Teapot", "price": "19.90"})),
        ("update_product", json!({"price": "19.90"})),
        ("create_api_key", json!({"name": "Till", "scopes": ["orders"]})),
        ("adjust_stock", json!({"delta": 1, "reason": "receipt"})),
        ("add_address", json!({"address": address})),
        ("add_note", json!({"text": "Rang twice"})),
    ];
    let examples = include_str!("../docs/generated/examples.json");
    let examples: serde_json::Map<String, Value> = serde_json::from_str(examples).unwrap();
    let shown = examples.iter().flat_map(|(operation, examples)| {
        let bodies = examples.as_array().unwrap().iter().filter(|e| e["status"].as_u64().unwrap() < 300);
        let bodies = bodies.filter_map(|example| example["request"].get("body").cloned());
        bodies.map(|body| (operation.clone(), body))
    });
    short.into_iter().map(|(operation, body)| (operation.to_owned(), body)).chain(shown).collect()
}

#[test]
fn what_a_body_is_remembered_by_never_changes() {
    let mut rows: Vec<KeyBodyRow> =
        fs::read(path()).map_or(Vec::new(), |text| serde_json::from_slice(&text).unwrap());
    for row in &rows {
        let now = remembered_by(&row.operation, &row.body);
        assert_eq!(now.as_ref(), Some(&row.remembered_by), "{} {}", row.operation, row.body);
    }
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        for (operation, body) in bodies_to_add() {
            let Some(hash) = remembered_by(&operation, &body) else { continue };
            let row = KeyBodyRow { operation, body, remembered_by: hash };
            if !rows.contains(&row) {
                rows.push(row);
            }
        }
        let mut text = serde_json::to_string_pretty(&rows).unwrap();
        text.push('\n');
        fs::write(path(), text).unwrap();
    }
    let kept: BTreeSet<String> = rows.iter().map(|row| row.operation.clone()).collect();
    assert_eq!(kept, keyed_with_a_body(), "UPDATE_FIXTURES=1 adds what is missing");
}

/// The operations that take both a key and a body, and the one whose key is the basket's id.
fn keyed_with_a_body() -> BTreeSet<String> {
    let document = catalogue::document("0.0.0").finish();
    let takes_a_key = |operation: &Value| {
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        parameters.iter().any(|p| p.to_string().to_lowercase().contains("idempotency-key"))
    };
    let paths = document["paths"].as_object().unwrap().values();
    let operations = paths.flat_map(|path| path.as_object().unwrap().values());
    operations
        .filter(|operation| operation.get("requestBody").is_some() && takes_a_key(operation))
        .map(|operation| operation["operationId"].as_str().unwrap().to_owned())
        .chain(["place_basket".to_owned()])
        .collect()
}
