//! The console.

mod orders;
mod people;
mod picking;
mod products;
mod system;
mod trade;

pub(crate) use orders::*;
pub(crate) use people::*;
pub(crate) use picking::*;
pub(crate) use products::*;
pub(crate) use system::*;
pub(crate) use trade::*;

use super::said::{say, texts};
use contracts::auth::Role;

texts! {
    in CONSOLE;
    ROOMS, HOME, SHOP_GROUP, OPERATE_GROUP, SYSTEM, SEARCH, ALL_OF_THEM, NOTHING_FITS, NOTHING_FITS_MORE, NONE_SO_FAR, NONE_SO_FAR_MORE, LOOK_FURTHER, LOOKING_FURTHER,
    CANCELLED_MEANWHILE, SHOW_AS_TABLE, HIDE_TABLE, NEWEST_ORDERS, ALL_ORDERS, ORDERS, MORE, OPEN_THE_SHOP, TO_HOME, SEARCH_ALL, SEARCH_FOR,
    YOUR_PROFILE, CLEAR, REMOVE, FILTER, APPLY, ANY, SORT_BY, BACK, OPEN, NOT_DONE, NOT_KNOWN,
    NOT_KNOWN_MORE, ROLE_CUSTOMER, ROLE_STAFF, ROLE_ADMIN, NOT_HERE_MORE, NOT_PERMITTED, TO_CONSOLE, NOT_LIVE, NOT_LIVE_MORE, LOAD_AGAIN,
    KEY_SEARCH, KEY_MOVE, NEXT, PREVIOUS, FIRST_PAGE, PAGE_BEFORE, NEXT_PAGE, KEY_OPEN, KEY_PICK, CTRL, KEY_SAVE, KEY_KEYS, KEY_CLOSE, KEYS_MORE, CLOSE, ALL_KEYS,
}

pub(crate) fn found(words: &str) -> String {
    say("console-found", [("words", words.into())])
}
pub(crate) fn your_menu(name: &str) -> String {
    say("console-your-menu", [("name", name.into())])
}
/// Beside what somebody wants, where somebody else has changed it meanwhile.
pub(crate) fn now_it_is(now: &str) -> String {
    say("console-now-it-is", [("now", now.into())])
}
pub(crate) fn role(role: Role) -> &'static str {
    let text = match role {
        Role::Customer => ROLE_CUSTOMER,
        Role::Staff => ROLE_STAFF,
        Role::Admin => ROLE_ADMIN,
    };
    text.say()
}

#[cfg(test)]
pub(super) fn all() -> [&'static [super::Text]; 7] {
    [ALL, orders::ALL, people::ALL, picking::ALL, products::ALL, system::ALL, trade::ALL]
}
#[cfg(test)]
pub(super) fn sources() -> [&'static str; 7] {
    [
        include_str!("mod.rs"),
        include_str!("orders.rs"),
        include_str!("people.rs"),
        include_str!("picking.rs"),
        include_str!("products.rs"),
        include_str!("system.rs"),
        include_str!("trade.rs"),
    ]
}
