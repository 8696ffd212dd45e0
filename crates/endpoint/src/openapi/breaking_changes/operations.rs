//! Compares operations: paths, permitted callers, parameters, bodies, statuses and headers.

use super::{
    Pair, elements, members,
    problems::{self, PROBLEM, Refusal},
    resolve,
    schemas::{Direction, compare as schema},
};
use crate::openapi::METHODS;
use serde_json::Value;

/// The status that can be removed from an operation. Version 0.1.0 declared it wherever `If-Match` is accepted, although
/// most of these operations never returned it.
const NEVER_MISSED: &str = "428";

/// The lowest error status.
const FIRST_REFUSAL: &str = "400";

/// Compares all operations of the older document with those of the newer one.
pub(super) fn compare(pair: &Pair<'_>, found: &mut Vec<String>) {
    for (path, item) in members(&pair.old["paths"]) {
        for (method, old) in members(item).filter(|(method, _)| METHODS.contains(&method.as_str())) {
            match pair.new["paths"].get(path).and_then(|item| item.get(method)) {
                Some(new) => operation(pair, old, new, found),
                None => found.push(format!("{} {path} is gone", method.to_uppercase())),
            }
        }
    }
    events(pair, found);
}

/// Compares the data of event types.
fn events(pair: &Pair<'_>, found: &mut Vec<String>) {
    for (kind, old) in members(&pair.old["x-events"]) {
        match pair.new["x-events"].get(kind) {
            Some(new) => found.extend(schema(pair, Direction::Response, kind, old, new)),
            None => found.push(format!("event {kind} is gone")),
        }
    }
}

fn operation(pair: &Pair<'_>, old: &Value, new: &Value, found: &mut Vec<String>) {
    let name = old["operationId"].as_str().unwrap_or_default();
    let mut say = |what: String| found.push(format!("{name}: {what}"));
    if new["operationId"] != old["operationId"] {
        say(format!("is called {} now", new["operationId"]));
    }
    if new["x-scope"] != old["x-scope"] && new["x-scope"] != "anyone" {
        say(format!("may be called by {}, and was by {}", new["x-scope"], old["x-scope"]));
    }
    parameters(pair, old, new, &mut say);
    body(pair, old, new, &mut say);
    responses(pair, (name, old), new, &mut say);
}

fn parameters(pair: &Pair<'_>, old: &Value, new: &Value, say: &mut impl FnMut(String)) {
    let known = |list: &Value, parameter: &Value| {
        elements(list).iter().find(|p| p["in"] == parameter["in"] && p["name"] == parameter["name"]).cloned()
    };
    let required = |parameter: &Value| parameter["required"] == true;
    for parameter in elements(&old["parameters"]) {
        let name = parameter["name"].as_str().unwrap_or_default();
        let Some(now) = known(&new["parameters"], parameter) else {
            say(format!("parameter {name} is gone"));
            continue;
        };
        if required(&now) && !required(parameter) {
            say(format!("parameter {name} is required now"));
        }
        let at = format!("parameter {name}");
        schema(pair, Direction::Request, &at, &parameter["schema"], &now["schema"])
            .into_iter()
            .for_each(&mut *say);
    }
    for parameter in elements(&new["parameters"]).iter().filter(|parameter| required(parameter)) {
        if known(&old["parameters"], parameter).is_none() {
            say(format!("parameter {} is new and required", parameter["name"].as_str().unwrap_or_default()));
        }
    }
}

fn body(pair: &Pair<'_>, old: &Value, new: &Value, say: &mut impl FnMut(String)) {
    let (old, new) = (&old["requestBody"], &new["requestBody"]);
    if new["required"] == true && old["required"] != true {
        say("the body is required now".to_owned());
    }
    for (kind, media) in members(&old["content"]) {
        match new["content"].get(kind) {
            Some(now) => {
                schema(pair, Direction::Request, "body", &media["schema"], &now["schema"])
                    .into_iter()
                    .for_each(&mut *say);
            }
            None => say(format!("a body of {kind} is no longer taken")),
        }
    }
}

/// Compares the responses. An error with a new status is reported, because it can reject requests that were accepted. New
/// codes are not reported: clients are documented to expect unknown codes at known statuses.
fn responses(pair: &Pair<'_>, (name, old): (&str, &Value), new: &Value, say: &mut impl FnMut(String)) {
    for (status, _) in members(&new["responses"]).filter(|(status, _)| status.as_str() >= FIRST_REFUSAL) {
        if old["responses"].get(status).is_none() {
            say(format!("{status} is new: what was taken may be refused"));
        }
    }
    for (status, old) in members(&old["responses"]) {
        let Some(new) = new["responses"].get(status) else {
            // only responses on which a client can rely are reported, and no client relies on a rejection for a missing
            // version
            if status == NEVER_MISSED {
                continue;
            }
            say(format!("{status} is no longer answered"));
            continue;
        };
        let (old, new) = (resolve(pair.old, old), resolve(pair.new, new));
        for (header, described) in members(&old["headers"]) {
            let described = resolve(pair.old, described);
            match new["headers"].get(header).map(|now| resolve(pair.new, now)) {
                None => say(format!("{status}: the header {header} is gone")),
                Some(now) if described["required"] == true && now["required"] != true => {
                    say(format!("{status}: the header {header} is not always there"));
                }
                Some(_) => {}
            }
        }
        for (kind, media) in members(&old["content"]) {
            match new["content"].get(kind) {
                Some(now) if kind == PROBLEM => {
                    let (old, new) =
                        (Refusal { response: old, media }, Refusal { response: new, media: now });
                    problems::compare(pair, name, status, &old, &new).into_iter().for_each(&mut *say);
                }
                Some(now) => {
                    let found = schema(pair, Direction::Response, status, &media["schema"], &now["schema"]);
                    found.into_iter().for_each(&mut *say);
                }
                None => say(format!("{status}: {kind} is no longer answered")),
            }
        }
    }
}
