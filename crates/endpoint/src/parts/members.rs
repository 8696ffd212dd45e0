//! The members of a body that are missing, those that are not known, those of a wrong type and the words that are none of
//! those that can be said: all of them, where reading stops at the first.
//!
//! Only a body that is refused is looked at, by the schema of its type.

use super::escaped;
use crate::Fault;
use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::{Map, Value};

/// So many are named; nobody mends more at a time.
const NAMED_MAX: usize = 100;
/// Where the schema's named parts are.
const SHARED: &str = "#/$defs/";

/// Adds what is missing, what is of a wrong type, which words are expected and, with `strict`, what is not known, where no
/// fault is at the same place. Which words there are, the schema knows better: some that can be read are refused later.
pub(super) fn add<T: JsonSchema>(body: &[u8], strict: bool, faults: &mut Vec<Fault>) {
    let Ok(value) = serde_json::from_slice::<Value>(body) else { return };
    let settings = SchemaSettings::draft2020_12().for_deserialize();
    let root = settings.into_generator().into_root_schema_for::<T>().to_value();
    let mut look = Look { root: &root, strict, found: Vec::new() };
    look.at(&root, &value, String::new());
    let mut found = look.found;
    for known in faults.iter_mut().filter(|fault| names_words(fault)) {
        if let Some(better) = found.iter().find(|one| one.pointer == known.pointer && names_words(one)) {
            known.detail.clone_from(&better.detail);
        }
    }
    found.retain(|one| faults.iter().all(|known| known.pointer != one.pointer));
    faults.extend(found);
}

struct Look<'a> {
    root: &'a Value,
    strict: bool,
    found: Vec<Fault>,
}

