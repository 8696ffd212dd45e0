//! Orders, for staff.

use super::super::said::{say, texts};
use crate::amount::{both_ways, in_field, is_unclear};
use crate::refunds::Way;
use contracts::{
    events::EventType,
    fulfilments::FulfilmentStatus,
    orders::{CancelCode, Hold},
};
use kernel::{Currency, Money};

texts! {
    in CONSOLE;
    DRAFT, PENDING, CONFIRMED, COMPLETED, CANCELLING, CANCELLED, EXPIRED, ON_HOLD, UNPAID, NO_PAYMENT_YET, PAYMENT_PENDING,
    PAYMENT_FAILED, OUTCOME_UNKNOWN, AUTHORIZED, PAID, PARTLY_REFUNDED, REFUNDED, VOIDED, UNFULFILLED,
    PARTLY_SHIPPED, SHIPPED, PARTLY_DELIVERED, PARTLY_RETURNED, DELIVERED, NOTHING_TO_SHIP, TO_PACK, PACKED, DELIVERY_FAILED,
    RETURNED, REFUND_UNDER_WAY, REFUND_FAILED, REFUND_WITHDRAWN, ALL_VIEWS, TO_PACK_VIEW, TO_SEND_VIEW, ON_THEIR_WAY,
    DRAFTS, SAVED_VIEWS, FILTER_ORDERS, SEARCH_ORDERS, SEARCH_ORDERS_SHORT, CLEAR_FILTERS, NEWEST_FIRST,
    OLDEST_FIRST, DEAREST_FIRST, LAST_CHANGED, ORDER, PLACED, CUSTOMER, NOBODY_KNOWN, ORDER_STATUS, PAYMENT,
    FULFILMENT, TOTAL, NO_ORDERS, NO_ORDERS_MORE, NO_SUCH_ORDERS, NO_SUCH_ORDERS_MORE, NO_SUCH_DAY,
    UNDELIVERED_SHIPS, UNDELIVERED_HELD, ADDRESS_CORRECTED, PARCEL_OR_ADDRESS_CHANGED, DETAILS_CORRECTED,
    MOVE, OPENS, SEARCHES, PAID_OFFLINE, REFUND, HOLD, HOLD_TOO, RELEASE, COMPLETE, COMPLETED_ALREADY, NOTHING_LEFT_TO_DO, NOT_CORRECTED, NOTHING_TO_CORRECT, IS_BACK, IS_BACK_MORE, KEEP_IT_MORE, KEEP_IT_LATER,  LINES, ARTICLE, EACH, ORDERED, LEFT_TO_PACK,
    SHIPS_TO, SO_FAR, NO_ADDRESS, NO_ADDRESS_MORE, NO_ADDRESS_OF_DRAFT, NO_ADDRESS_OF_PARCEL, ADD_ADDRESS, THEIR_NOTE, EXPIRES, GOODS, MONEY, OWED, CAPTURED, REFUNDS,
    HAND_OVER_REFUSED, HAND_OVER, HANDED_OVER, TIMELINE, NOTE_FOR_COLLEAGUES, ADD, ENTER_NOTE, YOU,
    A_COLLEAGUE, YOU_NOTED, A_COLLEAGUE_NOTED, CORRECT, CORRECTING, DRAFT_AN_ORDER, NEW_ORDER, AS_IN_LATEST_ORDER, EDIT,
    EDITING, SAVE_DRAFT, DELETE_DRAFT, DELETE_DRAFT_NOW, DELETE_DRAFT_CONSEQUENCE, DRAFT_LINES_HINT, USE_TODAYS_PRICES,
    ARTICLE_OR_WORDS, PIECES_ORDERED, ENTER_PIECES_ORDERED, OWN_PRICE, ENTER_LINES, NO_SUCH_ARTICLE, MAIL, TO, PARCELS, NO_PARCELS, PACKED_ONCE_PAID, PARCELS_WAIT, NEXT_PARCEL, CARRIER, TRACKING, NO_NUMBER, NEITHER_CARRIER_NOR_NUMBER, LAST_CHANGE, PACK_AND_SHIP,
    PACK_ONLY, GETS_A_MAIL, SHIP, SHIP_AGAIN, MARK_PACKED, MARK_DELIVERED, MARK_FAILED, MARK_RETURNED, DELIVERED_MORE, FAILED_MORE, IT_ARRIVED, IT_FAILED, RETURNED_MORE, IT_RETURNED,
    CORRECT_TRACKING, CORRECT_TRACKING_MORE, SAVE_TRACKING, UNDO_PARCEL, UNDONE, READDRESSED, HAND_BACK_MORE, TO_THE_REFUND, PUT_BACK, TAKE_APART, CORRECTED_SINCE_PACKED, NOT_SENT_YET, HOLD_REFUNDED, HOLD_REFUNDING, ENTER_PIECES, NOTHING_CHOSEN, NOTHING_GOES_BACK, DRAFTED_FOR, TOTAL_AS_SAVED, ENTER_REASON, WHAT_TO_CANCEL, PACKED_ONLY_WITH_ALL, REASON_IS_READ, REASON_CAN_BE_READ, REFUSED_MORE, TAKEN_APART, GIVEN_BY_HAND, LEAVE_IT,
    CANCEL_IT, CANCELLING_IT, NOTHING_WAS_TAKEN, REFUNDING, AMOUNT, REFUND_IT, REFUND_CONSEQUENCE, REFUND_BY_HAND, REFUND_BOTH_WAYS, REFUND_CANCELS_NOTHING, HAND_ALL_BACK, HAND_SOME_BACK, PAYING_OFFLINE,
    OF_ONE_CUSTOMER, TO_SHIP, HOLDING, HOLD_IT, FOR_COLLEAGUES, HOLD_CONSEQUENCE, HOLD_OF_SENT, STILL_PAID_AND_CANCELLED, STILL_PAID, STILL_CANCELLED, HELD_BACK, HELD_FOR_STOCK, STOCK_IS_BACK, WAS_RELEASED, LET_GO, CAME_BACK, CANCEL_OPEN, CANCEL,
    PLACED_BY, PLACED_FOR, HOLD_PAYMENT, HOLD_STOCK_SHORT, HOLD_STOCK_MISSING, HOLD_MANUAL, CANCELLED_BY_CUSTOMER,
    CANCELLED_BY_STAFF, CANCELLED_UNPAID, CANCELLED_STOCK_LOST, DONE_NOTED, DONE_PACKED, DONE_SHIPPED, DONE_DELIVERED, DONE_FAILED, DONE_RETURNED, DONE_RESTOCKED, DONE_UNPACKED, WITHDRAW, WITHDRAW_MORE, WITHDRAW_IT, DONE_WITHDRAWN, DONE_CANCELLED,
    DONE_HANDED_OVER, DONE_PAID, DONE_HELD, DONE_RELEASED, DONE_COMPLETED, DONE_DRAFTED, DONE_PLACED,
    HAS_CHANGED, DONE_CORRECTED, DONE_RENUMBERED, DONE_TAKEN_APART, DONE_SAVED, DONE_REPLAYED, DONE_DROPPED, DONE_GONE, DONE_AUDITING, WAS_DRAFTED,
    DRAFT_WAS_CHANGED, WAS_PLACED, WAS_CONFIRMED, CONFIRMED_AND_PAID, PAYMENT_HAS_FAILED, PAYMENT_HAS_LAPSED,
    CANCELLING_HAS_BEGUN, WAS_CANCELLED, HAS_EXPIRED, PIECES_WERE_CANCELLED, WAS_CHANGED, WAS_CLAIMED,
    MONEY_WENT_BACK, WAS_COMPLETED, WAS_REOPENED, PARCEL_WAS_MADE, PARCEL_WAS_PACKED, PARCEL_WAS_SHIPPED,
    PARCEL_WAS_RENUMBERED, PARCEL_WAS_DELIVERED, PARCEL_WAS_UNPACKED, PARCEL_NOT_DELIVERED, PARCEL_CAME_BACK,
}

