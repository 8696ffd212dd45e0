//! What a demo must have something of, so that every list, filter and page of a shop has something to show.

use super::story::{Story, text};
use serde_json::Value;
use std::collections::BTreeSet;

fn all<'a>(values: impl IntoIterator<Item = &'a Value>, pointer: &str) -> BTreeSet<String> {
    values.into_iter().map(|value| text(value, pointer).to_owned()).filter(|word| !word.is_empty()).collect()
}

/// Whether each of these words is there.
fn assert_has(what: &str, there: &BTreeSet<String>, words: &[&str]) {
    let missing: Vec<_> = words.iter().filter(|word| !there.contains(**word)).collect();
    assert!(missing.is_empty(), "no {what} is {missing:?}; there are {there:?}");
}

/// Each state that callers can bring about and that lasts.
pub(crate) fn assert_each_is_there(story: &Story) {
    let orders = &story.orders;
    assert_has(
        "order",
        &all(orders, "/status"),
        &["draft", "pending", "confirmed", "completed", "cancelled", "expired"],
    );
    assert_has("hold", &all(orders, "/hold"), &["payment", "stock_short", "manual"]);
    assert_has(
        "order's payment",
        &all(orders, "/payment_status"),
        &["unpaid", "pending", "authorized", "paid", "partially_refunded", "refunded", "voided"],
    );
    assert_has(
        "order's fulfilment",
        &all(orders, "/fulfilment_status"),
        &["unfulfilled", "partially_shipped", "shipped", "partially_delivered", "delivered", "cancelled"],
    );
    assert_has("cancellation", &all(orders, "/cancel_code"), &["customer", "not_paid"]);
    assert_has(
        "payment",
        &all(orders, "/payment/status"),
        &["open", "requires_action", "authorized", "captured", "closed"],
    );
    let attempts =
        || orders.iter().flat_map(|order| order["payment"]["attempts"].as_array().into_iter().flatten());
    assert_has(
        "attempt",
        &all(attempts(), "/status"),
        &["requires_action", "authorized", "captured", "voided", "failed", "expired"],
    );
    assert_has("failure", &all(attempts(), "/failure/code"), &["card_declined", "insufficient_funds"]);
    assert_has("refund", &all(&story.refunds, "/status"), &["requested", "succeeded", "withdrawn"]);
    assert_has(
        "fulfilment",
        &all(&story.fulfilments, "/status"),
        &["pending", "packed", "shipped", "delivered", "cancelled", "failed", "returned"],
    );
    assert_has("product", &all(&story.products, "/status"), &["active", "draft", "deleted"]);
    assert_has("user", &all(&story.users, "/role"), &["admin", "customer"]);
    assert_has(
        "movement",
        &all(&story.movements, "/reason"),
        &["receipt", "adjustment", "count", "sale", "restock"],
    );
    let days: BTreeSet<&str> = orders.iter().map(|order| &text(order, "/created_at")[..10]).collect();
    assert!(days.len() > 24, "orders on {} days", days.len());
}

/// Plenty, little and nothing of things, and more reserved than there is of what is made to order.
pub(crate) fn assert_stock_has_something_to_show(story: &Story) {
    let on_sale = || story.products.iter().filter(|product| text(product, "/status") == "active");
    assert!(on_sale().count() >= 24, "{} products", on_sale().count());
    let available = |product: &&Value| product["available"].as_i64().unwrap();
    assert!(
        on_sale().filter(|product| (1..=5).contains(&available(product))).count() >= 3,
        "too few are low"
    );
    assert!(on_sale().filter(|product| available(product) == 0).count() >= 3, "too few are out of stock");
    let to_order = |product: &&Value| {
        product["backorder"] == true && product["reserved"].as_i64() > product["stock"].as_i64()
    };
    assert!(on_sale().any(|product| to_order(&product)), "nothing is made to order");
    let skus: BTreeSet<String> = all(&story.products, "/sku");
    assert_eq!(skus.len(), story.products.len());
}