impl<'a> Look<'a> {
    fn at(&mut self, schema: &'a Value, value: &Value, at: String) {
        if let Some(kinds) = self.kinds(schema)
            && !kinds.iter().any(|kind| is_kind(kind, value))
        {
            let expected: Vec<&str> =
                kinds.into_iter().filter(|kind| *kind != "null").map(in_words).collect();
            return self.find(Fault::invalid(at, format!("{} is expected", expected.join(" or "))));
        }
        let words = self.words(schema);
        let schema = self.resolved(schema, value);
        match value {
            Value::Object(members) => {
                if let Some(Value::Object(known)) = schema.get("properties") {
                    self.at_members(schema, known, members, &at);
                }
            }
            Value::Array(items) => {
                if let Some(of_item) = schema.get("items") {
                    for (index, item) in items.iter().enumerate() {
                        self.at(of_item, item, format!("{at}/{index}"));
                    }
                }
            }
            Value::String(word) => {
                if let Some(words) = words
                    && !words.contains(&word.as_str())
                {
                    self.find(Fault::invalid(at, one_of(&words)));
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn at_members(
        &mut self,
        schema: &'a Value,
        known: &'a Map<String, Value>,
        members: &Map<String, Value>,
        at: &str,
    ) {
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
        for name in required.filter_map(Value::as_str).filter(|name| !members.contains_key(*name)) {
            self.find(Fault::required(format!("{at}/{}", escaped(name)), "this member is required"));
        }
        for (name, member) in members {
            let at = format!("{at}/{}", escaped(name));
            match known.get(name) {
                Some(schema) => self.at(schema, member, at),
                None if self.strict => self.find(Fault::unknown_member(at, "this member is not known")),
                None => {}
            }
        }
    }

    fn find(&mut self, fault: Fault) {
        if self.found.len() < NAMED_MAX {
            self.found.push(fault);
        }
    }

    /// The schema that a value of this kind has to fit: behind references, and of several the one of its kind.
    fn resolved(&self, mut schema: &'a Value, value: &Value) -> &'a Value {
        loop {
            if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
                let shared = name.strip_prefix(SHARED).and_then(|name| self.root.get("$defs")?.get(name));
                let Some(shared) = shared else { return &Value::Null };
                schema = shared;
                continue;
            }
            // beside members of its own, alternatives only choose among them
            if schema.get("properties").is_some() {
                return schema;
            }
            let of = |word: &str| schema.get(word).and_then(Value::as_array);
            let Some(several) = of("anyOf").or_else(|| of("oneOf")).or_else(|| of("allOf")) else {
                return schema;
            };
            let fitting = several.iter().find(|one| is_of_kind(self.resolved(one, value), value));
            let Some(fitting) = fitting else { return &Value::Null };
            schema = fitting;
        }
    }
}

impl Look<'_> {
    /// The types of JSON that fit a schema; none where it does not say.
    fn kinds<'s>(&'s self, schema: &'s Value) -> Option<Vec<&'s str>> {
        match schema.get("type") {
            Some(Value::String(only)) => return Some(vec![only]),
            Some(Value::Array(several)) => return several.iter().map(Value::as_str).collect(),
            _ => {}
        }
        if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
            return self.kinds(self.root.get("$defs")?.get(name.strip_prefix(SHARED)?)?);
        }
        let several = schema.get("anyOf").or_else(|| schema.get("oneOf"))?.as_array()?;
        let kinds: Option<Vec<Vec<&str>>> = several.iter().map(|one| self.kinds(one)).collect();
        let mut kinds = kinds?.concat();
        kinds.sort_unstable();
        kinds.dedup();
        Some(kinds)
    }

    /// The words of which one is expected; none where any text may fit.
    fn words<'s>(&'s self, schema: &'s Value) -> Option<Vec<&'s str>> {
        if let Some(words) = schema.get("enum") {
            return words.as_array()?.iter().filter(|word| !word.is_null()).map(Value::as_str).collect();
        }
        if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
            return self.words(self.root.get("$defs")?.get(name.strip_prefix(SHARED)?)?);
        }
        let several = schema.get("anyOf").or_else(|| schema.get("oneOf"))?.as_array()?;
        let each = several.iter().filter(|one| one.get("type").is_none_or(|kind| kind != "null"));
        // alone, a constant may be the shop's own, of which this schema does not know
        let word = |one: &'s Value| Some(vec![one.get("const")?.as_str()?]);
        let words: Option<Vec<Vec<&str>>> = each.map(|one| word(one).or_else(|| self.words(one))).collect();
        Some(words?.concat())
    }
}

/// Which words are expected, as serde says it.
fn one_of(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match &quoted[..] {
        [one] => format!("{one} is expected"),
        [one, other] => format!("{one} or {other} is expected"),
        several => format!("one of {} is expected", several.join(", ")),
    }
}

/// Whether a fault says which words are expected.
fn names_words(fault: &Fault) -> bool {
    fault.code == "invalid" && (fault.detail.starts_with('`') || fault.detail.starts_with("one of `"))
}

/// A whole number may be written with a point: how large it may be, the reader knows.
fn is_kind(kind: &str, value: &Value) -> bool {
    match value {
        Value::Null => kind == "null",
        Value::Bool(_) => kind == "boolean",
        Value::Number(_) => matches!(kind, "number" | "integer"),
        Value::String(_) => kind == "string",
        Value::Array(_) => kind == "array",
        Value::Object(_) => kind == "object",
    }
}

fn in_words(kind: &str) -> &str {
    match kind {
        "boolean" => "true or false",
        "integer" => "a whole number",
        "number" => "a number",
        "string" => "a string",
        "array" => "a list",
        "object" => "an object",
        other => other,
    }
}

fn is_of_kind(schema: &Value, value: &Value) -> bool {
    let kind = match value {
        Value::Object(_) => "object",
        Value::Array(_) => "array",
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return false,
    };
    match schema.get("type") {
        Some(Value::String(only)) => only == kind,
        Some(Value::Array(several)) => several.iter().any(|one| one == kind),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use std::collections::BTreeMap;

    #[derive(Debug, Deserialize, JsonSchema)]
    #[allow(dead_code)]
    struct Order {
        name: String,
        lines: Vec<Line>,
        address: Option<Address>,
        #[serde(default)]
        labels: BTreeMap<String, String>,
    }
    #[derive(Debug, Deserialize, JsonSchema)]
    #[allow(dead_code)]
    struct Line {
        product: String,
        quantity: u32,
    }
    #[derive(Debug, Deserialize, JsonSchema)]
    #[allow(dead_code)]
    struct Address {
        city: String,
    }

    fn found(json: &str, strict: bool) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        add::<Order>(json.as_bytes(), strict, &mut faults);
        let mut found: Vec<_> = faults.into_iter().map(|fault| (fault.pointer, fault.code)).collect();
        found.sort();
        found
    }
    fn named(faults: &[(&str, &str)]) -> Vec<(String, String)> {
        faults.iter().map(|(at, code)| ((*at).to_owned(), (*code).to_owned())).collect()
    }

    #[test]
    fn all_that_is_missing_and_all_that_is_not_known_is_found() {
        assert_eq!(found("{}", true), named(&[("/lines", "required"), ("/name", "required")]));
        let body = r#"{"nam": "x", "lines": [{"product": "a"}, {"q/ty": 1}], "address": {"town": "x"},
                       "labels": {"any": "thing"}}"#;
        let unknown = [
            ("/address/town", "unknown_member"),
            ("/lines/1/q~1ty", "unknown_member"),
            ("/nam", "unknown_member"),
        ];
        let missing = [
            ("/address/city", "required"),
            ("/lines/0/quantity", "required"),
            ("/lines/1/product", "required"),
            ("/lines/1/quantity", "required"),
            ("/name", "required"),
        ];
        assert_eq!(found(body, false), named(&missing));
        let mut all = named(&[&missing[..], &unknown[..]].concat());
        all.sort();
        assert_eq!(found(body, true), all);
    }

