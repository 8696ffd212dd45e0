//! The words by which an order is found.

use super::{Order, PersonalData};
use kernel::words::words;
use std::collections::BTreeSet;

/// The most words of one order that are looked into. Its number and its id come first, then line by line.
const OF_ORDER_MAX: usize = 300;

impl Order {
    /// Of its number, its id, and what its lines are called.
    pub(crate) fn words(&self) -> BTreeSet<String> {
        let lines = self.lines.iter().flat_map(|line| line.sku.iter().chain([&line.title]));
        let own = [self.number.to_string(), id_word(&self.id.to_string()).to_owned()];
        let of_lines = lines.flat_map(|text| words(text));
        let mut found = BTreeSet::new();
        for word in own.into_iter().chain(of_lines) {
            if found.len() == OF_ORDER_MAX {
                break;
            }
            found.insert(word);
        }
        found
    }
}

impl PersonalData {
    /// Of the name and the e-mail, and of whom it goes to and where.
    pub(crate) fn words(&self) -> BTreeSet<String> {
        let to = self.address.iter().flat_map(|to| [&to.name, &to.city]);
        let texts = self.name.iter().chain(&self.email).chain(to);
        texts.flat_map(|text| words(text)).collect()
    }
}

/// What tells ids apart: what stands behind `ord_`.
pub(crate) fn id_word(text: &str) -> &str {
    text.strip_prefix("ord_").unwrap_or(text)
}
