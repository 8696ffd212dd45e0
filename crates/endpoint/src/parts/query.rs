//! The query: filters and the place in a list.

use super::{Incoming, Outgoing, Part, in_words, named_field};
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
        if faults.is_empty() { Ok(Query(value)) } else { Err(faults) }
    }
    fn describe(_: &str, _: &str, operation: &mut Operation<'_>) {
        operation.query::<T>();
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
