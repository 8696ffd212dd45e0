//! What holds of every public operation, without exception or with those that are named here.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod event_data;
mod forms;
mod listed;
mod portable;
mod reading;

use contracts::catalogue;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// They create, and take no key: their answers have secrets, which are not kept, or there is one in any case.
const NO_KEY: [&str; 4] = ["register", "set_up", "create_basket", "place_basket"];
/// They end what nobody can change; and a parcel has no ETag: whoever corrects its number last is right, and nothing else of it
/// is changed by that.
const NO_VERSION: [&str; 4] = ["revoke_api_key", "end_session", "end_other_sessions", "update_fulfilment"];

/// An operation, and where it is.
struct DocumentedOperation {
    method: String,
    path: String,
    object: Value,
}

impl DocumentedOperation {
    fn name(&self) -> &str {
        self.object["operationId"].as_str().unwrap()
    }
    fn takes(&self, place: &str, name: &str) -> bool {
        let parameters = self.object["parameters"].as_array().unwrap();
        parameters.iter().any(|one| one["in"] == place && one["name"] == name)
    }
    fn answers(&self, status: &str) -> bool {
        self.object["responses"].get(status).is_some()
    }
}

fn document() -> Value {
    catalogue::document("").finish()
}

fn operations(document: &Value) -> Vec<DocumentedOperation> {
    let paths = document["paths"].as_object().unwrap();
    let of_path = |(path, item): (&String, &Value)| -> Vec<DocumentedOperation> {
        let methods = item.as_object().unwrap().iter();
        let one = |(method, object): (&String, &Value)| DocumentedOperation {
            method: method.clone(),
            path: path.clone(),
            object: object.clone(),
        };
        methods.map(one).collect()
    };
    paths.iter().flat_map(of_path).collect()
}

fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(to) => document.pointer(to.trim_start_matches('#')).unwrap(),
        None => schema,
    }
}

#[test]
fn what_creates_takes_a_key() {
    let document = document();
    let creates = |one: &DocumentedOperation| one.method == "post" && one.answers("201");
    let all = operations(&document);
    let without: Vec<&str> = all
        .iter()
        .filter(|one| creates(one) && !one.takes("header", "Idempotency-Key"))
        .map(DocumentedOperation::name)
        .collect();
    let mut expected = NO_KEY.to_vec();
    let mut found = without;
    expected.sort_unstable();
    found.sort_unstable();
    assert_eq!(found, expected);
    for one in all.iter().filter(|one| one.takes("header", "Idempotency-Key")) {
        let told =
            one.object["responses"]["422"].to_string() + &document["components"]["responses"].to_string();
        assert!(one.answers("422") && told.contains("key_reused"), "{}", one.name());
    }
}

#[test]
fn what_changes_a_thing_takes_the_version_that_was_read() {
    let document = document();
    for one in operations(&document) {
        let changes = matches!(one.method.as_str(), "put" | "patch" | "delete");
        let takes = one.takes("header", "If-Match");
        assert_eq!(takes || NO_VERSION.contains(&one.name()), takes || changes, "{}", one.name());
        assert_eq!(one.answers("412"), takes, "{}", one.name());
        let body = &one.object["requestBody"]["content"]["application/json"]["schema"];
        // the other kind, in the body
        if resolved(&document, body)["properties"].get("version").is_some() {
            let conflict = one.object["responses"]["409"].to_string();
            assert!(conflict.contains("version_conflict"), "{}", one.name());
        }
    }
}

#[test]
fn every_list_comes_in_pages() {
    let document = document();
    let mut lists = 0;
    for one in operations(&document).iter().filter(|one| one.method == "get") {
        let answer = &one.object["responses"]["200"]["content"]["application/json"]["schema"];
        let members = &resolved(&document, answer)["properties"];
        // keys of tokens are a set of their own standard (RFC 7517)
        if members.get("items").is_none() {
            continue;
        }
        lists += 1;
        let is_paged = one.takes("query", "limit") && one.takes("query", "cursor");
        assert!(is_paged && members.get("next_cursor").is_some(), "{}", one.name());
    }
    assert!(lists > 14, "{lists}");
}

#[test]
fn every_operation_says_who_may_call_it() {
    for one in operations(&document()) {
        let told = one.object["description"].as_str().unwrap_or_default();
        let last = told.rsplit("\n\n").next().unwrap_or_default();
        let says = [
            "Available to everyone",
            "Available to signed-in",
            "Available to staff with ",
            "Available to administrators.",
        ];
        assert!(says.iter().any(|begin| last.starts_with(begin)), "{}: {last}", one.name());
        // who must show a credential says so to programs too
        let ways = one.object["security"].as_array().map(Vec::as_slice).unwrap_or_default();
        let may_show = ways.first() == Some(&json!({}));
        let is_open = ways.is_empty() || may_show;
        assert_eq!(last.starts_with("Available to everyone"), is_open, "{}", one.name());
        // and whether a key will do, where no person is needed
        let takes_keys = one.object["security"].to_string().contains("api_key");
        let is_for_people = last.contains("not to API keys") || last == "Available to administrators.";
        assert!(is_open || takes_keys != is_for_people, "{}", one.name());
        // keys are for people to make and to revoke
        assert!(!one.path.starts_with("/v1/api-keys") || is_for_people, "{}", one.name());
        assert_eq!(one.object["x-credentials-ignored"] == true, ways.is_empty(), "{}", one.name());
        // nor is it kept from them where one may be shown, and only there is it looked at
        assert!(!is_open || may_show != last.contains("Credentials are ignored"), "{}", one.name());
        // and what is shown, where it is looked at, must be good
        assert!(one.answers("401") || last.contains("Credentials are ignored"), "{}", one.name());
    }
}

