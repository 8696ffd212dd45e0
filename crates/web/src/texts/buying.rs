//! Checkout and orders.

use super::said::{say, texts};
use crate::refunds::Way;
use contracts::fulfilments::FulfilmentStatus;

texts! {
    CHECKOUT, STEPS, ADDRESS_AND_PAYMENT, DONE, WHERE_TO, FULL_NAME, STREET, FLOOR, POSTAL_CODE, CITY, REGION,
    COUNTRY, KEEP_ADDRESS, NOTE, NOTE_HINT, HOW_TO_PAY, SIMULATOR, TEST_CARD, CARD_OK, CARD_OK_MORE,
    CARD_DECLINED, CARD_DECLINED_MORE, CARD_NO_FUNDS, CARD_NO_FUNDS_MORE, CARD_ASKS, CARD_ASKS_MORE,
    CARD_SLOW, CARD_SLOW_MORE, CARD_LATE, CARD_LATE_MORE, CARD_LOST, CARD_LOST_MORE, YOUR_ORDER,
    SETTLE_IN_BASKET, ONCE_ONLY, ENTER_NAME, ENTER_STREET, ENTER_POSTAL_CODE, ENTER_CITY, ENTER_REGION, CHOOSE_COUNTRY,
    CHOOSE_CARD, NOTE_NOT_KEPT, TYPED_NOT_KEPT, NOT_KEPT_MORE, NOTHING_ORDERED, NOT_ENOUGH, NOT_ENOUGH_MORE, UNPAID_LIMIT, UNPAID_LIMIT_MORE, NOT_ON_SALE, NOT_ON_SALE_MORE, PRICE_CHANGED, PRICES_CHANGED, PRICES_CHANGED_MORE,
    BASKET_CHANGED, BASKET_CHANGED_MORE, INCOMPLETE, INCOMPLETE_MORE, SETTLE_FIRST, TOO_MANY_UNPAID, ONCE_MORE, ONCE_MORE_MORE, WAS_PLACED, PLACED_FOR_YOU, NO_ADDRESS_YET,
    WAS_PLACED_MORE, NOT_KNOWN, NOT_KNOWN_MORE, SEE_ORDERS, ORDER, YOUR_ORDERS, LIVE, NOT_LIVE, LAST_CHANGE,
    LOOK_AGAIN, PROGRESS, ABOUT_THIS_ORDER, OWED, PLACED, PAID, PACKED, SHIPPED, DELIVERED, CAME_BACK, IN_TOUCH_ABOUT_MONEY, IN_TOUCH_ABOUT_REST, IS_DRAFT, IS_CANCELLING,
    LOOKING_INTO_IT, LOOKING_INTO_IT_MORE, PARCEL_UNDELIVERED, PARCEL_UNDELIVERED_MORE, IS_CANCELLED, IS_EXPIRED, WAITS_FOR_BANK, PAYMENT_UNDER_WAY, PAYMENT_UNDER_WAY_MORE, CARD_WAS_DECLINED,
    WAITS_FOR_PAYMENT, IS_LAPSED, IS_LAPSED_MORE, IS_REFUNDED, IS_HELD, IS_SECURED, IS_UNDELIVERED, IS_BACK, IS_PARTLY_BACK, IS_PAID, IS_PACKED, IS_PARTLY_ON_ITS_WAY, IS_ON_ITS_WAY, IS_DELIVERED, DRAFT,
    CANCELLING, CANCELLED, EXPIRED, UNPAID, PAYMENT_PENDING, AUTHORIZED, PARTLY_REFUNDED, REFUNDED, TO_COME_BACK, VOIDED,
    PARTLY_SHIPPED, PARTLY_DELIVERED, TO_PACK, DELIVERY_FAILED, RETURNED, PARTLY_RETURNED, PAY_THIS_ORDER, PAYMENT_NOT_STARTED, PAYMENT_NOT_STARTED_MORE, NOTHING_CHARGED, DECLINED, NOT_COMPLETED, CHOOSE_ANOTHER, TRY_AGAIN_OR_ANOTHER,
    HELD_UNTIL, BANK_ASKS, BANK_ASKS_MORE, BANK_WAITS_UNTIL, BANK_WAITS_NO_LONGER, ANOTHER_CARD, ANOTHER_CARD_MORE, BANK_CANCELLED, BANK_EXPIRED, BANK_CHARGES_NOTHING, TO_BANK, BANK, BANK_MORE, BANK_CONFIRM, BANK_BACK, WHAT_IS_IN_IT,
    PARCELS, BEFORE, WHAT_HAPPENED, GOES_TO, YOUR_NOTE, WHY_CANCELLED, CANCEL_ORDER, WHY, KEEP_ORDER, ORDER_CHANGED, ORDER_CHANGED_MORE, NOT_CANCELLED, NOT_CANCELLED_MORE, CANCEL_IT, CANCEL_REST,
    CANCEL_THE_REST, NOTHING_TO_GIVE_BACK, NOTHING_CHARGED_YET, ALL_HAS_GONE_BACK, ALL_IS_GOING_BACK, GOES_THE_WAY_IT_CAME, GOES_BY_HAND, GOES_BOTH_WAYS, YOU_PLACED, PAYMENT_RECEIVED, PAYMENT_SECURED, A_CARD_WAS_DECLINED, A_PAYMENT_WAS_NOT_COMPLETED,
    AUTHORIZATION_LAPSED, CANCEL_REQUESTED, WAS_CANCELLED, WAS_EXPIRED, ITEMS_CANCELLED, WAS_REFUNDED,
    WAS_COMPLETED, WAS_REOPENED, IF_ADDRESS_IS_WRONG, TELL_US,
    NEXT_ON_THIS_PAGE, YOUR_EMAIL, GUEST_EMAIL_HINT, HAVE_AN_ACCOUNT, ORDERED_AS_GUEST, VERIFY_TO_HAVE_IT,
}

