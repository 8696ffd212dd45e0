//! The pages about events and errors match the declarations. `UPDATE_DOCS=1` regenerates them.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use contracts::{catalogue, events::EventType};
use serde_json::Value;
use std::{env, fmt::Write, fs, path::Path};

const PRINTED: &str = "Generated from the declarations by a test of the crate `contracts` \
                       (`UPDATE_DOCS=1 cargo test -p contracts --test pages`).";

fn is_current(page: &str, text: &str) {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/generated").join(page);
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::create_dir_all(page.parent().unwrap()).unwrap();
        fs::write(&page, text).unwrap();
    }
    let written = fs::read_to_string(&page).unwrap_or_default();
    assert!(written == text, "{} is not current: UPDATE_DOCS=1 writes it again", page.display());
}

#[test]
fn the_page_about_events_is_current() {
    let mut page = format!(
        "# Events\n\n{PRINTED}\n\n\
         Every event is a CloudEvent: in its producer's feed (`/internal/events`), on the bus, and in the public \
         log (`GET /v1/events`, or as a stream `GET /v1/events/stream`). It carries the current state of its subject \
         (R3), never names or addresses. Its `dataschema` is the name of the schema of its data. `/openapi.json` has \
         the same name as `x-dataschema` of that schema, and clients can generate types from its components. Newer \
         versions add members to events and remove none.\n\n\
         | event | when | producer | data | consumers |\n|---|---|---|---|---|\n"
    );
    for event in EventType::ALL {
        let row = event.row();
        let consumers = row.consumers.join(", ");
        let (name, when, data) = (row.name, row.doc.trim(), row.data);
        let link = format!("[`{data}`](#{})", data.to_lowercase());
        writeln!(page, "| `{name}` | {when} | {} | {link} | {consumers} |", row.producer).unwrap();
    }
    let document = catalogue::document("").finish();
    page.push_str(
        "\n## Schemas\n\nA member marked `always` is always present, and null only if its type allows it. Other members are \
         omitted if they have no value. Money is exact: a decimal string and a currency. Times are RFC 3339 in UTC. IDs \
         start with the type of their resource (`ord_…`). Quantities are units.\n",
    );
    for name in schemas_of_events(&document) {
        page.push_str(&section(&name, &document));
    }
    is_current("events.md", &page);
}

#[test]
fn the_page_about_errors_is_current() {
    let document = catalogue::document("");
    let (table, faults) = (document.errors_markdown(), document.faults_markdown());
    let page = format!(
        "# Errors\n\n{PRINTED}\n\n\
         Every error is a problem (RFC 9457, `application/problem+json`) with one of these codes. A code has one \
         status and does not change. Some problems have additional members, which `/openapi.json` describes, such as \
         the reserved units, or the product with the SKU.\n\n{table}\n\
         ## Field errors\n\nIf `errors` lists the invalid members of a request, each entry has a `pointer` (a JSON pointer \
         into the body, `?name` for the query, `#Name` for a header), a `detail` for people, and one of these codes. \
         Clients must treat an unknown code like `invalid`.\n\n{faults}"
    );
    is_current("errors.md", &page);
}

/// The envelope, then the data of the events, each followed by the named schemas that it references.
fn schemas_of_events(document: &Value) -> Vec<String> {
    let mut names = vec!["Event".to_owned()];
    names.extend(EventType::ALL.iter().map(|event| event.row().data.to_owned()));
    let mut known = Vec::new();
    let mut next = 0;
    while let Some(name) = names.get(next).cloned() {
        next += 1;
        if known.contains(&name) {
            continue;
        }
        let mut parts = Vec::new();
        let mut schema = document["components"]["schemas"][&name].clone();
        // the schemas of the data follow in the order of the table
        if name == "Event" {
            schema["properties"]["data"].take();
        }
        references(&schema, &mut parts);
        known.push(name);
        names.extend(parts);
    }
    known
}

fn references(schema: &Value, found: &mut Vec<String>) {
    match schema {
        Value::Object(members) => {
            found.extend(members.get("$ref").and_then(Value::as_str).and_then(name_of));
            members.values().for_each(|value| references(value, found));
        }
        Value::Array(list) => list.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

fn name_of(reference: &str) -> Option<String> {
    reference.strip_prefix("#/components/schemas/").map(str::to_owned)
}

/// A schema in Markdown: its members, or its enum values.
fn section(name: &str, document: &Value) -> String {
    let schema = &document["components"]["schemas"][name];
    let text = |schema: &Value| schema["description"].as_str().unwrap_or_default().replace('\n', " ");
    let about = text(schema);
    // the values of an enum follow in a table
    let about = about.split("  - `").next().unwrap_or_default();
    let mut out = format!("\n### {name}\n\n{about}\n");
    if let Some(urn) = schema["x-dataschema"].as_str() {
        writeln!(out, "\n`dataschema`: `{urn}`").unwrap();
    }
    if let Some(members) = schema["properties"].as_object() {
        out.push_str("\n| member | type | always | description |\n|---|---|---|---|\n");
        let required =
            |name: &str| schema["required"].as_array().is_some_and(|all| all.iter().any(|n| n == name));
        for (member, of) in members {
            let always = if required(member) { "yes" } else { "" };
            writeln!(out, "| `{member}` | {} | {always} | {} |", kind(of), text(of)).unwrap();
        }
    } else if let Some(words) = schema["enum"].as_array() {
        out.push_str("\n| value | description |\n|---|---|\n");
        for (word, about) in words.iter().zip(schema["x-enum-descriptions"].as_array().unwrap()) {
            writeln!(out, "| `{}` | {} |", word.as_str().unwrap(), about.as_str().unwrap()).unwrap();
        }
    } else {
        writeln!(out, "\n{}", kind(schema)).unwrap();
    }
    out
}

/// The type of a member, in a few words.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(name_of) {
        return format!("[`{name}`](#{})", name.to_lowercase());
    }
    let alternatives = ["anyOf", "oneOf"].iter().find_map(|word| schema[word].as_array());
    if let Some(alternatives) = alternatives {
        let mut kinds: Vec<String> = alternatives.iter().map(kind).collect();
        kinds.dedup();
        return kinds.join(" or ");
    }
    if let Some(word) = schema["const"].as_str() {
        return format!("`{word}`");
    }
    let named = |name: &str| match (name, schema["format"].as_str(), schema["pattern"].as_str()) {
        ("array", ..) => format!("list of {}", kind(&schema["items"])),
        (name, Some(format), _) => format!("{name} ({format})"),
        (name, None, Some(pattern)) => format!("{name} `{}`", pattern.replace('|', "\\|")),
        (name, None, None) => name.to_owned(),
    };
    match &schema["type"] {
        Value::String(name) => named(name),
        Value::Array(names) => {
            names.iter().filter_map(Value::as_str).map(named).collect::<Vec<_>>().join(" or ")
        }
        _ => "any".to_owned(),
    }
}

#[test]
fn every_member_of_every_event_is_described() {
    let document = catalogue::document("").finish();
    let names = schemas_of_events(&document);
    assert!(names.len() > 20 && names.iter().any(|name| name == "Money"), "{names:?}");
    for name in &names {
        let schema = &document["components"]["schemas"][name];
        // an id says by its name what it is of
        let is_silent = schema["description"].as_str().unwrap_or_default().is_empty();
        assert!(!is_silent || schema["properties"].is_null(), "{name} says nothing");
        for (member, of) in schema["properties"].as_object().into_iter().flatten() {
            assert!(of["description"].is_string() || of["$ref"].is_string(), "{name}.{member} says nothing");
        }
    }
}
