//! The tokens of a row.

use crate::stems::stems;
use kernel::{
    Language,
    words::{is_unspaced, words},
};
use std::collections::BTreeSet;

/// Maximum number of indexed words of a row. The words of its title come first.
const WORDS_MAX: usize = 1000;
/// First character of the tokens of a title. Title tokens are indexed a second time with this mark, so that a query can match
/// titles only. No word contains this character.
pub(crate) const TITLE: char = '·';
/// Minimum number of letters of a word that is corrected.
pub(crate) const LETTERS_MIN: usize = 4;
/// Version of the tokenizer. Increase it when a text gets other tokens.
const VERSION: u32 = 1;

/// Version and languages of the tokenizer. If the value changes, [`crate::rebuild`] indexes all rows again.
pub(crate) fn tokenizer() -> String {
    let languages = Language::ALL.map(Language::code);
    format!("{VERSION} {}", languages.join(" "))
}

/// The tokens of a row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    /// Words and stems of the title.
    title: BTreeSet<String>,
    /// Words and stems of all texts.
    all: BTreeSet<String>,
    /// Words that can replace a misspelt search word.
    vocabulary: Vec<String>,
}

impl Document {
    /// Creates the tokens of a title and of other texts.
    pub fn new(title: &[&str], texts: &[&str]) -> Document {
        let mut seen = BTreeSet::new();
        let mut document = Document::default();
        let titled = title.iter().map(|text| (true, text)).chain(texts.iter().map(|text| (false, text)));
        for (is_title, word) in
            titled.flat_map(|(is_title, text)| words(text).map(move |word| (is_title, word)))
        {
            if seen.len() == WORDS_MAX {
                break;
            }
            if !seen.insert(word.clone()) {
                continue;
            }
            let stems = stems(&word);
            if is_title {
                document.title.extend(stems.iter().cloned().chain([word.clone()]));
            }
            document.all.extend(stems);
            document.all.insert(word);
        }
        document.vocabulary.extend(seen.into_iter().filter(|word| is_correctable(word)));
        document
    }

    /// Creates tokens without stems and vocabulary: for names, numbers and addresses, which are found only as they are spelled.
    pub fn unstemmed(texts: &[&str]) -> Document {
        let all = texts.iter().flat_map(|text| words(text)).take(WORDS_MAX).collect();
        Document { all, ..Document::default() }
    }

    /// Returns whether the row matches a query.
    pub fn matches(&self, query: &crate::Query) -> bool {
        query.matches(&self.all)
    }

    /// All tokens as they are indexed.
    pub(crate) fn tokens(&self) -> impl Iterator<Item = String> {
        let title = self.title.iter().map(|token| format!("{TITLE}{token}"));
        title.chain(self.all.iter().cloned())
    }

    pub(crate) fn vocabulary(&self) -> &[String] {
        &self.vocabulary
    }
}

/// The words and stems of a text.
pub fn tokens(text: &str) -> BTreeSet<String> {
    Document::new(&[], &[text]).all
}

/// Returns whether a word can be corrected: it has letters only, enough of them, and is of a script with spaces between words.
pub(crate) fn is_correctable(word: &str) -> bool {
    word.chars().count() >= LETTERS_MIN && word.chars().all(|c| c.is_alphabetic() && !is_unspaced(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Query;
    use kernel::words::WORD_MAX;

    #[test]
    fn rows_match_by_prefixes_and_stems_of_their_words() {
        let pot = Document::new(
            &["Crème Brûlée Straße", "TEA-1"],
            &["ΣΊΣΥΦΟΣ holds 1½ l, ｆｕｌｌ; ﬁne brushes", "Häuser"],
        );
        for q in [
            "creme",
            "BRULÉE",
            "cre bru",
            "STRAẞE",
            "σίσυφος",
            "tea-1",
            "1 tea",
            "full",
            "fine",
            "brush",
            "Haus",
        ] {
            assert!(pot.matches(&Query::new(q)), "{q}: {pot:?}");
        }
        assert!(Document::new(&["Teapot"], &[]).matches(&Query::new("teapots")));
        for q in ["reme", "creme cafe", "tea-3", "holdx"] {
            assert!(!pot.matches(&Query::new(q)), "{q}");
        }
    }

    #[test]
    fn a_long_text_has_a_bounded_number_of_bounded_words() {
        let text: String = (0..3000).map(|n| format!("{n}{} ", "x".repeat(n % 100))).collect();
        let document = Document::new(&["Teapot"], &[&text]);
        assert_eq!(document.all.len(), WORDS_MAX);
        assert!(document.all.iter().all(|word| word.chars().count() <= WORD_MAX));
        assert!(document.matches(&Query::new("teapot")));
        assert!(
            document.matches(&Query::new(&format!("99{}", "x".repeat(99)))),
            "long words are truncated in the same way"
        );
    }

    #[test]
    fn titles_are_indexed_twice_and_codes_are_not_vocabulary() {
        let document = Document::new(&["Tea cups", "A-77b"], &["glazed 茶壶茶壶茶"]);
        let tokens: Vec<String> = document.tokens().collect();
        for token in ["·tea", "·cups", "·cup", "·a", "·77b", "tea", "cup", "glazed", "glaze", "茶壶茶壶茶"]
        {
            assert!(tokens.iter().any(|one| one == token), "{token}: {tokens:?}");
        }
        assert!(!tokens.iter().any(|one| one == "·glazed"));
        assert_eq!(document.vocabulary(), ["cups", "glazed"]);
    }
}