/// Of an amount that is none: how it is to be written where that is known, or else what is wanted, with an example.
pub(crate) fn wrong_amount(read: &str, currency: Currency, or_else: fn(String) -> String) -> String {
    let such = in_field(&Money { minor: 1250, currency }.decimal());
    if is_unclear(read) { unclear_amount(read, currency) } else { or_else(such) }
}
pub(crate) fn enter_amount(such: String) -> String {
    say("console-enter-amount", [("such", such.into())])
}
/// An amount that may be one or the other.
fn unclear_amount(read: &str, currency: Currency) -> String {
    let (thousands, fraction) = both_ways(read, currency);
    let all =
        [("typed", in_field(read).into()), ("thousands", thousands.into()), ("fraction", fraction.into())];
    say("console-unclear-amount", all)
}
/// What has a price of its own is no line of somebody's own words.
pub(crate) fn has_its_own_price(which: &str) -> String {
    say("console-has-its-own-price", [("which", which.into())])
}
/// Words fit more than one product.
pub(crate) fn several_articles(which: &str) -> String {
    say("console-several-articles", [("which", which.into())])
}
pub(crate) fn quoted(words: &str) -> String {
    crate::texts::quoted(words)
}
/// What the fields of the first and the last day are called.
pub(crate) fn from_day_field() -> String {
    say("console-from-day", [])
}
pub(crate) fn to_day_field() -> String {
    say("console-to-day", [])
}
/// So many orders came, or more.
pub(crate) fn new_orders(count: usize, is_more: bool) -> String {
    match is_more {
        true => say("console-more-new-orders", [("count", count.into())]),
        false => say("console-new-orders", [("count", count.into())]),
    }
}
pub(crate) fn from_day(day: &str) -> String {
    say("console-from-this-day", [("day", day.into())])
}
pub(crate) fn no_such_day_more(day: &str) -> String {
    say("console-no-such-day-more", [("day", day.into())])
}
pub(crate) fn to_day(day: &str) -> String {
    say("console-to-this-day", [("day", day.into())])
}
pub(crate) fn cancel(has_shipped: bool) -> &'static str {
    if has_shipped { CANCEL_OPEN.say() } else { CANCEL.say() }
}
pub(crate) fn pieces_shipped(pieces: i64, shipped: i64) -> String {
    let pieces = crate::texts::pieces(pieces);
    say("console-pieces-shipped", [("pieces", pieces.into()), ("shipped", shipped.into())])
}
pub(crate) fn parcel(n: usize) -> String {
    say("console-parcel", [("n", n.into())])
}
/// That a draft wants more than there is.
pub(crate) fn only_left_now(left: i64) -> String {
    say("console-only-left-now", [("left", left.into())])
}
/// How many pieces of a line are not shipped, and how many of them are in a parcel already.
pub(crate) fn so_many_open(open: i64, packed: i64) -> String {
    match packed {
        0 => say("console-so-many-open", [("open", open.into())]),
        _ => say("console-so-many-open-and-packed", [("open", open.into()), ("packed", packed.into())]),
    }
}
pub(crate) fn so_many_to_pack(left: i64) -> String {
    say("console-so-many-to-pack", [("left", left.into())])
}
pub(crate) fn pack_and_ship_so_many(pieces: &str) -> String {
    say("console-pack-and-ship-so-many", [("pieces", pieces.into())])
}
pub(crate) fn only_left_to_pack(left: i64) -> String {
    say("console-only-left-to-pack", [("left", left.into())])
}
pub(crate) fn only_left_to_cancel(left: i64) -> String {
    say("console-only-left-to-cancel", [("left", left.into())])
}
pub(crate) fn at_most_back(left: Money) -> String {
    match left.minor {
        ..=0 => NOTHING_GOES_BACK.into(),
        _ => say("console-at-most-back", [("left", crate::format::money(left).into())]),
    }
}
/// So much went back, the way it came or by the hands of staff.
pub(crate) fn went_back(amount: &str, is_by_hand: bool) -> String {
    match is_by_hand {
        true => say("console-handed-back", [("amount", amount.into())]),
        false => say("console-went-back", [("amount", amount.into())]),
    }
}
pub(crate) fn is_to_hand_back(amount: &str) -> String {
    say("console-is-to-hand-back", [("amount", amount.into())])
}
pub(crate) fn readdressed_to(to: &str) -> String {
    say("console-readdressed-to", [("to", to.into())])
}
/// Who drafts it, as far as that is known; the one for whom follows.
pub(crate) fn drafted_by(who: Option<&str>) -> String {
    who.map_or(DRAFTED_FOR.into(), |who| say("console-drafted-by", [("who", who.into())]))
}
/// By somebody else than the one whose order it is.
pub(crate) fn placed_for(who: Option<&str>) -> String {
    who.map_or(PLACED_FOR.into(), |who| say("console-placed-by-for", [("who", who.into())]))
}
pub(crate) fn cancel_question(number: i64, has_shipped: bool) -> String {
    let number = number.to_string();
    if has_shipped {
        say("console-cancel-open-question", [("number", number.into())])
    } else {
        say("console-cancel-question", [("number", number.into())])
    }
}
pub(crate) fn money_goes_back(amount: &str) -> String {
    say("console-money-goes-back", [("amount", amount.into())])
}
/// Of an order of which something has shipped.
pub(crate) fn part_goes_back(amount: &str, most: &str) -> String {
    say("console-part-goes-back", [("amount", amount.into()), ("most", most.into())])
}
/// So many pieces are cancelled, and what staff have to hand back themselves of their price.
pub(crate) fn pieces_are_cancelled(pieces: i64, way: Way) -> String {
    let said = say("console-pieces-are-cancelled", [("pieces", pieces.into())]);
    what_to_hand_back(way).map_or_else(|| said.clone(), |more| format!("{said} {more}"))
}
/// What a refund is, by the way that the money goes.
pub(crate) fn how_it_is_refunded(way: Way) -> &'static str {
    let text = match way {
        Way::AsItCame => REFUND_CONSEQUENCE,
        Way::ByHand => REFUND_BY_HAND,
        Way::Both => REFUND_BOTH_WAYS,
    };
    text.say()
}
/// What the pieces cost that came back, of an order with a discount, too.
pub(crate) fn came_back_cost(cost: &str, is_reduced: bool) -> String {
    let with = [("cost", cost.into())];
    if is_reduced { say("console-came-back-cost-reduced", with) } else { say("console-came-back-cost", with) }
}
/// What staff have to hand back themselves of what goes back.
pub(crate) fn what_to_hand_back(way: Way) -> Option<&'static str> {
    match way {
        Way::AsItCame => None,
        Way::ByHand => Some(HAND_ALL_BACK.say()),
        Way::Both => Some(HAND_SOME_BACK.say()),
    }
}
/// That a refund is done, or under way.
pub(crate) fn refund_of(amount: &str, is_done: bool) -> String {
    match is_done {
        true => say("console-refund-is-done", [("amount", amount.into())]),
        false => say("console-refund-is-under-way", [("amount", amount.into())]),
    }
}
/// Of a part of an order a part goes back.
pub(crate) fn cancel_and_refund(amount: &str) -> String {
    say("console-cancel-and-refund", [("amount", amount.into())])
}
pub(crate) fn at_most(left: &str) -> String {
    say("console-at-most", [("left", left.into())])
}
pub(crate) fn refund_question(number: i64) -> String {
    say("console-refund-question", [("number", number.to_string().into())])
}
pub(crate) fn refund_so_much(amount: &str) -> String {
    say("console-refund-so-much", [("amount", amount.into())])
}
pub(crate) fn offline_question(number: i64) -> String {
    say("console-offline-question", [("number", number.to_string().into())])
}
pub(crate) fn offline_consequence(amount: &str) -> String {
    say("console-offline-consequence", [("amount", amount.into())])
}
pub(crate) fn record(amount: &str) -> String {
    say("console-record", [("amount", amount.into())])
}
pub(crate) fn hold_question(number: i64) -> String {
    say("console-hold-question", [("number", number.to_string().into())])
}
pub(crate) fn noted_by(who: &str) -> String {
    say("console-noted-by", [("who", who.into())])
}
/// The question of where an order goes, which has an address already or none.
pub(crate) fn address_of(number: i64, has_one: bool) -> String {
    let number = [("number", number.to_string().into())];
    if has_one { say("console-address-of", number) } else { say("console-first-address-of", number) }
}
pub(crate) fn draft_for(name: &str) -> String {
    say("console-draft-for", [("name", name.into())])
}
pub(crate) fn edit_draft(number: i64) -> String {
    say("console-edit-draft", [("number", number.to_string().into())])
}
pub(crate) fn delete_draft_question(number: i64) -> String {
    say("console-delete-draft-question", [("number", number.to_string().into())])
}
pub(crate) fn place_for(total: &str) -> String {
    say("console-place-for", [("total", total.into())])
}
/// What follows for the customer where a draft is placed: how long it can be paid.
pub(crate) fn once_placed(seconds: u64) -> String {
    const HOUR: u64 = 3600;
    const DAY: u64 = 24 * HOUR;
    let is_whole = |unit| seconds > unit && seconds.is_multiple_of(unit);
    let time = match () {
        () if is_whole(DAY) => say("console-in-days", [("count", (seconds / DAY).into())]),
        () if is_whole(HOUR) => say("console-in-hours", [("count", (seconds / HOUR).into())]),
        () => say("console-in-minutes", [("count", seconds.div_ceil(60).into())]),
    };
    say("console-once-placed", [("time", time.into())])
}
/// How many orders a customer has placed, or that they are as many as are counted.
pub(crate) fn orders_so_far(count: i64, or_more: bool) -> String {
    match or_more {
        true => say("console-orders-or-more", [("count", count.into())]),
        false => say("console-orders-so-far", [("count", count.into())]),
    }
}
pub(crate) fn line_number(n: usize) -> String {
    say("console-line-number", [("n", n.into())])
}
/// What is wrong with a field of a line.
pub(crate) fn of_line(n: usize, what: &str) -> String {
    say("console-of-line", [("n", n.into()), ("what", what.into())])
}
/// What is wrong with a field that is of an article.
pub(crate) fn of_article(title: &str, what: &str) -> String {
    say("console-of-article", [("title", title.into()), ("what", what.into())])
}
/// Where a parcel went that left while its address was corrected.
pub(crate) fn has_left_for(to: &str) -> String {
    say("console-has-left-for", [("to", to.into())])
}
/// What was to be written, where it was not.
pub(crate) fn you_wanted(what: &str) -> String {
    say("console-you-wanted", [("what", what.into())])
}
pub(crate) fn by(who: &str) -> String {
    say("console-by", [("who", who.into())])
}
pub(crate) fn noted_by_who(who: &str) -> String {
    say("console-noted-by-who", [("who", who.into())])
}
/// How it was paid, in the words of the provider's tokens.
pub(crate) fn method(method: &str) -> String {
    match method {
        "offline" => PAYING_OFFLINE.into(),
        method => say("console-method", [("method", method.into())]),
    }
}
pub(crate) fn pieces_left(pieces: i64) -> String {
    say("console-pieces-left", [("pieces", crate::texts::pieces(pieces).into())])
}
/// What follows for a parcel that could not be delivered, and may be shipped again now or not.
pub(crate) fn undelivered(can_ship: bool) -> &'static str {
    if can_ship { UNDELIVERED_SHIPS.say() } else { UNDELIVERED_HELD.say() }
}
/// So much of what came back was not refunded.
pub(crate) fn is_back_kept(amount: &str) -> String {
    say("console-is-back-kept", [("amount", amount.into())])
}
pub(crate) fn complete_and_keep(amount: &str) -> String {
    say("console-complete-and-keep", [("amount", amount.into())])
}
pub(crate) fn is_refused_by_provider(amount: &str) -> String {
    say("console-is-refused-by-provider", [("amount", amount.into())])
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
    say("console-parcel-became", [("n", n.into()), ("state", state.into())])
}
pub(crate) fn parcel_to_take_apart(n: usize) -> String {
    say("console-parcel-to-take-apart", [("n", n.into())])
}
pub(crate) fn parcel_taken_apart(n: usize) -> String {
    say("console-parcel-taken-apart", [("n", n.into())])
}
pub(crate) fn parcel_renumbered(n: usize) -> String {
    say("console-parcel-renumbered", [("n", n.into())])
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
        "charge-refunded" => super::trade::DONE_CHARGE_REFUNDED,
        "charge-refunding" => super::trade::DONE_CHARGE_REFUNDING,
        "taken-over" => super::trade::DONE_TAKEN_OVER,
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
            assert_eq!(parcel_became(1, Returned), "Paket 1: zurückgekommen");
            assert_eq!(parcel_became(1, Failed), "Paket 1: Zustellung gescheitert");
        });
        Language::English.during(|| assert_eq!(parcel_became(2, Failed), "Parcel 2: delivery failed"));
    }
}
