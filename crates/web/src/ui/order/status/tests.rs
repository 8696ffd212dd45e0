//! Every combination of states has a headline that its badges do not gainsay.

use super::*;
use serde_json::{Value, json};

const STATUSES: [&str; 7] =
    ["draft", "pending", "confirmed", "completed", "cancelling", "cancelled", "expired"];
const PAYMENTS: [PaymentSummary; 7] = [
    PaymentSummary::Unpaid,
    PaymentSummary::Pending,
    PaymentSummary::Authorized,
    PaymentSummary::Paid,
    PaymentSummary::PartiallyRefunded,
    PaymentSummary::Refunded,
    PaymentSummary::Voided,
];
const SENT: [FulfilmentSummary; 6] = [
    FulfilmentSummary::Unfulfilled,
    FulfilmentSummary::PartiallyShipped,
    FulfilmentSummary::Shipped,
    FulfilmentSummary::PartiallyDelivered,
    FulfilmentSummary::Delivered,
    FulfilmentSummary::Cancelled,
];
const HOLDS: [&[&str]; 6] =
    [&[], &["payment"], &["stock_short"], &["stock_missing"], &["manual"], &["payment", "manual"]];

fn id(kind: &str) -> String {
    format!("{kind}_00000000000000000000000000")
}
const AT: &str = "2026-11-01T00:00:00Z";

fn order(
    status: &str,
    payment: PaymentSummary,
    sent: FulfilmentSummary,
    holds: &[&str],
    line: Value,
) -> Order {
    let nothing = json!({"amount": "0.00", "currency": "EUR"});
    serde_json::from_value(json!({
        "id": id("ord"), "number": 1001, "user_id": id("usr"), "status": status, "payment_status": payment,
        "fulfilment_status": sent, "hold": holds.first(), "holds": holds, "lines": [line], "adjustments": [],
        "total": nothing, "owed": nothing, "allowed": [], "metadata": {}, "version": 1, "created_at": AT,
        "updated_at": AT,
    }))
    .unwrap()
}
fn line(shipped: i64, delivered: i64, returned: i64) -> Value {
    let nothing = json!({"amount": "0.00", "currency": "EUR"});
    json!({
        "id": id("lin"), "product_id": null, "title": "one", "sku": null, "quantity": 2, "unit_price": nothing,
        "total": nothing, "open": 2 - shipped, "shipped": shipped, "delivered": delivered, "cancelled": 0,
        "returned": returned,
    })
}
fn parcel(status: FulfilmentStatus) -> Fulfilment {
    serde_json::from_value(json!({
        "id": id("ful"), "order_id": id("ord"), "status": status, "lines": [{"line_id": id("lin"), "quantity": 1}],
        "carrier": null, "tracking_number": null, "version": 1, "created_at": AT, "updated_at": AT,
    }))
    .unwrap()
}

#[test]
fn packed_is_how_many_are_packed_until_all_are() {
    use FulfilmentStatus::{Cancelled, Packed, Pending, Shipped};
    let order = order("confirmed", PaymentSummary::Paid, FulfilmentSummary::Unfulfilled, &[], line(0, 0, 0));
    let said = |parcels: &[FulfilmentStatus]| {
        part_packed(&order, &parcels.iter().copied().map(parcel).collect::<Vec<_>>())
    };
    assert_eq!(said(&[]), None);
    assert_eq!(said(&[Pending, Cancelled]), None);
    assert_eq!(said(&[Packed, Pending]), Some(t::sent_of(1, 2)));
    assert_eq!(said(&[Packed, Shipped]), None);
}

/// What the headlines that say something of the money claim about it.
fn is_paid_for(payment: PaymentSummary) -> bool {
    matches!(payment, PaymentSummary::Authorized | PaymentSummary::Paid | PaymentSummary::PartiallyRefunded)
}

