//! The supported languages.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A supported language, by its BCP 47 tag.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum Language {
    /// English, the default language.
    #[default]
    #[serde(rename = "en")]
    English,
    /// German.
    #[serde(rename = "de")]
    German,
}

impl Language {
    /// All languages.
    pub const ALL: [Language; 2] = [Language::English, Language::German];

    /// The BCP 47 tag.
    pub const fn code(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::German => "de",
        }
    }
    /// Returns the language with this tag.
    pub fn named(code: &str) -> Option<Language> {
        Language::ALL.into_iter().find(|language| language.code() == code)
    }
    /// The name of the language in that language.
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
