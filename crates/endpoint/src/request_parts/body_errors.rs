//! Finds all errors in a body: missing and unknown members, wrong types, lists that are too long, and invalid enum values.
//! Parsing alone stops at the first error.
//!
//! Only a rejected body is checked, against the schema of its type, while it is parsed a second time. It is not kept in
//! memory.

use super::{
    WHOLE,
    place::{DocumentPath, Name},
};
use crate::{FAULTS_COLLECTED_MAX, FieldError, Pointers};
use schemars::{JsonSchema, generate::SchemaSettings};
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::{collections::BTreeMap, fmt};

/// The location of the schema's named definitions.
const SHARED: &str = "#/$defs/";

/// Adds missing members, wrong types, the permitted enum values and, with `strict`, unknown members, unless the location
/// already has an error. The permitted values are taken from the schema, because some values can be parsed, but are
/// rejected later.
pub(super) fn add<T: JsonSchema>(body: &[u8], strict: bool, faults: &mut Vec<FieldError>) {
    // invalid JSON has no members
    if faults.iter().any(|fault| fault.code == "invalid_json") {
        return;
    }
    let settings = SchemaSettings::draft2020_12().for_deserialize();
    let root = settings.into_generator().into_root_schema_for::<T>().to_value();
    let mut look = SchemaWalk { root: &root, strict, found: Vec::new() };
    for known in faults.iter_mut().filter(|fault| fault.detail.starts_with(WHOLE)) {
        if let Some(expected) = whole_number(look.resolved(look.at(&known.pointer), "integer")) {
            known.detail = format!("{expected} is expected");
        }
    }
    let mut json = serde_json::Deserializer::from_slice(body);
    let read = ValueReader { look: &mut look, schema: &root, at: DocumentPath::Root }.deserialize(&mut json);
    if (read.is_err() || json.end().is_err()) && !look.is_full() {
        return;
    }
    let named = look.found.iter().filter(|one| names_words(one));
    let named: BTreeMap<&str, &FieldError> = named.map(|one| (one.pointer.as_str(), one)).collect();
    for known in faults.iter_mut().filter(|fault| names_words(fault)) {
        if let Some(better) = named.get(known.pointer.as_str()) {
            known.detail.clone_from(&better.detail);
        }
    }
    let mut pointers = Pointers::of(faults);
    look.found.into_iter().for_each(|one| pointers.add(one, faults));
}

struct SchemaWalk<'a> {
    root: &'a Value,
    strict: bool,
    found: Vec<FieldError>,
}

/// A value that is being read, and the schema that applies to it.
struct ValueReader<'l, 'a, 'p> {
    look: &'l mut SchemaWalk<'a>,
    schema: &'a Value,
    at: DocumentPath<'p>,
}

impl<'a> SchemaWalk<'a> {
    fn find(&mut self, fault: FieldError) {
        if !self.is_full() {
            self.found.push(fault);
        }
    }
    fn is_full(&self) -> bool {
        self.found.len() >= FAULTS_COLLECTED_MAX
    }
    /// Inserts these errors before those found after `since`.
    fn find_before(&mut self, since: usize, faults: impl Iterator<Item = FieldError>) {
        let later = self.found.split_off(since);
        self.found.extend(faults.chain(later).take(FAULTS_COLLECTED_MAX - since));
    }

    /// Returns the schema of the value at this pointer.
    fn at(&self, pointer: &str) -> &'a Value {
        pointer.split('/').skip(1).fold(self.root, |schema, name| {
            let members = self.resolved(schema, "object").get("properties");
            let items = || self.resolved(schema, "array").get("items");
            members.and_then(|members| members.get(name)).or_else(items).unwrap_or(&Value::Null)
        })
    }

    /// Returns the schema for a value of this kind: follows references, and selects the matching alternative.
    fn resolved(&self, mut schema: &'a Value, kind: &str) -> &'a Value {
        loop {
            if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
                let shared = name.strip_prefix(SHARED).and_then(|name| self.root.get("$defs")?.get(name));
                let Some(shared) = shared else { return &Value::Null };
                schema = shared;
                continue;
            }
            // if the schema has members of its own, its alternatives only restrict them
            if schema.get("properties").is_some() {
                return schema;
            }
            let of = |word: &str| schema.get(word).and_then(Value::as_array);
            let Some(several) = of("anyOf").or_else(|| of("oneOf")).or_else(|| of("allOf")) else {
                return schema;
            };
            let fitting = several.iter().find(|one| is_of_kind(self.resolved(one, kind), kind));
            let Some(fitting) = fitting else { return &Value::Null };
            schema = fitting;
        }
    }
}

