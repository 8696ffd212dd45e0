//! The members of the common schema of problems: those of all codes, each with the codes that have it.

use super::schemas::Schemas;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The schema of each member, and its description for each code that has it.
#[derive(Debug, Default)]
pub(super) struct ProblemMembers(BTreeMap<String, Member>);

#[derive(Debug)]
struct Member {
    schema: Value,
    /// The descriptions, by code.
    abouts: BTreeMap<String, String>,
}

impl ProblemMembers {
    /// Adds the members of a code's data.
    pub(super) fn add(&mut self, code: &str, data: &Value, schemas: &Schemas) {
        for (name, schema) in data["properties"].as_object().into_iter().flatten() {
            let mut schema = schema.clone();
            let about = schema.as_object_mut().and_then(|schema| schema.remove("description"));
            let about = about.as_ref().and_then(Value::as_str).unwrap_or_default().replace('\n', " ");
            let member = self
                .0
                .entry(name.clone())
                .or_insert_with(|| Member { schema: schema.clone(), abouts: BTreeMap::new() });
            member.schema = united(&member.schema, &schema, schemas);
            member.abouts.insert(code.to_owned(), about);
        }
    }

    /// Returns the schema of each member.
    pub(super) fn schemas(&self) -> Map<String, Value> {
        self.0.iter().map(|(name, member)| (name.clone(), member.described())).collect()
    }
}

impl Member {
    fn described(&self) -> Value {
        let mut codes_by_about: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (code, about) in &self.abouts {
            codes_by_about.entry(about).or_default().push(format!("`{code}`"));
        }
        let lines: Vec<String> = codes_by_about
            .into_iter()
            .map(|(about, codes)| format!("{about} ({})", codes.join(", ")).trim_start().to_owned())
            .collect();
        let mut schema = self.schema.clone();
        schema["description"] = lines.join("\n\n").into();
        schema
    }
}

/// Merges two schemas to one that permits both, in a form that client generators support.
fn united(one: &Value, other: &Value, schemas: &Schemas) -> Value {
    if one == other {
        return one.clone();
    }
    let kinds = [one, other].map(|schema| kind_of(schemas.resolved(schema)));
    match kinds {
        ["integer", "integer"] => json!({"type": "integer", "format": "int64"}),
        ["string", "string"] => json!({"type": "string"}),
        ["array", "array"] => {
            json!({"type": "array", "items": united(&one["items"], &other["items"], schemas)})
        }
        // an object schema with fewer members that permits others covers both
        ["object", "object"] if is_open(schemas.resolved(one)) => one.clone(),
        ["object", "object"] if is_open(schemas.resolved(other)) => other.clone(),
        _ => json!({}),
    }
}

/// Returns the JSON type of a schema. A choice between constants is a string.
fn kind_of(schema: &Value) -> &str {
    let is_choice =
        schema["oneOf"].as_array().is_some_and(|all| all.iter().all(|one| one["type"] == "string"));
    if is_choice { "string" } else { schema["type"].as_str().unwrap_or_default() }
}

fn is_open(schema: &Value) -> bool {
    schema["additionalProperties"] == true
}
