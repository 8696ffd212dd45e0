//! Words: what a search compares. Without case and accents, so that "Äpfel" is found by "apf", and the same on
//! every engine.

use std::collections::BTreeSet;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The most words that a search looks for; the rest of it is passed over.
pub const ASKED_MAX: usize = 8;
/// The most characters of a word that count.
pub const WORD_MAX: usize = 40;
/// No text that was folded to be compared should hold it: none sorts after it.
pub const LAST: char = '\u{10FFFF}';

/// A text without case and accents.
pub fn fold(text: &str) -> String {
    let bare: String = text.nfkd().filter(|c| !is_combining_mark(*c)).collect();
    // there and back: ẞ and ß are ss, and both small sigmas one
    bare.to_lowercase().to_uppercase().to_lowercase()
}

/// The words of a text, in their order.
pub fn words(text: &str) -> impl Iterator<Item = String> {
    let folded = fold(text);
    let words: Vec<String> = folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().take(WORD_MAX).collect())
        .collect();
    words.into_iter()
}

/// What the words of something must begin with, each of them one word or another, to be found by `q`.
pub fn asked(q: &str) -> Vec<String> {
    words(q).take(ASKED_MAX).collect()
}

/// Whether something is looked for in which there is no word (`!!!`): nothing is found by it, since a list of everything
/// would look like an answer. Blanks alone look for nothing.
pub fn finds_nothing(q: Option<&str>) -> bool {
    q.is_some_and(|q| !q.trim().is_empty() && words(q).next().is_none())
}

/// Where words that begin with this one end: they all sort before it.
pub fn end_of(word: &str) -> String {
    format!("{word}{LAST}")
}

/// Whether each of `asked` is what one of these words begins with.
pub fn has_all(words: &BTreeSet<String>, asked: &[String]) -> bool {
    let begins = |asked: &String| words.range(asked.clone()..).next().is_some_and(|w| w.starts_with(asked));
    asked.iter().all(begins)
}
