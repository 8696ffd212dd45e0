//! What stands around every page, and where there is none.

pub(crate) const SHOP: &str = "Ordo";
pub(crate) const WELCOME: &str = "What we show, we have";
pub(crate) const WELCOME_MORE: &str =
    "Stock is counted live, prices are what you pay, and each step of your order is there to see.";
pub(crate) const SKIP: &str = "Skip to content";
pub(crate) const ROOMS: &str = "Shop";
pub(crate) const ALL_PRODUCTS: &str = "All products";
pub(crate) const NEW_IN_STOCK: &str = "New and in stock";
pub(crate) const SEARCH_THE_SHOP: &str = "Search the shop";
pub(crate) const SEARCH_FOR: &str = "Search by name or article";
pub(crate) const ACCOUNT: &str = "Account";
pub(crate) const CONSOLE: &str = "Console";
pub(crate) const YOU: &str = "you";
pub(crate) const BACK_TO_BASKET: &str = "Back to the basket";
pub(crate) const APPEARANCE: &str = "Appearance";
pub(crate) const LIGHT: &str = "Light";
pub(crate) const DARK: &str = "Dark";
pub(crate) const LIKE_THE_SYSTEM: &str = "System";
pub(crate) const API: &str = "API";
pub(crate) const OPTIONAL: &str = "(optional)";
pub(crate) const WHERE: &str = "Breadcrumb";
pub(crate) const PAGES: &str = "Pages";
pub(crate) fn basket_of(pieces: i64) -> String {
    match pieces {
        0 => "Basket, empty".to_owned(),
        1 => "Basket, 1 item".to_owned(),
        many => format!("Basket, {many} items"),
    }
}
pub(crate) fn needs_you(count: usize) -> String {
    if count == 1 { "One thing needs you".to_owned() } else { format!("{count} things need you") }
}

pub(crate) const NOT_HERE: &str = "There is nothing here";
pub(crate) const NOT_HERE_MORE: &str = "It may have been sold for good, or the address has a mistake. What belongs to another account is not shown either.";
pub(crate) const NOT_ALLOWED: &str = "This account may not do that";
pub(crate) const NOT_ALLOWED_MORE: &str = "Nothing was changed.";
pub(crate) const FOR_STAFF: &str = "The console is for the staff of this shop";
pub(crate) const FOR_STAFF_MORE: &str = "This account may not see this room, or not do that in it. Nothing was changed. An administrator of the shop gives permissions.";
pub(crate) const NOT_REACHED: &str = "A part of the shop cannot be reached";
pub(crate) const NOT_REACHED_MORE: &str = "It is tried again by itself. Look again in a moment.";
pub(crate) const NOT_POSSIBLE: &str = "This is not possible now";
pub(crate) const NOT_OUR_FORM: &str = "This form is too old, or was not ours";
pub(crate) const NOT_OUR_FORM_MORE: &str =
    "Nothing was changed. Go back, load the page again, and send the form once more.";
pub(crate) const TO_FIRST_PAGE: &str = "To the first page";
