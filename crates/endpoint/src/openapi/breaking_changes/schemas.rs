//! Compares schemas, in the forms that this crate produces.

use super::{Pair, elements, members, resolve};
use crate::openapi::portable::DEFAULT;
use serde_json::Value;
use std::collections::BTreeSet;

/// Lower limits of request members, which must not rise, and upper limits, which must not fall.
const LOWER: [&str; 3] = ["minimum", "minLength", "minItems"];
const UPPER: [&str; 3] = ["maximum", "maxLength", "maxItems"];
/// A changed pattern or format can change the meaning, so that every change is reported.
const MEANING: [&str; 2] = ["pattern", "format"];

/// The direction of the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// Sent by clients: everything that was accepted must stay accepted.
    Request,
    /// Read by clients: everything that was returned must stay present.
    Response,
}
use Direction::{Request, Response};

/// The comparison of a schema in both documents.
pub(super) struct Walk<'a> {
    pair: &'a Pair<'a>,
    way: Direction,
    /// The references that are being followed, because types can be recursive.
    open: BTreeSet<(String, String)>,
    found: Vec<String>,
}

/// Returns the breaking changes of a schema.
pub(super) fn compare(pair: &Pair<'_>, way: Direction, at: &str, old: &Value, new: &Value) -> Vec<String> {
    let mut walk = Walk { pair, way, open: BTreeSet::new(), found: Vec::new() };
    if way == Direction::Request && default(new) != default(old) {
        walk.say(format!("{at}: default is {}", default(new)));
    }
    walk.follow(at, old, new);
    walk.found
}

impl Walk<'_> {
    fn say(&mut self, what: String) {
        self.found.push(what);
    }

    /// Returns whether the new schema does not break the old one.
    fn fits(&self, at: &str, old: &Value, new: &Value) -> bool {
        let Walk { pair, way, .. } = *self;
        let mut trial = Walk { pair, way, open: self.open.clone(), found: Vec::new() };
        trial.follow(at, old, new);
        trial.found.is_empty()
    }

    fn follow(&mut self, at: &str, old: &Value, new: &Value) {
        let names = (old["$ref"].to_string(), new["$ref"].to_string());
        let is_reference = old.get("$ref").is_some() || new.get("$ref").is_some();
        if is_reference && !self.open.insert(names.clone()) {
            return;
        }
        let (old, new) = (resolve(self.pair.old, old), resolve(self.pair.new, new));
        self.plain(at, old, new);
        if is_reference {
            self.open.remove(&names);
        }
    }

    fn plain(&mut self, at: &str, old: &Value, new: &Value) {
        match (values(old), values(new)) {
            (Some(old), Some(new)) => return self.values(at, &old, &new),
            (None, Some(_)) if self.way == Request => {
                self.say(format!("{at}: only some values are taken now"))
            }
            (Some(_), None) if self.way == Response => self.say(format!("{at}: may be any value now")),
            _ => {}
        }
        let has_alternatives = |schema| alternatives(schema).next().is_some();
        if has_alternatives(old) || has_alternatives(new) {
            let are_objects = old.get("properties").is_some() && new.get("properties").is_some();
            // if the schema has members, its alternatives only restrict them: a request can now be any of them
            if !(are_objects && self.way == Request && !has_alternatives(new)) {
                self.alternatives(at, old, new);
            }
            if !are_objects {
                return;
            }
        }
        self.types(at, old, new);
        match self.way {
            Request => self.asked(at, old, new),
            Response => self.answered(at, old, new),
        }
        self.within(at, old, new);
        self.conditions(at, old, new);
    }

    fn values(&mut self, at: &str, old: &BTreeSet<String>, new: &BTreeSet<String>) {
        // values can be added to and removed from responses: clients are documented to expect unknown values
        for value in old.difference(new).filter(|_| self.way == Request).collect::<Vec<_>>() {
            self.say(format!("{at}: {value} is no longer taken"));
        }
    }

    fn types(&mut self, at: &str, old: &Value, new: &Value) {
        let (was, is) = (types(old), types(new));
        // the side that did not know the type is affected
        let (known, met, word) = match self.way {
            Request => (&is, &was, "is no longer taken"),
            Response => (&was, &is, "may be there now"),
        };
        if known.is_empty() {
            return;
        }
        if met.is_empty() {
            self.say(format!("{at}: any type {word}"));
        }
        let is_known = |kind: &str| known.contains(kind) || (kind == "integer" && known.contains("number"));
        for kind in met.iter().filter(|kind| !is_known(kind)) {
            self.say(format!("{at}: {kind} {word}"));
        }
    }

    fn asked(&mut self, at: &str, old: &Value, new: &Value) {
        let limit = |schema: &Value, name: &str| schema[name].as_f64();
        for name in LOWER {
            if limit(new, name).is_some_and(|now| limit(old, name).is_none_or(|was| was < now)) {
                self.say(format!("{at}: {name} is {}", new[name]));
            }
        }
        for name in UPPER {
            if limit(new, name).is_some_and(|now| limit(old, name).is_none_or(|was| was > now)) {
                self.say(format!("{at}: {name} is {}", new[name]));
            }
        }
        for name in MEANING.iter().filter(|name| new.get(**name) != old.get(**name)) {
            if new.get(name).is_some() && !(*name == "pattern" && takes_all(&new[name], old)) {
                self.say(format!("{at}: {name} is {}", new[name]));
            }
        }
        let is_closed = |schema: &Value| schema["additionalProperties"] == false;
        for (name, member) in members(&old["properties"]) {
            match new["properties"].get(name) {
                Some(now) => {
                    // a member that was required had no default
                    let was_required = elements(&old["required"]).contains(&name.as_str().into());
                    if default(now) != default(member) && !was_required {
                        self.say(format!("{at}/{name}: default is {}", default(now)));
                    }
                    self.follow(&format!("{at}/{name}"), member, now);
                }
                None if is_closed(new) => self.say(format!("{at}/{name} is no longer taken")),
                None => {}
            }
        }
        if is_closed(new) && !is_closed(old) {
            self.say(format!("{at}: other members are no longer taken"));
        }
        for name in lacking(&old["required"], &new["required"]) {
            self.say(format!("{at}/{name} is required now"));
        }
    }

    fn answered(&mut self, at: &str, old: &Value, new: &Value) {
        for name in ["pattern", "format"].into_iter().filter(|name| old.get(name).is_some()) {
            if old.get(name) != new.get(name) {
                self.say(format!("{at}: {name} is {}", new[name]));
            }
        }
        for (name, member) in members(&old["properties"]) {
            match new["properties"].get(name) {
                Some(now) => self.follow(&format!("{at}/{name}"), member, now),
                None => self.say(format!("{at}/{name} is gone")),
            }
        }
        for name in lacking(&new["required"], &old["required"]) {
            self.say(format!("{at}/{name} is not always there"));
        }
    }

    /// Compares the contents of a list or a map.
    fn within(&mut self, at: &str, old: &Value, new: &Value) {
        for (key, name) in [("items", "[]"), ("additionalProperties", "*")] {
            if let (Some(old), Some(new)) = (old.get(key), new.get(key))
                && old.is_object()
                && new.is_object()
            {
                self.follow(&format!("{at}/{name}"), old, new);
            }
        }
    }

    /// Compares additional conditions one by one, by label or otherwise by position.
    fn conditions(&mut self, at: &str, old: &Value, new: &Value) {
        let (was, is) = (elements(&old["allOf"]), elements(&new["allOf"]));
        for (place, old) in was.iter().enumerate() {
            let same = match label(old) {
                Some(known) => is.iter().find(|new| label(new) == Some(known)),
                None => is.get(place),
            };
            match same {
                Some(new) if old.get("then").is_some() => self.follow(at, &old["then"], &new["then"]),
                Some(new) => self.follow(at, old, new),
                None if self.way == Response => self.say(format!("{at}: {} no longer holds", short(old))),
                None => {}
            }
        }
        if self.way == Request && is.len() > was.len() {
            self.say(format!("{at}: more must hold now"));
        }
    }

    /// Each alternative that one side can send must be known to the other side.
    fn alternatives(&mut self, at: &str, old: &Value, new: &Value) {
        let list = |schema| -> Vec<_> {
            let mut list: Vec<&Value> = alternatives(schema).collect();
            if list.is_empty() {
                list.push(schema);
            }
            list
        };
        let (was, is) = (list(old), list(new));
        let (met, known) = if self.way == Request { (&was, &is) } else { (&is, &was) };
        for one in met {
            let fits = |other: &&Value| {
                let (old, new) = if self.way == Request { (*one, *other) } else { (*other, *one) };
                self.fits(at, old, new)
            };
            if !known.iter().any(fits) {
                let word = if self.way == Request { "is no longer taken" } else { "may be there now" };
                self.say(format!("{at}: {} {word}", short(one)));
            }
        }
    }
}

