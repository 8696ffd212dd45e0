//! What mails say, by the ids of their messages, which lie in `texts/LANGUAGE.ftl`, as Fluent writes them.

use kernel::Language;
use languages::{FluentArgs, FluentValue, MessageCatalogue};
use std::sync::LazyLock;

/// The message of this id, with its parameters: in English where the language has none, and never empty.
pub(crate) fn say<'a>(
    language: Language,
    id: &str,
    with: impl IntoIterator<Item = (&'static str, &'a str)>,
) -> String {
    let values: FluentArgs<'_> =
        with.into_iter().map(|(name, value)| (name, FluentValue::from(value))).collect();
    let spoken = [language, Language::default()].into_iter();
    spoken.filter_map(|language| book(language).say(id, &values)).next().unwrap_or_else(|| id.to_owned())
}

/// All that there is to say in a language.
pub(crate) const fn file(language: Language) -> &'static str {
    match language {
        Language::English => include_str!("../texts/en.ftl"),
        Language::German => include_str!("../texts/de.ftl"),
    }
}

fn book(language: Language) -> &'static MessageCatalogue {
    static ENGLISH: LazyLock<MessageCatalogue> = LazyLock::new(|| of(Language::English));
    static GERMAN: LazyLock<MessageCatalogue> = LazyLock::new(|| of(Language::German));
    match language {
        Language::English => &ENGLISH,
        Language::German => &GERMAN,
    }
}

fn of(language: Language) -> MessageCatalogue {
    MessageCatalogue::new(language, &[file(language)])
}
