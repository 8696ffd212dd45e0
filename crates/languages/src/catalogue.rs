//! The messages of a language.

use crate::grouped;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use fluent_syntax::{ast, ast::Entry, parser, serializer::serialize};
use kernel::Language;
use std::collections::{BTreeMap, BTreeSet};

/// All messages of one language.
pub struct MessageCatalogue {
    bundle: FluentBundle<FluentResource>,
    ids: Vec<String>,
}

impl MessageCatalogue {
    /// The messages of these files. What cannot be read is left out.
    pub fn new(language: Language, files: &[&str]) -> MessageCatalogue {
        let mut bundle = FluentBundle::new_concurrent(vec![language.code().parse().unwrap_or_default()]);
        // marks around parameters would be found again in what people copy
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(match language {
            Language::English => |value, _| number(value, Language::English),
            Language::German => |value, _| number(value, Language::German),
        }));
        let mut ids = Vec::new();
        for text in files {
            let file = FluentResource::try_new((*text).to_owned()).unwrap_or_else(|(read, _)| read);
            ids.extend(file.entries().filter_map(message_id));
            bundle.add_resource_overriding(file);
        }
        MessageCatalogue { bundle, ids }
    }

    /// The ids of its messages.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.ids.iter().map(String::as_str)
    }

    /// What a message says; nothing where there is no such message, or where it wants other parameters.
    pub fn say(&self, id: &str, with: &FluentArgs<'_>) -> Option<String> {
        let pattern = self.bundle.get_message(id)?.value()?;
        let mut wrong = Vec::new();
        let said = self.bundle.format_pattern(pattern, Some(with), &mut wrong).into_owned();
        wrong.is_empty().then_some(said)
    }
}

/// A number as a language writes it.
fn number(value: &FluentValue<'_>, language: Language) -> Option<String> {
    let FluentValue::Number(number) = value else { return None };
    Some(grouped(language, &number.as_string()))
}

fn message_id(entry: &Entry<&str>) -> Option<String> {
    match entry {
        Entry::Message(message) => Some(message.id.name.to_owned()),
        _ => None,
    }
}

/// Every message of these files, with the names of its parameters: by this the tests compare languages.
///
/// # Errors
/// What cannot be read, and what stands twice.
pub fn messages(files: &[&str]) -> Result<BTreeMap<String, BTreeSet<String>>, String> {
    let mut all = BTreeMap::new();
    for text in files {
        let read = parser::parse(*text).map_err(|(_, wrong)| format!("{wrong:?}"))?;
        for entry in read.body {
            let Some(id) = message_id(&entry) else { continue };
            let written = serialize(&ast::Resource { body: vec![entry] });
            let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let name = |rest: &str| rest.split(|c| !is_name(c)).next().unwrap_or_default().to_owned();
            let names = written.split('$').skip(1).map(name).collect();
            if all.insert(id.clone(), names).is_some() {
                return Err(format!("{id} stands twice"));
            }
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: [&str; 2] = ["one = One\nof = { $n } of { $of }\n", "lines =\n    { $a }\n\n    B\n"];

    fn with<'a>(values: &[(&'static str, FluentValue<'a>)]) -> FluentArgs<'a> {
        values.iter().cloned().collect()
    }

    #[test]
    fn a_message_is_said_with_all_of_its_parameters() {
        let book = MessageCatalogue::new(Language::German, &FILES);
        assert_eq!(book.ids().collect::<Vec<_>>(), ["one", "of", "lines"]);
        assert_eq!(book.say("one", &with(&[])).as_deref(), Some("One"));
        let numbers = with(&[("n", 1234.into()), ("of", 5.into())]);
        assert_eq!(book.say("of", &numbers).as_deref(), Some("1.234 of 5"));
        assert_eq!(book.say("lines", &with(&[("a", "A".into())])).as_deref(), Some("A\n\nB"));
        assert_eq!((book.say("of", &with(&[])), book.say("none", &with(&[]))), (None, None));
    }

    #[test]
    fn what_is_written_in_a_parameter_is_said_as_it_is() {
        let book = MessageCatalogue::new(Language::English, &FILES);
        let forged = with(&[("a", "{ $b } { one }".into())]);
        assert_eq!(book.say("lines", &forged).as_deref(), Some("{ $b } { one }\n\nB"));
    }

    #[test]
    fn files_are_told_by_messages_and_parameters() {
        let told = messages(&FILES).unwrap();
        assert_eq!(told.keys().collect::<Vec<_>>(), ["lines", "of", "one"]);
        assert_eq!(told["of"].iter().collect::<Vec<_>>(), ["n", "of"]);
        assert_eq!(messages(&["one = 1\none = 2\n"]), Err("one stands twice".to_owned()));
        assert!(messages(&["one = { $\n"]).is_err());
    }
}
