//! The query: filters and the position in a list.

use super::{Incoming, NUL_ENCODED, Outgoing, RequestPart, is_whole, nul, query_deserializer};
use crate::{FieldError, Pointers, ValidateRequest, openapi::OperationBuilder};
use form_urlencoded::{byte_serialize, parse};
use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::json;

/// The members of `T`, as query parameters. Members without a value are omitted. An empty value is rejected, because a list
/// without the filter is rarely what was intended. Between services, a string can be empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query<T>(pub T);

impl<T: Serialize + DeserializeOwned + JsonSchema + ValidateRequest> RequestPart for Query<T> {
    fn write(&self, _: &str, out: &mut Outgoing) {
        let pairs = serde_html_form::to_string(&self.0).expect("a query has plain values and lists of them");
        out.add_query(&pairs);
    }
    fn read(_: &str, incoming: &Incoming<'_>) -> Result<Self, Vec<FieldError>> {
        let value: T = query_deserializer::read(incoming.query, incoming.strict)?;
        let mut faults = Vec::new();
        value.check(&mut faults);
        for fault in &mut faults {
            fault.pointer = format!("?{}", fault.pointer.trim_start_matches('/'));
        }
        if incoming.query.contains(NUL_ENCODED) {
            refuse_nuls(&value, &mut faults);
        }
        if faults.is_empty() { Ok(Query(value)) } else { Err(faults) }
    }
    fn describe(_: &str, _: &str, operation: &mut OperationBuilder<'_>) {
        operation.query::<T>();
    }
}

/// Adds an error for each value with U+0000, unless it already has one.
fn refuse_nuls(value: &impl Serialize, faults: &mut Vec<FieldError>) {
    let own = serde_html_form::to_string(value).expect("a query has plain values and lists of them");
    let mut pointers = Pointers::of(faults);
    for (name, _) in parse(own.as_bytes()).filter(|(_, value)| value.contains('\0')) {
        pointers.add(nul(format!("?{name}")), faults);
    }
}

/// The position in a list: `limit` and `cursor`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PageParams {
    /// The number of items. [`PageParams::DEFAULT`] if absent.
    pub limit: Option<u16>,
    /// The `next_cursor` of the previous page.
    pub cursor: Option<String>,
}

impl PageParams {
    /// The default number of items.
    pub const DEFAULT: u16 = 50;
    /// The maximum number of items.
    pub const MOST: u16 = 200;
    /// The maximum number of characters of a cursor.
    pub const CURSOR_LENGTH_MAX: usize = 2048;
    /// The maximum number of items to return.
    pub fn count(&self) -> usize {
        usize::from(self.limit.unwrap_or(Self::DEFAULT).clamp(1, Self::MOST))
    }
}

impl RequestPart for PageParams {
    fn write(&self, _: &str, out: &mut Outgoing) {
        if let Some(limit) = self.limit {
            out.add_query(&format!("limit={limit}"));
        }
        if let Some(cursor) = &self.cursor {
            out.add_query(&format!("cursor={}", byte_serialize(cursor.as_bytes()).collect::<String>()));
        }
    }
    fn read(_: &str, incoming: &Incoming<'_>) -> Result<Self, Vec<FieldError>> {
        let (mut slice, mut faults) = (PageParams::default(), Vec::new());
        let mut pointers = Pointers::default();
        let mut twice = |name: &str| {
            pointers.add(FieldError::duplicate(format!("?{name}"), "this is sent twice"), &mut faults);
        };
        let mut limit = None;
        for (name, value) in parse(incoming.query.as_bytes()) {
            match &*name {
                "limit" if limit.is_some() => twice("limit"),
                "limit" => limit = Some(value),
                "cursor" if slice.cursor.is_some() => twice("cursor"),
                "cursor" => slice.cursor = Some(value.into_owned()),
                _ => {}
            }
        }
        if let Some(text) = limit {
            slice.limit = text.parse().ok().filter(|n| (1..=Self::MOST).contains(n));
            match slice.limit {
                Some(_) => {}
                None if is_whole(&text) => {
                    faults.push(FieldError::range(
                        "?limit",
                        format!("a number from 1 to {} is expected", Self::MOST),
                    ));
                }
                None => {
                    let expected = format!("a whole number from 1 to {} is expected", Self::MOST);
                    faults.push(FieldError::invalid("?limit", expected));
                }
            }
        }
        if slice.cursor.as_ref().is_some_and(|cursor| !is_cursor(cursor)) {
            faults.push(FieldError::invalid("?cursor", "a next_cursor of this list is expected"));
        }
        if faults.is_empty() { Ok(slice) } else { Err(faults) }
    }
    fn describe(_: &str, _: &str, operation: &mut OperationBuilder<'_>) {
        let limit = json!({"type": "integer", "minimum": 1, "maximum": Self::MOST, "default": Self::DEFAULT});
        operation.parameter_value("query", "limit", false, "The maximum number of items to return.", limit);
        let about = "The `next_cursor` of the previous page.";
        let most = Self::CURSOR_LENGTH_MAX;
        let cursor =
            json!({"type": "string", "pattern": "^[A-Za-z0-9_-]+$", "minLength": 1, "maxLength": most});
        operation.parameter_value("query", "cursor", false, about, cursor);
    }
}

