//! Messages in the language of whoever looks at the page. They lie in `texts/LANGUAGE/*.ftl`, as Fluent writes them.

use super::language::Spoken;
use crate::presentation;
use kernel::Language;
use languages::{FluentArgs, FluentValue};
use std::{collections::BTreeMap, fmt, ops::Deref, sync::LazyLock};

/// A text without parameters, by the name of its constant. It is what it says in the language of the visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Text(pub(super) &'static str);

impl Text {
    /// What it says.
    pub(crate) fn say(self) -> &'static str {
        let spoken = [Language::now(), Language::English].into_iter();
        spoken.filter_map(|language| book(language).plain.get(self.0)).next().map_or(self.0, String::as_str)
    }
}
impl Deref for Text {
    type Target = str;
    fn deref(&self) -> &str {
        self.say()
    }
}
impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.say())
    }
}
impl From<Text> for String {
    fn from(text: Text) -> String {
        text.say().to_owned()
    }
}

/// Declares texts without parameters: `SEE_ALL` is the message `see-all`; those of a room that is `in CONSOLE`,
/// `console-see-all`.
macro_rules! texts {
    (in $room:ident; $($name:ident),+ $(,)?) => {
        $crate::texts::said::texts! { @ concat!(stringify!($room), "_"); $($name),+ }
    };
    (@ $before:expr; $($name:ident),+) => {
        $(pub(crate) const $name: $crate::texts::Text = $crate::texts::Text(concat!($before, stringify!($name)));)+
        #[cfg(test)]
        pub(in $crate::texts) const ALL: &[$crate::texts::Text] = &[$($name),+];
    };
    ($($name:ident),+ $(,)?) => { $crate::texts::said::texts! { @ ""; $($name),+ } };
}
pub(super) use texts;

/// The message of this id, with its parameters; each may name the time zone of the page.
pub(super) fn say<'a>(id: &str, with: impl IntoIterator<Item = (&'static str, FluentValue<'a>)>) -> String {
    let mut values = FluentArgs::new();
    values.set("zone", presentation::zone().name().to_owned());
    for (name, value) in with {
        values.set(name, value);
    }
    let spoken = [Language::now(), Language::English].into_iter();
    let said = spoken.filter_map(|language| book(language).said.say(id, &values)).next();
    said.unwrap_or_else(|| id.to_owned())
}

/// All messages of one language. What cannot be read is said in English; the tests let nothing be left out.
struct Book {
    said: languages::Book,
    /// Those without parameters, by the names of their constants.
    plain: BTreeMap<String, String>,
}

impl Book {
    fn new(language: Language) -> Book {
        let said = languages::Book::new(language, language.files());
        let none = FluentArgs::new();
        let plain = said.ids().filter_map(|id| Some((constant(id), said.say(id, &none)?))).collect();
        Book { said, plain }
    }
}

fn constant(id: &str) -> String {
    id.to_uppercase().replace('-', "_")
}

fn book(language: Language) -> &'static Book {
    static ENGLISH: LazyLock<Book> = LazyLock::new(|| Book::new(Language::English));
    static GERMAN: LazyLock<Book> = LazyLock::new(|| Book::new(Language::German));
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

    /// What the code says, by the places where it does.
    fn said_by_the_code() -> BTreeSet<String> {
        let plain = super::super::all_plain().map(|text| text.0.to_lowercase().replace('_', "-"));
        let sources = super::super::sources().flat_map(|source| source.split("say(\"").skip(1));
        plain.chain(sources.map(|rest| rest.split('"').next().unwrap().to_owned())).collect()
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
    fn the_code_says_every_message_and_no_other() {
        // those whose ids are put together
        let family = |id: &str| {
            ["country-", "month-", "weekday-", "refused-", "fault-", "declined-"]
                .iter()
                .any(|family| id.starts_with(family))
        };
        let written: BTreeSet<String> =
            messages(Language::English).into_keys().filter(|id| !family(id)).collect();
        let said: BTreeSet<String> = said_by_the_code().into_iter().filter(|id| !family(id)).collect();
        assert_eq!(written.difference(&said).collect::<Vec<_>>(), Vec::<&String>::new(), "never said");
        assert_eq!(said.difference(&written).collect::<Vec<_>>(), Vec::<&String>::new(), "not written");
    }

    #[test]
    fn a_text_is_what_its_language_says() {
        let text = super::super::SIGN_IN;
        assert_eq!(text.say(), "Sign in");
        assert_eq!(Language::German.during(|| text.to_string()), "Anmelden");
        assert_eq!(say("nobody-wrote-this", []), "nobody-wrote-this");
    }
}