/// The country that is chosen before somebody chooses.
pub(crate) const HOME_COUNTRY: &str = "DE";
pub(crate) fn price_changed_more(was: &str, is: &str) -> String {
    say("price-changed-more", [("was", was.into()), ("is", is.into())])
}
/// What the postal codes of a country look like.
pub(crate) fn postal_code_like(country: &str, example: &str) -> String {
    say("postal-code-like", [("country", country.into()), ("example", example.into())])
}
pub(crate) fn too_many_unpaid_more(limit: u32) -> String {
    say("too-many-unpaid-more", [("limit", limit.into())])
}
/// What a confirmation page starts with.
pub(crate) fn thank_you(number: i64) -> String {
    say("thank-you", [("number", number.to_string().into())])
}
/// What comes after an order was placed; of an order without an email address its page tells.
pub(crate) fn what_happens_next(email: Option<&str>) -> String {
    match email {
        Some(email) => say("next-by-email", [("email", email.into())]),
        None => NEXT_ON_THIS_PAGE.into(),
    }
}
/// The button that places an order: German law prescribes its words (§ 312j BGB).
pub(crate) fn place_order(amount: &str) -> String {
    say("place-order", [("amount", amount.into())])
}
pub(crate) fn pay(amount: &str) -> String {
    say("pay", [("amount", amount.into())])
}
pub(crate) fn times(count: i64) -> String {
    say("times", [("count", count.into())])
}
/// So many pieces of what, in which the sign stays with both.
pub(crate) fn times_of(count: i64, what: &str) -> String {
    say("times-of", [("count", count.into()), ("what", what.into())])
}
pub(crate) fn order_title(number: i64) -> String {
    say("order-title", [("number", number.to_string().into())])
}
pub(crate) fn order_of(number: i64) -> String {
    say("order-of", [("number", number.to_string().into())])
}
/// Within a sentence, a state begins with a small letter.
pub(crate) fn pieces_are(count: i64, state: &str) -> String {
    say("pieces-are", [("pieces", super::pieces(count).into()), ("state", state.to_lowercase().into())])
}
/// What parcel `n` is called, of so many where that is known.
pub(crate) fn parcel(n: usize, of: Option<usize>) -> String {
    say("parcel", [("n", n.into()), ("of", of.unwrap_or(0).into())])
}
/// What happened to it; what the shop has still to do about it is no matter of the buyer's.
pub(crate) fn parcel_became(status: FulfilmentStatus, n: usize, of: Option<usize>) -> Option<String> {
    let which = [("n", n.into()), ("of", of.unwrap_or(0).into())];
    match status {
        FulfilmentStatus::Packed => Some(say("parcel-packed", which)),
        FulfilmentStatus::Shipped => Some(say("parcel-shipped", which)),
        FulfilmentStatus::Delivered => Some(say("parcel-delivered", which)),
        FulfilmentStatus::Failed => Some(say("parcel-failed", which)),
        FulfilmentStatus::Returned => Some(say("parcel-returned", which)),
        FulfilmentStatus::Pending | FulfilmentStatus::Cancelled => None,
    }
}
/// That a parcel came back, of so many, where that is known.
pub(crate) fn parcel_is_back(of: Option<usize>) -> String {
    say("parcel-is-back", [("of", of.unwrap_or_default().into())])
}
/// Where a parcel was on its way to.
pub(crate) fn was_on_its_way_to(address: &str) -> String {
    say("was-on-its-way-to", [("address", address.into())])
}
/// Where a parcel was sent, which is not where the order goes now.
pub(crate) fn parcel_to(address: &str) -> String {
    say("parcel-to", [("address", address.into())])
}
pub(crate) fn more_articles(count: usize) -> String {
    say("more-articles", [("count", count.into())])
}
/// A parcel that never left.
pub(crate) fn parcel_undone(n: usize) -> String {
    say("parcel-undone", [("n", n.into())])
}
/// How many pieces are on their way, of all.
pub(crate) fn sent_of(sent: i64, all: i64) -> String {
    say("sent-of", [("sent", sent.into()), ("pieces", super::pieces(all).into())])
}
pub(crate) fn cancel_question(number: i64) -> String {
    say("cancel-question", [("number", number.to_string().into())])
}
pub(crate) fn money_goes_back(amount: &str, way: Way) -> String {
    match way {
        Way::AsItCame => say("money-goes-back", [("amount", amount.into())]),
        Way::ByHand => say("money-handed-back", [("amount", amount.into())]),
        Way::Both => say("money-goes-both-ways", [("amount", amount.into())]),
    }
}
pub(crate) fn going_back(amount: &str, way: Way) -> String {
    match way {
        Way::ByHand => say("handing-back", [("amount", amount.into())]),
        Way::AsItCame | Way::Both => say("going-back", [("amount", amount.into())]),
    }
}
/// By which way money comes back to whoever paid it.
pub(crate) fn how_it_goes_back(way: Way) -> &'static str {
    let text = match way {
        Way::AsItCame => GOES_THE_WAY_IT_CAME,
        Way::ByHand => GOES_BY_HAND,
        Way::Both => GOES_BOTH_WAYS,
    };
    text.say()
}
pub(crate) fn has_gone_back(amount: &str) -> String {
    say("has-gone-back", [("amount", amount.into())])
}
pub(crate) fn went_back(amount: &str) -> String {
    say("went-back", [("amount", amount.into())])
}
pub(crate) fn cancel_and_refund(amount: &str) -> String {
    say("cancel-and-refund", [("amount", amount.into())])
}
pub(crate) fn bank_question(amount: &str, shop: &str) -> String {
    say("bank-question", [("amount", amount.into()), ("shop", shop.into())])
}
pub(crate) fn ordered_as_guest_more(email: &str) -> String {
    say("ordered-as-guest-more", [("email", email.into())])
}
