//! Charges that the provider has made and the shop has forgotten: staff for payments use one for its order, or give it back.

use super::{
    api_of,
    console::{administrator, colleague},
    figures::says,
    registered,
    shop::Shop,
    shop_with,
    tampered_data::change,
};
use db::{Sql, params};
use kernel::id::{AttemptKind, OrderId, UnknownChargeId};
use serde_json::json;
use uuid::Uuid;

const PAGE: &str = "/console/orders/unknown-charges";

const EPOCH: Sql = Sql::both("insert into epoch (single, begun_at) values (1, $1)");
const CHARGE: Sql = Sql::both(
    "insert into charge (id, key, order_id, currency, capture, amount, captured, state, created_at)
     values ($1, $2, $3, 'EUR', 'automatic', 1250, 1250, 'captured', $4)",
);
const KEY: Sql =
    Sql::both("insert into known_key (key, operation, charge_id, refused) values ($1, 'submit', $2, false)");
const FORGOTTEN: Sql = Sql::both(
    "insert into unknown_charge (id, key, reference, order_id, currency, amount, captured, refunded, standing,
         created_at, found_at, order_tail)
     values ($1, $2, $3, $4, 'EUR', 1250, 1250, 0, 'captured', $5, $5, $6)",
);

/// A charge of this order that the provider has, and the shop has found.
async fn forget(shop: &Shop, order: OrderId) -> UnknownChargeId {
    let env = testkit::real_env::env();
    let (id, unknown, now): (Uuid, UnknownChargeId, _) = (env.uuid(), env.id(), env.now());
    let key = format!("{}-submit-1", env.id::<AttemptKind>());
    change(shop, "simulator", &CHARGE, params![id, &key, order, now]).await;
    change(shop, "simulator", &KEY, params![&key, id]).await;
    change(
        shop,
        "payments",
        &FORGOTTEN,
        params![unknown, &key, format!("sim_{id}"), order, now, order.tail()],
    )
    .await;
    unknown
}

#[tokio::test]
async fn a_charge_that_was_forgotten_is_used_for_its_order_or_refunded() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let now = testkit::real_env::env().now();
    change(&shop, "payments", &EPOCH, params![now]).await;
    drop(registered(&shop, "ada").await);
    let body = json!({"lines": [{"product_id": ids[0], "quantity": 1}]});
    let placed = api_of(&shop, "ada").await.post("/v1/orders", "unpaid", &body).await.expect(201);
    assert_eq!(placed.body["total"]["amount"], "12.50");
    let order: OrderId = placed.text("id").parse().unwrap();
    let lost: OrderId = testkit::real_env::env().id();
    let (of_order, of_lost) = (forget(&shop, order).await, forget(&shop, lost).await);
    let mut admin = administrator(&shop).await;
    let home = admin.until("/console", "unknown charge").await;
    says(&home, "2 unknown charges");
    assert!(home.links().contains(PAGE), "{:?}", home.links());
    let page = admin.get(PAGE).await.expect(200);
    page.shows("€12.50").shows("Captured").shows("Order not found").shows("Use for the order");
    let links = page.links();
    assert!(links.contains(&format!("/console/orders/{order}")));
    assert!(!links.contains(&format!("/console/orders/{lost}")));
    // there is no order that could be paid with it
    let in_vain =
        [("charge", of_lost.to_string()), ("order", lost.to_string()), ("do", "take-over".to_owned())];
    let in_vain: Vec<(&str, &str)> = in_vain.iter().map(|(name, value)| (*name, value.as_str())).collect();
    admin.submit(&page, PAGE, &in_vain).await.expect(404);

    let (charge, id) = (of_order.to_string(), order.to_string());
    let take_over = [("charge", charge.as_str()), ("order", id.as_str()), ("do", "take-over")];
    let seen = admin.submit_and_follow(&page, PAGE, &take_over).await.expect(200);
    seen.shows("The charge now belongs to its order.").hides(&id);
    let order = admin.get(&format!("/console/orders/{order}")).await.expect(200);
    order.shows("Paid");

    let charge = of_lost.to_string();
    let refund = [("charge", charge.as_str()), ("do", "refund")];
    let seen = admin.submit_and_follow(&seen, PAGE, &refund).await.expect(200);
    seen.shows("Charge refunded.").shows("No unknown charges");
    shop.assert_audit_is_clean("after both were settled");
    // the order has its own
    let taken_over = [("charge", of_order.to_string()), ("do", "refund".to_owned())];
    let taken_over: Vec<(&str, &str)> =
        taken_over.iter().map(|(name, value)| (*name, value.as_str())).collect();
    admin
        .submit(&page, PAGE, &taken_over)
        .await
        .expect(409)
        .shows("The charge belongs to the order’s payment");

    let (mut packer, _) = colleague(&shop, "tom", &["orders"], "/console").await;
    packer.get(PAGE).await.expect(403);
}
