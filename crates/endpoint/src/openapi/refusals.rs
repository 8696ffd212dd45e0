//! The refusals of operations, and the table of all codes.

use super::{operation::etag, schemas::Schemas};
use crate::{
    Common, Endpoint, ErrorRow, FAULTS_BYTES_MAX, FAULTS_COLLECTED_MAX, FAULTS_LISTED_MAX, FAULTS_OMITTED,
    Rows,
};
use schemars::JsonSchema;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// A code and the operations that answer with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorUse {
    /// The code.
    pub row: &'static ErrorRow,
    /// It can be the answer of any endpoint.
    pub common: bool,
    /// The operations that declare it, or that can answer it as a common one.
    pub operations: Vec<&'static str>,
}

impl ErrorUse {
    /// For the document.
    pub(super) fn as_json(&self) -> Value {
        let ErrorUse { row, common, operations } = self;
        json!({
            "status": row.status, "code": row.code, "title": row.title(), "detail": row.detail(),
            "common": common, "operations": operations,
        })
    }
}

#[derive(Debug)]
pub(super) struct Refusals {
    /// By status, code and text: a code that means something else at another endpoint stands twice.
    uses: BTreeMap<(u16, &'static str, String), ErrorUse>,
    /// Responses of common refusals only, which operations share.
    shared: BTreeMap<String, Value>,
}

impl Refusals {
    /// With the common codes, of which some are the answer of an address and not of an operation.
    pub(super) fn new() -> Self {
        let common = Common::ROWS
            .iter()
            .map(|row| (place(row), ErrorUse { row, common: true, operations: Vec::new() }));
        Refusals { uses: common.collect(), shared: BTreeMap::new() }
    }

    /// The responses of one operation that are refusals.
    pub(super) fn responses<E: Endpoint>(
        &mut self,
        common: Vec<&'static ErrorRow>,
        schemas: &mut Schemas,
    ) -> BTreeMap<u16, Value> {
        let own = <E::Error as Rows>::ROWS;
        let mut by_status: BTreeMap<u16, Vec<(&'static ErrorRow, bool)>> = BTreeMap::new();
        // an endpoint that declares a common code itself says more about it
        let common = common.into_iter().filter(|row| !own.iter().any(|o| o.code == row.code));
        for (row, common) in own.iter().map(|row| (row, false)).chain(common.map(|row| (row, true))) {
            by_status.entry(row.status).or_default().push((row, common));
            self.note(row, common, E::ROUTE.name);
        }
        let mut variants = variants::<Common>(schemas);
        variants.extend(self::variants::<E::Error>(schemas));
        let response = |(status, rows): (u16, Vec<(&'static ErrorRow, bool)>)| {
            let codes: Vec<&str> = rows.iter().map(|(row, _)| row.code).collect();
            let response = response(rows.iter().map(|(row, _)| *row).collect(), &variants);
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

    fn note(&mut self, row: &'static ErrorRow, common: bool, operation: &'static str) {
        let entry = self.uses.entry(place(row));
        let entry = entry.or_insert_with(|| ErrorUse { row, common, operations: Vec::new() });
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
            "| status | code | what happened | what to do | answered by |\n|---|---|---|---|---|\n",
        );
        for ErrorUse { row, common, operations } in self.uses.values() {
            let operations: Vec<String> = operations.iter().map(|o| format!("`{o}`")).collect();
            let by = if *common { "any".to_owned() } else { operations.join(", ") };
            let (title, detail) = (row.title(), row.detail());
            let detail = if detail == title { "" } else { &detail };
            table.push_str(&format!("| {} | `{}` | {title} | {detail} | {by} |\n", row.status, row.code));
        }
        table
    }
}

/// Where a code and its text stand in the table.
fn place(row: &ErrorRow) -> (u16, &'static str, String) {
    (row.status, row.code, format!("{}\n{}", row.title(), row.detail()))
}

fn response(rows: Vec<&'static ErrorRow>, variants: &BTreeMap<String, Value>) -> Value {
    let about: Vec<String> = rows.iter().map(|row| format!("`{}`: {}", row.code, row.title())).collect();
    let data: Vec<&Value> = rows.iter().filter_map(|row| variants.get(row.code)).collect();
    let data = match &data[..] {
        [one] => (*one).clone(),
        several => json!({"oneOf": several}),
    };
    let schema = json!({"allOf": [{"$ref": "#/components/schemas/Problem"}, data]});
    let mut response = json!({
        "description": about.join("\n\n"),
        "content": {"application/problem+json": {"schema": schema}},
    });
    if rows.iter().any(|row| row.status == 401) {
        response["headers"]["WWW-Authenticate"] = json!({"schema": {"type": "string"}});
    }
    // 504: of what may be repeated
    if rows.iter().any(|row| matches!(row.status, 429 | 503 | 504)) {
        response["headers"]["Retry-After"] =
            json!({"schema": {"type": "integer"}, "description": "In seconds."});
    }
    if rows.iter().any(|row| row.status == 412) {
        response["headers"]["ETag"] = etag(false);
    }
    response
}

/// The variants of an error enum, by code.
fn variants<X: JsonSchema>(schemas: &mut Schemas) -> BTreeMap<String, Value> {
    let schema = schemas.answered_in_full::<X>();
    let list = schema.get("oneOf").and_then(Value::as_array).cloned().unwrap_or_default();
    let by_code =
        |variant: Value| Some((variant["properties"]["code"]["const"].as_str()?.to_owned(), variant));
    list.into_iter().filter_map(by_code).collect()
}

/// The members that every problem has.
pub(super) fn problem_schema() -> Value {
    let text = |about: &str| json!({"type": "string", "description": about});
    let mut members = Map::new();
    for (name, about) in [
        ("title", "What happened."),
        ("code", "The stable code, for programs."),
        ("detail", "What to do."),
        ("instance", "What was asked for."),
        ("request_id", "The request, as the logs name it."),
    ] {
        members.insert(name.to_owned(), text(about));
    }
    members.insert(
        "type".into(),
        json!({"type": "string", "format": "uri-reference", "description": "Where the code is explained."}),
    );
    members.insert(
        FAULTS_OMITTED.into(),
        json!({
            "type": "integer", "minimum": 1,
            "description": format!(
                "How many more errors were found than `errors` lists, which is at most {FAULTS_LISTED_MAX} of them and \
                 {} kB. The search ends at {FAULTS_COLLECTED_MAX}.", FAULTS_BYTES_MAX >> 10
            ),
        }),
    );
    members.insert(
        "status".into(),
        json!({"type": "integer", "minimum": 400, "maximum": 599, "description": "The status of HTTP, again."}),
    );
    json!({
        "type": "object",
        "description": "Problem details (RFC 9457).",
        "required": ["type", "title", "status", "code", "detail"],
        "properties": members,
    })
}
