//! Field errors: the closed table of their codes, and their creation.

use kernel::MoneyError;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Maximum number of field errors that are collected for a request. The rest of the request is not examined.
pub const FAULTS_COLLECTED_MAX: usize = 1_000;
/// Maximum number of field errors in a problem document.
pub const FAULTS_LISTED_MAX: usize = 100;
/// The most bytes of that list, as JSON: with the rest of the document it stays under 32 kB.
pub const FAULTS_BYTES_MAX: usize = 31_000;
/// The member of a problem document that counts the collected faults that it does not list.
pub const FAULTS_OMITTED: &str = "errors_omitted";
/// Maximum length of a pointer and of a detail, in bytes. Longer ones are cut off and end in `…`, so that long names in a
/// request are not returned in full.
pub(crate) const POINTER_BYTES_MAX: usize = 256;
const DETAIL_BYTES_MAX: usize = 512;

/// A field error: an invalid member of a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(transform = describe_data)]
#[schemars(rename = "Fault")]
pub struct FieldError {
    /// The location: a JSON pointer into the body (`/lines/0/quantity`), `?name` for the query, or `#Name` for a header.
    pub pointer: String,
    /// The error code, for programs: one of the codes in the table of field errors.
    pub code: String,
    /// A description of what is expected, for people.
    pub detail: String,
    /// Additional members of some codes.
    #[serde(flatten)]
    pub data: Map<String, Value>,
}

/// Describes the members of `data` that some codes have, so that generated clients contain them.
fn describe_data(schema: &mut schemars::Schema) {
    let Some(Value::Object(members)) = schema.get_mut("properties") else { return };
    let available = "The number of available units (`insufficient_stock`, `not_open`).";
    members
        .insert("available".into(), json!({"type": "integer", "format": "int64", "description": available}));
    let product_id = "The ID of the product (`insufficient_stock`).";
    members.insert("product_id".into(), json!({"type": "string", "description": product_id}));
}

/// A kind of field error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldErrorKind {
    /// The stable error code, for programs.
    pub code: &'static str,
    /// The meaning of the code.
    pub doc: &'static str,
}

impl FieldError {
    /// Creates a field error. Called only by the table, so that the table contains all codes.
    pub(crate) fn new(pointer: impl Into<String>, code: &str, detail: impl Into<String>) -> Self {
        let (pointer, detail) =
            (shortened_pointer(pointer.into()), shortened(detail.into(), DETAIL_BYTES_MAX));
        FieldError { pointer, code: code.to_owned(), detail, data: Map::new() }
    }
    /// Adds a member.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.data.insert(name.to_owned(), value.into());
        self
    }
    /// Creates the field error for an invalid amount, with the same code for the same mistake everywhere.
    pub fn of_amount(pointer: impl Into<String>, error: &MoneyError) -> Self {
        let detail = error.to_string();
        match error {
            MoneyError::CurrencyMismatch(_) | MoneyError::UnknownCurrency => {
                FieldError::currency(pointer, detail)
            }
            MoneyError::Overflow | MoneyError::Negative => FieldError::range(pointer, detail),
            MoneyError::Form | MoneyError::Decimals(_) => FieldError::invalid(pointer, detail),
        }
    }
    /// Returns whether the member matches the documented format, but is semantically invalid. A request with only such
    /// errors is rejected with 422 instead of 400.
    pub fn is_of_sense(&self) -> bool {
        matches!(self.code.as_str(), "blank" | "empty_range" | "no_such_country")
    }
    /// Returns a field error if the end of a range is before its start, because such a range never matches anything.
    pub fn of_span<T: PartialOrd>(
        end: impl Into<String>,
        beginning: &str,
        (from, to): (Option<T>, Option<T>),
    ) -> Option<FieldError> {
        let is_empty = from.zip(to).is_some_and(|(from, to)| to < from);
        is_empty.then(|| {
            FieldError::empty_range(end, format!("the range is empty: this is smaller than `{beginning}`"))
        })
    }
}

/// Shortens a pointer to the maximum length in a field error.
pub(crate) fn shortened_pointer(pointer: String) -> String {
    shortened(pointer, POINTER_BYTES_MAX)
}

/// Shortens a text to at most `bytes_max` bytes.
fn shortened(mut text: String, bytes_max: usize) -> String {
    if text.len() > bytes_max {
        text.truncate(text.floor_char_boundary(bytes_max - ELLIPSIS.len()));
        text.push_str(ELLIPSIS);
        text.shrink_to_fit();
    }
    text
}
const ELLIPSIS: &str = "…";

/// Truncates a problem's list of field errors to the limits, and adds the number of omitted errors.
pub fn bound_faults(data: &mut Map<String, Value>) {
    let Some(Value::Array(faults)) = data.get_mut("errors") else { return };
    let mut bytes = 2;
    let mut fits = |fault: &Value| {
        bytes += fault.to_string().len() + 1;
        bytes <= FAULTS_BYTES_MAX
    };
    let listed = faults.iter().take(FAULTS_LISTED_MAX).take_while(|fault| fits(fault)).count();
    let omitted = faults.len() - listed;
    faults.truncate(listed);
    if omitted > 0 {
        data.insert(FAULTS_OMITTED.to_owned(), omitted.into());
    }
}

/// The pointers of the field errors collected so far, to report one error per location. Used for lists of unbounded length.
#[derive(Debug, Default)]
pub struct Pointers(BTreeSet<String>);

