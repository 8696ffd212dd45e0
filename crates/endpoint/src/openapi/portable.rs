//! Converts schemas to the forms that client generators support: an enum is a list of values, and a member of a request
//! with a default is optional.

use serde_json::{Map, Value, json};

/// The descriptions of the values of an `enum`, in the same order. Several generators output them.
const VALUE_DESCRIPTIONS: &str = "x-enum-descriptions";
/// The default of an absent member of a request. Some generators require each member that has a `default`.
pub(super) const DEFAULT: &str = "x-default";

/// The sender of the described data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Request,
    Reply,
}

/// Rewrites a named schema and all nested schemas.
pub(super) fn rewrite(schema: &mut Value, side: Side) {
    match schema {
        Value::Object(object) => {
            list_values(object);
            if let Some(Value::Object(members)) = object.get_mut("properties") {
                members.values_mut().for_each(|member| move_default(member, side));
            }
            object.values_mut().for_each(|inner| rewrite(inner, side));
        }
        Value::Array(list) => list.iter_mut().for_each(|inner| rewrite(inner, side)),
        _ => {}
    }
}

/// Converts a choice between constant strings to an `enum`, whose description explains each value.
fn list_values(schema: &mut Map<String, Value>) {
    if schema.get("const").is_some_and(Value::is_string)
        && let Some(only) = schema.remove("const")
    {
        schema.insert("enum".into(), json!([only]));
    }
    let Some(choices) = schema.get("oneOf").and_then(Value::as_array) else { return };
    let values: Option<Vec<(Value, &str)>> =
        choices.iter().map(constants).collect::<Option<Vec<_>>>().map(|v| v.concat());
    let Some(values) = values.filter(|values| !values.is_empty()) else { return };
    let about = schema.get("description").and_then(Value::as_str).unwrap_or_default().to_owned();
    let is_described = values.iter().any(|(_, about)| !about.is_empty());
    let mut lines = if is_described { vec![about, String::new()] } else { vec![about] };
    let mut abouts = Vec::new();
    let mut list = Vec::new();
    for (value, about) in values {
        let about = about.replace('\n', " ");
        if is_described {
            let colon = if about.is_empty() { "" } else { ": " };
            lines.push(format!("- `{}`{colon}{about}", value.as_str().unwrap_or_default()));
        }
        list.push(value);
        abouts.push(about);
    }
    schema.remove("oneOf");
    schema.insert("type".into(), "string".into());
    schema.insert("enum".into(), list.into());
    if is_described {
        schema.insert("description".into(), lines.join("\n").trim_start().into());
        schema.insert(VALUE_DESCRIPTIONS.into(), abouts.into());
    }
}

/// Returns the strings between which this schema is a choice, with their descriptions. None if it permits others.
fn constants(schema: &Value) -> Option<Vec<(Value, &str)>> {
    let about = schema["description"].as_str().unwrap_or_default();
    let values = match (schema.get("const"), schema.get("enum")) {
        (Some(only), _) => vec![only.clone()],
        (None, Some(several)) => several.as_array()?.clone(),
        (None, None) => return None,
    };
    values.iter().all(Value::is_string).then(|| values.into_iter().map(|value| (value, about)).collect())
}

/// Moves a default to the description. In a reply it is removed, because members are either present or absent.
fn move_default(member: &mut Value, side: Side) {
    let Some(object) = member.as_object_mut() else { return };
    let Some(default) = object.remove("default") else { return };
    if side == Side::Reply || default.is_null() {
        return;
    }
    let about = object.get("description").and_then(Value::as_str).unwrap_or_default();
    let about = format!("{about}\n\nDefault: `{default}`.").trim_start().to_owned();
    object.insert("description".into(), about.into());
    object.insert(DEFAULT.into(), default);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(mut schema: Value, side: Side) -> Value {
        rewrite(&mut schema, side);
        schema
    }

    #[test]
    fn a_choice_among_texts_is_an_enum_that_says_what_each_means() {
        let choice = json!({"description": "A leaf.", "oneOf": [
            {"const": "black", "type": "string", "description": "It is\noxidized."},
            {"enum": ["green", "white"], "type": "string"},
        ]});
        let expected = json!({
            "description": "A leaf.\n\n- `black`: It is oxidized.\n- `green`\n- `white`",
            "type": "string",
            "enum": ["black", "green", "white"],
            "x-enum-descriptions": ["It is oxidized.", "", ""],
        });
        assert_eq!(rewritten(choice, Side::Reply), expected);
        let only = json!({"const": "black", "type": "string"});
        assert_eq!(rewritten(only, Side::Reply), json!({"enum": ["black"], "type": "string"}));
        let objects = json!({"oneOf": [{"type": "object"}, {"const": "none"}, {"const": 0}]});
        assert_eq!(rewritten(objects, Side::Reply)["oneOf"].as_array().map(Vec::len), Some(3));
    }

    #[test]
    fn a_default_is_told_in_words_by_requests_and_not_by_replies() {
        let schema = json!({"properties": {
            "milk": {"type": "boolean", "default": false, "description": "With milk."},
            "sugar": {"type": ["string", "null"], "default": null},
            "default": {"type": "boolean"},
        }});
        let asked = rewritten(schema.clone(), Side::Request);
        let milk =
            json!({"type": "boolean", "x-default": false, "description": "With milk.\n\nDefault: `false`."});
        assert_eq!(asked["properties"]["milk"], milk);
        assert_eq!(asked["properties"]["sugar"], json!({"type": ["string", "null"]}));
        assert_eq!(asked["properties"]["default"], json!({"type": "boolean"}));
        let answered = rewritten(schema, Side::Reply);
        assert_eq!(answered["properties"]["milk"], json!({"type": "boolean", "description": "With milk."}));
    }
}
