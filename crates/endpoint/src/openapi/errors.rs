//! The errors of operations, and the table of all codes.

use super::{
    operation::etag,
    portable::{Side, rewrite},
    problem_members::ProblemMembers,
    schemas::Schemas,
};
use crate::{
    CommonError, Endpoint, ErrorSpec, FAULTS_BYTES_MAX, FAULTS_COLLECTED_MAX, FAULTS_LISTED_MAX,
    FAULTS_OMITTED, ProblemSet,
};
use schemars::JsonSchema;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The member with the possible codes of a response.
pub(super) const CODES: &str = "x-codes";

/// A code and the operations that return it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorUse {
    /// The specification of the code.
    pub row: &'static ErrorSpec,
    /// Whether any endpoint can return it.
    pub common: bool,
    /// The operations that declare it, or that can return it as a common error.
    pub operations: Vec<&'static str>,
    /// The schema of the additional members of the code. Null if there are none.
    pub data: Value,
}

impl ErrorUse {
    /// Returns the row for the document.
    pub(super) fn as_json(&self) -> Value {
        let ErrorUse { row, common, operations, data } = self;
        let mut object = json!({
            "status": row.status, "code": row.code, "title": row.title(), "detail": row.detail(),
            "common": common, "operations": operations,
        });
        if !data.is_null() {
            object["data"] = data.clone();
        }
        object
    }
}

#[derive(Debug)]
pub(super) struct Refusals {
    /// By status, code and text: a code that has another meaning at another endpoint has two rows.
    uses: BTreeMap<(u16, &'static str, String), ErrorUse>,
    /// Responses that contain only common errors, shared by operations.
    shared: BTreeMap<String, Value>,
    /// The members of problems, in addition to those that every problem has.
    members: ProblemMembers,
}

impl Refusals {
    /// Creates the table with the common codes, some of which belong to a path and not to an operation.
    pub(super) fn new() -> Self {
        let common = CommonError::ROWS.iter().map(|row| {
            (place(row), ErrorUse { row, common: true, operations: Vec::new(), data: Value::Null })
        });
        Refusals { uses: common.collect(), shared: BTreeMap::new(), members: ProblemMembers::default() }
    }

