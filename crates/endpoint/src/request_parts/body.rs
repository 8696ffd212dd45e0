//! Request bodies in JSON.

use super::{
    Incoming, Outgoing, RequestPart, body_errors, in_words, named_field, nul, nuls::find_nuls, push_name,
    strict_json::Strict,
};
use crate::{FAULTS_COLLECTED_MAX, FieldError, Pointers, ValidateRequest, openapi::OperationBuilder};
use kernel::Currency;
use schemars::JsonSchema;
use serde::{
    Serialize,
    de::{DeserializeOwned, IgnoredAny},
};
use serde_path_to_error::{Path, Segment};

/// The body. A `T` whose members are all optional can also be omitted.
///
/// `T` and its members must not use `flatten`, `tag` or `untagged`: flattening accepts unknown members, and loses the
/// pointers and the literal digits of numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Body<T>(pub T);

impl<T: Serialize + DeserializeOwned + JsonSchema + ValidateRequest> RequestPart for Body<T> {
    const BODY: bool = true;
    fn write(&self, _: &str, out: &mut Outgoing) {
        let json = serde_json::to_vec(&self.0).expect("the types of contracts have text as keys");
        out.body = Some(json.into());
    }
    fn read(_: &str, incoming: &Incoming<'_>) -> Result<Self, Vec<FieldError>> {
        let nothing = incoming.body.iter().all(u8::is_ascii_whitespace);
        let body: &[u8] = if nothing { b"{}" } else { incoming.body };
        read_body(body, incoming.strict, incoming.currency).map(Body).map_err(|mut faults| {
            body_errors::add::<T>(body, incoming.strict, &mut faults);
            faults
        })
    }
    fn describe(_: &str, about: &str, operation: &mut OperationBuilder<'_>) {
        operation.body::<T>(about);
    }
}

/// Parses JSON and checks its rules. With `strict`, unknown members are errors. Strings with U+0000 are always errors,
/// because PostgreSQL cannot store them.
///
/// # Errors
/// The position at which parsing failed, or otherwise all unknown members and violated rules.
pub fn read_json<T: DeserializeOwned + ValidateRequest>(
    body: &[u8],
    strict: bool,
) -> Result<T, Vec<FieldError>> {
    read_body(body, strict, None)
}

/// Does the same, and also checks amounts if the currency is known.
fn read_body<T: DeserializeOwned + ValidateRequest>(
    body: &[u8],
    strict: bool,
    currency: Option<Currency>,
) -> Result<T, Vec<FieldError>> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let mut faults = Vec::new();
    let mut unknown = |path: serde_ignored::Path<'_>| {
        if strict && faults.len() < FAULTS_COLLECTED_MAX {
            faults.push(FieldError::unknown_member(ignored_pointer(&path), "this member is unknown"));
        }
    };
    let plain = Strict(&mut json);
    let value = serde_path_to_error::deserialize(serde_ignored::Deserializer::new(plain, &mut unknown));
    let value: T = value.map_err(|e| vec![misread(body, e.path(), e.inner())])?;
    json.end().map_err(|e| vec![misread_json(&e)])?;
    value.check(&mut faults);
    if let Some(currency) = currency {
        value.check_amounts(currency, &mut faults);
    }
    faults.truncate(FAULTS_COLLECTED_MAX);
    refuse_nuls(body, &mut faults);
    if faults.is_empty() { Ok(value) } else { Err(faults) }
}

/// Adds an error for each string and member name that contains U+0000, unless its location already has one.
fn refuse_nuls(body: &[u8], faults: &mut Vec<FieldError>) {
    let found = find_nuls(body);
    if !found.is_empty() {
        let mut pointers = Pointers::of(faults);
        found.into_iter().for_each(|pointer| pointers.add(nul(pointer), faults));
    }
}

/// The beginning of serde_json's message for a number like `1e400`.
const TOO_FAR: &str = "number out of range";

fn misread(body: &[u8], path: &Path, error: &serde_json::Error) -> FieldError {
    let words = error.to_string();
    if words.starts_with(TOO_FAR) {
        // valid JSON, but out of the range of numbers here; JSON parsers do not accept it
        return FieldError::range(pointer(path), "this number is out of range");
    }
    if !error.is_data() {
        return misread_json(error);
    }
    // a body that is invalid JSON further on cannot be checked for missing members
    if let Err(error) = serde_json::from_slice::<IgnoredAny>(body) {
        return misread_json(&error);
    }
    let (code, detail) = in_words(&words);
    let mut at = pointer(path);
    if let Some(name) = named_field(&words) {
        // the path of a duplicate member already ends in its name
        let is_last =
            path.iter().next_back().is_some_and(|last| matches!(last, Segment::Map { key } if key == name));
        if code == "required" || !is_last {
            push_name(&mut at, name);
        }
    }
    FieldError::new(at, code, detail)
}

/// The beginning of serde_json's message for a body that continues after its end.
const GOES_ON: &str = "trailing characters";

