//! The examples of the OpenAPI document come from a tour of all operations; the document that is kept is the one
//! that the program gives out, and takes nothing back of the last version. `UPDATE_DOCS=1` writes the files anew.

use contracts::catalogue;
use endpoint::openapi::{Examples, breaks};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// Codes that the tour cannot bring about, and why.
const NOT_PROVOKED: [(&str, &str); 8] = [
    ("events_gone", "events are kept for thirty days, and the tour lasts for minutes"),
    ("too_many_streams", "it takes more streams at once than an account may have"),
    ("too_many_notes", "it takes a thousand notes about one order"),
    ("worn_out", "it takes a placing that is given up over and over"),
    ("internal", "it is a mistake of ours: a run that has one fails"),
    ("outcome_unknown", "a commit whose answer is lost does not happen in a calm world"),
    ("deadline_exceeded", "nothing is slow in a calm world"),
    ("insufficient_storage", "the disks of a calm world are never full"),
];

fn docs(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(file)
}

/// What a good tour brought.
#[track_caller]
fn examples() -> Examples {
    let tour = sim::tour();
    assert_eq!(tour.findings, [""; 0]);
    tour.examples
}

#[track_caller]
fn is_current(file: &str, text: &str) {
    let file = docs(file);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::create_dir_all(file.parent().expect("it is in a folder")).expect("the folder can be made");
        fs::write(&file, text).expect("the file can be written");
    }
    let written = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        written == text,
        "{} is not current: `UPDATE_DOCS=1 cargo test -p sim examples` writes it again",
        file.display()
    );
}

#[test]
fn the_examples_and_the_document_are_current() {
    let examples = examples();
    let text = serde_json::to_string_pretty(&examples).expect("examples are JSON");
    is_current("generated/examples.json", &format!("{text}\n"));
    is_current("openapi.json", &format!("{}\n", ordo::openapi::text(&ordo::openapi::with(&examples))));
}

#[test]
fn every_operation_has_an_example_of_its_request_and_of_its_success() {
    let Examples(examples) = examples();
    let public =
        catalogue::endpoints().into_iter().map(|(_, listing)| listing.route).filter(|r| !r.is_internal());
    let mut lacking = Vec::new();
    for route in public {
        let exchanges = examples.get(route.name).map(Vec::as_slice).unwrap_or_default();
        let good = |status: u16| (200..300).contains(&status);
        let shown = exchanges.iter().filter(|e| good(e.status)).filter_map(|e| e.request.as_ref());
        if !shown.clone().any(|asked| asked.body.is_some() == route.has_body) {
            lacking.push(route.name);
        }
    }
    assert_eq!(lacking, [""; 0], "the tour shows no success of these");
}

#[test]
fn every_code_that_can_be_provoked_has_an_example() {
    let Examples(examples) = examples();
    let is_shown = |code: &str| examples.values().flatten().any(|exchange| exchange.name == code);
    let document = catalogue::document("");
    let codes: Vec<&str> = document.errors().iter().map(|known| known.row.code).collect();
    let listed = |code: &str| NOT_PROVOKED.iter().any(|(known, _)| *known == code);
    let lacking: Vec<_> = codes.iter().filter(|code| !is_shown(code) && !listed(code)).collect();
    assert_eq!(lacking, [&""; 0], "the tour provokes none of these");
    let needless: Vec<_> =
        NOT_PROVOKED.iter().filter(|(code, _)| is_shown(code) || !codes.contains(code)).collect();
    assert!(needless.is_empty(), "these are provoked, or are gone: {needless:?}");
}

#[test]
fn every_example_is_what_its_schema_says() {
    let document = ordo::openapi::with(&examples());
    let mut shown = Vec::new();
    find(&document["paths"], "paths", &mut shown);
    find(&document["components"]["responses"], "responses", &mut shown);
    assert!(shown.len() > 200, "only {} examples were found", shown.len());
    // what has the same schema is checked together
    let mut by_schema: BTreeMap<String, Vec<(String, &Value)>> = BTreeMap::new();
    for (place, schema, example) in shown {
        by_schema.entry(schema.to_string()).or_default().push((place, example));
    }
    let mut wrong = Vec::new();
    for (schema, shown) in by_schema {
        let schema: Value = serde_json::from_str(&schema).expect("it was JSON");
        let whole = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "components": document["components"],
            "allOf": [schema],
        });
        let validator = jsonschema::options().should_validate_formats(true).build(&whole);
        let validator = validator.expect("a schema of the document is a JSON Schema");
        for (place, example) in shown {
            wrong.extend(validator.iter_errors(example).map(|error| format!("{place}: {error}")));
        }
    }
    assert_eq!(wrong, [""; 0]);
}

/// Every example in this part of the document, with where it is and its schema.
fn find<'a>(part: &'a Value, place: &str, shown: &mut Vec<(String, &'a Value, &'a Value)>) {
    match part {
        Value::Object(members) => {
            if let (Some(schema), Some(example)) = (members.get("schema"), members.get("example")) {
                shown.push((place.to_owned(), schema, example));
            }
            if let (Some(schema), Some(examples)) = (members.get("schema"), members.get("examples")) {
                let examples = examples.as_object().into_iter().flatten();
                shown.extend(
                    examples.map(|(name, example)| (format!("{place}/{name}"), schema, &example["value"])),
                );
                return;
            }
            for (name, member) in members.iter().filter(|(name, _)| *name != "schema") {
                find(member, &format!("{place}/{name}"), shown);
            }
        }
        Value::Array(list) => list.iter().for_each(|one| find(one, place, shown)),
        _ => {}
    }
}

#[test]
fn nothing_is_taken_back_of_what_the_last_version_promised() {
    let kept = docs(&format!("openapi/v{}.json", env!("CARGO_PKG_VERSION")));
    let new = ordo::openapi::with(&Examples::default());
    let is_out = env!("CARGO_PKG_VERSION_PRE").is_empty();
    if is_out && !kept.exists() && std::env::var_os("UPDATE_DOCS").is_some() {
        fs::create_dir_all(docs("openapi")).expect("the folder can be made");
        fs::write(&kept, format!("{}\n", ordo::openapi::text(&new))).expect("the file can be written");
    }
    let mut versions = 0;
    for file in fs::read_dir(docs("openapi")).expect("the folder is there") {
        let path = file.expect("the folder can be read").path();
        if path.extension().is_some_and(|ending| ending == "json") {
            let old = fs::read_to_string(&path).expect("the file can be read");
            let old: Value = serde_json::from_str(&old).expect("it is JSON");
            assert_eq!(breaks(&old, &new), [""; 0], "{}", path.display());
            versions += 1;
        }
    }
    assert!(versions > 0, "no version is kept");
}
