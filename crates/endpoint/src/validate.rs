//! Validation rules for values, and the texts of their violations.

use crate::{FAULTS_COLLECTED_MAX, FieldError, request_parts::push_name};
use ::garde::rules::{AsStr, pattern::Matcher};
use kernel::Currency;
use std::{collections::BTreeMap, fmt};

/// A value with rules beyond its format. Types without rules implement it as `impl ValidateRequest for T {}`.
pub trait ValidateRequest {
    /// Adds all violations to `faults`, with JSON pointers relative to this value.
    fn check(&self, faults: &mut Vec<FieldError>) {
        let _ = faults;
    }
    /// Adds the violations of its amounts, which are validated in the shop's currency by services that know it.
    fn check_amounts(&self, currency: Currency, faults: &mut Vec<FieldError>) {
        let _ = (currency, faults);
    }
}

/// A format of strings. `#[garde(pattern(FORM))]` enforces it, and schemars takes the schema's `pattern` from there.
#[derive(Debug)]
pub struct TextPattern {
    /// The regular expression (ECMA-262), for programs.
    pub regex: &'static str,
    /// Returns whether a string matches, equivalent to the regular expression.
    pub holds: fn(&str) -> bool,
    /// A description of the expected format, for people.
    pub expected: &'static str,
}
impl fmt::Display for TextPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.regex)
    }
}
impl AsStr for TextPattern {
    /// The text that garde inserts into its message.
    fn as_str(&self) -> &str {
        self.expected
    }
}
impl Matcher for TextPattern {
    fn is_match(&self, text: &str) -> bool {
        (self.holds)(text)
    }
}

/// Checks the rules of `#[derive(garde::Validate)]`, and reports violations with JSON pointers.
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
        // the first violated rule of a member is reported, but a forbidden character takes precedence over a blank value
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

/// The message for a string that is blank.
pub const BLANK: &str = "it must not be blank";
/// The message for a country code that is not assigned.
pub const NO_SUCH_COUNTRY: &str = "no country has this ISO 3166-1 code";
/// The message for an address without a postal code, in a country where every address has one.
pub const POSTAL_CODE_MISSING: &str = "addresses in this country require a postal code";
/// The message for an amount or a difference of zero.
pub const CHANGES_NOTHING: &str = "0 has no effect: another number is expected";

/// The message for one entry of a map: the pointer of the field error refers to the entry.
pub fn at_entry(name: &str, why: &str) -> ::garde::Error {
    ::garde::Error::new(format!("{why}{ENTRY}{name}"))
}
/// The separator between a message and the name of the entry. No message contains it.
const ENTRY: char = '\u{1f}';

/// Maps a message of garde, or one of the constants above, to a field error.
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

/// The description of the expected length, from garde's message that it is lower or greater than a bound.
fn length_expected(bound: &str) -> String {
    match bound.split_once(" than ") {
        Some(("lower", "1")) => "it is empty: at least one is expected".to_owned(),
        Some(("lower", least)) => format!("it is too short: a length of {least} or more is expected"),
        Some(("greater", most)) => too_long(most),
        _ => format!("its length is {bound}"),
    }
}

/// The description of the maximum length of a string or list.
pub(crate) fn too_long(most: impl fmt::Display) -> String {
    format!("it is too long: a length of {most} or less is expected")
}

/// The description of the expected range, from garde's message that the value is lower or greater than a bound.
fn range_expected(message: &str) -> Option<String> {
    match message.split_once(" than ")? {
        ("lower", least) => Some(format!("it is too small: {least} or more is expected")),
        ("greater", most) => Some(format!("it is too large: {most} or less is expected")),
        _ => None,
    }
}

/// Replaces garde's message about a pattern with the description of the [`TextPattern`].
fn for_people(message: &str) -> &str {
    let form = message.strip_prefix("does not match pattern /").and_then(|rest| rest.strip_suffix('/'));
    form.unwrap_or(message)
}

/// Converts `lines[0].quantity` to `/lines/0/quantity`.
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
    struct ExampleOrder {
        #[garde(length(min = 1), dive)]
        lines: Vec<ExampleLine>,
        #[garde(length(max = 3))]
        note: String,
        #[garde(length(max = 3), pattern(DIGITS))]
        number: Option<String>,
    }
    #[derive(Validate, JsonSchema)]
    struct ExampleLine {
        #[garde(range(min = 1))]
        quantity: u32,
    }

    #[test]
    fn a_broken_rule_is_told_by_its_json_pointer() {
        let order = ExampleOrder {
            lines: vec![ExampleLine { quantity: 1 }, ExampleLine { quantity: 0 }],
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
        let order = ExampleOrder { lines: vec![ExampleLine { quantity: 1 }], note: String::new(), number };
        let mut faults = Vec::new();
        garde(&order, &mut faults);
        assert_eq!(faults, [FieldError::invalid("/number", "digits are expected")]);
        let schema = schemars::schema_for!(ExampleOrder).to_value();
        assert_eq!(schema["properties"]["number"]["pattern"], "^[0-9]*$");
        assert_eq!(schema["properties"]["number"]["maxLength"], 3);
    }
}
