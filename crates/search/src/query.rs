//! Search queries.

use crate::{document::TITLE, stems::stems};
use db::Engine;
use kernel::words::asked;
use std::collections::BTreeSet;

/// The words of a search text, at most eight. A row matches if each of them is a prefix of one of its words or has the same
/// stem.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query(Vec<Word>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Word {
    text: String,
    stems: Vec<String>,
}

impl Query {
    /// Creates a query with stems.
    pub fn new(q: &str) -> Query {
        Query(asked(q).into_iter().map(Word::new).collect())
    }

    /// Creates a query without stems, for rows with [`crate::Document::unstemmed`].
    pub fn unstemmed(q: &str) -> Query {
        Query(asked(q).into_iter().map(|text| Word { text, stems: Vec::new() }).collect())
    }

    /// Returns whether the query has no word.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The folded words.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|word| word.text.as_str())
    }

    /// Returns whether a row with these tokens (words and stems) matches.
    pub fn matches(&self, tokens: &BTreeSet<String>) -> bool {
        let begins = |text: &String| tokens.range(text.clone()..).next().is_some_and(|t| t.starts_with(text));
        self.0.iter().all(|word| begins(&word.text) || word.stems.iter().any(|stem| tokens.contains(stem)))
    }

    /// A query with only the word at this index.
    pub(crate) fn only_word(&self, at: usize) -> Query {
        Query(self.0.get(at).cloned().into_iter().collect())
    }

    /// The query with the word at this index replaced.
    pub(crate) fn with_word(&self, at: usize, word: &str) -> Query {
        let mut words = self.0.clone();
        if let Some(old) = words.get_mut(at) {
            *old = Word::new(word.to_owned());
        }
        Query(words)
    }

    /// The match expression in the syntax of the database; for titles only or for all tokens.
    pub(crate) fn expression(&self, engine: Engine, is_title: bool) -> String {
        // a token contains only letters, marks and digits, so nothing must be escaped
        let (and, or, prefix, quote) = match engine {
            Engine::Sqlite => (" AND ", " OR ", "*", '"'),
            Engine::Postgres => (" & ", " | ", ":*", '\''),
        };
        let mark = if is_title { TITLE.to_string() } else { String::new() };
        let of_word = |word: &Word| {
            let stems = word.stems.iter().map(|stem| format!("{or}{quote}{mark}{stem}{quote}"));
            format!("({quote}{mark}{}{quote}{prefix}{})", word.text, stems.collect::<String>())
        };
        self.0.iter().map(of_word).collect::<Vec<_>>().join(and)
    }
}

impl Word {
    fn new(text: String) -> Word {
        Word { stems: stems(&text), text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_of_both_databases_have_the_same_words() {
        let query = Query::new("Té cups");
        assert_eq!(query.expression(Engine::Sqlite, false), r#"("te"*) AND ("cups"* OR "cup")"#);
        assert_eq!(query.expression(Engine::Postgres, true), "('·te':*) & ('·cups':* | '·cup')");
        assert!(Query::new(" %_'\" ").is_empty());
        assert_eq!(Query::new("a b c d e f g h i j").words().count(), 8);
        assert_eq!(query.with_word(1, "mugs").words().collect::<Vec<_>>(), ["te", "mugs"]);
        assert_eq!(query.only_word(0).words().collect::<Vec<_>>(), ["te"]);
    }
}
