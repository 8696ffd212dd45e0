//! Words: what a search compares. Without case and accents, so that "Äpfel" is found by "apf", and the same on
//! every engine.

use crate::catalogue::Catalogue;
use std::collections::BTreeSet;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The most words that a search looks for; the rest of it is passed over.
const ASKED_MAX: usize = 8;
/// The most words of one product that are looked into. Name and SKU come first.
const OF_PRODUCT_MAX: usize = 1000;
/// The most characters of a word that count.
const WORD_MAX: usize = 40;
/// The most characters of a name that a list is sorted by.
const KEY_MAX: usize = 200;
/// No name and no word holds it, and none sorts after it.
pub const LAST: char = '\u{10FFFF}';

/// A text without case and accents.
fn fold(text: &str) -> String {
    let bare: String = text.nfkd().filter(|c| !is_combining_mark(*c)).collect();
    // there and back: ẞ and ß are ss, and both small sigmas one
    bare.to_lowercase().to_uppercase().to_lowercase()
}

fn words(text: &str) -> impl Iterator<Item = String> {
    let folded = fold(text);
    let words: Vec<String> = folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().take(WORD_MAX).collect())
        .collect();
    words.into_iter()
}

/// What the words of a product must begin with, each of them one word or another, to be found by `q`.
pub fn asked(q: &str) -> Vec<String> {
    words(q).take(ASKED_MAX).collect()
}

/// Where words that begin with this one end: they all sort before it.
pub fn end_of(word: &str) -> String {
    format!("{word}{LAST}")
}

impl Catalogue {
    /// By what lists are sorted that are sorted by name.
    pub fn name_key(&self) -> String {
        fold(&self.name).chars().filter(|c| *c != LAST).take(KEY_MAX).collect()
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

/// Whether each of `asked` is what one of these words begins with.
pub fn has_all(words: &BTreeSet<String>, asked: &[String]) -> bool {
    let begins = |asked: &String| words.range(asked.clone()..).next().is_some_and(|w| w.starts_with(asked));
    asked.iter().all(begins)
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::products::ProductStatus;
    use kernel::{Currency, Money};

    fn pot(name: &str, description: &str) -> Catalogue {
        Catalogue {
            sku: "TEA-1".into(),
            name: name.into(),
            description: description.into(),
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
