//! Detects breaking changes of an API by comparing a document with an older one.
//!
//! An API can grow. Requests that were accepted must stay accepted, and members that were returned must stay present.
//! Requests and responses are therefore compared in opposite directions. Values can be added to the enums of responses:
//! clients are documented to expect them.

mod operations;
mod problems;
mod schemas;
#[cfg(test)]
mod tests;

use serde_json::Value;

/// Returns all changes in `new` that can break a client of `old`, one line each. Empty if the API only grew.
pub fn breaks(old: &Value, new: &Value) -> Vec<String> {
    let mut found = Vec::new();
    operations::compare(&Pair { old, new }, &mut found);
    found.sort();
    found.dedup();
    found
}

/// Both documents, in which references are resolved.
struct Pair<'a> {
    old: &'a Value,
    new: &'a Value,
}

/// Resolves a reference in this document. Null if it cannot be resolved.
fn resolve<'a>(document: &'a Value, mut node: &'a Value) -> &'a Value {
    // a document with circular references is invalid and not followed indefinitely
    for _ in 0..16 {
        let Some(reference) = node["$ref"].as_str() else { return node };
        node = document.pointer(reference.trim_start_matches('#')).unwrap_or(&Value::Null);
    }
    &Value::Null
}

/// Returns the members of an object, or none.
fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// Returns the elements of a list, or none.
fn elements(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
