//! The languages that Ordo speaks.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A language that Ordo speaks, by its tag (BCP 47).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum Language {
    /// English: what a shop speaks to whom it does not know better.
    #[default]
    #[serde(rename = "en")]
    English,
    /// German.
    #[serde(rename = "de")]
    German,
}

impl Language {
    /// Every one.
    pub const ALL: [Language; 2] = [Language::English, Language::German];

    /// Its tag, as BCP 47 has it.
    pub const fn code(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::German => "de",
        }
    }
    /// The language of this tag.
    pub fn named(code: &str) -> Option<Language> {
        Language::ALL.into_iter().find(|language| language.code() == code)
    }
    /// What it calls itself.
    pub const fn own_name(self) -> &'static str {
        match self {
            Language::English => "English",
            Language::German => "Deutsch",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_has_one_tag_wherever_it_is_told() {
        for language in Language::ALL {
            assert_eq!(serde_json::to_value(language).unwrap(), language.code());
            assert_eq!(Language::named(language.code()), Some(language));
        }
        assert_eq!(Language::named("xx"), None);
        assert!(serde_json::from_str::<Language>("\"xx\"").is_err());
        assert_eq!(Language::default(), Language::English);
    }
}
