//! The console.

mod orders;
mod people;
mod products;
mod system;
mod trade;

pub(crate) use orders::*;
pub(crate) use people::*;
pub(crate) use products::*;
pub(crate) use system::*;
pub(crate) use trade::*;

use contracts::auth::Role;

pub(crate) const ROOMS: &str = "Rooms";
pub(crate) const HOME: &str = "Home";
pub(crate) const SHOP_GROUP: &str = "Shop";
pub(crate) const OPERATE_GROUP: &str = "Operate";
pub(crate) const SYSTEM: &str = "System";
pub(crate) const SEARCH: &str = "Search";
pub(crate) const ALL_OF_THEM: &str = "All of them";
pub(crate) const NOTHING_FITS: &str = "Nothing fits";
pub(crate) const NOTHING_FITS_MORE: &str = "Look for a number, a name, an e-mail address or an article.";
pub(crate) const SHOW_AS_TABLE: &str = "Show as a table";
pub(crate) const NEWEST_ORDERS: &str = "Newest orders";
pub(crate) const ALL_ORDERS: &str = "All orders";
pub(crate) const ORDERS: &str = "Orders";
pub(crate) const MORE: &str = "More";
pub(crate) const OPEN_THE_SHOP: &str = "Open the shop";
pub(crate) const TO_HOME: &str = "Console, home";
pub(crate) const SEARCH_ALL: &str = "Search orders, products, people";
pub(crate) const YOUR_PROFILE: &str = "Your profile";
pub(crate) const CLEAR: &str = "Clear";
pub(crate) const REMOVE: &str = ", remove";
pub(crate) const FILTER: &str = "Filter";
pub(crate) const APPLY: &str = "Show";
pub(crate) const ANY: &str = "Any";
pub(crate) const SORT_BY: &str = "Sort by";
pub(crate) const BACK: &str = "Back";
pub(crate) const OPEN: &str = "Open";
pub(crate) const NOT_DONE: &str = "Nothing was changed.";
pub(crate) const NOT_KNOWN: &str = "The answer did not come in time";
pub(crate) const NOT_KNOWN_MORE: &str = "It may have been done all the same. Look at the page; where it is not, press the button once more: it is done once.";

pub(crate) fn found(words: &str) -> String {
    format!("Search for “{words}”")
}
pub(crate) fn your_menu(name: &str) -> String {
    format!("Your menu, {name}")
}
pub(crate) fn role(role: Role) -> &'static str {
    match role {
        Role::Customer => "Customer",
        Role::Staff => "Staff",
        Role::Admin => "Administrator",
    }
}
