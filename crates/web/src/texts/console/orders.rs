//! Orders, for staff.

use contracts::{
    events::EventType,
    orders::{Action, CancelCode, Hold},
};

pub(crate) const DRAFT: &str = "Draft";
pub(crate) const PENDING: &str = "Pending";
pub(crate) const CONFIRMED: &str = "Confirmed";
pub(crate) const COMPLETED: &str = "Completed";
pub(crate) const CANCELLING: &str = "Cancelling";
pub(crate) const CANCELLED: &str = "Cancelled";
pub(crate) const EXPIRED: &str = "Expired";
pub(crate) const ON_HOLD: &str = "On hold";
pub(crate) const UNPAID: &str = "Unpaid";
pub(crate) const PAYMENT_PENDING: &str = "Payment pending";
pub(crate) const PAYMENT_FAILED: &str = "Payment failed";
pub(crate) const OUTCOME_UNKNOWN: &str = "Outcome unknown";
pub(crate) const AUTHORIZED: &str = "Authorized";
pub(crate) const PAID: &str = "Paid";
pub(crate) const PARTLY_REFUNDED: &str = "Partly refunded";
pub(crate) const REFUNDED: &str = "Refunded";
pub(crate) const VOIDED: &str = "Voided";
pub(crate) const UNFULFILLED: &str = "Unfulfilled";
pub(crate) const PARTLY_SHIPPED: &str = "Partly shipped";
pub(crate) const SHIPPED: &str = "Shipped";
pub(crate) const PARTLY_DELIVERED: &str = "Partly delivered";
pub(crate) const DELIVERED: &str = "Delivered";
pub(crate) const NOTHING_TO_SHIP: &str = "Nothing to ship";
pub(crate) const TO_PACK: &str = "To pack";
pub(crate) const PACKED: &str = "Packed";
pub(crate) const DELIVERY_FAILED: &str = "Delivery failed";
pub(crate) const RETURNED: &str = "Returned";
pub(crate) const REFUND_UNDER_WAY: &str = "Refund under way";
pub(crate) const REFUND_FAILED: &str = "Refund failed, tried again";
pub(crate) const REFUND_WITHDRAWN: &str = "Refund given up";

pub(crate) const ALL: &str = "All";
pub(crate) const TO_PACK_VIEW: &str = "To pack";
pub(crate) const ON_THEIR_WAY: &str = "On their way";
pub(crate) const DRAFTS: &str = "Drafts";
pub(crate) const SAVED_VIEWS: &str = "Views";
pub(crate) const FILTER_ORDERS: &str = "Filter orders";
pub(crate) const SEARCH_ORDERS: &str = "Number, name, e-mail or article";
pub(crate) const SEARCH_ORDERS_SHORT: &str = "Number, name, e-mail, article";
pub(crate) const CLEAR_FILTERS: &str = "Clear the filters";
pub(crate) const NEWEST_FIRST: &str = "Newest first";
pub(crate) const OLDEST_FIRST: &str = "Oldest first";
pub(crate) const DEAREST_FIRST: &str = "Largest total first";
pub(crate) const LAST_CHANGED: &str = "Last changed first";
pub(crate) const ORDER: &str = "Order";
pub(crate) const PLACED: &str = "Placed";
pub(crate) const CUSTOMER: &str = "Customer";
pub(crate) const NOBODY_KNOWN: &str = "Unknown";
pub(crate) const ORDER_STATUS: &str = "Order status";
pub(crate) const PAYMENT: &str = "Payment";
pub(crate) const FULFILMENT: &str = "Fulfilment";
pub(crate) const TOTAL: &str = "Total";
pub(crate) const FROM_DAY: &str = "Placed from";
pub(crate) const TO_DAY: &str = "Placed until";
pub(crate) const NO_ORDERS: &str = "No orders yet";
pub(crate) const NO_ORDERS_MORE: &str = "They appear here as soon as somebody buys.";
pub(crate) const NO_SUCH_ORDERS: &str = "No orders fit";
pub(crate) const NO_SUCH_ORDERS_MORE: &str = "Take a filter away, or look for other words.";
pub(crate) const MOVE: &str = " move  ";
pub(crate) const OPENS: &str = " opens  ";
pub(crate) const SEARCHES: &str = " searches";
pub(crate) fn quoted(words: &str) -> String {
    format!("“{words}”")
}
pub(crate) fn from_day(day: &str) -> String {
    format!("From {day}")
}
pub(crate) fn to_day(day: &str) -> String {
    format!("Until {day}")
}

