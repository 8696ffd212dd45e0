//! The words by which products are found, and the key by which a list is sorted by name.

use crate::catalogue::Catalogue;
pub use kernel::words::{LAST, asked, end_of, finds_nothing, has_all};
use kernel::words::{fold, words};
use std::collections::BTreeSet;

/// The most words of one product that are looked into. Name and SKU come first.
const OF_PRODUCT_MAX: usize = 1000;
/// The most characters of a name that a list is sorted by.
const KEY_MAX: usize = 200;

/// By what a product of this name is sorted.
pub fn key_of(name: &str) -> String {
    fold(name).chars().filter(|c| *c != LAST).take(KEY_MAX).collect()
}

/// How far a product is from what is looked for, which is written as [`key_of`] writes it: `0` is just that. The words of what is
/// looked for are `asked`.
pub fn far_from(typed: &str, asked: &[String], product: &Catalogue) -> u8 {
    let name = product.name_key();
    let (begins, is_word) = (name.strip_prefix(typed), |rest: &str| !rest.starts_with(char::is_alphanumeric));
    let begins_a_word = |(at, _): (usize, &str)| !name[..at].ends_with(char::is_alphanumeric);
    match begins {
        Some("") => 0,
        _ if fold(&product.sku) == typed => 0,
        Some(rest) if is_word(rest) => 1,
        Some(_) => 2,
        None if name.match_indices(typed).any(begins_a_word) => 3,
        None if has_all(&words(&product.name).collect(), asked) => 4,
        None => 5,
    }
}

impl Catalogue {
    /// By what lists are sorted that are sorted by name.
    pub fn name_key(&self) -> String {
        key_of(&self.name)
    }

    /// The words by which it is found.
    pub fn words(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for word in [&self.name, &self.sku, &self.description].into_iter().flat_map(|text| words(text)) {
            if found.len() == OF_PRODUCT_MAX {
                break;
            }
            found.insert(word);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::products::ProductStatus;
    use kernel::{
        Currency, Money,
        words::{ASKED_MAX, WORD_MAX},
    };

    fn pot(name: &str, description: &str) -> Catalogue {
        Catalogue {
            sku: "TEA-1".into(),
            name: name.into(),
            description: description.into(),
            images: Vec::new(),
            price: Money::zero(Currency::EUR),
            status: ProductStatus::Active,
            metadata: Default::default(),
        }
    }

    #[test]
    fn words_are_found_by_how_they_begin_without_case_and_accents() {
        let words = pot("Crème Brûlée Straße", "ΣΊΣΥΦΟΣ holds 1½ l, ｆｕｌｌ; ﬁne").words();
        for q in
            ["creme", "BRULÉE", "cre bru", "strasse", "STRAẞE", "σίσυφος", "tea-1", "1 tea", "full", "fine"]
        {
            assert!(has_all(&words, &asked(q)), "{q}: {words:?}");
        }
        for q in ["reme", "creme cafe", "tea-3", "holdst"] {
            assert!(!has_all(&words, &asked(q)), "{q}");
        }
        assert_eq!(asked(" %_'\" "), [""; 0]);
        assert_eq!(asked("a b c d e f g h i j").len(), ASKED_MAX);
    }

    #[test]
    fn a_name_that_is_what_is_looked_for_is_nearest() {
        let far = |q: &str, name: &str| far_from(&key_of(q), &asked(q), &pot(name, "a té set for two"));
        let names = [("Té", 0), ("Té, grün", 1), ("Teapot", 2), ("Blue TEAPOT", 3), ("Steaming pot", 5)];
        for (name, expected) in names {
            assert_eq!(far("tè", name), expected, "{name}");
        }
        assert_eq!(far("tea-1", "Steaming pot"), 0, "its SKU");
        assert_eq!(far("blue tea", "A blue teapot"), 3);
        assert_eq!(far("tea blue", "A blue teapot"), 4);
    }

    #[test]
    fn a_long_text_has_a_bounded_number_of_bounded_words() {
        let text: String = (0..3000).map(|n| format!("{n}{} ", "x".repeat(n % 100))).collect();
        let words = pot("Teapot", &text).words();
        assert_eq!(words.len(), OF_PRODUCT_MAX);
        assert!(words.contains("teapot") && words.iter().all(|word| word.chars().count() <= WORD_MAX));
        assert!(has_all(&words, &asked(&format!("99{}", "x".repeat(99)))), "what is too long is cut alike");
        assert_eq!(pot(&"ß".repeat(200), "").name_key().chars().count(), KEY_MAX);
    }

    #[test]
    fn what_begins_with_a_word_lies_between_it_and_its_end() {
        for word in ["tea", "teapot", "tea\u{FFFF}", "tea\u{10FFFE}z"] {
            assert!("tea" <= word && *word < *end_of("tea"));
        }
        assert!(*"teb" > *end_of("tea") && *"te" < *"tea");
    }
}
