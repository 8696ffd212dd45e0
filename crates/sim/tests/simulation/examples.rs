//! The examples of the OpenAPI document come from a tour of all operations; the document that is kept is the one that
//! the program gives out, and takes nothing back of the last version. `UPDATE_DOCS=1` writes the files again.

use contracts::catalogue;
use endpoint::{
    CommonError, ProblemSet,
    openapi::{Examples, breaks},
};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

fn docs(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(file)
}

const EXAMPLES: &str = "generated/examples.json";

/// What a good tour brings.
#[track_caller]
fn toured() -> Examples {
    let tour = sim::tour();
    assert_eq!(tour.findings, [""; 0]);
    tour.examples
}

/// The same, as it is kept: [`the_examples_and_the_document_are_current`] takes the tour.
fn examples() -> Examples {
    let text = fs::read_to_string(docs(EXAMPLES)).expect("they are kept");
    serde_json::from_str(&text).expect("they are examples")
}

#[track_caller]
fn is_current(file: &str, text: &str) {
    let file = docs(file);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::create_dir_all(file.parent().expect("it is in a folder")).expect("the folder can be made");
        // whole at any moment: other tests read it
        let part = file.with_extension("part");
        fs::write(&part, text).expect("the file can be written");
        fs::rename(&part, &file).expect("it can be put in its place");
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
    let examples = toured();
    let text = serde_json::to_string_pretty(&examples).expect("examples are JSON");
    is_current(EXAMPLES, &format!("{text}\n"));
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
fn every_code_has_a_row_and_an_example_in_the_document() {
    let document = ordo::openapi::with(&examples());
    let problems = document["x-problems"].as_array().expect("it is a list");
    let rows: BTreeSet<&str> = problems.iter().filter_map(|row| row["code"].as_str()).collect();
    let mut shown: BTreeSet<&str> = BTreeSet::new();
    let mut found = Vec::new();
    find(&document["paths"], "paths", &mut found);
    find(&document["components"]["responses"], "responses", &mut found);
    shown.extend(found.iter().filter_map(|(_, _, example)| example["code"].as_str()));
    // of an address, and of no operation
    shown.extend(problems.iter().filter_map(|row| row["example"]["code"].as_str()));
    assert!(rows.len() > 60, "{rows:?}");
    assert_eq!(rows, shown, "codes with a row, and those with an example");
    let declared = catalogue::endpoints().into_iter().filter(|(_, listing)| !listing.route.is_internal());
    let declared: BTreeSet<&str> = declared
        .flat_map(|(_, listing)| listing.errors)
        .chain(CommonError::ROWS)
        .map(|row| row.code)
        .collect();
    assert_eq!(declared, rows, "codes that operations declare, and those with a row");
}

#[test]
fn every_refusal_that_an_operation_declares_has_an_example_there() {
    let document = ordo::openapi::with(&examples());
    let mut lacking = Vec::new();
    for (_, listing) in catalogue::endpoints().into_iter().filter(|(_, listing)| !listing.route.is_internal())
    {
        let method = listing.route.method.as_str().to_lowercase();
        let operation = &document["paths"][listing.route.path][method.as_str()];
        let responses = operation["responses"].as_object().expect("there are answers");
        let mut shown = BTreeSet::new();
        for (status, given) in responses.iter().filter(|(status, _)| status.as_str() >= "400") {
            let shared = given["$ref"].as_str().map(|to| to.trim_start_matches('#'));
            let answer = shared.and_then(|to| document.pointer(to)).unwrap_or(given);
            let examples = &answer["content"]["application/problem+json"]["examples"];
            let examples = examples.as_object().into_iter().flatten();
            shown.extend(examples.filter_map(|(_, example)| example["value"]["code"].as_str()));
            // each code that is listed at this status, the common ones too
            let about = answer["description"].as_str().unwrap_or_default();
            for code in about.lines().filter_map(|line| line.strip_prefix('`')?.split('`').next()) {
                if !shown.contains(code) {
                    lacking.push(format!("{} {status} {code}", listing.route.name));
                }
            }
        }
        for row in listing.errors.iter().filter(|row| !shown.contains(row.code)) {
            lacking.push(format!("{} {} {}", listing.route.name, row.status, row.code));
        }
    }
    assert_eq!(lacking, [""; 0], "neither the tour nor what is told besides has an example of these");
}

#[test]
fn every_answer_says_which_headers_it_has() {
    let document = ordo::openapi::with(&Examples::default());
    let headers = document["components"]["headers"].as_object().expect("they are declared once");
    let on_all = ["RateLimit", "RateLimit-Policy", "Traceparent", "X-Request-Id"];
    assert_eq!(headers.keys().collect::<BTreeSet<_>>(), on_all.map(String::from).iter().collect());
    let (mut answers, mut reads) = (0, 0);
    for (path, item) in document["paths"].as_object().expect("there are paths") {
        for (method, operation) in item.as_object().expect("it is an object") {
            for (status, given) in operation["responses"].as_object().expect("there are answers") {
                let shared = given["$ref"].as_str().map(|to| to.trim_start_matches('#'));
                let answer = shared.and_then(|to| document.pointer(to)).unwrap_or(given);
                let has = |name: &str| answer["headers"][name].is_object();
                assert!(on_all.into_iter().all(has), "{method} {path} {status}");
                assert!(
                    !matches!(status.as_str(), "429" | "503" | "504") || has("Retry-After"),
                    "{path} {status}"
                );
                assert!(!matches!(status.as_str(), "304" | "412") || has("ETag"), "{method} {path} {status}");
                answers += 1;
            }
            // a stream is not read twice
            if method == "get" && path != "/v1/events/stream" {
                let takes = |name: &str| {
                    operation["parameters"]
                        .as_array()
                        .is_some_and(|all| all.iter().any(|p| p["name"] == name))
                };
                let is_whole = operation["responses"]["304"].is_object() && takes("If-None-Match");
                assert!(is_whole && operation["responses"]["200"]["headers"]["ETag"].is_object(), "{path}");
                reads += 1;
            }
        }
    }
    assert!(answers > 900 && reads > 29, "{answers} answers, {reads} reads");
}

#[test]
fn every_example_is_what_its_schema_says_in_every_shop() {
    let recorded = ordo::openapi::with(&examples());
    // with two decimals, with none, with three
    for currency in ["EUR", "JPY", "KWD"] {
        let currency = currency.parse().expect("it is a currency");
        let wrong = wrong_examples(&ordo::openapi::in_currency(recorded.clone(), currency));
        assert_eq!(wrong, [""; 0], "{currency}");
    }
}

/// The one schema of refusals has each code's members as optional ones: which a code has, its row in `x-problems` says.
#[test]
fn every_example_of_a_refusal_has_the_members_of_its_code() {
    let document = ordo::openapi::with(&examples());
    let mut shown = Vec::new();
    find(&document["paths"], "paths", &mut shown);
    find(&document["components"]["responses"], "responses", &mut shown);
    let (mut checked, mut wrong) = (0, Vec::new());
    for row in
        document["x-problems"].as_array().expect("it is a list").iter().filter(|row| !row["data"].is_null())
    {
        let whole = json!({"components": document["components"], "allOf": [row["data"]]});
        let validator = jsonschema::options().build(&whole).expect("it is a JSON Schema");
        // a code that means something else elsewhere has two rows
        let is_of_row =
            |example: &Value| ["code", "title", "detail"].iter().all(|key| example[*key] == row[*key]);
        for (place, _, example) in shown.iter().filter(|(_, _, example)| is_of_row(example)) {
            checked += 1;
            wrong.extend(validator.iter_errors(example).map(|error| format!("{place}: {error}")));
        }
    }
    assert_eq!(wrong, [""; 0]);
    assert!(checked > 50, "only {checked} examples");
}

/// The examples that are not what their schemas say.
fn wrong_examples(document: &Value) -> Vec<String> {
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
    wrong
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

/// What is refused since version 0.1.0 that was taken then, and why: each was taken by mistake, and did something else than
/// was asked for.
const REFUSED_SINCE: [(&str, &str); 9] = [
    ("cancel_order: 412", "a stale If-Match was passed over, and cancelled what nobody had seen"),
    ("get_product: 401", "a token that is good no more was taken for nobody, who sees less"),
    ("list_orders: 422", "a span that ends before it begins found nothing, whatever there is"),
    ("list_orders_of_user: 422", "a span that ends before it begins found nothing, whatever there is"),
    ("list_products: 401", "a token that is good no more was taken for nobody, who sees less"),
    ("list_products: 422", "a span that ends before it begins found nothing, whatever there is"),
    ("login: body/device_token: pattern", "control characters, which no token has, were ignored"),
    ("register: body/email: pattern", "mails to an address with a comma would have gone to two"),
    ("set_up: body/email: pattern", "mails to an address with a comma would have gone to two"),
];

/// What has another pattern since version 0.1.0, which allows all that the older one did, and more.
const ALLOWED_SINCE: [(&str, &str); 5] = [
    ("create_product: body/sku: pattern", "blanks around it are trimmed"),
    ("forgot_password: body/email: pattern", "blanks around it are trimmed"),
    ("register: body/username: pattern", "blanks around it are trimmed"),
    ("replace_product: body/sku: pattern", "blanks around it are trimmed"),
    ("update_product: body/sku: pattern", "blanks around it are trimmed"),
];

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
            let mut found = breaks(&old, &new);
            let known = || REFUSED_SINCE.iter().chain(&ALLOWED_SINCE);
            found.retain(|found| !known().any(|(known, _)| found.starts_with(known)));
            assert_eq!(found, [""; 0], "{}", path.display());
            versions += 1;
        }
    }
    assert!(versions > 0, "no version is kept");
}
