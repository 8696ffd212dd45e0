//! The values of a form, and its errors by field, so that each error is shown next to its field and the input stays.

use crate::texts::{self as t, Text};
use endpoint::{Problem, ValidateRequest};
use serde_json::Value;
use std::borrow::Cow;

/// The most characters of a search, in any list: as many as the API accepts.
pub(crate) const WORDS_MAX: usize = 200;

/// The field with the CSRF token.
pub(crate) const CSRF_FIELD: &str = "csrf";

/// Names of fields with a secret contain one of these.
const SECRETS: [&str; 2] = ["password", "token"];

/// Whether a field holds a secret, which is neither stored nor shown again.
pub(crate) fn is_secret(name: &str) -> bool {
    SECRETS.iter().any(|secret| name.contains(secret))
}

/// Replaces what cannot be decoded.
const REPLACED: &str = "\u{fffd}";

/// The values of a form or a query, as they were submitted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Form(Vec<(String, String)>);

impl Form {
    /// With these fields.
    pub(crate) fn of(fields: Vec<(String, String)>) -> Self {
        Form(fields)
    }
    /// From a body or a cookie. Browsers submit a line break as CR LF: it is one character here, as in the API.
    pub(crate) fn parse(bytes: &[u8]) -> Self {
        let read = |(name, value): (Cow<'_, str>, Cow<'_, str>)| (name.into_owned(), with_lf(&value));
        Form(form_urlencoded::parse(bytes).map(read).collect())
    }
    /// From a query. NUL is replaced like everything that cannot be decoded: no text of the shop contains it.
    pub(crate) fn of_query(query: &str) -> Self {
        let read = |text: Cow<'_, str>| with_lf(&text).replace('\0', REPLACED);
        Form(
            form_urlencoded::parse(query.as_bytes()).map(|(name, value)| (read(name), read(value))).collect(),
        )
    }
    /// The value of a field; empty if it is missing.
    pub(crate) fn raw(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
    /// The value without surrounding blanks.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.raw(name).trim()
    }
    /// The same; none if it is empty.
    pub(crate) fn given(&self, name: &str) -> Option<String> {
        Some(self.text(name)).filter(|text| !text.is_empty()).map(str::to_owned)
    }
    /// The value, or the stored one where they differ only in what browsers and this form change themselves: surrounding blanks and
    /// kinds of line breaks. So submitting a form unchanged changes nothing.
    pub(crate) fn text_or_stored(&self, name: &str, stored: &str) -> String {
        let sent = self.text(name);
        if with_lf(stored).trim() == sent { stored.to_owned() } else { sent.to_owned() }
    }
    /// These fields, or others where there are none.
    pub(crate) fn or(&self, others: impl FnOnce() -> Form) -> Form {
        if self.0.is_empty() { others() } else { self.clone() }
    }
    /// All fields.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// A text with LF as its only line break, instead of CR LF or CR.
pub(crate) fn with_lf(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// The errors of a form by field, in the order of the form.
#[derive(Debug, Clone, Default)]
pub(crate) struct FieldErrors(Vec<FormFieldError>);

#[derive(Debug, Clone)]
struct FormFieldError {
    field: String,
    /// The message; those of services begin in lower case.
    what: String,
    /// Whether the message fits any field, so that it does not identify its own.
    is_general: bool,
}

impl FieldErrors {
    pub(crate) fn add(&mut self, field: &str, what: impl Into<String>) {
        self.note(field, what.into(), false);
    }
    fn note(&mut self, field: &str, what: String, is_general: bool) {
        if self.of(field).is_none() {
            self.0.push(FormFieldError { field: field.to_owned(), what, is_general });
        }
    }
    /// Requires a value.
    pub(crate) fn demand(&mut self, form: &Form, field: &str, what: &str) {
        if form.text(field).is_empty() {
            self.add(field, what);
        }
    }
    pub(crate) fn of(&self, field: &str) -> Option<&str> {
        self.iter().find(|(known, _)| *known == field).map(|(_, what)| what)
    }
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|fault| (fault.field.as_str(), fault.what.as_str()))
    }
    /// All errors, each understandable by itself, in the order of these fields.
    pub(crate) fn summed(&self, fields: &[(&str, Text)]) -> Vec<(&str, String)> {
        let is_of = |fault: &FormFieldError, known: &str| known == fault.field;
        let mut sorted: Vec<&FormFieldError> = self.0.iter().collect();
        sorted.sort_by_key(|fault| {
            fields.iter().position(|(known, _)| is_of(fault, known)).unwrap_or(fields.len())
        });
        let told = |fault: &FormFieldError| match fields.iter().find(|(known, _)| is_of(fault, known)) {
            Some((_, name)) if fault.is_general => t::of_field(name, &fault.what),
            _ => fault.what.clone(),
        };
        sorted.into_iter().map(|fault| (fault.field.as_str(), told(fault))).collect()
    }
    /// Validates a request by its contract before it is sent.
    pub(crate) fn of_request(&mut self, request: &impl ValidateRequest) {
        self.of_request_as(request, last_word);
    }
    /// The same for a form with other field names.
    pub(crate) fn of_request_as(&mut self, request: &impl ValidateRequest, name: impl Fn(&str) -> String) {
        let mut found = Vec::new();
        request.check(&mut found);
        for fault in found {
            self.note(&name(&fault.pointer), t::fault(&fault.code, &fault.detail), true);
        }
    }
    /// The errors of a problem document: a field is named by the last segment of its pointer. None where the problem is not about the
    /// fields.
    pub(crate) fn read(problem: &Problem) -> Option<Self> {
        FieldErrors::read_as(problem, last_word)
    }
    /// The same for a form with other field names.
    pub(crate) fn read_as(problem: &Problem, name: impl Fn(&str) -> String) -> Option<Self> {
        let errors = problem.data.get("errors").filter(|_| matches!(problem.status, 400 | 422))?;
        let mut faults = FieldErrors::default();
        for error in errors.as_array()? {
            let pointer = error.get("pointer")?.as_str()?;
            faults.note(&name(pointer), said_of(error)?, true);
        }
        Some(faults).filter(|faults| !faults.is_empty())
    }
}

fn last_word(pointer: &str) -> String {
    pointer.rsplit('/').next().unwrap_or_default().to_owned()
}

/// The message about a member, in the language of the page.
pub(crate) fn said_of(error: &Value) -> Option<String> {
    let detail = error.get("detail")?.as_str()?;
    Some(t::fault(error.get("code").and_then(Value::as_str).unwrap_or_default(), detail))
}

/// A message by itself: with a capital letter.
pub(crate) fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_break_of_a_form_is_one_character() {
        for form in [
            Form::parse(b"note=a%0D%0Ab%0Dc%0Ad%0D%0A%0D%0A"),
            Form::of_query("note=a%0D%0Ab%0Dc%0Ad%0D%0A%0D%0A"),
        ] {
            assert_eq!((form.raw("note"), form.text("note")), ("a\nb\nc\nd\n\n", "a\nb\nc\nd"));
        }
    }

    #[test]
    fn what_is_sent_unchanged_is_what_is_stored() {
        let form = Form::parse(b"note=+a%0D%0Ab&other=a+b");
        for stored in ["a\r\nb", " a\nb\n", "a\rb"] {
            assert_eq!(form.text_or_stored("note", stored), stored);
        }
        assert_eq!(form.text_or_stored("other", "a\nb"), "a b");
    }
}
