//! Compares errors: their codes, and the members that each code adds.
//!
//! Version 0.1.0 described them as alternatives to `Problem`. Since then, a response lists its codes (`x-codes`), and the
//! row of a code in `x-problems` has the schema of its members (`data`).

use super::{
    Pair, elements,
    schemas::{Direction, alternatives, compare as schema},
};
use crate::openapi::errors::CODES;
use serde_json::Value;
use std::collections::BTreeMap;

/// The media type of errors.
pub(super) const PROBLEM: &str = "application/problem+json";

/// The description of the errors of one status in one document.
pub(super) struct Refusal<'a> {
    pub(super) response: &'a Value,
    pub(super) media: &'a Value,
}

/// Compares the errors of this operation and status.
pub(super) fn compare(
    pair: &Pair<'_>,
    operation: &str,
    status: &str,
    old: &Refusal<'_>,
    new: &Refusal<'_>,
) -> Vec<String> {
    let mut found = schema(pair, Direction::Response, status, old.base(), new.base());
    let known = new.codes(pair.new, operation);
    for (code, was) in old.codes(pair.old, operation) {
        match known.get(code) {
            Some(is) => {
                found.extend(schema(pair, Direction::Response, status, &without_code(was), &without_code(is)))
            }
            None => found.push(format!("{status}: {code} is gone")),
        }
    }
    found
}

impl<'a> Refusal<'a> {
    /// Returns the schema of the members that every problem has.
    fn base(&self) -> &'a Value {
        self.media["schema"]["allOf"].get(0).unwrap_or(&self.media["schema"])
    }

    /// Returns the codes, each with the schema of its members. Null if there are none.
    fn codes(&self, document: &'a Value, operation: &str) -> BTreeMap<&'a str, &'a Value> {
        let listed = elements(&self.response[CODES]).iter().filter_map(Value::as_str);
        let mut codes: BTreeMap<&str, &Value> =
            listed.map(|code| (code, data_of(document, operation, code))).collect();
        for part in elements(&self.media["schema"]["allOf"]) {
            let mut all: Vec<&Value> = alternatives(part).collect();
            all.push(part);
            codes.extend(
                all.into_iter().filter_map(|one| Some((one["properties"]["code"]["const"].as_str()?, one))),
            );
        }
        codes
    }
}

/// Returns the members that a code adds when this operation returns it.
fn data_of<'a>(document: &'a Value, operation: &str, code: &str) -> &'a Value {
    let rows = elements(&document["x-problems"]).iter().filter(|row| row["code"] == code);
    let mut of_operation = rows.filter(|row| elements(&row["operations"]).iter().any(|one| one == operation));
    of_operation.next().map_or(&Value::Null, |row| &row["data"])
}

/// Returns the schema of a code's own members.
fn without_code(schema: &Value) -> Value {
    let mut schema = schema.clone();
    if let Some(members) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        members.remove("code");
    }
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        required.retain(|name| name != "code");
    }
    match schema["properties"].as_object() {
        // a code without members is still an object
        Some(_) => schema,
        None => serde_json::json!({"type": "object", "properties": {}}),
    }
}
