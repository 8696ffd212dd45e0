//! Every text of the pages. Each has a name and its parameters; what it says is a message of Fluent in `texts/LANGUAGE`,
//! in the language of the visit.

mod account;
mod around;
mod buying;
pub(crate) mod console;
mod countries;
mod language;
pub(crate) mod papers;
mod refused;
mod said;
mod shop;
#[cfg(test)]
mod templates;
mod written;

pub(crate) use account::*;
pub(crate) use around::*;
pub(crate) use buying::*;
pub(crate) use countries::*;
pub(crate) use kernel::Language;
pub(crate) use language::Spoken;
pub(crate) use refused::*;
pub(crate) use said::Text;
pub(crate) use shop::*;
pub(crate) use written::*;

#[cfg(test)]
fn all_plain() -> impl Iterator<Item = Text> {
    let shop = [account::ALL, around::ALL, buying::ALL, papers::ALL, shop::ALL];
    shop.into_iter().chain(console::all()).flatten().copied()
}
#[cfg(test)]
fn sources() -> impl Iterator<Item = &'static str> {
    [
        include_str!("account.rs"),
        include_str!("around.rs"),
        include_str!("buying.rs"),
        include_str!("countries.rs"),
        include_str!("papers.rs"),
        include_str!("refused.rs"),
        include_str!("shop.rs"),
        include_str!("written.rs"),
    ]
    .into_iter()
    .chain(console::sources())
}