pub(crate) const PAID_OFFLINE: &str = "Paid offline…";
pub(crate) const REFUND: &str = "Refund…";
pub(crate) const HOLD: &str = "Hold…";
pub(crate) const RELEASE: &str = "Release";
pub(crate) const LINES: &str = "Lines";
pub(crate) const ARTICLE: &str = "Article";
pub(crate) const EACH: &str = "Each";
pub(crate) const ORDERED: &str = "Ordered";
pub(crate) const OPEN_PIECES: &str = "Open";
pub(crate) const SHIPS_TO: &str = "Ships to";
pub(crate) const THEIR_NOTE: &str = "Their note";
pub(crate) const NEXT: &str = "What may happen next";
pub(crate) const NOTHING_NEXT: &str = "Nothing: it is over.";
pub(crate) const EXPIRES: &str = "It expires unless it is paid by ";
pub(crate) const GOODS: &str = "Goods";
pub(crate) const MONEY: &str = "Money";
pub(crate) const OWED: &str = "Without what was cancelled";
pub(crate) const CAPTURED: &str = "Captured";
pub(crate) const REFUNDS: &str = "Refunds";
pub(crate) const HAND_OVER_REFUSED: &str =
    "The provider refused; it is tried again. Or hand the money over, then";
pub(crate) const HAND_OVER: &str = "Paid offline: hand the money over, then";
pub(crate) const HANDED_OVER: &str = "Handed over";
pub(crate) const TIMELINE: &str = "Timeline";
pub(crate) const NOTE_FOR_COLLEAGUES: &str = "Note for colleagues";
pub(crate) const ADD: &str = "Add";
pub(crate) const ENTER_NOTE: &str = "Enter what colleagues should know";
pub(crate) const YOU: &str = "you";
pub(crate) const A_COLLEAGUE: &str = "a colleague";
pub(crate) const YOU_NOTED: &str = "You noted: ";
pub(crate) const A_COLLEAGUE_NOTED: &str = "A colleague noted: ";
pub(crate) const CORRECT: &str = "Correct…";
pub(crate) const CORRECTING: &str = "Correct";
pub(crate) const DRAFT_AN_ORDER: &str = "Draft an order";
pub(crate) const NEW_DRAFT: &str = "New draft";
pub(crate) const EDIT: &str = "Edit";
pub(crate) const EDITING: &str = "Edit";
pub(crate) const SAVE_DRAFT: &str = "Save the draft";
pub(crate) const DELETE_DRAFT: &str = "Delete…";
pub(crate) const DELETE_DRAFT_NOW: &str = "Delete the draft";
pub(crate) const DELETE_DRAFT_CONSEQUENCE: &str =
    "Nothing is left of it. It holds no stock, and the customer has heard nothing of it.";
pub(crate) const DRAFT_LINES_HINT: &str = "Article numbers, with the prices of today; or words of your own with a price of your own, such as an engraving.";
pub(crate) const ARTICLE_OR_WORDS: &str = "Article number or words";
pub(crate) const PIECES_ORDERED: &str = "Pieces";
pub(crate) const ENTER_PIECES_ORDERED: &str = "Enter a whole number from 1";
pub(crate) const OWN_PRICE: &str = "Own price";
pub(crate) const ENTER_LINES: &str = "Enter at least one line";
pub(crate) const NO_SUCH_ARTICLE: &str = "Enter the number of an article, or words and a price of your own";
pub(crate) const MAIL: &str = "Mail ";
pub(crate) const TO: &str = " to ";
pub(crate) const PARCELS: &str = "Parcels";
pub(crate) const NO_PARCELS: &str = "Nothing was packed.";
pub(crate) const NEXT_PARCEL: &str = "Next parcel";
pub(crate) const CARRIER: &str = "Carrier";
pub(crate) const TRACKING: &str = "Tracking number";
pub(crate) const NO_NUMBER: &str = "without a number, ";
pub(crate) const LAST_CHANGE: &str = "last change ";
pub(crate) const PACK_AND_SHIP: &str = "Pack and ship";
pub(crate) const PACK_ONLY: &str = "Pack only";
pub(crate) const GETS_A_MAIL: &str = "The customer gets a mail when it ships.";
pub(crate) const SHIP: &str = "Ship";
pub(crate) const SHIP_AGAIN: &str = "Ship again";
pub(crate) const MARK_PACKED: &str = "Mark packed";
pub(crate) const MARK_DELIVERED: &str = "Mark delivered";
pub(crate) const MARK_FAILED: &str = "Not delivered";
pub(crate) const MARK_RETURNED: &str = "It came back";
pub(crate) const UNPACK: &str = "Unpack";
pub(crate) const ENTER_PIECES: &str = "Enter a whole number from 0";
pub(crate) const NOTHING_CHOSEN: &str = "Choose at least one piece";
pub(crate) const ENTER_AMOUNT: &str = "Enter an amount above 0, such as 12.50";
pub(crate) const ENTER_REASON: &str = "Enter why, such as “asks about the address”";
pub(crate) const WHAT_TO_CANCEL: &str = "What is cancelled";
pub(crate) const REASON_IS_READ: &str = "The customer reads it.";
pub(crate) const CANCEL_IT: &str = "Cancel these pieces";
pub(crate) const CANCELLING_IT: &str = "Cancel";
pub(crate) const NOTHING_WAS_TAKEN: &str =
    "Nothing was charged, so nothing goes back. This cannot be undone.";
