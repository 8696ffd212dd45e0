//! The first page, products and the basket.

use super::said::{say, texts};
use crate::presentation;

texts! {
    HOME, SEE_NEW, NOTHING_ON_SALE, NOTHING_ON_SALE_MORE, ALL_SOLD_OUT, ALL_SOLD_OUT_MORE, ADD_A_PRODUCT, TEAPOT_WELCOME, TEAPOT_WELCOME_MORE, TEAPOT_ALT, JUST_IN, FOR_LITTLE, MORE_OF_THE_SHOP, SEE_ALL, COUNT_ON, PROMISE_STOCK, PROMISE_STOCK_MORE,
    PROMISE_ONCE, PROMISE_ONCE_MORE, PROMISE_FOLLOW, PROMISE_FOLLOW_MORE, PRODUCTS, BEST_MATCH_FIRST, NEWEST_FIRST,
    CHEAPEST_FIRST, DEAREST_FIRST, BY_NAME, SORT_BY, SORT, FILTER, FILTERS, PRICE, FROM, TO, NOT_BELOW_NOTHING, NO_PRICE_COUNTS, AVAILABLE_ONLY,
    SHOW_RESULTS, RESULTS, REMOVE_FILTER, CLEAR_ALL, NOTHING_FOUND, NOTHING_FOUND_MORE, FROM_THE_START, NEXT,
    IN_STOCK, AVAILABLE, SOLD_OUT, SOLD_OUT_MORE, PICTURES, LAST_ONE, FEW_LEFT, TO_ORDER, COUNTED, QUANTITY, ONE_LESS, ONE_MORE,
    PUT_IN_BASKET, SEE_BASKET, OR_GO_ON, ARTICLE, BASKET, BASKET_EMPTY, BASKET_EMPTY_MORE, YOU_ARE_OFFLINE, YOU_ARE_OFFLINE_MORE,
    LEFT_OUT, BASKET_FULL, CHANGED_ELSEWHERE, CHANGED_ELSEWHERE_MORE, CHANGED_SINCE, SHORT_OF_IT, TOO_MANY, CHANGED, GONE, UNSOLD, NO_LONGER_SOLD, REMOVE, GO_ON_SHOPPING, KEPT_UNTIL, UPDATE_BASKET, SUM, TOTAL,
    ALL_YOU_PAY, TO_CHECKOUT, OPENS_ONCE_SETTLED, OPENS_ONCE_TAKEN_OUT, TOO_MUCH, TAKE_IT_OUT,
}

pub(crate) fn enter_amount(such: String) -> String {
    say("enter-amount", [("such", such.into())])
}
pub(crate) fn picture_of(n: usize, all: usize) -> String {
    say("picture-of", [("n", n.into()), ("all", all.into())])
}
pub(crate) fn quoted(words: &str) -> String {
    say("quoted", [("words", words.into())])
}
pub(crate) fn no_product_matches(words: &str) -> String {
    say("no-product-matches", [("words", words.into())])
}
pub(crate) fn so_many_products(count: usize) -> String {
    say("so-many-products", [("count", count.into())])
}
pub(crate) fn more_products_than(count: usize) -> String {
    say("more-products-than", [("count", count.into())])
}
pub(crate) fn all_results(words: &str) -> String {
    say("all-results", [("words", words.into())])
}
pub(crate) fn price_between(least: &str, most: &str) -> String {
    say("price-between", [("least", least.into()), ("most", most.into())])
}
pub(crate) fn price_from(least: &str) -> String {
    say("price-from", [("least", least.into())])
}
pub(crate) fn price_to(most: &str) -> String {
    say("price-to", [("most", most.into())])
}
pub(crate) fn left(count: i64) -> String {
    say("left", [("count", count.into())])
}
pub(crate) fn take_instead(left: i64) -> String {
    say("take-instead", [("left", left.into())])
}
pub(crate) fn in_stock(count: i64) -> String {
    say("in-stock-counted", [("count", count.into())])
}
pub(crate) fn left_out_more(most: usize) -> String {
    say("left-out-more", [("most", most.into())])
}
pub(crate) fn basket_full_more(most: usize, pieces: i64) -> String {
    say("basket-full-more", [("most", most.into()), ("pieces", pieces.into())])
}
pub(crate) fn pieces_from_to(least: i64, most: i64) -> String {
    say("pieces-from-to", [("least", least.into()), ("most", most.into())])
}
pub(crate) fn are_gone(count: usize) -> String {
    say("are-gone", [("count", count.into())])
}
pub(crate) fn are_short(count: usize) -> String {
    say("are-short", [("count", count.into())])
}
pub(crate) fn have_other_prices(count: usize) -> String {
    say("have-other-prices", [("count", count.into())])
}
pub(crate) fn only_left(asked: i64, left: i64) -> String {
    if left > 0 && !presentation::shows_counts() {
        return say("fewer-left", [("asked", asked.into())]);
    }
    say("only-left", [("asked", asked.into()), ("left", left.into())])
}
pub(crate) fn price_went(was: &str, is: &str) -> String {
    say("price-went", [("was", was.into()), ("is", is.into())])
}
/// The one thing that keeps the basket from being ordered is to be settled.
pub(crate) fn opens_once(name: &str) -> String {
    say("opens-once", [("name", name.into())])
}
/// The same, where it is gone.
pub(crate) fn opens_once_out(name: &str) -> String {
    say("opens-once-out", [("name", name.into())])
}
pub(crate) fn each(price: &str) -> String {
    say("each", [("price", price.into())])
}
pub(crate) fn less_of(name: &str) -> String {
    say("less-of", [("name", name.into())])
}
pub(crate) fn more_of(name: &str) -> String {
    say("more-of", [("name", name.into())])
}
pub(crate) fn quantity_of(name: &str) -> String {
    say("quantity-of", [("name", name.into())])
}
pub(crate) fn goods_of(pieces: i64) -> String {
    say("goods-of", [("pieces", self::pieces(pieces).into())])
}
pub(crate) fn pieces(count: i64) -> String {
    say("pieces", [("count", count.into())])
}
/// A product was put into the basket.
pub(crate) fn is_in_basket(name: &str) -> String {
    say("is-in-basket", [("name", name.into())])
}
