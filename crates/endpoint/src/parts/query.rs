//! The query: filters and the place in a list.

use super::{Incoming, NUL_ENCODED, Outgoing, Part, in_words, named_field, nul};
use crate::{Check, Fault, openapi::Operation};
use form_urlencoded::{byte_serialize, parse};
use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::json;

/// The members of `T`, as parameters of the query.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query<T>(pub T);

impl<T: Serialize + DeserializeOwned + JsonSchema + Check> Part for Query<T> {
    fn write(&self, _: &str, out: &mut Outgoing) {
        let pairs = serde_html_form::to_string(&self.0).expect("a query has plain values and lists of them");
        out.add_query(&pairs);
    }
    fn read(_: &str, incoming: &Incoming<'_>) -> Result<Self, Vec<Fault>> {
        let pairs = serde_html_form::Deserializer::new(parse(incoming.query.as_bytes()));
        let value: T = serde_path_to_error::deserialize(pairs).map_err(|e| {
            let error = e.inner().to_string();
            let path = e.path().to_string();
            let name = named_field(&error).or(path.split(['.', '[']).next()).unwrap_or_default();
            let (code, detail) = in_words(&error);
            vec![Fault::new(format!("?{name}"), code, detail)]
        })?;
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
    fn describe(_: &str, _: &str, operation: &mut Operation<'_>) {
        operation.query::<T>();
    }
}

/// Adds a fault for each value with U+0000 that has none yet.
fn refuse_nuls(value: &impl Serialize, faults: &mut Vec<Fault>) {
    let own = serde_html_form::to_string(value).expect("a query has plain values and lists of them");
    for (name, _) in parse(own.as_bytes()).filter(|(_, value)| value.contains('\0')) {
        let pointer = format!("?{name}");
        if faults.iter().all(|fault| fault.pointer != pointer) {
            faults.push(nul(pointer));
        }
    }
}

/// The place in a list: `limit` and `cursor`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Slice {
    /// How many; [`Slice::DEFAULT`] where it is not said.
    pub limit: Option<u16>,
    /// The `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl Slice {
    /// How many are answered where the caller does not say.
    pub const DEFAULT: u16 = 50;
    /// How many are answered at most.
    pub const MOST: u16 = 200;
    /// How many to answer.
    pub fn count(&self) -> usize {
        usize::from(self.limit.unwrap_or(Self::DEFAULT).clamp(1, Self::MOST))
    }
}

impl Part for Slice {
    fn write(&self, _: &str, out: &mut Outgoing) {
        if let Some(limit) = self.limit {
            out.add_query(&format!("limit={limit}"));
        }
        if let Some(cursor) = &self.cursor {
            out.add_query(&format!("cursor={}", byte_serialize(cursor.as_bytes()).collect::<String>()));
        }
    }
    fn read(_: &str, incoming: &Incoming<'_>) -> Result<Self, Vec<Fault>> {
        let (mut slice, mut faults) = (Slice::default(), Vec::new());
        let mut twice =
            |name: &str| faults.push(Fault::new(format!("?{name}"), "duplicate", "this is given twice"));
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
            if slice.limit.is_none() {
                faults.push(Fault::new("?limit", "range", format!("1 to {} are possible", Self::MOST)));
            }
        }
        if faults.is_empty() { Ok(slice) } else { Err(faults) }
    }
    fn describe(_: &str, _: &str, operation: &mut Operation<'_>) {
        let limit = json!({"type": "integer", "minimum": 1, "maximum": Self::MOST, "default": Self::DEFAULT});
        operation.parameter_value("query", "limit", false, "How many to answer.", limit);
        let about = "The `next_cursor` of the page before.";
        operation.parameter_value("query", "cursor", false, about, json!({"type": "string"}));
    }
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
    }
    impl Check for Filter {}

    fn read(query: &str) -> Result<Query<Filter>, Vec<Fault>> {
        let (headers, body) = (HeaderMap::new(), Bytes::new());
        let incoming = Incoming { path: &[], query, headers: &headers, body: &body, strict: true };
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
        // what other parts read is theirs to refuse, and a percent sign may stand before two zeros
        let q = Some("100%00".to_owned());
        assert_eq!(read("cursor=%00&q=100%2500"), Ok(Query(Filter { q, tags: vec![] })));
    }
}