fn misread_json(error: &serde_json::Error) -> FieldError {
    let (line, column) = (error.line(), error.column());
    let said = match error.to_string().starts_with(GOES_ON) {
        true => format!("the body continues after the end of the JSON, at line {line} column {column}"),
        false => format!("the body is not valid JSON at line {line} column {column}"),
    };
    FieldError::invalid_json("", said)
}

/// Converts a path to a JSON pointer (RFC 6901).
fn pointer(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => push_name(&mut pointer, key),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    pointer
}

fn ignored_pointer(path: &serde_ignored::Path<'_>) -> String {
    use serde_ignored::Path::{Map, NewtypeStruct, NewtypeVariant, Root, Seq, Some};
    match path {
        Root => String::new(),
        Seq { parent, index } => format!("{}/{index}", ignored_pointer(parent)),
        Map { parent, key } => {
            let mut pointer = ignored_pointer(parent);
            push_name(&mut pointer, key);
            pointer
        }
        Some { parent } | NewtypeStruct { parent } | NewtypeVariant { parent } => ignored_pointer(parent),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use std::collections::BTreeMap;

    #[derive(Debug, Deserialize)]
    #[allow(dead_code)]
    struct ExampleOrder {
        lines: Vec<ExampleLine>,
        note: Option<String>,
        speed: Option<Speed>,
        price: Option<Box<serde_json::value::RawValue>>,
        #[serde(default)]
        labels: BTreeMap<String, String>,
    }
    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Speed {
        Slow,
        Fast,
    }
    #[derive(Debug, Deserialize)]
    #[allow(dead_code)]
    struct ExampleLine {
        quantity: u32,
    }
    impl ValidateRequest for ExampleOrder {}

    fn faults(json: &str) -> Vec<(String, String)> {
        let faults = read_json::<ExampleOrder>(json.as_bytes(), true).unwrap_err();
        faults.into_iter().map(|f| (f.pointer, f.code)).collect()
    }
    fn one(pointer: &str, code: &str) -> Vec<(String, String)> {
        vec![(pointer.to_owned(), code.to_owned())]
    }

    #[test]
    fn each_fault_has_its_pointer() {
        assert_eq!(faults(r#"{"lines": [{"quantity": 1}, {}]}"#), one("/lines/1/quantity", "required"));
        assert_eq!(faults(r#"{"lines": [{"quantity": "x"}]}"#), one("/lines/0/quantity", "invalid"));
        assert_eq!(
            faults(r#"{"lines": [{"quantity": 1, "a/b": 1}]}"#),
            one("/lines/0/a~1b", "unknown_member")
        );
        assert_eq!(faults(r#"{"lines": [], "lines": []}"#), one("/lines", "duplicate"));
        assert_eq!(faults(r#"{"lines": [], "note": 1}"#), one("/note", "invalid"));
        assert_eq!(faults("{}"), one("/lines", "required"));
        assert_eq!(faults(r#"{"lines": ["#), one("", "invalid_json"));
        for more in [r#"{"lines": []} x"#, "{} x", r#"{"note": 1} {}"#] {
            assert_eq!(faults(more), one("", "invalid_json"), "{more}");
        }
        let said =
            |json: &str| read_json::<ExampleOrder>(json.as_bytes(), true).unwrap_err()[0].detail.clone();
        assert_eq!(said("{} x"), "the body continues after the end of the JSON, at line 1 column 4");
        assert_eq!(said(r#"{"note": 1, "#), "the body is not valid JSON at line 1 column 12");
    }

    #[test]
    fn a_number_without_measure_is_json_and_out_of_range() {
        for number in ["1e400", "-1e400", "1E+99999"] {
            let quantity = format!(r#"{{"lines": [{{"quantity": 1}}, {{"quantity": {number}}}]}}"#);
            assert_eq!(faults(&quantity), one("/lines/1/quantity", "range"), "{number}");
            assert_eq!(faults(&format!(r#"{{"lines": {number}}}"#)), one("/lines", "range"), "{number}");
        }
        // an invalid number is invalid JSON
        assert_eq!(faults(r#"{"lines": [{"quantity": 1e}]}"#), one("", "invalid_json"));
    }

    #[test]
    fn no_member_is_there_twice_in_a_map_either() {
        let labels = |labels: &str| faults(&format!(r#"{{"lines": [], "labels": {labels}}}"#));
        assert_eq!(labels(r#"{"a": "1", "a": "1"}"#), one("/labels/a", "duplicate"));
        assert_eq!(labels(r#"{"labels": "1", "labels": "2"}"#), one("/labels/labels", "duplicate"));
        assert_eq!(labels(r#"{"a": "1", "\u0061": "2"}"#), one("/labels/a", "duplicate"));
        assert_eq!(faults(r#"{"lines": [], "new": 1, "new": 1}"#), one("/new", "duplicate"));
    }

    #[test]
    fn an_object_is_an_object_and_a_word_is_a_string() {
        let whole = r#"{"lines": [{"quantity": 1}], "speed": "fast", "price": 1.50}"#;
        let order = read_json::<ExampleOrder>(whole.as_bytes(), true).unwrap();
        assert_eq!(order.lines.len(), 1);
        assert_eq!(order.speed, Some(Speed::Fast));
        assert_eq!(order.price.unwrap().get(), "1.50");
        assert_eq!(faults(r#"[[], null, null, null]"#), one("", "invalid"));
        assert_eq!(faults(r#"{"lines": [[1]]}"#), one("/lines/0", "invalid"));
        assert_eq!(faults(r#"{"lines": [], "speed": {"fast": null}}"#), one("/speed", "invalid"));
        assert_eq!(faults(r#"{"lines": [], "speed": 1}"#), one("/speed", "invalid"));
        assert_eq!(faults(r#"{"lines": [], "speed": "quick"}"#), one("/speed", "invalid"));
        let detail = read_json::<ExampleOrder>(br#"{"lines": [], "speed": "quick"}"#, true).unwrap_err();
        assert_eq!(detail[0].detail, "`slow` or `fast` is expected");
        let detail =
            |json: &str| read_json::<ExampleOrder>(json.as_bytes(), true).unwrap_err()[0].detail.clone();
        assert_eq!(detail("[]"), "an object is expected");
        assert_eq!(detail(r#"{"lines": {}}"#), "a list is expected");
    }

    #[test]
    fn a_whole_number_may_be_written_with_a_point() {
        let read = |number: &str| {
            let json = format!(r#"{{"lines": [{{"quantity": {number}}}]}}"#);
            read_json::<ExampleOrder>(json.as_bytes(), true).map(|order| order.lines[0].quantity)
        };
        assert_eq!(read("3.0"), Ok(3));
        assert_eq!(read("3e0"), Ok(3));
        for bad in ["3.5", "-3.0", "1e300", "5000000000.0", "true"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_fault_does_not_repeat_what_was_sent() {
        let faults = read_json::<ExampleOrder>(br#"{"lines": [{"quantity": "hunter2"}]}"#, true).unwrap_err();
        assert_eq!(faults[0].detail, "a whole number of at least 0 is expected");
    }

    #[test]
    fn a_text_with_nul_is_refused_where_it_is() {
        let nul = r"a\u0000b";
        assert_eq!(faults(&format!(r#"{{"lines": [], "note": "{nul}"}}"#)), one("/note", "invalid"));
        // a string that only resembles U+0000 is valid
        assert!(read_json::<ExampleOrder>(br#"{"lines": [], "note": "a\\u0000b"}"#, true).is_ok());
        assert_eq!(faults(r#"{"lines": [], "note": "\\\u0000"}"#), one("/note", "invalid"));
        // internal routes reject it, too, even in members that are unknown
        let lenient =
            |json: String| read_json::<ExampleOrder>(json.as_bytes(), false).map_err(|faults| faults.len());
        assert_eq!(lenient(format!(r#"{{"lines": [], "new": [1, {{"a/b": "{nul}"}}]}}"#)).unwrap_err(), 1);
        assert_eq!(lenient(format!(r#"{{"lines": [], "{nul}": 1}}"#)).unwrap_err(), 1);
    }

    #[test]
    fn internal_routes_let_newer_callers_send_more() {
        assert!(read_json::<ExampleOrder>(br#"{"lines": [], "new": 1}"#, false).is_ok());
    }

    #[test]
    fn what_was_sent_does_not_come_back_by_way_of_the_words_that_are_expected() {
        let sent = "x, expected hunter2`".repeat(50_000);
        for body in [
            format!(r#"{{"lines": [], "speed": "{sent}"}}"#),
            format!(r#"{{"lines": "{sent}"}}"#),
            format!(r#"{{"lines": [{{"quantity": "{sent}"}}]}}"#),
        ] {
            let faults = read_json::<ExampleOrder>(body.as_bytes(), true).unwrap_err();
            assert_eq!(faults.len(), 1);
            assert!(!faults[0].detail.contains("hunter2"), "{}", faults[0].detail);
        }
    }

    #[test]
    fn below_a_long_name_as_many_places_are_looked_at_as_below_a_short_one() {
        // creating a pointer for each location would copy 50 GB
        let nuls = vec![r#""\u0000""#; 50_000].join(",");
        let body = format!(r#"{{"lines": [], "{}": [{nuls}]}}"#, "k".repeat(500_000));
        let faults = read_json::<ExampleOrder>(body.as_bytes(), true).unwrap_err();
        assert!(faults.iter().all(|fault| fault.pointer.len() <= 300), "{}", faults[0].pointer.len());
        let short = format!(r#"{{"lines": [], "k": [{nuls}]}}"#);
        assert_eq!(
            read_json::<ExampleOrder>(short.as_bytes(), true).unwrap_err().len(),
            FAULTS_COLLECTED_MAX
        );
    }

    #[test]
    fn an_object_has_an_end() {
        let labels = |count| (0..count).map(|n| format!(r#""{n}": "x""#)).collect::<Vec<_>>().join(",");
        let body = |count| format!(r#"{{"lines": [], "labels": {{{}}}}}"#, labels(count));
        assert!(read_json::<ExampleOrder>(body(1_000).as_bytes(), true).is_ok());
        // the first item beyond the limit
        assert_eq!(faults(&body(1_001)), one("/labels/1000", "invalid"));
    }
}
