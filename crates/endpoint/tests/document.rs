//! The OpenAPI document of a toy API.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod teapots;

use endpoint::openapi::{DocumentBuilder, Examples};
use serde_json::{Value, json};
use teapots::*;

fn document() -> DocumentBuilder {
    DocumentBuilder::new("Teapots", "1.2.3").about("A toy.").tag("teapots", "Pots for tea.").with(PUBLIC)
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

/// As a recorder writes them down.
const RECORDED: &str = r#"{
    "change_teapot": [
        {"name": "a_new_name", "summary": "A new name", "status": 200,
         "request": {"path": {"id": "7"}, "headers": {"if-match": "\"1\""}, "body": {"name": "Earl"}},
         "headers": {"etag": "\"2\""}, "body": {"id": 7, "name": "Earl"}},
        {"name": "not_found", "summary": "There is nothing here", "status": 404, "body": {"code": "not_found"}}
    ],
    "break_teapot": [{"name": "not_found", "summary": "Another", "status": 404, "body": {"code": "not_found", "n": 2}}],
    "list_teapots": [{"name": "a_page", "summary": "A page", "status": 200, "request": {"query": {"limit": "2"}}}],
    "no_such_operation": [{"name": "a", "summary": "A", "status": 200}]
}"#;

#[test]
fn examples_stand_where_they_belong() {
    let examples: Examples = serde_json::from_str(RECORDED).unwrap();
    let mut document = document().finish();
    examples.put_into(&mut document);
    let change = &document["paths"]["/v1/teapots/{id}"]["patch"];
    let parameters: Vec<_> = change["parameters"].as_array().unwrap().iter().map(|p| &p["example"]).collect();
    assert_eq!(parameters, [&json!("7"), &Value::Null, &json!("\"1\"")], "id, Idempotency-Key, If-Match");
    let body = &change["requestBody"]["content"]["application/json"]["examples"];
    assert_eq!(*body, json!({"a_new_name": {"summary": "A new name", "value": {"name": "Earl"}}}));
    let answer = &change["responses"]["200"];
    assert_eq!(answer["headers"]["ETag"]["example"], "\"2\"");
    assert_eq!(answer["content"]["application/json"]["examples"]["a_new_name"]["value"]["id"], 7);
    // operations share a response: the first one that can be seen stays
    let shared = &document["components"]["responses"]["not_found"]["content"]["application/problem+json"];
    assert_eq!(shared["examples"]["not_found"]["value"], json!({"code": "not_found", "n": 2}));
    // a number in the query is one in the document
    let list = document["paths"]["/v1/teapots"]["get"]["parameters"].as_array().unwrap();
    assert_eq!(list.iter().find(|p| p["name"] == "limit").unwrap()["example"], 2);
}
