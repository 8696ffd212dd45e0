//! What stands around every page, and where there is none.

use super::said::{say, texts};

texts! {
    WELCOME, WELCOME_MORE, SKIP, ROOMS, ALL_PRODUCTS, NEW_AVAILABLE, MENU, CHOOSE, SEARCH_THE_SHOP, SEARCH_FOR, ACCOUNT,
    CONSOLE, YOU, SESSION_HAS_ENDED, SESSION_HAS_ENDED_MORE, COPY_IT_FIRST, DO_IT_ONCE_MORE, SIGNED_IN_SINCE, SIGNED_IN_SINCE_MORE, SIGNED_IN_AGAIN, SIGNED_IN_AGAIN_MORE, SEND_IT_NOW, BACK_WITHOUT, BACK_TO_BASKET, APPEARANCE, SHORTCUTS, SWITCHED_ON, IS_SWITCHED_OFF, LANGUAGE, LIGHT, DARK, LIKE_THE_SYSTEM, CONTACT, API, OPTIONAL, WHERE, PAGES,
    NOT_HERE, NOT_HERE_MORE, NOT_YOUR_ORDER, NOT_ALLOWED, NOT_ALLOWED_MORE, FOR_STAFF, FOR_STAFF_MORE, NOT_REACHED,
    NOT_REACHED_MORE, IS_BUSY, IS_BUSY_MORE, CAME_IN_PART, CAME_IN_PART_MORE, NOT_POSSIBLE, NOT_OUR_FORM, NOT_OUR_FORM_MORE,
    FORM_TOO_LONG, FORM_TOO_LONG_MORE, FORM_UNREADABLE, FORM_UNREADABLE_MORE, TO_FIRST_PAGE, BACK_THERE,
}

/// What a shop is called that has no name of its own.
pub(crate) const SHOP: &str = "Ordo";
/// What the shop is, in a sentence.
pub(crate) fn about_shop(shop: &str) -> String {
    say("about-shop", [("shop", shop.into())])
}
/// What a list of products is, in a sentence.
pub(crate) fn about_products(title: &str, shop: &str) -> String {
    say("about-products", [("title", title.into()), ("shop", shop.into())])
}
/// What a product is that has no description, in a sentence.
pub(crate) fn about_product(name: &str, shop: &str, price: &str) -> String {
    say("about-product", [("name", name.into()), ("shop", shop.into()), ("price", price.into())])
}
pub(crate) fn basket_of(pieces: i64) -> String {
    say("basket-of", [("pieces", pieces.into())])
}
/// What is wrong with the field of this name.
pub(crate) fn of_field(name: &str, what: &str) -> String {
    say("of-field", [("name", name.into()), ("what", what.into())])
}
pub(crate) fn needs_you(count: usize) -> String {
    say("needs-you", [("count", count.into())])
}