impl<'a> ValueReader<'_, 'a, '_> {
    /// Returns whether a value of this kind is permitted, and records an error if not.
    fn fits(&mut self, kind: &str) -> bool {
        let Some(kinds) = self.look.kinds(self.schema) else { return true };
        if kinds.iter().any(|one| is_kind(one, kind)) {
            return true;
        }
        let kinds = kinds.into_iter().filter(|kind| *kind != "null");
        let expected = kinds.map(|kind| {
            let whole = (kind == "integer").then(|| whole_number(self.look.resolved(self.schema, kind)));
            whole.flatten().unwrap_or_else(|| in_words(kind).to_owned())
        });
        let expected: Vec<String> = expected.collect();
        let fault = FieldError::invalid(self.at.pointer(), format!("{} is expected", expected.join(" or ")));
        self.look.find(fault);
        false
    }
    fn leaf<E: Error>(mut self, kind: &str) -> Result<(), E> {
        self.fits(kind);
        self.go_on()
    }
    /// Stops the search when the limit of errors is reached.
    fn go_on<E: Error>(&self) -> Result<(), E> {
        if self.look.is_full() { Err(E::custom("enough is found")) } else { Ok(()) }
    }
}

impl<'de> DeserializeSeed<'de> for ValueReader<'_, '_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueReader<'_, '_, '_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }
    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.leaf("null")
    }
    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        self.leaf("boolean")
    }
    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        self.leaf("number")
    }
    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        self.leaf("number")
    }
    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        self.leaf("number")
    }
    fn visit_str<E: Error>(mut self, word: &str) -> Result<(), E> {
        if self.fits("string")
            && let Some(words) = self.look.words(self.schema)
            && !words.contains(&word)
        {
            let fault = FieldError::invalid(self.at.pointer(), one_of(&words));
            self.look.find(fault);
        }
        self.go_on()
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        let fits = self.fits("array");
        let schema = self.look.resolved(self.schema, "array");
        let of_item = schema.get("items").filter(|_| fits);
        let most = schema.get("maxItems").and_then(Value::as_u64).unwrap_or(u64::MAX);
        let (since, mut count) = (self.look.found.len(), 0);
        while let Some(schema) = of_item.filter(|_| count < most) {
            let at = DocumentPath::Item(&self.at, usize::try_from(count).unwrap_or(usize::MAX));
            if items.next_element_seed(ValueReader { look: self.look, schema, at })?.is_none() {
                return self.go_on();
            }
            count += 1;
        }
        while items.next_element::<IgnoredAny>()?.is_some() {
            count += 1;
        }
        if fits && count > most {
            let long = FieldError::length(self.at.pointer(), crate::validate::too_long(most));
            self.look.find_before(since, std::iter::once(long));
        }
        self.go_on()
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<(), A::Error> {
        let fits = self.fits("object");
        let schema = self.look.resolved(self.schema, "object");
        let Some(Value::Object(known)) = schema.get("properties").filter(|_| fits) else {
            while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return self.go_on();
        };
        let since = self.look.found.len();
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
        let mut missing: Vec<&str> = required.filter_map(Value::as_str).collect();
        while let Some(Name(name)) = members.next_key()? {
            missing.retain(|one| *one != name);
            self.member(known, &name, &mut members)?;
        }
        let missing = missing.into_iter().map(|name| {
            let pointer = DocumentPath::Member(&self.at, name).pointer();
            FieldError::required(pointer, "this member is required")
        });
        self.look.find_before(since, missing);
        self.go_on()
    }
}

impl<'a> ValueReader<'_, 'a, '_> {
    fn member<'de, A: MapAccess<'de>>(
        &mut self,
        known: &'a Map<String, Value>,
        name: &str,
        members: &mut A,
    ) -> Result<(), A::Error> {
        let at = DocumentPath::Member(&self.at, name);
        if let Some(schema) = known.get(name) {
            return members.next_value_seed(ValueReader { look: self.look, schema, at });
        }
        members.next_value::<IgnoredAny>()?;
        if self.look.strict {
            self.look.find(FieldError::unknown_member(at.pointer(), "this member is unknown"));
        }
        self.go_on()
    }
}

impl SchemaWalk<'_> {
    /// Returns the JSON types that match a schema. None if the schema does not restrict the type.
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

    /// Returns the permitted enum values. None if any string is permitted.
    fn words<'s>(&'s self, schema: &'s Value) -> Option<Vec<&'s str>> {
        if let Some(words) = schema.get("enum") {
            return words.as_array()?.iter().filter(|word| !word.is_null()).map(Value::as_str).collect();
        }
        if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
            return self.words(self.root.get("$defs")?.get(name.strip_prefix(SHARED)?)?);
        }
        let several = schema.get("anyOf").or_else(|| schema.get("oneOf"))?.as_array()?;
        let each = several.iter().filter(|one| one.get("type").is_none_or(|kind| kind != "null"));
        // a single constant may be specific to the shop, which this schema does not know
        let word = |one: &'s Value| Some(vec![one.get("const")?.as_str()?]);
        let words: Option<Vec<Vec<&str>>> = each.map(|one| word(one).or_else(|| self.words(one))).collect();
        Some(words?.concat())
    }
}

