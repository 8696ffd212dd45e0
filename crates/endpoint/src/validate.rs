//! Rules for values, and what is said when one is broken.

use crate::{FAULTS_COLLECTED_MAX, FieldError, request_parts::push_name};
use ::garde::rules::{AsStr, pattern::Matcher};
use kernel::Currency;
use std::{collections::BTreeMap, fmt};

/// Values with rules beyond their form. A type without any says `impl ValidateRequest for T {}`.
pub trait ValidateRequest {
    /// Adds what is wrong to `faults`, with JSON pointers from here.
    fn check(&self, faults: &mut Vec<FieldError>) {
        let _ = faults;
    }
    /// The same of its amounts, which are read in the currency of the shop: by services that know it.
    fn check_amounts(&self, currency: Currency, faults: &mut Vec<FieldError>) {
        let _ = (currency, faults);
    }
}

/// A form of texts. `#[garde(pattern(FORM))]` holds it, and schemars takes the schema's `pattern` from there.
#[derive(Debug)]
pub struct TextPattern {
    /// For programs: a regular expression of ECMA-262.
    pub regex: &'static str,
    /// Whether a text has it: the same as the regular expression says.
    pub holds: fn(&str) -> bool,
    /// What is expected, for people.
    pub expected: &'static str,
}
impl fmt::Display for TextPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.regex)
    }
}
impl AsStr for TextPattern {
    /// What garde puts into its message.
    fn as_str(&self) -> &str {
        self.expected
    }
}
impl Matcher for TextPattern {
    fn is_match(&self, text: &str) -> bool {
        (self.holds)(text)
    }
}

/// Checks the rules of `#[derive(garde::Validate)]`, with JSON pointers.
pub fn garde(value: &impl garde::Validate<Context = ()>, faults: &mut Vec<FieldError>) {
    let Err(report) = value.validate() else { return };
    let mut known: BTreeMap<String, usize> =
        faults.iter().enumerate().map(|(index, fault)| (fault.pointer.clone(), index)).collect();
    for (path, error) in report.iter() {
        if faults.len() >= FAULTS_COLLECTED_MAX {
            return;
        }
        let mut at = pointer(&path.to_string());
        let mut message = error.message();
        if let Some((why, name)) = message.split_once(ENTRY) {
            push_name(&mut at, name);
            message = why;
        }
        let found = fault(at, message);
        // of a member that breaks several rules the first is named; one with what it must not have is not just blank
        match known.get(&found.pointer).and_then(|index| faults.get_mut(*index)) {
            None => {
                known.insert(found.pointer.clone(), faults.len());
                faults.push(found);
            }
            Some(said) if said.detail == BLANK => *said = found,
            Some(_) => {}
        }
    }
}

/// What a rule says of a text of which there is nothing to read.
pub const BLANK: &str = "there is nothing in it but blanks";
/// What a rule says of two letters that are the code of no country.
pub const NO_SUCH_COUNTRY: &str = "no country has this code of ISO 3166-1";
/// What a rule says of an address without a postal code, in a country where each address has one.
pub const POSTAL_CODE_MISSING: &str = "addresses in this country need a postal code";
/// What a rule says of an amount or a difference that comes to nothing.
pub const CHANGES_NOTHING: &str = "0 changes nothing: another number is expected";

/// What a rule for a map says of one entry: the fault's pointer leads to it.
pub fn at_entry(name: &str, why: &str) -> ::garde::Error {
    ::garde::Error::new(format!("{why}{ENTRY}{name}"))
}
/// Between what a rule says and the name of the entry that it says it of: no rule's own words have it.
const ENTRY: char = '\u{1f}';

/// The kind of fault, by the words that garde has for its rules, and by those above.
fn fault(at: String, message: &str) -> FieldError {
    match message.strip_prefix("length is ") {
        Some(bound) => FieldError::length(at, length_expected(bound)),
        None if message == BLANK => FieldError::blank(at, message),
        None if message == NO_SUCH_COUNTRY => FieldError::no_such_country(at, message),
        None if message == POSTAL_CODE_MISSING => FieldError::required(at, message),
        None if message == CHANGES_NOTHING => FieldError::range(at, message),
        None => match range_expected(message) {
            Some(expected) => FieldError::range(at, &expected),
            None => FieldError::invalid(at, for_people(message)),
        },
    }
}

/// What is expected instead of a length that is, as garde says, lower or greater than a bound.
fn length_expected(bound: &str) -> String {
    match bound.split_once(" than ") {
        Some(("lower", "1")) => "it is empty: at least one is expected".to_owned(),
        Some(("lower", least)) => format!("it is too short: a length of {least} or more is expected"),
        Some(("greater", most)) => too_long(most),
        _ => format!("its length is {bound}"),
    }
}

/// What is expected instead of a longer text or list.
pub(crate) fn too_long(most: impl fmt::Display) -> String {
    format!("it is too long: a length of {most} or less is expected")
}

/// What is expected instead of a number that is, as garde says, lower or greater than a bound.
fn range_expected(message: &str) -> Option<String> {
    match message.split_once(" than ")? {
        ("lower", least) => Some(format!("it is too small: {least} or more is expected")),
        ("greater", most) => Some(format!("it is too large: {most} or less is expected")),
        _ => None,
    }
}

/// What garde says, where it speaks of a pattern in the words of the [`TextPattern`].
fn for_people(message: &str) -> &str {
    let form = message.strip_prefix("does not match pattern /").and_then(|rest| rest.strip_suffix('/'));
    form.unwrap_or(message)
}

/// `lines[0].quantity` as `/lines/0/quantity`.
fn pointer(path: &str) -> String {
    if path.is_empty() {
        return String::new();
    }
    format!("/{}", path.replace('[', "/").replace(']', "").replace('.', "/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::garde::Validate;
    use schemars::JsonSchema;

    static DIGITS: TextPattern = TextPattern {
        regex: "^[0-9]*$",
        holds: |text| text.bytes().all(|b| b.is_ascii_digit()),
        expected: "digits are expected",
    };

    #[derive(Validate, JsonSchema)]
    struct Order {
        #[garde(length(min = 1), dive)]
        lines: Vec<Line>,
        #[garde(length(max = 3))]
        note: String,
        #[garde(length(max = 3), pattern(DIGITS))]
        number: Option<String>,
    }
    #[derive(Validate, JsonSchema)]
    struct Line {
        #[garde(range(min = 1))]
        quantity: u32,
    }

    #[test]
    fn a_broken_rule_is_told_by_its_json_pointer() {
        let order = Order {
            lines: vec![Line { quantity: 1 }, Line { quantity: 0 }],
            note: "long".into(),
            number: None,
        };
        let mut faults = Vec::new();
        garde(&order, &mut faults);
        let mut found: Vec<_> = faults.iter().map(|f| (f.pointer.as_str(), f.code.as_str())).collect();
        found.sort();
        assert_eq!(found, [("/lines/1/quantity", "range"), ("/note", "length")]);
    }

    #[test]
    fn a_form_is_held_and_stands_in_the_schema() {
        let number = Some("1x".to_owned());
        let order = Order { lines: vec![Line { quantity: 1 }], note: String::new(), number };
        let mut faults = Vec::new();
        garde(&order, &mut faults);
        assert_eq!(faults, [FieldError::invalid("/number", "digits are expected")]);
        let schema = schemars::schema_for!(Order).to_value();
        assert_eq!(schema["properties"]["number"]["pattern"], "^[0-9]*$");
        assert_eq!(schema["properties"]["number"]["maxLength"], 3);
    }
}