/// Returns the values of an enum in any of its forms.
fn values(schema: &Value) -> Option<BTreeSet<String>> {
    if let Some(value) = schema.get("const") {
        return Some(BTreeSet::from([value.to_string()]));
    }
    if let Some(list) = schema.get("enum") {
        return Some(elements(list).iter().map(Value::to_string).collect());
    }
    let all: Option<Vec<_>> = elements(&schema["oneOf"]).iter().map(values).collect();
    all.filter(|all| !all.is_empty()).map(|all| all.into_iter().flatten().collect())
}

/// Returns the default of an absent member in either of its forms.
fn default(schema: &Value) -> &Value {
    schema.get("default").or_else(|| schema.get(DEFAULT)).unwrap_or(&Value::Null)
}

/// Returns whether a pattern permits everything that the older schema permits: its only value, or its values with a sign,
/// too.
fn takes_all(pattern: &Value, old: &Value) -> bool {
    let pattern = pattern.as_str().unwrap_or_default();
    let is_value = old["const"].as_str().is_some_and(|only| pattern == format!("^{only}$"));
    let unsigned = pattern.strip_prefix("^-?").zip(old["pattern"].as_str());
    is_value
        || unsigned.is_some_and(|(rest, old)| old.trim_start_matches('^').trim_start_matches('-') == rest)
}

fn types(schema: &Value) -> BTreeSet<&str> {
    let one = schema["type"].as_str().into_iter();
    one.chain(elements(&schema["type"]).iter().filter_map(Value::as_str)).collect()
}

/// Returns the alternatives of a schema.
pub(super) fn alternatives(schema: &Value) -> impl Iterator<Item = &Value> {
    let is_enum = values(schema).is_some();
    ["anyOf", "oneOf"].into_iter().filter(move |_| !is_enum).flat_map(|key| elements(&schema[key]))
}

/// Returns the label of a condition: the schema of an event's data.
fn label(schema: &Value) -> Option<&str> {
    schema["then"]["properties"]["data"]["$ref"].as_str()
}

/// Returns the strings of `list` that `known` lacks.
fn lacking<'a>(known: &Value, list: &'a Value) -> Vec<&'a str> {
    elements(list).iter().filter(|name| !elements(known).contains(name)).filter_map(Value::as_str).collect()
}

fn short(schema: &Value) -> String {
    schema["$ref"]
        .as_str()
        .and_then(|name| name.rsplit('/').next())
        .map_or_else(|| schema.to_string(), Into::into)
}