/// Lists the expected enum values in the style of serde.
fn one_of(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match &quoted[..] {
        [one] => format!("{one} is expected"),
        [one, other] => format!("{one} or {other} is expected"),
        several => format!("one of {} is expected", several.join(", ")),
    }
}

/// Returns whether a field error lists the expected enum values.
fn names_words(fault: &FieldError) -> bool {
    fault.code == "invalid" && (fault.detail.starts_with('`') || fault.detail.starts_with("one of `"))
}

/// A whole number can be written with a decimal point. Its range is checked by the deserializer.
fn is_kind(expected: &str, kind: &str) -> bool {
    expected == kind || kind == "number" && expected == "integer"
}

/// The range of a whole number with this schema. None if it has none of its own.
fn whole_number(schema: &Value) -> Option<String> {
    let least = schema.get("minimum")?.as_i64().filter(|least| *least > i64::MIN)?;
    let most = schema.get("maximum").and_then(Value::as_i64);
    Some(most.map_or_else(
        || format!("{WHOLE} of at least {least}"),
        |most| format!("{WHOLE} from {least} to {most}"),
    ))
}

fn in_words(kind: &str) -> &str {
    match kind {
        "boolean" => "true or false",
        "integer" => WHOLE,
        "number" => "a number",
        "string" => "a string",
        "array" => "a list",
        "object" => "an object",
        other => other,
    }
}

fn is_of_kind(schema: &Value, kind: &str) -> bool {
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
    struct ExampleOrder {
        name: String,
        lines: Vec<ExampleLine>,
        address: Option<Address>,
        #[serde(default)]
        labels: BTreeMap<String, String>,
    }
    #[derive(Debug, Deserialize, JsonSchema)]
    #[allow(dead_code)]
    struct ExampleLine {
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
        add::<ExampleOrder>(json.as_bytes(), strict, &mut faults);
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
        add::<ExampleOrder>(br#"{"name": "x", "lines": [], "address": 1}"#, true, &mut faults);
        assert_eq!(faults, [FieldError::invalid("/address", "an object is expected")]);
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
        /// The order of the variants is part of the test.
        #[derive(Debug, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[allow(dead_code)]
        enum ExampleReason {
            Receipt,
            Count,
            Loss,
            Sale,
        }
        #[derive(JsonSchema)]
        #[serde(rename_all = "snake_case")]
        #[allow(dead_code)]
        enum ByHand {
            /// Stock was received.
            Receipt,
            /// Stock was counted.
            Count,
            /// Stock was lost.
            Loss,
        }
        #[derive(Debug, Deserialize, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        #[allow(dead_code)]
        enum ExampleSize {
            Tall,
            Small,
        }
        #[derive(Debug, Deserialize, JsonSchema)]
        #[allow(dead_code)]
        struct Adjustment {
            #[schemars(with = "ByHand")]
            reason: ExampleReason,
            #[serde(default)]
            kind: Option<ExampleSize>,
        }
        impl crate::ValidateRequest for Adjustment {}
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
    fn of_a_list_that_is_too_long_only_what_it_may_have_is_looked_at() {
        #[derive(JsonSchema)]
        #[allow(dead_code)]
        struct ExampleBasket {
            #[schemars(length(max = 3))]
            lines: Option<Vec<ExampleLine>>,
        }
        let body = format!(r#"{{"lines": [{}]}}"#, [r#"{"quantity": 1}"#; 9].join(","));
        let mut faults = Vec::new();
        add::<ExampleBasket>(body.as_bytes(), true, &mut faults);
        let found: Vec<_> =
            faults.iter().map(|fault| (fault.pointer.as_str(), fault.code.as_str())).collect();
        let missing = |at| (at, "required");
        assert_eq!(
            found,
            [
                ("/lines", "length"),
                missing("/lines/0/product"),
                missing("/lines/1/product"),
                missing("/lines/2/product")
            ]
        );
    }

    #[test]
    fn there_is_an_end_to_what_is_named() {
        let members: Vec<String> = (0..2000).map(|n| format!("\"x{n}\": 1")).collect();
        assert_eq!(found(&format!("{{{}}}", members.join(",")), true).len(), FAULTS_COLLECTED_MAX);
    }
}
