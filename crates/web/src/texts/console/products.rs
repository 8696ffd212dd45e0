//! Products, for staff.

use super::super::said::{say, texts};
use contracts::stock::Reason;

texts! {
    in CONSOLE;
    PRODUCTS, PRODUCT, NEW_PRODUCT, ADD_PRODUCT, NO_PRODUCTS, NO_PRODUCTS_MORE, NO_SUCH_PRODUCTS,
    FILTER_PRODUCTS, SEARCH_PRODUCTS, STATE, STOCK, ON_SALE, DELETED, CAN_BE_ORDERED, CANNOT_BE_ORDERED, FEW_LEFT,
    BY_NAME, CHEAPEST_FIRST, HIGHEST_PRICE_FIRST, ON_HAND, RESERVED, AVAILABLE, SHORT, SOLD_AHEAD, WHO_WAITS, PRICE, IN_THE_SHOP, DELETE,
    DELETE_IT, KEEP_IT, DELETING, DELETE_CONSEQUENCE, LAST_SAVED, ABOUT_THIS_PRODUCT, WHAT_IT_IS, NAME,
    DESCRIPTION, ARTICLE_NUMBER, SHOWN_IN_SHOP, BACKORDER, SAVE, DISCARD, SAVE_AS_CHOSEN, TAKE_THEIRS,
    SOMEBODY_SAVED, YOU_SAVED, SOMEBODY_SAVED_MORE, BOTH_CHANGED, CHOOSE, CHOOSE_ABOVE, WAS, YOURS, THEIRS, YES, NO,
    EMPTY, SKU_TAKEN, ENTER_NAME, LEDGER, ALL_MOVEMENTS, NO_MOVEMENTS, WHEN, MOVEMENT, FOR_AN_ORDER, ON_BACKORDER, REMARK,
    CHANGE, CHANGE_STOCK, THERE_IS, HOW_MANY, HOW_MANY_HINT, BECAUSE_OF, RECEIPT, COUNT, ADJUSTMENT, RESTOCK, BOOK, BOOK_RECEIPT, BOOK_RESTOCK, BOOK_LOST, BOOK_COUNT,
    BOOK_ADJUSTMENT, ENTER_DELTA, ENTER_SOME, SAY_WHAT_FOR, STOCK_HAS_CHANGED_MORE, STOCK_AS_COUNTED, ACCEPT_SHORTFALL,
    PICTURES, NO_PICTURE, NO_PICTURE_MORE, ADD_PICTURE, PICTURES_HINT, EMPTY_TO_REMOVE, ALT_HINT, PICTURES_CHANGED, PICTURES_CHANGED_MORE, CHANGE_PICTURES, SAVE_PICTURES, ADDRESS, PICTURE_OF_OUR_OWN, NO_SUCH_PICTURE, WORDS_OF_NO_PICTURE, ALT, SALE, FOUND_AGAIN,
    PRICE_IS_MEANT, RESTOCKED_BEFORE, RESTOCKED_BEFORE_MORE, PRODUCT_IS_DELETED, PRODUCT_IS_DELETED_MORE, BACK_TO_ORDER, BOOK_MORE, PRODUCT_SAVED, PRODUCT_ADDED, STOCK_BOOKED, PICTURES_SAVED,
}

pub(crate) fn enter_price(such: String) -> String {
    say("console-enter-price", [("such", such.into())])
}
pub(crate) fn price_is_nothing(price: &str) -> String {
    say("console-price-is-nothing", [("price", price.into())])
}
pub(crate) fn price_goes_far(was: &str, price: &str) -> String {
    say("console-price-goes-far", [("was", was.into()), ("price", price.into())])
}
pub(crate) fn saved_meanwhile(who: &str) -> String {
    say("console-saved-meanwhile", [("who", who.into())])
}
pub(crate) fn pictures_of(name: &str) -> String {
    say("console-pictures-of", [("name", name.into())])
}
pub(crate) fn stock_of(name: &str) -> String {
    say("console-stock-of", [("name", name.into())])
}
pub(crate) fn for_order(number: i64) -> String {
    say("console-for-order", [("number", number.to_string().into())])
}
/// What the ledger notes of pieces that came back with parcel `n` of an order.
pub(crate) fn came_back_with(number: i64, n: usize) -> String {
    say("console-came-back-with", [("number", number.to_string().into()), ("n", n.to_string().into())])
}
pub(crate) fn parcel_had(n: usize, pieces: i64) -> String {
    say("console-parcel-had", [("n", n.to_string().into()), ("pieces", crate::texts::pieces(pieces).into())])
}
pub(crate) fn picture_n(n: usize) -> String {
    say("console-picture-n", [("n", n.into())])
}
pub(crate) fn delete_question(name: &str) -> String {
    say("console-delete-question", [("name", name.into())])
}
pub(crate) fn still_reserved(pieces: i64) -> String {
    say("console-still-reserved", [("pieces", crate::texts::pieces(pieces).into())])
}
pub(crate) fn of_hand(available: i64, reserved: i64, on_hand: i64) -> String {
    let all = [("available", available.into()), ("reserved", reserved.into()), ("hand", on_hand.into())];
    say("console-of-hand", all)
}
/// So many pieces are reserved that are not on hand.
pub(crate) fn short(pieces: i64) -> String {
    say("console-short-by", [("pieces", pieces.into())])
}
pub(crate) fn short_waits(pieces: i64) -> String {
    say("console-short-waits", [("pieces", pieces.into())])
}
pub(crate) fn reserved_for_orders(reserved: i64) -> String {
    say("console-reserved-for-orders", [("pieces", crate::texts::pieces(reserved).into())])
}
/// While somebody counted, something else was booked.
pub(crate) fn stock_has_changed(on_hand: i64) -> String {
    say("console-stock-has-changed", [("pieces", crate::texts::pieces(on_hand).into())])
}
pub(crate) fn only_on_hand(on_hand: i64) -> String {
    say("console-only-on-hand", [("pieces", crate::texts::pieces(on_hand).into())])
}
pub(crate) fn reason(reason: Reason) -> &'static str {
    let text = match reason {
        Reason::Receipt => RECEIPT,
        Reason::Adjustment => ADJUSTMENT,
        Reason::Count => COUNT,
        Reason::Sale => SALE,
        Reason::Found => FOUND_AGAIN,
        Reason::Restock => RESTOCK,
    };
    text.say()
}
pub(crate) fn product_done(name: &str) -> Option<&'static str> {
    let text = match name {
        "saved" => PRODUCT_SAVED,
        "unchanged" => super::NOT_DONE,
        "added" => PRODUCT_ADDED,
        "booked" => STOCK_BOOKED,
        "counted" => STOCK_AS_COUNTED,
        "pictures" => PICTURES_SAVED,
        _ => return None,
    };
    Some(text.say())
}
