//! What the served document says of a value: as much of JSON Schema as it uses.

use regex::Regex;
use serde_json::Value;
use std::{collections::BTreeMap, sync::Mutex};

/// The served OpenAPI document.
pub struct ServedDocument(pub Value);

/// A place in a request's body.
pub struct BodyLocation<'a> {
    /// A JSON pointer.
    pub pointer: String,
    pub schema: &'a Value,
    /// What stands there in the valid request.
    pub value: Option<Value>,
    pub required: bool,
}

impl ServedDocument {
    /// The operation of this name.
    pub fn operation(&self, name: &str) -> &Value {
        let paths = self.0["paths"].as_object().unwrap();
        let mut all = paths.values().flat_map(|methods| methods.as_object().unwrap().values());
        all.find(|operation| operation["operationId"] == name)
            .unwrap_or_else(|| panic!("{name} is not in the document"))
    }

    /// The schema of an operation's body, where it has one.
    pub fn body(&self, name: &str) -> Option<&Value> {
        self.operation(name).pointer("/requestBody/content/application~1json/schema")
    }

    /// The schema that a reference leads to.
    fn resolved<'a>(&'a self, schema: &'a Value) -> &'a Value {
        match schema["$ref"].as_str() {
            Some(reference) => self.resolved(self.0.pointer(reference.trim_start_matches('#')).unwrap()),
            None => schema,
        }
    }

    /// What the schema offers besides null, where it is one thing.
    fn present<'a>(&'a self, schema: &'a Value) -> &'a Value {
        let schema = self.resolved(schema);
        match schema["anyOf"].as_array().map(Vec::as_slice) {
            Some([one, null]) if null["type"] == "null" => self.present(one),
            _ => schema,
        }
    }

    /// Every place of a body: the members of the valid one, and all other members that its objects can have.
    pub fn places<'a>(&'a self, schema: &'a Value, value: &Value) -> Vec<BodyLocation<'a>> {
        let mut places = Vec::new();
        self.walk(schema, value, "", &mut places);
        places
    }

    fn walk<'a>(&'a self, schema: &'a Value, value: &Value, at: &str, places: &mut Vec<BodyLocation<'a>>) {
        let schema = self.present(schema);
        // an amount with its currency is one of several forms
        let forms = schema["oneOf"].as_array().into_iter().flatten().map(|form| self.resolved(form));
        let schema =
            forms.into_iter().find(|form| value.is_object() && form["type"] == "object").unwrap_or(schema);
        if let (Some(properties), true) = (schema["properties"].as_object(), value.is_object()) {
            for (name, schema_of) in properties {
                let pointer = format!("{at}/{name}");
                let here = value.get(name);
                let required = schema["required"].as_array().into_iter().flatten().any(|r| r == name);
                places.push(BodyLocation {
                    pointer: pointer.clone(),
                    schema: schema_of,
                    value: here.cloned(),
                    required,
                });
                self.walk(schema_of, here.unwrap_or(&Value::Null), &pointer, places);
            }
        } else if let (Some(members), schema_of @ Value::Object(_)) =
            (value.as_object(), &schema["additionalProperties"])
        {
            for (name, here) in members {
                let pointer = format!("{at}/{name}");
                places.push(BodyLocation {
                    pointer,
                    schema: schema_of,
                    value: Some(here.clone()),
                    required: false,
                });
            }
        } else if let Some(items) = value.as_array() {
            for (n, here) in items.iter().enumerate() {
                let (pointer, schema_of) = (format!("{at}/{n}"), &schema["items"]);
                let item = BodyLocation {
                    pointer: pointer.clone(),
                    schema: schema_of,
                    value: Some(here.clone()),
                    required: false,
                };
                places.push(item);
                self.walk(schema_of, here, &pointer, places);
            }
        }
    }

    /// Whether it holds more than one value.
    pub fn is_nested(&self, schema: &Value) -> bool {
        let schema = self.present(schema);
        let is = |kind: &str| {
            schema["type"] == kind || schema["type"].as_array().is_some_and(|t| t.iter().any(|t| t == kind))
        };
        is("object") || is("array")
    }

    /// Whether whole numbers stand there, and nothing else.
    pub fn is_whole_number(&self, schema: &Value) -> bool {
        let schema = self.present(schema);
        let kinds = schema["type"].as_array().into_iter().flatten().chain([&schema["type"]]);
        let kinds: Vec<&str> = kinds.filter_map(Value::as_str).filter(|kind| *kind != "null").collect();
        kinds == ["integer"]
    }

    /// Whether a text may stand there.
    pub fn takes_text(&self, schema: &Value) -> bool {
        self.allows(schema, &Value::String("some text".to_owned()))
    }

    /// The words that may stand there, where it is one of a few.
    pub fn words<'a>(&'a self, schema: &'a Value) -> impl Iterator<Item = &'a str> {
        let schema = self.resolved(schema);
        schema["enum"].as_array().into_iter().flatten().filter_map(Value::as_str)
    }

    /// Whether the schema allows a value.
    pub fn allows(&self, schema: &Value, value: &Value) -> bool {
        let schema = self.resolved(schema);
        let all_of =
            |name: &str| schema[name].as_array().map(|any| any.iter().any(|one| self.allows(one, value)));
        let is_of_type = match &schema["type"] {
            Value::String(kind) => is_of(kind, schema, value),
            Value::Array(kinds) => kinds.iter().any(|kind| is_of(kind.as_str().unwrap(), schema, value)),
            _ => true,
        };
        is_of_type
            && all_of("anyOf") != Some(false)
            && all_of("oneOf") != Some(false)
            && schema.get("const").is_none_or(|only| only == value)
            && schema.get("not").is_none_or(|not| !self.allows(not, value))
            && schema["enum"].as_array().is_none_or(|words| words.contains(value))
            && self.allows_inside(schema, value)
    }

    fn allows_inside(&self, schema: &Value, value: &Value) -> bool {
        match value {
            Value::String(text) => {
                let length = text.chars().count() as u64;
                schema["minLength"].as_u64().is_none_or(|least| length >= least)
                    && schema["maxLength"].as_u64().is_none_or(|most| length <= most)
                    && schema["format"] != "email"
                    && schema["pattern"].as_str().is_none_or(|pattern| matches(pattern, text))
            }
            Value::Number(number) => {
                let number = number.as_f64().unwrap();
                schema["minimum"].as_f64().is_none_or(|least| number >= least)
                    && schema["maximum"].as_f64().is_none_or(|most| number <= most)
            }
            Value::Array(items) => {
                let length = items.len() as u64;
                schema["minItems"].as_u64().is_none_or(|least| length >= least)
                    && schema["maxItems"].as_u64().is_none_or(|most| length <= most)
                    && items.iter().all(|item| self.allows(&schema["items"], item))
            }
            Value::Object(members) => {
                let required = schema["required"].as_array().into_iter().flatten();
                required.into_iter().all(|name| members.contains_key(name.as_str().unwrap()))
            }
            Value::Null | Value::Bool(_) => true,
        }
    }
}

fn is_of(kind: &str, schema: &Value, value: &Value) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || (value.is_u64() && schema["format"] != "int64"),
        _ => panic!("a type {kind} in the document"),
    }
}

fn matches(pattern: &str, text: &str) -> bool {
    static KNOWN: Mutex<BTreeMap<String, Regex>> = Mutex::new(BTreeMap::new());
    let mut known = KNOWN.lock().unwrap();
    if !known.contains_key(pattern) {
        known.insert(pattern.to_owned(), Regex::new(pattern).unwrap());
    }
    known[pattern].is_match(text)
}