pub(crate) const REFUNDING: &str = "Refund";
pub(crate) const AMOUNT: &str = "Amount";
pub(crate) const REFUND_HINT: &str = "All that is left, or a part of it.";
pub(crate) const REFUND_IT: &str = "Refund";
pub(crate) const PAYING_OFFLINE: &str = "Paid offline";
pub(crate) const HOLDING: &str = "Hold";
pub(crate) const HOLD_IT: &str = "Hold it";
pub(crate) const HOLD_HINT: &str = "For colleagues; the customer does not see it.";
pub(crate) const HOLD_CONSEQUENCE: &str =
    "Nothing of it is packed or shipped until somebody releases it. Payment and cancellation go on.";

pub(crate) fn cancel(has_shipped: bool) -> &'static str {
    if has_shipped { "Cancel open items…" } else { "Cancel…" }
}
pub(crate) fn placed_by() -> &'static str {
    "Placed by "
}
pub(crate) fn pieces_shipped(pieces: i64, shipped: i64) -> String {
    format!("{}, {shipped} shipped", crate::texts::pieces(pieces))
}
pub(crate) fn parcel(n: usize) -> String {
    format!("Parcel {n}")
}
pub(crate) fn open_of(title: &str, open: i64) -> String {
    format!("{title}, {open} open")
}
pub(crate) fn cancel_question(number: i64, has_shipped: bool) -> String {
    if has_shipped { format!("Cancel what is open of #{number}?") } else { format!("Cancel #{number}?") }
}
pub(crate) fn money_goes_back(amount: &str) -> String {
    format!("{amount} was taken. What is cancelled goes back the way it came. This cannot be undone.")
}
pub(crate) fn refund_question(number: i64) -> String {
    format!("Refund of #{number}")
}
pub(crate) fn refund_consequence(left: &str) -> String {
    format!(
        "Up to {left} can go back. The order stays as it is: what has not shipped still ships, unless it is cancelled."
    )
}
pub(crate) fn offline_question(number: i64) -> String {
    format!("Was #{number} paid offline?")
}
pub(crate) fn offline_consequence(amount: &str) -> String {
    format!("Record it once you have {amount} in hand or on the account. The order is confirmed then.")
}
pub(crate) fn record(amount: &str) -> String {
    format!("Record {amount} as paid")
}
pub(crate) fn hold_question(number: i64) -> String {
    format!("Hold #{number} back?")
}
pub(crate) fn noted_by(who: &str) -> String {
    format!("{who} noted: ")
}
pub(crate) fn address_of(number: i64) -> String {
    format!("Where does #{number} go?")
}
pub(crate) fn draft_for(name: &str) -> String {
    format!("An order for {name}")
}
pub(crate) fn edit_draft(number: i64) -> String {
    format!("Edit draft #{number}")
}
pub(crate) fn delete_draft_question(number: i64) -> String {
    format!("Delete draft #{number}?")
}
pub(crate) fn place_for(total: &str) -> String {
    format!("Place for {total}")
}
pub(crate) fn line_number(n: usize) -> String {
    format!("Line {n}")
}
pub(crate) fn by(who: &str) -> String {
    format!(" by {who}")
}
/// How it was paid, in the words of the provider's tokens.
pub(crate) fn method(method: &str) -> String {
    if method == "offline" { "Paid offline".to_owned() } else { format!("By {method}") }
}