#[test]
fn what_is_about_one_thing_may_not_find_it() {
    for one in operations(&document()) {
        assert!(!one.path.contains('{') || one.answers("404"), "{}", one.name());
        let is_open = one.object["security"]
            .as_array()
            .is_none_or(|all| all.iter().any(|s| *s == Value::Object(Default::default())));
        assert!(
            is_open || one.object["security"] == Value::Array(vec![]) || one.answers("401"),
            "{}",
            one.name()
        );
        for status in ["400", "429", "500", "503", "504"] {
            assert!(one.answers(status), "{} {status}", one.name());
        }
        let has_body = one.object.get("requestBody").is_some();
        assert!(!has_body || (one.answers("413") && one.answers("415")), "{}", one.name());
        assert!(one.object["summary"].as_str().is_some_and(|text| text.len() > 5), "{}", one.name());
        assert!(one.object["description"].as_str().is_some_and(|text| text.len() > 5), "{}", one.name());
    }
}

/// `docs/openapi/redocly.yaml` lets such paths pass.
#[test]
fn paths_that_look_alike_are_told_apart_by_their_ids() {
    let document = document();
    let paths: Vec<&String> = document["paths"].as_object().unwrap().keys().collect();
    let mut alike = 0;
    for (n, one) in paths.iter().enumerate() {
        for other in &paths[n + 1..] {
            let (words, others): (Vec<&str>, Vec<&str>) =
                (one.split('/').collect(), other.split('/').collect());
            let is_name = |word: &str| word.starts_with('{');
            let may_be_same = |(a, b): (&&str, &&str)| a == b || is_name(a) || is_name(b);
            if words.len() != others.len() || !words.iter().zip(&others).all(may_be_same) {
                continue;
            }
            alike += 1;
            // at one place at least a word stands that is no id of the kind that stands there in the other
            let differs = |(a, b): (&&str, &&str)| match (is_name(a), is_name(b)) {
                (true, false) => !is_id_of(&document, one, a, b),
                (false, true) => !is_id_of(&document, other, b, a),
                _ => false,
            };
            assert!(words.iter().zip(&others).any(differs), "{one} and {other} cannot be told apart");
        }
    }
    assert!(alike > 5, "{alike}");
}

/// Whether `word` may stand for `name` in this path: an id begins with what it is of.
fn is_id_of(document: &Value, path: &str, name: &str, word: &str) -> bool {
    let operations = document["paths"][path].as_object().unwrap().values();
    let mut parameters = operations.flat_map(|operation| operation["parameters"].as_array().unwrap());
    let wanted = name.trim_matches(['{', '}']);
    let parameter = parameters.find(|one| one["in"] == "path" && one["name"] == wanted).unwrap();
    let schema = &parameter["schema"];
    let shared = schema["$ref"].as_str().and_then(|to| document.pointer(to.trim_start_matches('#')));
    let pattern = shared.unwrap_or(schema)["pattern"].as_str().unwrap();
    let prefix = pattern.trim_start_matches('^').split_once('_').unwrap().0;
    word.split_once('_').is_some_and(|(kind, _)| kind == prefix)
}

/// The codes of all 409s, each with the members that it has somewhere.
fn conflicts(document: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for one in operations(document).iter().filter(|one| one.answers("409")) {
        let answer = resolved(document, &one.object["responses"]["409"]);
        for code in answer["x-codes"].as_array().unwrap() {
            let rows = document["x-problems"].as_array().unwrap().iter().filter(|row| row["code"] == *code);
            let members = rows.flat_map(|row| row["data"]["properties"].as_object().into_iter().flatten());
            let members = members.map(|(name, _)| name.clone());
            found.entry(code.as_str().unwrap().to_owned()).or_default().extend(members);
        }
    }
    found
}

#[test]
fn the_links_of_the_guide_lead_to_pages_of_a_running_shop() {
    let document = document();
    let guide = document["x-guide"].as_str().unwrap();
    let links: Vec<&str> =
        guide.split("](").skip(1).map(|rest| rest.split(['#', ')']).next().unwrap()).collect();
    let pages = ["/docs/guide", "/docs/problems", "/docs/events", "/openapi.json"];
    assert!(links.len() > 5 && links.iter().all(|link| pages.contains(link)), "{links:?}");
}

#[test]
fn the_guide_says_what_each_conflict_comes_with() {
    let guide = contracts::catalogue::GUIDE;
    let table = guide.split("A 409 has members").nth(1).unwrap().split("\n\n").nth(1).unwrap();
    let quoted = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<BTreeSet<_>>();
    let rows = table.lines().skip(2).map(|row| row.split('|').map(quoted).collect::<Vec<_>>());
    let told: BTreeMap<String, BTreeSet<String>> =
        rows.flat_map(|row| row[1].clone().into_iter().map(move |code| (code, row[2].clone()))).collect();
    assert_eq!(told, conflicts(&document()));
}