    /// Returns the error responses of one operation.
    pub(super) fn responses<E: Endpoint>(
        &mut self,
        common: Vec<&'static ErrorSpec>,
        schemas: &mut Schemas,
    ) -> BTreeMap<u16, Value> {
        let own = <E::Error as ProblemSet>::ROWS;
        let mut data = data_by_code::<CommonError>(schemas);
        data.extend(data_by_code::<E::Error>(schemas));
        let mut by_status: BTreeMap<u16, Vec<(&'static ErrorSpec, bool)>> = BTreeMap::new();
        // the description of a common code that an endpoint declares itself is more specific
        let common = common.into_iter().filter(|row| !own.iter().any(|o| o.code == row.code));
        for (row, common) in own.iter().map(|row| (row, false)).chain(common.map(|row| (row, true))) {
            by_status.entry(row.status).or_default().push((row, common));
            let data = data.get(row.code).cloned().unwrap_or_default();
            self.members.add(row.code, &data, schemas);
            self.note(row, common, E::ROUTE.name, data);
        }
        let response = |(status, rows): (u16, Vec<(&'static ErrorSpec, bool)>)| {
            let codes: Vec<&str> = rows.iter().map(|(row, _)| row.code).collect();
            let response = response(rows.iter().map(|(row, _)| *row).collect());
            if rows.iter().any(|(_, common)| !common) {
                return (status, response);
            }
            let name = codes.join("_or_");
            let reference = json!({"$ref": format!("#/components/responses/{name}")});
            self.shared.insert(name, response);
            (status, reference)
        };
        by_status.into_iter().map(response).collect()
    }

    fn note(&mut self, row: &'static ErrorSpec, common: bool, operation: &'static str, data: Value) {
        let entry = self.uses.entry(place(row));
        let empty = ErrorUse { row, common, operations: Vec::new(), data: Value::Null };
        let entry = entry.or_insert(empty);
        entry.data = if entry.operations.is_empty() { data } else { of_either(&entry.data, &data) };
        entry.operations.push(operation);
    }

    pub(super) fn uses(&self) -> Vec<&ErrorUse> {
        self.uses.values().collect()
    }

    pub(super) fn shared_responses(&self) -> &BTreeMap<String, Value> {
        &self.shared
    }

    pub(super) fn markdown(&self) -> String {
        let mut table = String::from(
            "| status | code | what happened | what to do | returned by |\n|---|---|---|---|---|\n",
        );
        for ErrorUse { row, common, operations, .. } in self.uses.values() {
            let operations: Vec<String> = operations.iter().map(|o| format!("`{o}`")).collect();
            let by = if *common { "any".to_owned() } else { operations.join(", ") };
            let (title, detail) = (row.title(), row.detail());
            let detail = if detail == title { "" } else { &detail };
            table.push_str(&format!("| {} | `{}` | {title} | {detail} | {by} |\n", row.status, row.code));
        }
        table
    }
}

/// Returns the position of a code and its text in the table.
fn place(row: &ErrorSpec) -> (u16, &'static str, String) {
    (row.status, row.code, format!("{}\n{}", row.title(), row.detail()))
}

fn response(rows: Vec<&'static ErrorSpec>) -> Value {
    let about: Vec<String> = rows.iter().map(|row| format!("`{}`: {}", row.code, row.title())).collect();
    let codes: Vec<&str> = rows.iter().map(|row| row.code).collect();
    let mut response = json!({
        "description": about.join("\n\n"),
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        CODES: codes,
    });
    if rows.iter().any(|row| row.status == 401) {
        response["headers"]["WWW-Authenticate"] = json!({"schema": {"type": "string"}});
    }
    // 504: for requests that can be repeated
    if rows.iter().any(|row| matches!(row.status, 429 | 503 | 504)) {
        response["headers"]["Retry-After"] = json!({"schema": {"type": "integer"}, "description": "The number of seconds to wait before a retry."});
    }
    if rows.iter().any(|row| row.status == 412) {
        response["headers"]["ETag"] = etag(false);
    }
    response
}

/// Returns the schema of the additional members of each code of an error enum. Codes without members are omitted.
fn data_by_code<X: JsonSchema>(schemas: &mut Schemas) -> BTreeMap<String, Value> {
    let schema = schemas.answered_in_full::<X>();
    let list = schema.get("oneOf").and_then(Value::as_array).cloned().unwrap_or_default();
    list.into_iter().filter_map(data_of).collect()
}

/// Splits a variant of an error enum into its code and the schema of its other members.
fn data_of(mut variant: Value) -> Option<(String, Value)> {
    let members = variant["properties"].as_object_mut()?;
    let code = members.remove("code")?["const"].as_str()?.to_owned();
    if members.is_empty() {
        return None;
    }
    let mut data = json!({"type": "object", "properties": members});
    let is_data = |name: &&Value| *name != "code";
    let required: Vec<Value> =
        variant["required"].as_array().into_iter().flatten().filter(is_data).cloned().collect();
    if !required.is_empty() {
        data["required"] = required.into();
    }
    rewrite(&mut data, Side::Reply);
    Some((code, data))
}

/// Returns the single schema of all errors: the common members, and the optional members of individual codes.
pub(super) fn problem_schema(refusals: &Refusals) -> Value {
    let text = |about: &str| json!({"type": "string", "description": about});
    let mut members = Map::new();
    for (name, about) in [
        ("title", "A short summary of the problem."),
        ("code", "The stable error code, for programs."),
        ("detail", "How to resolve the problem."),
        ("instance", "The path of the request."),
        ("request_id", "The ID of the request, as in the logs."),
    ] {
        members.insert(name.to_owned(), text(about));
    }
    members.insert(
        "type".into(),
        json!({"type": "string", "format": "uri-reference", "description": "The URL of the documentation of the code."}),
    );
    members.insert(
        FAULTS_OMITTED.into(),
        json!({
            "type": "integer", "minimum": 1,
            "description": format!(
                "How many more errors were found than `errors` lists, which is at most {FAULTS_LISTED_MAX} of them and \
                 {} kB. The search ends at {FAULTS_COLLECTED_MAX}.", FAULTS_BYTES_MAX / 1000
            ),
        }),
    );
    members.insert(
        "status".into(),
        json!({"type": "integer", "minimum": 400, "maximum": 599, "description": "The HTTP status code."}),
    );
    members.extend(refusals.members.schemas());
    // linters report unused schemas, and do not check `x-problems`
    let mut named = BTreeSet::new();
    refusals.uses.values().for_each(|one| references(&one.data, &mut named));
    if !named.is_empty() {
        let list = named.into_iter().filter_map(|to| Some((to.rsplit('/').next()?, json!({"$ref": to}))));
        members["code"]["$defs"] = list.map(|(name, to)| (name.to_owned(), to)).collect::<Map<_, _>>().into();
    }
    json!({
        "type": "object",
        "description": "Problem details (RFC 9457): why a request was rejected. Programs should evaluate `code`; `data` in its \
            row of `x-problems` describes the members that a code adds.",
        "required": ["type", "title", "status", "code", "detail"],
        "properties": members,
    })
}

/// Merges the members of a code from two operations. Members that both require stay required.
fn of_either(one: &Value, other: &Value) -> Value {
    let mut members = Map::new();
    for (name, schema) in
        [one, other].into_iter().flat_map(|data| data["properties"].as_object().into_iter().flatten())
    {
        members.entry(name.clone()).or_insert_with(|| schema.clone());
    }
    if members.is_empty() {
        return Value::Null;
    }
    let required = |data: &Value| data["required"].as_array().cloned().unwrap_or_default();
    let always: Vec<Value> =
        required(one).into_iter().filter(|name| required(other).contains(name)).collect();
    let mut data = json!({"type": "object", "properties": members});
    if !always.is_empty() {
        data["required"] = always.into();
    }
    data
}

/// Collects the references within a schema.
fn references<'a>(schema: &'a Value, found: &mut BTreeSet<&'a str>) {
    match schema {
        Value::Object(object) => {
            found.extend(object.get("$ref").and_then(Value::as_str));
            object.values().for_each(|inner| references(inner, found));
        }
        Value::Array(list) => list.iter().for_each(|inner| references(inner, found)),
        _ => {}
    }
}
