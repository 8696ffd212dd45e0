//! Orders, for staff.

use crate::texts::keys::console::{self as keys, *};
use contracts::{
    events::EventType,
    fulfilments::FulfilmentStatus,
    orders::{CancelCode, Hold},
};

/// So many orders came, or more.
pub(crate) fn new_orders(count: usize, is_more: bool) -> String {
    match is_more {
        true => keys::more_new_orders(count),
        false => keys::new_orders(count),
    }
}
pub(crate) fn cancel(has_shipped: bool) -> &'static str {
    if has_shipped { CANCEL_OPEN.say() } else { CANCEL.say() }
}
pub(crate) fn pieces_shipped(pieces: i64, shipped: i64) -> String {
    keys::pieces_shipped(&crate::texts::units(pieces), shipped)
}
/// How many pieces of a line are not shipped, and how many of them are in a parcel already.
pub(crate) fn so_many_open(open: i64, packed: i64) -> String {
    match packed {
        0 => keys::so_many_open(open),
        _ => keys::so_many_open_and_packed(open, packed),
    }
}
/// So much went back, the way it came or by the hands of staff.
pub(crate) fn went_back(amount: &str, is_by_hand: bool) -> String {
    match is_by_hand {
        true => keys::handed_back(amount),
        false => keys::went_back(amount),
    }
}
/// Who drafts it, as far as that is known; the one for whom follows.
pub(crate) fn drafted_by(who: Option<&str>) -> String {
    who.map_or(DRAFTED_FOR.into(), keys::drafted_by)
}
/// By somebody else than the one whose order it is.
pub(crate) fn placed_for(who: Option<&str>) -> String {
    who.map_or(PLACED_FOR.into(), keys::placed_by_for)
}
pub(crate) fn cancel_question(number: i64, has_shipped: bool) -> String {
    if has_shipped { keys::cancel_open_question(number) } else { keys::cancel_question(number) }
}
/// What the pieces cost that came back, of an order with a discount, too.
pub(crate) fn came_back_cost(cost: &str, is_reduced: bool) -> String {
    if is_reduced { keys::came_back_cost_reduced(cost) } else { keys::came_back_cost(cost) }
}
/// That a refund is done, or under way.
pub(crate) fn refund_of(amount: &str, is_done: bool) -> String {
    match is_done {
        true => keys::refund_is_done(amount),
        false => keys::refund_is_under_way(amount),
    }
}
/// The question of where an order goes, which has an address already or none.
pub(crate) fn address_of(number: i64, has_one: bool) -> String {
    if has_one { keys::address_of(number) } else { keys::first_address_of(number) }
}
/// What follows for the customer where a draft is placed: how long it can be paid.
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
/// How many orders a customer has placed, or that they are as many as are counted.
pub(crate) fn orders_so_far(count: i64, or_more: bool) -> String {
    match or_more {
        true => keys::orders_or_more(count),
        false => keys::orders_so_far(count),
    }
}
/// How it was paid, in the words of the provider's tokens.
pub(crate) fn method(method: &str) -> String {
    match method {
        "offline" => PAYING_OFFLINE.into(),
        method => keys::method(method),
    }
}
pub(crate) fn pieces_left(pieces: i64) -> String {
    keys::pieces_left(&crate::texts::units(pieces))
}
/// What follows for a parcel that could not be delivered, and may be shipped again now or not.
pub(crate) fn undelivered(can_ship: bool) -> &'static str {
    if can_ship { UNDELIVERED_SHIPS.say() } else { UNDELIVERED_HELD.say() }
}
/// What became of parcel `n`.
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
    text.say()
}
pub(crate) fn cancel_code(code: CancelCode) -> &'static str {
    let text = match code {
        CancelCode::Customer => CANCELLED_BY_CUSTOMER,
        CancelCode::Staff => CANCELLED_BY_STAFF,
        CancelCode::NotPaid => CANCELLED_UNPAID,
        CancelCode::StockLost => CANCELLED_STOCK_LOST,
    };
    text.say()
}
/// What was done, by the name that the address has for it.
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
    Some(text.say())
}
/// Something that happened to an order.
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
    text.say()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::{Language, Spoken};

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
