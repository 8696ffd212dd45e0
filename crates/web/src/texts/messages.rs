//! Fluent messages in the language of the request, from `texts/LANGUAGE/*.ftl`.

use super::language::WebLanguage;
use crate::texts::presentation;
use kernel::Language;
use languages::{FluentArgs, FluentValue};
use std::{collections::BTreeMap, fmt, ops::Deref, sync::LazyLock};

/// A message without parameters, by its ID.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Text(pub(super) &'static str);

impl Text {
    /// The text in the language of the request.
    pub(crate) fn text(self) -> &'static str {
        let spoken = [Language::now(), Language::English].into_iter();
        spoken.filter_map(|language| book(language).plain.get(self.0)).next().map_or(self.0, String::as_str)
    }
}
impl Deref for Text {
    type Target = str;
    fn deref(&self) -> &str {
        self.text()
    }
}
impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}
impl From<Text> for String {
    fn from(text: Text) -> String {
        text.text().to_owned()
    }
}

/// The text of a message with its parameters; each message can use the time zone of the page.
pub(super) fn text<'a>(id: &str, with: impl IntoIterator<Item = (&'static str, FluentValue<'a>)>) -> String {
    let mut values = FluentArgs::new();
    values.set("zone", presentation::zone().name().to_owned());
    for (name, value) in with {
        values.set(name, value);
    }
    let spoken = [Language::now(), Language::English].into_iter();
    let said = spoken.filter_map(|language| book(language).said.say(id, &values)).next();
    said.unwrap_or_else(|| id.to_owned())
}

/// All messages of a language. A missing one is taken from English; a test ensures that none is missing.
struct WebMessages {
    said: languages::MessageCatalogue,
    /// The texts of those without parameters, by ID.
    plain: BTreeMap<String, String>,
}

impl WebMessages {
    fn new(language: Language) -> WebMessages {
        let said = languages::MessageCatalogue::new(language, language.files());
        let none = FluentArgs::new();
        let plain = said.ids().filter_map(|id| Some((id.to_owned(), said.say(id, &none)?))).collect();
        WebMessages { said, plain }
    }
}

fn book(language: Language) -> &'static WebMessages {
    static ENGLISH: LazyLock<WebMessages> = LazyLock::new(|| WebMessages::new(Language::English));
    static GERMAN: LazyLock<WebMessages> = LazyLock::new(|| WebMessages::new(Language::German));
    match language {
        Language::English => &ENGLISH,
        Language::German => &GERMAN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Every message of a language, with the names of its parameters.
    fn messages(language: Language) -> BTreeMap<String, BTreeSet<String>> {
        languages::messages(language.files()).unwrap_or_else(|wrong| panic!("{language:?}: {wrong}"))
    }

    #[test]
    fn every_language_has_every_message_with_the_same_parameters() {
        let english = messages(Language::English);
        for language in Language::ALL {
            let theirs = messages(language);
            for (id, names) in &english {
                assert_eq!(theirs.get(id), Some(names), "{id} in {language:?}");
            }
            assert_eq!(theirs.len(), english.len(), "{language:?} has messages that English has not");
        }
    }

    #[test]
    fn an_e_mail_is_one_word_that_does_not_break() {
        for (language, file) in Language::ALL.iter().flat_map(|l| l.files().iter().map(move |file| (l, file)))
        {
            for line in file.lines() {
                let said = line.split_once(" = ").map_or(line, |(_, said)| said).to_lowercase();
                let mut words = said.split(|c: char| !c.is_alphanumeric() && c != '-');
                assert!(!words.any(|word| word.starts_with("e-mail")), "{language:?}: {line}");
            }
        }
    }

    #[test]
    fn a_text_is_what_its_language_says() {
        let sign_in = crate::texts::SIGN_IN;
        assert_eq!(sign_in.text(), "Sign in");
        assert_eq!(Language::German.during(|| sign_in.to_string()), "Anmelden");
        assert_eq!(text("nobody-wrote-this", []), "nobody-wrote-this");
    }
}
