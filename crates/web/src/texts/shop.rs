//! The first page, products and the basket.

pub(crate) const HOME: &str = "Welcome";
pub(crate) const SEE_NEW: &str = "See what is new";
pub(crate) const TEAPOT_ALT: &str = "A slate-blue side-handle teapot and a pale cup on an oak tray";
pub(crate) const JUST_IN: &str = "Just in";
pub(crate) const FOR_LITTLE: &str = "For a small purse";
pub(crate) const SEE_ALL: &str = "See all";
pub(crate) const COUNT_ON: &str = "What you can count on";
pub(crate) const PROMISE_STOCK: &str = "What we show, we have";
pub(crate) const PROMISE_STOCK_MORE: &str =
    "Stock is counted live. What you order is reserved for you at once.";
pub(crate) const PROMISE_ONCE: &str = "Pressing twice does not order twice";
pub(crate) const PROMISE_ONCE_MORE: &str =
    "Each checkout becomes one order and one payment, whatever the network does.";
pub(crate) const PROMISE_FOLLOW: &str = "Follow every step";
pub(crate) const PROMISE_FOLLOW_MORE: &str =
    "Placed, paid, packed, shipped, delivered: your order’s page tells it by itself.";

pub(crate) const PRODUCTS: &str = "Products";
pub(crate) const NEWEST_FIRST: &str = "Newest";
pub(crate) const CHEAPEST_FIRST: &str = "Price, low first";
pub(crate) const DEAREST_FIRST: &str = "Price, high first";
pub(crate) const BY_NAME: &str = "Name";
pub(crate) const SORT_BY: &str = "Sort by";
pub(crate) const SORT: &str = "Sort";
pub(crate) const FILTER: &str = "Filter";
pub(crate) const FILTERS: &str = "Filters";
pub(crate) const PRICE: &str = "Price";
pub(crate) const FROM: &str = "From";
pub(crate) const TO: &str = "To";
pub(crate) const IN_STOCK_ONLY: &str = "In stock only";
pub(crate) const SHOW_RESULTS: &str = "Show results";
pub(crate) const RESULTS: &str = "Results";
pub(crate) const REMOVE_FILTER: &str = ", remove";
pub(crate) const CLEAR_ALL: &str = "Clear all";
pub(crate) const NOTHING_FOUND: &str = "Nothing fits";
pub(crate) const NOTHING_FOUND_MORE: &str = "No product has all these words and limits. Try fewer of them.";
pub(crate) const FROM_THE_START: &str = "From the start";
pub(crate) const NEXT: &str = "Next";
pub(crate) const IN_STOCK: &str = "In stock";
pub(crate) const SOLD_OUT: &str = "Sold out";
pub(crate) const SOLD_OUT_MORE: &str =
    "There is none left just now. It can be ordered again once it is back.";
pub(crate) const LAST_ONE: &str = "Last one";
pub(crate) const TO_ORDER: &str = "To order";
pub(crate) const COUNTED: &str = ", counted ";
pub(crate) const QUANTITY: &str = "Quantity";
pub(crate) const ONE_LESS: &str = "One less";
pub(crate) const ONE_MORE: &str = "One more";
pub(crate) const PUT_IN_BASKET: &str = "Put in basket";
pub(crate) const IS_IN_BASKET: &str = "It is in your basket";
pub(crate) const SEE_BASKET: &str = "See the basket";
pub(crate) const OR_GO_ON: &str = ", or go on looking.";
pub(crate) const ARTICLE: &str = "Article";
pub(crate) fn quoted(words: &str) -> String {
    format!("“{words}”")
}
pub(crate) fn all_results(words: &str) -> String {
    format!("All results for “{words}”")
}
pub(crate) fn price_between(least: &str, most: &str) -> String {
    format!("{least} to {most}")
}
pub(crate) fn price_from(least: &str) -> String {
    format!("From {least}")
}
pub(crate) fn price_to(most: &str) -> String {
    format!("Up to {most}")
}
pub(crate) fn left(count: i64) -> String {
    format!("{count} left")
}
pub(crate) fn in_stock(count: i64) -> String {
    format!("{} in stock", crate::format::grouped(&count.to_string()))
}

pub(crate) const BASKET: &str = "Basket";
pub(crate) const BASKET_EMPTY: &str = "Your basket is empty";
pub(crate) const BASKET_EMPTY_MORE: &str =
    "What you put in stays here for a while, and comes along when you sign in.";
pub(crate) const BASKET_FULL: &str = "The basket is full";
pub(crate) const CHANGED_SINCE: &str = "Something has changed since you filled it";
pub(crate) const CHANGED: &str = "Changed";
pub(crate) const NO_LONGER_SOLD: &str = "No longer sold.";
pub(crate) const REMOVE: &str = "Remove";
pub(crate) const GO_ON_SHOPPING: &str = "Go on shopping";
pub(crate) const UPDATE_BASKET: &str = "Update the basket";
pub(crate) const SUM: &str = "Sum";
pub(crate) const TOTAL: &str = "Total";
pub(crate) const TO_CHECKOUT: &str = "Go to checkout";
pub(crate) const OPENS_ONCE_SETTLED: &str = "Opens once the marked lines are settled.";
pub(crate) const TOO_MUCH: &str = "This comes to more than can be reckoned. Take less of it.";
pub(crate) fn basket_full_more(most: usize) -> String {
    format!("It holds {most} different products. Order these first, or take something out.")
}
pub(crate) fn are_gone(count: usize) -> String {
    if count == 1 {
        "One product is no longer sold. Take it out to go on.".to_owned()
    } else {
        format!("{count} products are no longer sold. Take them out to go on.")
    }
}
pub(crate) fn are_short(count: usize) -> String {
    if count == 1 {
        "There is not enough of one product.".to_owned()
    } else {
        format!("There is not enough of {count} products.")
    }
}
pub(crate) fn have_other_prices(count: usize) -> String {
    if count == 1 { "One price is another.".to_owned() } else { format!("{count} prices are others.") }
}
pub(crate) fn only_left(asked: i64, left: i64) -> String {
    match left {
        0 => format!("You asked for {asked}, and none is left."),
        1 => format!("You asked for {asked}, and 1 is left."),
        left => format!("You asked for {asked}, and {left} are left."),
    }
}
pub(crate) fn price_went(was: &str, is: &str) -> String {
    format!("The price went from {was} to {is} each.")
}
pub(crate) fn each(price: &str) -> String {
    format!("{price} each")
}
pub(crate) fn less_of(name: &str) -> String {
    format!("One {name} less")
}
pub(crate) fn more_of(name: &str) -> String {
    format!("One {name} more")
}
pub(crate) fn quantity_of(name: &str) -> String {
    format!("Quantity of {name}")
}
pub(crate) fn goods_of(pieces: i64) -> String {
    format!("Goods, {}", self::pieces(pieces))
}
pub(crate) fn pieces(count: i64) -> String {
    if count == 1 { "1 piece".to_owned() } else { format!("{count} pieces") }
}
