//! What is sent as its order was seen, and not as it has become since.

use crate::world::{Caller, OrdersCallResult, OrdersTestBed, refused};
use contracts::{fulfilments::*, orders::*};
use endpoint::{Body, IfMatch, Json, OptionalIdempotencyKey, Path};
use kernel::id::{FulfilmentId, OrderId};

on_both!(
    a_parcel_leaves_only_as_its_order_was_seen,
    taking_the_money_is_no_change_that_somebody_else_made,
    what_was_sent_as_seen_is_answered_again_whatever_is_seen_then,
);

async fn ship(
    w: &OrdersTestBed,
    by: &Caller,
    id: FulfilmentId,
    key: Option<&str>,
    seen: i64,
) -> OrdersCallResult<ShipFulfilment> {
    let shipment = Body(Shipment { order_version: Some(seen), ..Shipment::default() });
    w.call(by, ShipFulfilment { id: Path(id), key: OptionalIdempotencyKey(key.map(str::to_owned)), shipment })
        .await
}

async fn correct(w: &OrdersTestBed, by: &Caller, id: OrderId) {
    let change = Body(OrderChange { note: Some("to the neighbour".to_owned()), ..OrderChange::default() });
    w.call(by, UpdateOrder { id: Path(id), based_on: IfMatch(None), change }).await.unwrap();
}

/// Staff, who are to ship the parcel of an order whose payment is captured like that, and the version at which they see the order.
async fn to_ship(w: &OrdersTestBed, capture: &str) -> (Caller, OrderId, FulfilmentId, i64) {
    let staff = w.admin();
    let order = w.paid(&w.customer(), capture).await.id;
    let parcel = w.fulfil(&staff, order, None).await.id;
    let seen = w.get(&staff, order).await.version;
    (staff, order, parcel, seen)
}

async fn a_parcel_leaves_only_as_its_order_was_seen(w: OrdersTestBed) {
    let (staff, order, parcel, seen) = to_ship(&w, "automatic").await;
    correct(&w, &staff, order).await;
    assert_eq!(
        refused(ship(&w, &staff, parcel, Some("a"), seen).await),
        (409, "version_conflict".to_owned())
    );
    let now = w.get(&staff, order).await;
    assert_eq!(now.lines[0].shipped, 0);
    // under the same key: what was refused has bound it to nothing
    let Json(sent) = ship(&w, &staff, parcel, Some("a"), now.version).await.unwrap();
    assert_eq!(sent.status, FulfilmentStatus::Shipped);
    // the same of one that is sent again
    w.call(&staff, FailFulfilment { id: Path(parcel), key: OptionalIdempotencyKey(None) }).await.unwrap();
    assert_eq!(refused(ship(&w, &staff, parcel, None, now.version).await).1, "version_conflict");
    let seen = w.get(&staff, order).await.version;
    ship(&w, &staff, parcel, None, seen).await.unwrap();
    w.check().await;
}

async fn taking_the_money_is_no_change_that_somebody_else_made(w: OrdersTestBed) {
    let (staff, order, parcel, seen) = to_ship(&w, "manual").await;
    // who looked before somebody corrected it takes no money
    correct(&w, &staff, order).await;
    assert_eq!(refused(ship(&w, &staff, parcel, None, seen).await).1, "version_conflict");
    assert_eq!(w.get(&staff, order).await.payment_status, PaymentSummary::Authorized);
    ship(&w, &staff, parcel, None, seen + 1).await.unwrap();
    assert_eq!(w.get(&staff, order).await.payment_status, PaymentSummary::Paid);
    w.check().await;
}

async fn what_was_sent_as_seen_is_answered_again_whatever_is_seen_then(w: OrdersTestBed) {
    let (staff, order, parcel, seen) = to_ship(&w, "automatic").await;
    let Json(sent) = ship(&w, &staff, parcel, Some("a"), seen).await.unwrap();
    let now = w.get(&staff, order).await.version;
    assert_ne!(now, seen);
    for version in [seen, now] {
        assert_eq!(ship(&w, &staff, parcel, Some("a"), version).await.unwrap().0, sent);
    }
    w.check().await;
}
