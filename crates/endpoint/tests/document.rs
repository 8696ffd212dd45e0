//! The OpenAPI document of a toy API.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod teapots;

use endpoint::openapi::Document;
use serde_json::Value;
use teapots::*;

fn document() -> Document {
    Document::new("Teapots", "1.2.3").about("A toy.").tag("teapots", "Pots for tea.").with(PUBLIC)
}

#[test]
fn the_document_is_the_one_that_was_reviewed() {
    insta::assert_snapshot!(serde_json::to_string_pretty(&document().finish()).unwrap());
}

#[test]
fn the_same_declarations_give_the_same_bytes() {
    assert_eq!(document().finish().to_string(), document().finish().to_string());
}

#[test]
fn the_table_of_codes_names_those_who_answer_them() {
    insta::assert_snapshot!(document().errors_markdown());
}

#[test]
fn every_reference_leads_somewhere() {
    fn references(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                found.extend(members.get("$ref").and_then(Value::as_str).map(String::from));
                members.values().for_each(|v| references(v, found));
            }
            Value::Array(list) => list.iter().for_each(|v| references(v, found)),
            _ => {}
        }
    }
    let document = document().finish();
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 20);
    for reference in found {
        assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
    }
}

#[test]
fn requests_are_closed_and_replies_are_open() {
    let document = document().finish();
    let schemas = &document["components"]["schemas"];
    assert_eq!(schemas["NewTeapot"]["additionalProperties"], false);
    assert_eq!(schemas["CupInput"]["additionalProperties"], false);
    assert_eq!(schemas["Cup"].get("additionalProperties"), None);
    // the members of a map are not known beforehand
    assert_eq!(schemas["Teapot"]["properties"]["metadata"]["additionalProperties"]["type"], "string");
}
