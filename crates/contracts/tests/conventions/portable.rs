//! The document keeps to the forms that generators of clients read. `tests/contract/clients.rs` generates some; these rules hold
//! for all schemas, and each of them broke one of those clients.

use super::{document, operations};
use serde_json::Value;
use std::collections::BTreeSet;

/// Each schema of the document, with where it is and whether it is a member of an object.
fn schemas(document: &Value) -> Vec<(String, &Value, bool)> {
    let mut found = Vec::new();
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        collect(name.clone(), schema, false, &mut found);
    }
    for operation in
        document["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap().values())
    {
        let name = operation["operationId"].as_str().unwrap();
        for parameter in operation["parameters"].as_array().unwrap() {
            collect(format!("{name}?{}", parameter["name"]), &parameter["schema"], false, &mut found);
        }
    }
    found
}

fn collect<'a>(at: String, schema: &'a Value, is_member: bool, found: &mut Vec<(String, &'a Value, bool)>) {
    found.push((at.clone(), schema, is_member));
    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
        collect(format!("{at}/{name}"), member, true, found);
    }
    for key in ["anyOf", "oneOf", "allOf"] {
        for one in schema[key].as_array().into_iter().flatten() {
            collect(format!("{at}/{key}"), one, false, found);
        }
    }
    for key in ["items", "additionalProperties"] {
        if schema[key].is_object() {
            collect(format!("{at}/{key}"), &schema[key], false, found);
        }
    }
}

/// Where a rule does not hold.
#[track_caller]
fn assert_all(rule: impl Fn(&Value, bool) -> bool) {
    let document = document();
    let all = schemas(&document);
    assert!(all.len() > 1000, "{}", all.len());
    let wrong: Vec<_> =
        all.iter().filter(|(_, schema, is_member)| !rule(schema, *is_member)).map(|(at, ..)| at).collect();
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn an_enum_is_a_list_of_texts() {
    assert_all(|schema, _| {
        let values = schema["enum"].as_array();
        let is_text = values.is_none_or(|all| schema["type"] == "string" && all.iter().all(Value::is_string));
        is_text && schema.get("const").is_none()
    });
}

#[test]
fn a_schema_says_what_type_it_has() {
    assert_all(|schema, _| ["type", "$ref", "oneOf", "anyOf"].iter().any(|key| schema.get(*key).is_some()));
}

#[test]
fn alternatives_are_null_and_another_or_are_told_apart_by_their_types() {
    assert_all(|schema, _| {
        if schema.get("properties").is_some()
            && ["anyOf", "oneOf", "allOf"].iter().any(|key| schema.get(*key).is_some())
        {
            return false;
        }
        let or_null = schema["anyOf"].as_array().is_none_or(|all| all.len() == 2 && all[1]["type"] == "null");
        let types = schema["oneOf"].as_array().into_iter().flatten();
        let types: Vec<&str> = types.map(|one| one["type"].as_str().unwrap_or("object")).collect();
        or_null && types.iter().collect::<BTreeSet<_>>().len() == types.len()
    });
}

#[test]
fn an_object_with_members_has_a_name() {
    let document = document();
    for (at, schema, _) in schemas(&document) {
        assert!(!at.contains('/') || schema.get("properties").is_none(), "{at} is an object without a name");
        let is_free = schema["type"] == "object" && schema.get("properties").is_none();
        assert!(!is_free || !schema["additionalProperties"].is_null(), "{at} says nothing of its members");
    }
}

#[test]
fn a_member_has_no_default_that_generators_would_require() {
    assert_all(|schema, is_member| !is_member || schema.get("default").is_none());
    // it is told all the same
    let told = document()["components"]["schemas"]["NewProduct"]["properties"]["backorder"].clone();
    assert_eq!(told["x-default"], false);
    assert!(told["description"].as_str().unwrap().ends_with("Default: `false`."), "{told}");
}

#[test]
fn every_refusal_is_the_one_problem() {
    let document = document();
    let (mut refusals, mut codes) = (0, BTreeSet::new());
    let operations = operations(&document);
    let shared = document["components"]["responses"].as_object().unwrap();
    let own = operations.iter().flat_map(|one| one.object["responses"].as_object().unwrap());
    for (name, response) in own.chain(shared).filter(|(_, response)| response.get("$ref").is_none()) {
        let Some(media) = response["content"].get("application/problem+json") else { continue };
        assert_eq!(media["schema"]["$ref"], "#/components/schemas/Problem", "{name}");
        codes.extend(response["x-codes"].as_array().unwrap().iter().map(|code| code.as_str().unwrap()));
        refusals += 1;
    }
    assert!(refusals > 50 && codes.len() > 60, "{refusals} {codes:?}");
    let problem = &document["components"]["schemas"]["Problem"];
    let required = ["type", "title", "status", "code", "detail"];
    assert_eq!(problem["required"], serde_json::json!(required));
    assert_eq!(problem["properties"]["errors"]["items"]["$ref"], "#/components/schemas/Fault");
    // the members of each code, which are optional in the one schema
    for row in document["x-problems"].as_array().unwrap() {
        for (name, _) in row["data"]["properties"].as_object().into_iter().flatten() {
            assert!(problem["properties"].get(name).is_some(), "{} {name}", row["code"]);
            assert!(!required.contains(&name.as_str()), "{} {name}", row["code"]);
        }
    }
}
