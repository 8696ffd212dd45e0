//! All texts of the pages: Fluent messages in `texts/LANGUAGE`, in the language of the request. The code names a message by a key that
//! `build.rs` generates from the English one, so a new text is a message in each language and nothing else.
//!
//! The key of a message without parameters is a constant: `see-all` is `SEE_ALL`. The key of one with parameters is a function:
//! `price-from` is `price_from(least)`. Keys of messages that start with `console-` and `paper-` are in the modules `console` and
//! `papers`, without that prefix. A parameter is
//! - a number where the message selects its plural by it,
//! - the number of an order, without grouping, where it is called `$number`,
//! - a text otherwise.
//!
//! Parameters have the order of the English message. Where another order is needed, a comment above the message lists all of them, a
//! line each: `# $count (Number)` for a number, `# $name` for a text.
//!
//! Functions in this module choose between messages or prepare their parameters. They are imported by name and shadow a key of the
//! same name.

mod account;
mod checkout;
pub(crate) mod console;
mod countries;
mod dates;
mod errors;
mod keys {
    include!(concat!(env!("OUT_DIR"), "/keys.rs"));
}
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
pub(crate) use language::WebLanguage;
pub(crate) use messages::Text;
pub(crate) use shop::{SHOP, goods_of, only_left};