    #[test]
    fn all_that_is_of_a_wrong_type_is_found_beside_the_rest() {
        assert_eq!(found("[]", true), named(&[("", "invalid")]));
        let body = r#"{"name": 1, "lines": {}, "address": null, "extra": 1}"#;
        assert_eq!(
            found(body, true),
            named(&[("/extra", "unknown_member"), ("/lines", "invalid"), ("/name", "invalid")])
        );
        let body = r#"{"name": "x", "address": "x", "labels": null,
                       "lines": [{"product": "a", "quantity": "1", "x": 1}, 7, {"product": true, "quantity": 1.0}]}"#;
        let wrong = [
            ("/address", "invalid"),
            ("/labels", "invalid"),
            ("/lines/0/quantity", "invalid"),
            ("/lines/0/x", "unknown_member"),
            ("/lines/1", "invalid"),
            ("/lines/2/product", "invalid"),
        ];
        assert_eq!(found(body, true), named(&wrong));
        let mut faults = Vec::new();
        add::<Order>(br#"{"name": "x", "lines": [], "address": 1}"#, true, &mut faults);
        assert_eq!(faults, [Fault::invalid("/address", "an object is expected")]);
        assert_eq!(found("{", true), []);
    }

    #[test]
    fn a_type_with_alternatives_beside_its_members_is_looked_into() {
        #[derive(Debug, Deserialize, JsonSchema)]
        #[allow(dead_code)]
        #[schemars(extend("oneOf" = [{"required": ["product"]}, {"required": ["title"]}]))]
        struct Either {
            product: Option<String>,
            quantity: u32,
        }
        let mut faults = Vec::new();
        add::<Vec<Either>>(br#"[{"product": "a", "quantity": 1}, {"foo": 1}]"#, true, &mut faults);
        let found: Vec<_> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(found, ["/1/quantity", "/1/foo"]);
    }

    #[test]
    fn the_words_that_can_be_said_are_named_and_no_others() {
        /// As it is read: of an order, too.
        #[derive(Debug, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[allow(dead_code)]
        enum Reason {
            Receipt,
            Count,
            Loss,
            Sale,
        }
        #[derive(JsonSchema)]
        #[serde(rename_all = "snake_case")]
        #[allow(dead_code)]
        enum ByHand {
            /// It came.
            Receipt,
            /// It was counted.
            Count,
            /// It is gone.
            Loss,
        }
        #[derive(Debug, Deserialize, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        #[allow(dead_code)]
        enum Kind {
            Tall,
            Small,
        }
        #[derive(Debug, Deserialize, JsonSchema)]
        #[allow(dead_code)]
        struct Adjustment {
            #[schemars(with = "ByHand")]
            reason: Reason,
            #[serde(default)]
            kind: Option<Kind>,
        }
        impl crate::Check for Adjustment {}
        let said = |json: &str| {
            let mut faults = super::super::read_json::<Adjustment>(json.as_bytes(), true).unwrap_err();
            add::<Adjustment>(json.as_bytes(), true, &mut faults);
            faults.into_iter().map(|fault| (fault.pointer, fault.detail)).collect::<Vec<_>>()
        };
        let fault = |at: &str, detail: &str| (at.to_owned(), detail.to_owned());
        assert_eq!(
            said(r#"{"reason": "gift", "kind": "wide"}"#),
            [
                fault("/reason", "one of `receipt`, `count`, `loss` is expected"),
                fault("/kind", "`tall` or `small` is expected"),
            ]
        );
        assert_eq!(said(r#"{"reason": "count", "kind": "wide", "x": 1}"#).len(), 2);
    }

    #[test]
    fn there_is_an_end_to_what_is_named() {
        let members: Vec<String> = (0..1000).map(|n| format!("\"x{n}\": 1")).collect();
        assert_eq!(found(&format!("{{{}}}", members.join(",")), true).len(), NAMED_MAX);
    }
}