/// Returns whether the text has the format of a cursor. Its validity is checked when it is decrypted.
fn is_cursor(text: &str) -> bool {
    (1..=PageParams::CURSOR_LENGTH_MAX).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use http::HeaderMap;
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
    struct Filter {
        q: Option<String>,
        #[serde(default)]
        tags: Vec<String>,
        number: Option<i64>,
        known: Option<bool>,
        kind: Option<ExampleSize>,
    }
    #[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "snake_case")]
    enum ExampleSize {
        Tall,
    }
    impl ValidateRequest for Filter {}

    fn read(query: &str) -> Result<Query<Filter>, Vec<FieldError>> {
        let (headers, body) = (HeaderMap::new(), Bytes::new());
        let incoming =
            Incoming { path: &[], query, headers: &headers, body: &body, strict: true, currency: None };
        Query::read("filter", &incoming)
    }

    #[test]
    fn a_value_with_nul_is_refused_by_its_name() {
        let faults = |query| -> Vec<(String, String)> {
            read(query).unwrap_err().into_iter().map(|fault| (fault.pointer, fault.code)).collect()
        };
        let invalid = |name: &str| (name.to_owned(), "invalid".to_owned());
        assert_eq!(faults("q=a%00b"), [invalid("?q")]);
        assert_eq!(faults("tags=a&tags=%00&tags=%00&q=%00"), [invalid("?q"), invalid("?tags")]);
        // other parts validate their own values, and a percent sign can precede two zeros
        let q = Some("100%00".to_owned());
        let (number, known, kind) = (None, None, None);
        assert_eq!(read("cursor=%00&q=100%2500"), Ok(Query(Filter { q, tags: vec![], number, known, kind })));
    }

    #[test]
    fn every_fault_is_told_in_words_of_ours() {
        let said = |query: &str| -> Vec<(String, String, String)> {
            let faults = read(query).unwrap_err().into_iter();
            faults.map(|fault| (fault.pointer, fault.code, fault.detail)).collect()
        };
        let fault =
            |name: &str, code: &str, detail: &str| (name.to_owned(), code.to_owned(), detail.to_owned());
        assert_eq!(
            said("number=x&known=maybe&kind=small"),
            [
                fault("?kind", "invalid", "`tall` is expected"),
                fault("?known", "invalid", "true or false is expected"),
                fault("?number", "invalid", "a whole number is expected"),
            ]
        );
        assert_eq!(said("number=1.5")[0].2, "a whole number is expected");
        let beyond = "a whole number within the supported range is expected";
        for far in ["99999999999999999999", "-9223372036854775809", "9223372036854775808"] {
            let query = format!("number={far}");
            assert_eq!(said(&query), [fault("?number", "range", beyond)]);
        }
        assert_eq!(said("number=-")[0].1, "invalid");
        assert_eq!(said("number=1&number=2"), [fault("?number", "duplicate", "this is sent twice")]);
        assert_eq!(said("q=1&q=2"), [fault("?q", "duplicate", "this is sent twice")]);
        let empty = "a value is expected; omit the parameter if there is none";
        for (query, name) in [
            ("q=", "?q"),
            ("number=&q=x", "?number"),
            ("known", "?known"),
            ("kind=", "?kind"),
            ("tags=a&tags=", "?tags"),
        ] {
            assert_eq!(said(query), [fault(name, "invalid", empty)], "{query}");
        }
        let Query(filter) = read("tags=a&tags=b&number=%31&kind=tall&known=true&q=a+b").unwrap();
        assert_eq!(
            (filter.number, filter.kind, filter.known),
            (Some(1), Some(ExampleSize::Tall), Some(true))
        );
        assert_eq!((filter.tags, filter.q.as_deref()), (vec!["a".to_owned(), "b".to_owned()], Some("a b")));
    }

    #[test]
    fn names_that_are_not_known_are_no_work_for_each_fault() {
        let unknown: String = (0..2_000).map(|n| format!("&a{n}=1")).collect();
        let faults = read(&format!("number=x&known=maybe&kind=small&q=1&q=2&tags={unknown}")).unwrap_err();
        let found: Vec<_> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(found, ["?kind", "?known", "?number", "?q", "?tags"]);
    }

    #[test]
    fn a_time_whose_plus_came_as_a_blank_is_told_how_to_write_it() {
        #[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
        struct Since {
            from: Option<kernel::Timestamp>,
        }
        impl ValidateRequest for Since {}
        let read = |query: &str| -> Result<Query<Since>, Vec<FieldError>> {
            let (headers, body) = (HeaderMap::new(), Bytes::new());
            let incoming =
                Incoming { path: &[], query, headers: &headers, body: &body, strict: true, currency: None };
            Query::read("filter", &incoming)
        };
        let detail = |query: &str| read(query).unwrap_err()[0].detail.clone();
        assert!(detail("from=2026-01-01T00:00:00+02:00").contains("encode it as %2B"));
        assert!(!detail("from=yesterday").contains("%2B"));
        let Query(since) = read("from=2026-01-01T00:00:00%2B02:00").unwrap();
        assert_eq!(since.from, Some("2025-12-31T22:00:00Z".parse().unwrap()));
    }

    #[test]
    fn a_limit_that_is_no_number_is_told_apart_from_one_out_of_range() {
        let slice = |query: &str| {
            let (headers, body) = (HeaderMap::new(), Bytes::new());
            let incoming =
                Incoming { path: &[], query, headers: &headers, body: &body, strict: true, currency: None };
            PageParams::read("slice", &incoming).map_err(|faults| faults[0].code.clone())
        };
        assert_eq!(slice("limit=200").unwrap().limit, Some(200));
        for far in ["0", "201", "-1", "65536", "99999999999999999999999"] {
            assert_eq!(slice(&format!("limit={far}")), Err("range".to_owned()), "{far}");
        }
        for other in ["abc", "1.5", "1e3", "0x10", "", "-", "+5", "%D9%A3"] {
            assert_eq!(slice(&format!("limit={other}")), Err("invalid".to_owned()), "{other}");
        }
    }

    #[test]
    fn a_cursor_has_the_form_of_one() {
        let slice = |query: &str| {
            let (headers, body) = (HeaderMap::new(), Bytes::new());
            let incoming =
                Incoming { path: &[], query, headers: &headers, body: &body, strict: true, currency: None };
            PageParams::read("slice", &incoming).map_err(|faults| faults[0].pointer.clone())
        };
        assert_eq!(slice("cursor=aZ0_-").unwrap().cursor.as_deref(), Some("aZ0_-"));
        let long = format!("cursor={}", "a".repeat(PageParams::CURSOR_LENGTH_MAX + 1));
        for bad in ["cursor=", "cursor=%00", "cursor=a+b", long.as_str()] {
            assert_eq!(slice(bad), Err("?cursor".to_owned()), "{bad}");
        }
    }
}
