//! Every text of the pages. What it says is a message of Fluent in `texts/LANGUAGE`, in the language of the visit; the code says it
//! by a key that `build.rs` makes of the English message. So a new text is a message in each language, and no more.
//!
//! The key of a message without parameters is a constant: `see-all` is `SEE_ALL`. That of one with parameters is a function of
//! them: `price-from` is `price_from(least)`. Those of messages that begin with `console-` and `paper-` are in the modules `console`
//! and `papers`, without that beginning. A parameter is
//! - a number where the message chooses by it for its plural,
//! - the number of an order, by which nobody counts, where it is called `$number`,
//! - a text otherwise.
//!
//! They come in the order of the English message. Where that does not do, a comment above it lists all of them, a line each, in
//! their order: `# $count (Number)` for a number, `# $name` for the rest.
//!
//! Written by hand is only what chooses between messages, or makes something of what it is given. It is imported by name, and hides
//! a key that is called the same.

mod account;
mod checkout;
pub(crate) mod console;
mod countries;
mod keys {
    include!(concat!(env!("OUT_DIR"), "/keys.rs"));
}
mod dates;
mod errors;
mod language;
mod messages;
pub(crate) mod papers;
pub(crate) mod presentation;
mod shop;
#[cfg(test)]
mod templates;

pub(crate) use account::{browser, expires_in};
pub(crate) use checkout::{parcel, parcel_became, parcel_is_back, pieces_are, sent_of, what_happens_next};
pub(crate) use countries::{HOME_COUNTRY, countries, country, is_country};
pub(crate) use dates::{month, month_short, weekday};
pub(crate) use errors::{declined, fault, refused};
pub(crate) use kernel::Language;
pub(crate) use keys::*;
pub(crate) use language::Spoken;
pub(crate) use messages::Text;
pub(crate) use shop::{SHOP, goods_of, only_left};
