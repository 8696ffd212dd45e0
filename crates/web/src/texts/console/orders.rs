//! Orders, for staff.

use crate::texts::keys::console::{self as keys, *};
use contracts::{
    events::EventType,
    fulfilments::FulfilmentStatus,
    orders::{CancelCode, Hold},
};

/// The number of new orders, or that there are more.
pub(crate) fn new_orders(count: usize, is_more: bool) -> String {
    match is_more {
        true => keys::more_new_orders(count),
        false => keys::new_orders(count),
    }
}
pub(crate) fn cancel(has_shipped: bool) -> &'static str {
    if has_shipped { CANCEL_OPEN.text() } else { CANCEL.text() }
}
pub(crate) fn pieces_shipped(pieces: i64, shipped: i64) -> String {
    keys::pieces_shipped(&crate::texts::units(pieces), shipped)
}
/// The open units of a line, and how many of them are packed.
pub(crate) fn so_many_open(open: i64, packed: i64) -> String {
    match packed {
        0 => keys::so_many_open(open),
        _ => keys::so_many_open_and_packed(open, packed),
    }
}
/// A refunded amount, by the provider or manually.
pub(crate) fn went_back(amount: &str, is_by_hand: bool) -> String {
    match is_by_hand {
        true => keys::handed_back(amount),
        false => keys::went_back(amount),
    }
}
/// Who prepares the draft, as far as known; the customer's name follows.
pub(crate) fn drafted_by(who: Option<&str>) -> String {
    who.map_or(DRAFTED_FOR.into(), keys::drafted_by)
}
/// Placed by somebody else than the customer.
pub(crate) fn placed_for(who: Option<&str>) -> String {
    who.map_or(PLACED_FOR.into(), keys::placed_by_for)
}
pub(crate) fn cancel_question(number: i64, has_shipped: bool) -> String {
    if has_shipped { keys::cancel_open_question(number) } else { keys::cancel_question(number) }
}
/// A refund that is done or in progress.
pub(crate) fn refund_of(amount: &str, is_done: bool) -> String {
    match is_done {
        true => keys::refund_is_done(amount),
        false => keys::refund_is_under_way(amount),
    }
}
/// The title of the form for an address, where there is one or none.
pub(crate) fn address_of(number: i64, has_one: bool) -> String {
    if has_one { keys::address_of(number) } else { keys::first_address_of(number) }
}
/// The consequence of placing a draft: how long the customer can pay it.
pub(crate) fn once_placed(seconds: u64) -> String {
    const HOUR: u64 = 3600;
    const DAY: u64 = 24 * HOUR;
    let is_whole = |unit| seconds > unit && seconds.is_multiple_of(unit);
    let time = match () {
        () if is_whole(DAY) => keys::in_days(seconds / DAY),
        () if is_whole(HOUR) => keys::in_hours(seconds / HOUR),
        () => keys::in_minutes(seconds.div_ceil(60)),
    };
    keys::once_placed(&time)
}
/// The number of a customer's orders, or that there are more than are counted.
pub(crate) fn orders_so_far(count: i64, or_more: bool) -> String {
    match or_more {
        true => keys::orders_or_more(count),
        false => keys::orders_so_far(count),
    }
}
/// The payment method.
pub(crate) fn method(method: &str) -> String {
    match method {
        "offline" => PAYING_OFFLINE.into(),
        method => keys::method(method),
    }
}
pub(crate) fn pieces_left(pieces: i64) -> String {
    keys::pieces_left(&crate::texts::units(pieces))
}
/// What to do about a failed delivery, which can be shipped again or not.
pub(crate) fn undelivered(can_ship: bool) -> &'static str {
    if can_ship { UNDELIVERED_SHIPS.text() } else { UNDELIVERED_HELD.text() }
}
/// The outcome of a step of parcel `n`.
pub(crate) fn parcel_became(n: usize, status: FulfilmentStatus) -> String {
    let state = match status {
        FulfilmentStatus::Pending => "pending",
        FulfilmentStatus::Packed => "packed",
        FulfilmentStatus::Shipped => "shipped",
        FulfilmentStatus::Delivered => "delivered",
        FulfilmentStatus::Cancelled => "cancelled",
        FulfilmentStatus::Failed => "failed",
        FulfilmentStatus::Returned => "returned",
    };
    keys::parcel_became(n, state)
}
pub(crate) fn hold(hold: Hold) -> &'static str {
    let text = match hold {
        Hold::Payment => HOLD_PAYMENT,
        Hold::StockShort => HOLD_STOCK_SHORT,
        Hold::StockMissing => HOLD_STOCK_MISSING,
        Hold::Manual => HOLD_MANUAL,
    };
    text.text()
}
pub(crate) fn cancel_code(code: CancelCode) -> &'static str {
    let text = match code {
        CancelCode::Customer => CANCELLED_BY_CUSTOMER,
        CancelCode::Staff => CANCELLED_BY_STAFF,
        CancelCode::NotPaid => CANCELLED_UNPAID,
        CancelCode::StockLost => CANCELLED_STOCK_LOST,
    };
    text.text()
}
/// The outcome of an action, by its name in the address.
pub(crate) fn done(name: &str) -> Option<&'static str> {
    let text = match name {
        "noted" => DONE_NOTED,
        "packed" => DONE_PACKED,
        "shipped" => DONE_SHIPPED,
        "delivered" => DONE_DELIVERED,
        "failed" => DONE_FAILED,
        "returned" => DONE_RETURNED,
        "restocked" => DONE_RESTOCKED,
        "unpacked" => DONE_UNPACKED,
        "cancelled" => DONE_CANCELLED,
        "handed-over" => DONE_HANDED_OVER,
        "withdrawn" => DONE_WITHDRAWN,
        "paid" => DONE_PAID,
        "held" => DONE_HELD,
        "released" => DONE_RELEASED,
        "completed" => DONE_COMPLETED,
        "drafted" => DONE_DRAFTED,
        "placed" => DONE_PLACED,
        "corrected" => DONE_CORRECTED,
        "renumbered" => DONE_RENUMBERED,
        "taken-apart" => DONE_TAKEN_APART,
        "saved" => DONE_SAVED,
        "replayed" => DONE_REPLAYED,
        "dropped" => DONE_DROPPED,
        "gone" => DONE_GONE,
        "auditing" => DONE_AUDITING,
        "charge-refunded" => DONE_CHARGE_REFUNDED,
        "charge-refunding" => DONE_CHARGE_REFUNDING,
        "taken-over" => DONE_TAKEN_OVER,
        _ => return None,
    };
    Some(text.text())
}
/// An event of an order.
pub(crate) fn event(kind: EventType) -> &'static str {
    let text = match kind {
        EventType::OrderDrafted => WAS_DRAFTED,
        EventType::OrderDraftUpdated => DRAFT_WAS_CHANGED,
        EventType::OrderPlaced => WAS_PLACED,
        EventType::OrderConfirmed => WAS_CONFIRMED,
        EventType::OrderPaymentFailed => PAYMENT_HAS_FAILED,
        EventType::OrderPaymentLapsed => PAYMENT_HAS_LAPSED,
        EventType::OrderCancelRequested => CANCELLING_HAS_BEGUN,
        EventType::OrderCancelled => WAS_CANCELLED,
        EventType::OrderExpired => HAS_EXPIRED,
        EventType::OrderItemsCancelled => PIECES_WERE_CANCELLED,
        EventType::OrderUpdated => WAS_CHANGED,
        EventType::OrderClaimed => WAS_CLAIMED,
        EventType::OrderRefunded => MONEY_WENT_BACK,
        EventType::OrderCompleted => WAS_COMPLETED,
        EventType::OrderReopened => WAS_REOPENED,
        EventType::FulfilmentCreated => PARCEL_WAS_MADE,
        EventType::FulfilmentPacked => PARCEL_WAS_PACKED,
        EventType::FulfilmentShipped => PARCEL_WAS_SHIPPED,
        EventType::FulfilmentUpdated => PARCEL_WAS_RENUMBERED,
        EventType::FulfilmentDelivered => PARCEL_WAS_DELIVERED,
        EventType::FulfilmentCancelled => PARCEL_WAS_UNPACKED,
        EventType::FulfilmentFailed => PARCEL_NOT_DELIVERED,
        EventType::FulfilmentReturned => PARCEL_CAME_BACK,
        other => return other.row().name,
    };
    text.text()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::{Language, WebLanguage};

    #[test]
    fn after_a_colon_a_state_begins_small_unless_it_is_a_noun() {
        use FulfilmentStatus::{Failed, Returned};
        Language::German.during(|| {
            assert_eq!(parcel_became(1, Returned), "Paket 1: retourniert");
            assert_eq!(parcel_became(1, Failed), "Paket 1: Zustellung fehlgeschlagen");
        });
        Language::English.during(|| assert_eq!(parcel_became(2, Failed), "Parcel 2: delivery failed"));
    }
}