#[test]
fn no_headline_says_other_than_the_badges() {
    let mut looked_at = 0;
    for status in STATUSES {
        for payment in PAYMENTS {
            for sent in SENT {
                for holds in HOLDS {
                    let order = order(status, payment, sent, holds, line(0, 0, 0));
                    let said = headline(&order, &[]);
                    let what = format!("{status} {payment:?} {sent:?} {holds:?}: {said}");
                    let is = |text: Text| said == text.text();
                    let is_on = matches!(status, "confirmed" | "completed");
                    let is_at_home = is_on && sent == FulfilmentSummary::Unfulfilled;
                    assert!(
                        !is(t::IS_PAID) || is_at_home && is_paid_for(payment) && holds.is_empty(),
                        "{what}"
                    );
                    assert!(!is(t::IS_PAID) || payment != PaymentSummary::Authorized, "{what}");
                    assert!(!is(t::IS_SECURED) || payment == PaymentSummary::Authorized, "{what}");
                    assert_eq!(
                        is(t::IS_REFUNDED),
                        is_on
                            && payment == PaymentSummary::Refunded
                            && matches!(sent, FulfilmentSummary::Unfulfilled | FulfilmentSummary::Cancelled),
                        "{what}"
                    );
                    let has_lapsed =
                        is_at_home && matches!(payment, PaymentSummary::Unpaid | PaymentSummary::Voided);
                    assert_eq!(is(t::IS_LAPSED), has_lapsed, "{what}");
                    let is_under_way =
                        matches!(sent, FulfilmentSummary::Shipped | FulfilmentSummary::PartiallyDelivered);
                    assert_eq!(is(t::IS_ON_ITS_WAY), is_on && is_under_way, "{what}");
                    let is_partly = sent == FulfilmentSummary::PartiallyShipped;
                    assert_eq!(is(t::IS_PARTLY_ON_ITS_WAY), is_on && is_partly, "{what}");
                    let has_arrived = sent == FulfilmentSummary::Delivered;
                    assert_eq!(is(t::IS_DELIVERED), is_on && has_arrived, "{what}");
                    let is_cancelled = status == "cancelled"
                        || is_on
                            && sent == FulfilmentSummary::Cancelled
                            && payment != PaymentSummary::Refunded;
                    assert_eq!(is(t::IS_CANCELLED), is_cancelled, "{what}");
                    looked_at += 1;
                }
            }
        }
    }
    assert_eq!(looked_at, 7 * 7 * 6 * 6);
}

#[test]
fn what_failed_or_came_back_is_not_on_its_way() {
    use FulfilmentStatus::{Delivered, Failed, Returned, Shipped};
    let said = |status, payment, sent, line, parcels: &[FulfilmentStatus]| {
        let order = order(status, payment, sent, &[], line);
        let parcels: Vec<_> = parcels.iter().copied().map(parcel).collect();
        (headline(&order, &parcels), badge(&order, &parcels).2)
    };
    let (paid, refunded) = (PaymentSummary::Paid, PaymentSummary::Refunded);
    let (sent, partly) = (FulfilmentSummary::Shipped, FulfilmentSummary::PartiallyDelivered);
    let undelivered = said("confirmed", paid, sent, line(2, 0, 0), &[Failed]);
    assert_eq!(undelivered.0, t::IS_UNDELIVERED.text());
    // it is not said of all of it where it is one of its parcels
    let one_is_undelivered = said("confirmed", paid, sent, line(2, 1, 0), &[Delivered, Failed]);
    assert_eq!(one_is_undelivered.0, t::PARCEL_UNDELIVERED.text());
    let rest_is_here = said("confirmed", paid, FulfilmentSummary::PartiallyShipped, line(1, 0, 0), &[Failed]);
    assert_eq!(rest_is_here.0, t::PARCEL_UNDELIVERED.text());
    let back = said("completed", refunded, sent, line(2, 2, 2), &[Returned]);
    assert_eq!(back, (t::IS_BACK.text(), t::RETURNED.text()));
    let one_is_back = said("confirmed", paid, partly, line(2, 2, 1), &[Delivered, Returned]);
    assert_eq!(one_is_back.0, t::IS_PARTLY_BACK.text());
    let one_is_under_way = said("confirmed", paid, sent, line(2, 1, 1), &[Shipped, Returned]);
    assert_eq!(one_is_under_way.0, t::IS_ON_ITS_WAY.text());
}

#[test]
fn an_order_that_expired_does_not_say_that_somebody_cancelled_it() {
    let of =
        |status| order(status, PaymentSummary::Unpaid, FulfilmentSummary::Unfulfilled, &[], line(0, 0, 0));
    assert!(is_shown(&of("cancelled"), EventType::OrderCancelRequested));
    assert!(!is_shown(&of("expired"), EventType::OrderCancelRequested));
    assert!(is_shown(&of("expired"), EventType::OrderExpired));
}
