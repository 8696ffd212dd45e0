//! What of an API was taken back: a document is compared with an older one.
//!
//! An API may grow. What clients send must go on being taken, and what they read must go on being there; so
//! requests are compared one way (`asked`) and answers the other way (`answered`). Values may be added to the
//! enums of answers: clients are told to expect them.

mod operations;
mod problems;
mod schemas;
#[cfg(test)]
mod tests;

use serde_json::Value;

/// Everything in `new` that a client of `old` could stumble over, one line each. Empty: it only grew.
pub fn breaks(old: &Value, new: &Value) -> Vec<String> {
    let mut found = Vec::new();
    operations::compare(&Pair { old, new }, &mut found);
    found.sort();
    found.dedup();
    found
}

/// Both documents, in which references lead somewhere.
struct Pair<'a> {
    old: &'a Value,
    new: &'a Value,
}

/// What a reference in this document leads to; null when it leads nowhere.
fn resolve<'a>(document: &'a Value, mut node: &'a Value) -> &'a Value {
    // a document that refers in circles without end is none; it is not followed forever
    for _ in 0..16 {
        let Some(reference) = node["$ref"].as_str() else { return node };
        node = document.pointer(reference.trim_start_matches('#')).unwrap_or(&Value::Null);
    }
    &Value::Null
}

/// The members of an object, or none.
fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// The elements of a list, or none.
fn elements(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