pub(crate) const HELD_BACK: &str = "Held back";
pub(crate) const LET_GO: &str = "May be shipped again";
pub(crate) const CAME_BACK: &str = "Pieces came back";
pub(crate) fn pieces_left(pieces: i64) -> String {
    format!("{} shipped", crate::texts::pieces(pieces))
}
pub(crate) fn parcel_made(n: usize) -> String {
    format!("Parcel {n} made")
}
pub(crate) fn parcel_became(n: usize, state: &str) -> String {
    format!("Parcel {n}: {}", state.to_lowercase())
}
pub(crate) fn hold(hold: Hold) -> &'static str {
    match hold {
        Hold::Payment => "The promise of its payment has ended: the customer must pay again.",
        Hold::StockShort => "Less is on hand than is reserved: it waits for stock.",
        Hold::StockMissing => "Its reservation is lost, and there is not enough to make it again.",
        Hold::Manual => "Staff hold it back.",
    }
}
pub(crate) fn cancel_code(code: CancelCode) -> &'static str {
    match code {
        CancelCode::Customer => "The customer asked for it",
        CancelCode::Staff => "By staff",
        CancelCode::NotPaid => "It was not paid in time",
        CancelCode::StockLost => "Its stock was lost",
    }
}
pub(crate) fn action(action: Action) -> &'static str {
    match action {
        Action::Pay => "It is paid, or recorded as paid offline.",
        Action::Cancel => "What is open is cancelled.",
        Action::Fulfil => "What is open is packed and shipped.",
        Action::Deliver => "What is on its way arrives.",
        Action::Refund => "Money goes back.",
        Action::Edit => "Address and note are corrected.",
        Action::Hold => "Staff hold it back.",
        Action::Release => "Staff let it go again.",
        Action::Place => "The draft is placed.",
        Action::Delete => "The draft is deleted.",
    }
}
/// What was done, by the name that the address has for it.
pub(crate) fn done(name: &str) -> Option<&'static str> {
    Some(match name {
        "noted" => "Noted.",
        "packed" => "Packed.",
        "shipped" => "Shipped. The customer gets a mail.",
        "delivered" => "Noted as delivered.",
        "failed" => "Noted as not delivered.",
        "returned" => "Noted as come back.",
        "unpacked" => "Unpacked: its pieces are open again.",
        "cancelled" => "Cancelled.",
        "refunded" => "The refund is on its way.",
        "handed-over" => "Noted that the money was handed over.",
        "paid" => "Recorded as paid.",
        "held" => "Held back.",
        "released" => "Released.",
        "drafted" => "Drafted. Nobody is told of it until it is placed.",
        "placed" => "Placed. It is the customer’s order now.",
        "corrected" => "Corrected.",
        "saved" => "Saved.",
        "replayed" => "It is acted on once more within seconds.",
        "dropped" => "Dropped: nothing is done about it any more.",
        "gone" => "It was looked after already.",
        "auditing" => "The audit runs; its outcome appears here.",
        _ => return None,
    })
}
/// Something that happened to an order.
pub(crate) fn event(kind: EventType) -> &'static str {
    match kind {
        EventType::OrderDrafted => "Drafted",
        EventType::OrderDraftUpdated => "Draft changed",
        EventType::OrderPlaced => "Placed",
        EventType::OrderConfirmed => "Confirmed: its payment is secured",
        EventType::OrderPaymentFailed => "A payment failed; nothing was charged",
        EventType::OrderPaymentLapsed => "The promise of its payment ended",
        EventType::OrderCancelRequested => "Cancellation begun",
        EventType::OrderCancelled => "Cancelled",
        EventType::OrderExpired => "Expired: not paid in time",
        EventType::OrderItemsCancelled => "Pieces cancelled",
        EventType::OrderUpdated => "Changed",
        EventType::OrderClaimed => "Came into the account that has verified the guest's address",
        EventType::OrderRefunded => "Money went back",
        EventType::OrderCompleted => "Completed",
        EventType::OrderReopened => "Opened again: something came back",
        EventType::FulfilmentCreated => "Parcel made",
        EventType::FulfilmentPacked => "Parcel packed",
        EventType::FulfilmentShipped => "Parcel shipped",
        EventType::FulfilmentDelivered => "Parcel delivered",
        EventType::FulfilmentCancelled => "Parcel unpacked",
        EventType::FulfilmentFailed => "Parcel could not be delivered",
        EventType::FulfilmentReturned => "Parcel came back",
        other => other.row().name,
    }
}