impl Pointers {
    /// Creates the set of pointers of these field errors.
    pub fn of(faults: &[FieldError]) -> Self {
        Pointers(faults.iter().map(|fault| fault.pointer.clone()).collect())
    }
    /// Adds a field error if its location has none yet and the limit is not reached.
    pub fn add(&mut self, fault: FieldError, faults: &mut Vec<FieldError>) {
        if faults.len() < FAULTS_COLLECTED_MAX && self.0.insert(fault.pointer.clone()) {
            faults.push(fault);
        }
    }
}

macro_rules! faults {
    ($($(#[doc = $doc:literal])+ $code:ident;)*) => {
        /// Every code of a [`FieldError`].
        pub const FAULTS: &[FieldErrorKind] =
            &[$(FieldErrorKind { code: stringify!($code), doc: concat!($($doc),+) }),*];

        impl FieldError {
            $($(#[doc = $doc])+
            pub fn $code(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
                FieldError::new(pointer, stringify!($code), detail)
            })*
        }
    };
}

faults! {
    /// Discounts exceed the order total.
    below_zero;
    /// Must not be blank.
    blank;
    /// The request body was incomplete or late.
    body;
    /// The amount is in another currency.
    currency;
    /// Duplicate value.
    duplicate;
    /// The end of the range is before its start.
    empty_range;
    /// Requires a staff permission.
    for_staff;
    /// Insufficient stock; see `available`.
    insufficient_stock;
    /// Invalid format.
    invalid;
    /// The body is not JSON.
    invalid_json;
    /// Invalid length.
    length;
    /// At least one product is required.
    no_product;
    /// Unknown country.
    no_such_country;
    /// Unknown order line.
    no_such_line;
    /// Unknown account.
    no_such_user;
    /// Not allowed together with another member.
    not_allowed;
    /// The product is not on sale.
    not_on_sale;
    /// Exceeds open units; see `available`.
    not_open;
    /// Exactly one of these members is required.
    one_of;
    /// Out of range.
    range;
    /// Required.
    required;
    /// The total is too large.
    too_large;
    /// Too many units; see `limit`.
    too_many_units;
    /// This operation accepts no body.
    unexpected_body;
    /// Unknown member.
    unknown_member;
    /// Unknown query parameter.
    unknown_parameter;
    /// Unknown payment method.
    unknown_payment_method;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_carries_more_members_on_the_wire() {
        let fault = FieldError::insufficient_stock("/lines/0", "2 are left").with("available", 2);
        let wire = serde_json::to_value(&fault).unwrap();
        assert_eq!((&wire["code"], &wire["available"]), (&"insufficient_stock".into(), &2.into()));
        assert_eq!(serde_json::from_value::<FieldError>(wire).unwrap(), fault);
    }

    #[test]
    fn another_currency_is_told_as_that() {
        let code = |error: MoneyError| FieldError::of_amount("/price", &error).code;
        assert_eq!(code(MoneyError::CurrencyMismatch(kernel::Currency::EUR)), "currency");
        assert_eq!(code(MoneyError::UnknownCurrency), "currency");
        assert_eq!(code(MoneyError::Overflow), "range");
        assert_eq!(code(MoneyError::Form), "invalid");
    }

    #[test]
    fn a_span_that_ends_before_it_begins_makes_no_sense() {
        assert_eq!(FieldError::of_span("?max", "min", (Some(2), Some(2))), None);
        assert_eq!(FieldError::of_span("?max", "min", (Some(2), None)), None);
        let fault = FieldError::of_span("?max", "min", (Some(2), Some(1))).unwrap();
        assert_eq!((fault.pointer.as_str(), fault.is_of_sense()), ("?max", true));
    }

    #[test]
    fn a_fault_is_short_whatever_was_sent() {
        let fault = FieldError::invalid(format!("/{}", "ß".repeat(1000)), "x, ".repeat(1000));
        assert!((250..=POINTER_BYTES_MAX).contains(&fault.pointer.len()), "{}", fault.pointer.len());
        assert!(fault.pointer.starts_with("/ßß") && fault.pointer.ends_with("ß…"));
        assert_eq!(fault.detail.len(), DETAIL_BYTES_MAX);
        let whole = FieldError::invalid("/".repeat(POINTER_BYTES_MAX), "x");
        assert_eq!(whole.pointer.len(), POINTER_BYTES_MAX);
    }

    #[test]
    fn a_list_of_faults_has_an_end_and_says_how_many_more_there_are() {
        let listed = |fault: &FieldError, count: usize| {
            let errors = serde_json::to_value(vec![fault; count]).unwrap();
            let mut data = Map::from_iter([("errors".to_owned(), errors)]);
            bound_faults(&mut data);
            let length = data["errors"].as_array().unwrap().len();
            assert!(data["errors"].to_string().len() <= FAULTS_BYTES_MAX);
            (length, data.get(FAULTS_OMITTED).and_then(Value::as_u64))
        };
        let short = FieldError::invalid("/x", "y");
        assert_eq!(listed(&short, 3), (3, None));
        assert_eq!(listed(&short, FAULTS_LISTED_MAX), (FAULTS_LISTED_MAX, None));
        assert_eq!(listed(&short, 1000), (FAULTS_LISTED_MAX, Some(900)));
        // six bytes for each character of a pointer
        let long = FieldError::invalid("\u{1}".repeat(1000), "\u{1}".repeat(1000));
        let (length, omitted) = listed(&long, 90);
        assert!((5..10).contains(&length) && omitted == Some(90 - length as u64), "{length} {omitted:?}");
    }

    #[test]
    fn every_code_is_there_once_and_says_what_it_means() {
        assert!(FAULTS.is_sorted_by(|a, b| a.code < b.code));
        assert!(FAULTS.iter().all(|row| row.doc.trim().ends_with('.')));
    }
}
