//! The schemas of requests and replies.
//!
//! They differ for the same type: a reply always contains members that a request can omit, and a request cannot have
//! unknown members, while replies can get more in later versions. Requests and replies therefore have separate generators,
//! and a type whose two schemas differ is called `…Input` in requests.

use super::portable::{Side, rewrite};
use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

const SHARED: &str = "#/components/schemas/";
const REQUESTS: &str = "#/components/requests/";

#[derive(Debug)]
pub(super) struct Schemas {
    requests: SchemaGenerator,
    replies: SchemaGenerator,
}

impl Schemas {
    pub(super) fn new() -> Self {
        let settings = |path: &str| {
            SchemaSettings::draft2020_12().with(|s| {
                s.definitions_path = path.trim_start_matches('#').trim_end_matches('/').to_owned().into();
                s.meta_schema = None;
            })
        };
        Schemas {
            requests: settings(REQUESTS).for_deserialize().into_generator(),
            replies: settings(SHARED).for_serialize().into_generator(),
        }
    }

    /// Returns the schema of a request type, by reference if it has a name.
    pub(super) fn asked<T: JsonSchema>(&mut self) -> Value {
        closed(self.requests.subschema_for::<T>())
    }
    /// Returns the schema of a request type, inline.
    pub(super) fn asked_in_full<T: JsonSchema>(&mut self) -> Value {
        closed(T::json_schema(&mut self.requests))
    }
    /// Returns the schema of a reply type, by reference if it has a name.
    pub(super) fn answered<T: JsonSchema>(&mut self) -> Value {
        self.replies.subschema_for::<T>().to_value()
    }
    /// Returns the schema of a reply type, inline.
    pub(super) fn answered_in_full<T: JsonSchema>(&mut self) -> Value {
        T::json_schema(&mut self.replies).to_value()
    }

    /// Resolves a reference in a reply schema.
    pub(super) fn resolved<'a>(&'a self, schema: &'a Value) -> &'a Value {
        let name = schema["$ref"].as_str().and_then(|to| to.strip_prefix(SHARED));
        name.and_then(|name| self.replies.definitions().get(name)).unwrap_or(schema)
    }

    /// Returns all named schemas, and updates the references in `paths`.
    pub(super) fn finish(mut self, paths: &mut Value) -> Map<String, Value> {
        let mut shared = self.replies.take_definitions(true);
        let mut asked = self.requests.take_definitions(true);
        asked.values_mut().for_each(close);
        asked.values_mut().for_each(bound);
        let own = names_of_their_own(&asked, &shared);
        shared.values_mut().for_each(|schema| rewrite(schema, Side::Reply));
        for (name, mut schema) in asked {
            point(&mut schema, &own);
            rewrite(&mut schema, Side::Request);
            shared.insert(if own.contains(&name) { format!("{name}Input") } else { name }, schema);
        }
        point(paths, &own);
        shared.values_mut().for_each(unwrap_only_choice);
        shared
    }
}

/// Returns the types whose schemas differ between requests and replies, or that contain such a type.
fn names_of_their_own(asked: &Map<String, Value>, shared: &Map<String, Value>) -> BTreeSet<String> {
    let mut own = BTreeSet::new();
    loop {
        let differs = |name: &str, schema: &Value| {
            let mut pointed = schema.clone();
            point(&mut pointed, &own);
            shared.get(name).is_some_and(|reply| *reply != pointed)
        };
        let more: Vec<String> = asked
            .iter()
            .filter(|(name, schema)| !own.contains(*name) && differs(name, schema))
            .map(|(name, _)| name.clone())
            .collect();
        if more.is_empty() {
            return own;
        }
        own.extend(more);
    }
}

/// Replaces a choice with one alternative, such as an enum with one variant, by that alternative.
fn unwrap_only_choice(schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else { return };
    let Some(Value::Array(choices)) = object.get_mut("oneOf") else { return };
    if let [Value::Object(only)] = &mut choices[..] {
        let only = std::mem::take(only);
        object.remove("oneOf");
        for (key, value) in only {
            object.entry(key).or_insert(value);
        }
    }
}

/// Updates the references of requests to the final names of their schemas.
fn point(value: &mut Value, own: &BTreeSet<String>) {
    match value {
        Value::String(text) => {
            if let Some(name) = text.strip_prefix(REQUESTS) {
                *text = format!("{SHARED}{name}{}", if own.contains(name) { "Input" } else { "" });
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|v| point(v, own)),
        Value::Object(members) => members.values_mut().for_each(|v| point(v, own)),
        _ => {}
    }
}

fn closed(schema: Schema) -> Value {
    let mut schema = schema.to_value();
    close(&mut schema);
    bound(&mut schema);
    schema
}

/// The pattern of every string; see `read_json`.
const NO_NUL: &str = r"^[^\u0000]*$";

/// Adds the constraints that apply to every string and number in a request.
fn bound(schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else { return };
    let is = |kind: &str| match object.get("type") {
        Some(Value::Array(types)) => types.iter().any(|t| t == kind),
        Some(only) => only == kind,
        None => false,
    };
    let (is_text, is_whole) = (is("string"), is("integer"));
    if is_text && !["pattern", "enum", "const"].iter().any(|key| object.contains_key(*key)) {
        object.insert("pattern".into(), NO_NUL.into());
    }
    if is_whole && object.get("format").is_some_and(|format| format == "int64") {
        object.entry("minimum").or_insert(i64::MIN.into());
        object.entry("maximum").or_insert(i64::MAX.into());
    }
    if let Some(Value::Object(members)) = object.get_mut("properties") {
        members.values_mut().for_each(bound);
    }
    for key in ["items", "additionalProperties"] {
        object.get_mut(key).into_iter().for_each(bound);
    }
    for key in ["anyOf", "oneOf", "allOf"] {
        // if the schema has members of its own, its alternatives only restrict them
        if let (false, Some(Value::Array(choices))) = (object.contains_key("properties"), object.get_mut(key))
        {
            choices.iter_mut().for_each(bound);
        }
    }
}

/// Excludes additional members from each object.
fn close(schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else { return };
    let has_members = object.contains_key("properties");
    if has_members && !object.contains_key("additionalProperties") && !object.contains_key("$ref") {
        object.insert("additionalProperties".into(), false.into());
    }
    if let Some(Value::Object(members)) = object.get_mut("properties") {
        members.values_mut().for_each(close);
    }
    for key in ["items", "additionalProperties"] {
        object.get_mut(key).into_iter().for_each(close);
    }
    // if the schema has members of its own, its alternatives list only some of them
    for key in ["anyOf", "oneOf", "allOf"] {
        if let (false, Some(Value::Array(choices))) = (has_members, object.get_mut(key)) {
            choices.iter_mut().for_each(close);
        }
    }
}
