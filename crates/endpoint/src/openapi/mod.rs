//! The OpenAPI 3.1 document, from the declarations. The same declarations give the same bytes.

mod breaking_changes;
mod errors;
mod examples;
mod operation;
mod parameters;
mod portable;
mod problem_members;
mod schemas;

pub use breaking_changes::breaks;
pub use errors::ErrorUse;
pub use examples::{ExampleRequest, Examples, Exchange};
pub use operation::Operation;
pub(crate) use operation::UNCHANGED;

use crate::{
    CommonError, Endpoint, EndpointInfo, ErrorSpec, FAULTS, Permission, ProblemSet, Reply, Route, Scope,
};
use errors::Refusals;
use schemars::JsonSchema;
use schemas::Schemas;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The members of a path's object that are operations.
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// A header that answers have, whatever they are.
#[derive(Debug, Clone, Copy)]
pub struct CommonHeader {
    /// Its name.
    pub name: &'static str,
    /// What it tells.
    pub about: &'static str,
    /// Whether it is always there.
    pub always: bool,
    /// What it looks like: a regular expression of ECMA-262.
    pub pattern: &'static str,
    /// An example.
    pub example: &'static str,
}

/// A document in the making.
#[derive(Debug)]
pub struct Document {
    title: String,
    version: String,
    about: String,
    schemas: Schemas,
    paths: BTreeMap<&'static str, Map<String, Value>>,
    tags: BTreeMap<String, String>,
    refusals: Refusals,
    headers: BTreeMap<&'static str, Value>,
    extensions: Map<String, Value>,
}

impl Document {
    /// An empty document of this title and version.
    pub fn new(title: &str, version: &str) -> Self {
        Document {
            title: title.to_owned(),
            version: version.to_owned(),
            about: String::new(),
            schemas: Schemas::new(),
            paths: BTreeMap::new(),
            tags: BTreeMap::new(),
            refusals: Refusals::new(),
            headers: BTreeMap::new(),
            extensions: Map::new(),
        }
    }
    /// The text in front, in Markdown.
    #[must_use]
    pub fn about(mut self, text: &str) -> Self {
        self.about = text.to_owned();
        self
    }
    /// Says something that OpenAPI has no place for, under a name that begins with `x-`.
    #[must_use]
    pub fn extend(mut self, name: &str, value: Value) -> Self {
        self.extensions.insert(name.to_owned(), value);
        self
    }
    /// A header that answers have, whatever they are: declared once, and named by each response.
    #[must_use]
    pub fn answers_with(mut self, header: &CommonHeader) -> Self {
        let CommonHeader { name, about, always, pattern, example } = *header;
        let schema = json!({"type": "string", "pattern": pattern});
        let header = json!({"description": about, "required": always, "schema": schema, "example": example});
        self.headers.insert(name, header);
        self
    }
    /// What a tag is about. The tags are the paths' first words: `orders` for `/v1/orders/{id}`.
    #[must_use]
    pub fn tag(mut self, name: &str, about: &str) -> Self {
        self.tags.insert(name.to_owned(), about.to_owned());
        self
    }
    /// Adds all of a list.
    #[must_use]
    pub fn with(mut self, endpoints: &[EndpointInfo]) -> Self {
        for endpoint in endpoints {
            (endpoint.add)(&mut self);
        }
        self
    }

    /// Adds an endpoint.
    pub fn add<E: Endpoint>(&mut self) {
        let route = E::ROUTE;
        let mut operation = Operation::new(&mut self.schemas);
        E::describe(&mut operation);
        E::Reply::describe(&mut operation);
        if route.method == http::Method::GET && !route.is_internal() {
            operation.read();
        }
        let common: Vec<&'static ErrorSpec> =
            CommonError::ROWS.iter().filter(|row| can_answer(row, &route, &operation)).collect();
        let refusals = self.refusals.responses::<E>(common, operation.schemas);
        operation.responses.extend(refusals);
        let tag = tag(route.path).to_owned();
        self.tags.entry(tag.clone()).or_default();
        let object = operation_object(&route, &tag, operation);
        self.paths.entry(route.path).or_default().insert(route.method.as_str().to_lowercase(), object);
    }

    /// Adds the schema of something that no endpoint answers with: what is in an event, for instance.
    pub fn schema<T: JsonSchema>(&mut self) {
        self.schemas.answered::<T>();
    }

    /// Every code that the endpoints can answer with, in the order of status and code.
    pub fn errors(&self) -> Vec<&ErrorUse> {
        self.refusals.uses()
    }

    /// [`Document::errors`] as a table in Markdown, for the docs.
    pub fn errors_markdown(&self) -> String {
        self.refusals.markdown()
    }

    /// The kinds of faults that `errors` of a refusal can name, as a table in Markdown, for the docs.
    pub fn faults_markdown(&self) -> String {
        let rows = FAULTS.iter().map(|row| format!("| `{}` | {} |\n", row.code, row.doc.trim()));
        format!("| code | what it means |\n|---|---|\n{}", rows.collect::<String>())
    }

    /// The document. Beside the operations it has all codes of refusals (`x-problems`), also those of addresses that
    /// no operation has, and all kinds of faults (`x-faults`).
    pub fn finish(self) -> Value {
        let problems: Vec<Value> = self.refusals.uses().into_iter().map(ErrorUse::as_json).collect();
        let faults: Vec<Value> =
            FAULTS.iter().map(|row| json!({"code": row.code, "description": row.doc.trim()})).collect();
        let mut paths = json!(self.paths);
        let mut responses = json!(self.refusals.shared_responses());
        for operation in
            paths.as_object_mut().into_iter().flatten().filter_map(|(_, item)| item.as_object_mut())
        {
            operation
                .values_mut()
                .for_each(|operation| name_headers(&self.headers, &mut operation["responses"]));
        }
        name_headers(&self.headers, &mut responses);
        let mut schemas = self.schemas.finish(&mut paths);
        schemas.insert("Problem".into(), errors::problem_schema(&self.refusals));
        let schemes = security_schemes(&paths);
        let tag = |(name, about): (&String, &String)| match about.is_empty() {
            true => json!({"name": name}),
            false => json!({"name": name, "description": about}),
        };
        let mut document = json!({
            "openapi": "3.1.0",
            "info": {
                "title": self.title,
                "version": self.version,
                "description": self.about,
                "contact": {"name": self.title},
                "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
            },
            "servers": [{"url": "/"}],
            "tags": self.tags.iter().map(tag).collect::<Vec<_>>(),
            "paths": paths,
            "components": {
                "schemas": schemas,
                "responses": responses,
                "securitySchemes": schemes,
            },
        });
        if !self.headers.is_empty() {
            document["components"]["headers"] = json!(self.headers);
        }
        document["x-problems"] = problems.into();
        document["x-faults"] = faults.into();
        for (name, value) in self.extensions {
            document[name] = value;
        }
        document
    }
}

/// The names that an endpoint's query knows, so that a server can refuse others.
pub fn query_names<E: Endpoint>() -> Vec<String> {
    let mut schemas = Schemas::new();
    let mut operation = Operation::new(&mut schemas);
    E::describe(&mut operation);
    operation.parameter_names("query")
}

/// Names the headers that every answer has in each of these responses that stands here itself.
fn name_headers(headers: &BTreeMap<&'static str, Value>, responses: &mut Value) {
    let all = responses.as_object_mut().into_iter().flatten().map(|(_, response)| response);
    for response in all.filter(|response| response.get("$ref").is_none()) {
        for name in headers.keys() {
            response["headers"][name] = json!({"$ref": format!("#/components/headers/{name}")});
        }
    }
}

fn operation_object(route: &Route, tag: &str, operation: Operation<'_>) -> Value {
    let (summary, description) = route.doc.split_once('\n').unwrap_or((route.doc, ""));
    let responses: Map<String, Value> =
        operation.responses.into_iter().map(|(status, response)| (status.to_string(), response)).collect();
    let mut object = json!({
        "operationId": route.name,
        "summary": summary.trim_end_matches('.'),
        "tags": [tag],
        "parameters": operation.parameters,
        "responses": responses,
        "security": security(route.scope),
        "x-scope": scope_name(route.scope),
    });
    // beside whoever is signed in: the scope's word is one that clients know
    if route.scope == Scope::Buyer {
        object["x-guests"] = true.into();
    }
    // what may be called with and without a credential, and what checks none: both are for anyone
    if route.scope == Scope::NoCredential {
        object["x-credentials-ignored"] = true.into();
    }
    if matches!(route.scope, Scope::StaffSession(_)) {
        object["x-person-only"] = true.into();
    }
    let callers = callers(route.scope);
    let parts: Vec<&str> =
        [description.trim(), &callers].into_iter().filter(|part| !part.is_empty()).collect();
    if !parts.is_empty() {
        object["description"] = parts.join("\n\n").into();
    }
    if let Some(body) = operation.body {
        object["requestBody"] = body;
    }
    object
}

fn tag(path: &str) -> &str {
    let mut words = path.split('/').filter(|word| !word.is_empty() && !matches!(*word, "v1" | "internal"));
    words.next().unwrap_or("other")
}

fn security(scope: Scope) -> Value {
    match scope {
        Scope::NoCredential => json!([]),
        // nobody must show one, and what is shown counts
        Scope::Public => json!([{}, {"bearer": []}, {"api_key": []}]),
        Scope::Service(_) => json!([{"service": []}]),
        Scope::Session | Scope::Admin | Scope::StaffSession(_) => json!([{"bearer": []}]),
        Scope::User | Scope::Buyer | Scope::Staff(_) | Scope::StaffWith(_) => {
            json!([{"bearer": []}, {"api_key": []}])
        }
    }
}

/// How callers show who they are, in the ways that some operation takes.
fn security_schemes(paths: &Value) -> Value {
    let mut schemes = json!({
        "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "An access token; an API key, where `api_key` is named beside it; or, for what is said of the order of a guest, its `order_key`."},
        "api_key": {"type": "apiKey", "in": "header", "name": "X-Api-Key", "description": "An API key: `ordo_sk_…`."},
        "service": {"type": "http", "scheme": "bearer", "description": "A credential that a service signs itself."},
    });
    let operations = paths.as_object().into_iter().flatten().flat_map(|(_, item)| item.as_object());
    let ways = operations.flat_map(|item| item.values()).flat_map(|op| op["security"].as_array()).flatten();
    let used: BTreeSet<&String> = ways.filter_map(Value::as_object).flat_map(|way| way.keys()).collect();
    if let Some(schemes) = schemes.as_object_mut() {
        schemes.retain(|name, _| used.contains(name));
    }
    schemes
}

fn scope_name(scope: Scope) -> String {
    match scope {
        Scope::NoCredential | Scope::Public => "anyone".into(),
        // to whoever is signed in nothing is another
        Scope::User | Scope::Buyer => "user".into(),
        Scope::Session => "session".into(),
        Scope::Staff(permission) | Scope::StaffSession(permission) => {
            format!("staff:{permission:?}").to_lowercase()
        }
        Scope::StaffWith(permissions) => {
            let words: Vec<String> =
                permissions.iter().map(|one| format!("{one:?}").to_lowercase()).collect();
            format!("staff:{}", words.join(" or "))
        }
        Scope::Admin => "admin".into(),
        Scope::Service(callers) => format!("service:{}", callers.join(",")),
    }
}

/// Who may call, in words.
fn callers(scope: Scope) -> String {
    let named = |permission: &Permission| format!("`{}`", format!("{permission:?}").to_lowercase());
    match scope {
        Scope::Service(_) => String::new(),
        Scope::NoCredential => "For everybody: a credential that comes along is not looked at.".into(),
        Scope::Public => {
            "For everybody, signed in or not; who shows a credential that is not good is refused (401)."
                .into()
        }
        Scope::User => "For whoever is signed in, and programs with an API key.".into(),
        Scope::Buyer => {
            "For whoever is signed in, programs with an API key, and guests with the key of their order."
                .into()
        }
        Scope::Session => "For whoever is signed in in person, without an API key.".into(),
        Scope::Staff(permission) => format!("For staff with the permission {}.", named(&permission)),
        Scope::StaffSession(permission) => {
            format!("For staff with the permission {}, in person: without an API key.", named(&permission))
        }
        Scope::StaffWith(permissions) => {
            let names: Vec<String> = permissions.iter().map(named).collect();
            format!("For staff with one of the permissions {}.", names.join(" and "))
        }
        Scope::Admin => "For administrators.".into(),
    }
}

/// Whether some of what is asked for in the query ends somewhere.
fn has_span(operation: &Operation<'_>) -> bool {
    operation.parameter_names("query").iter().any(|name| name.ends_with("before") || name.ends_with("_max"))
}

/// Which of the common refusals an endpoint can answer with.
fn can_answer(row: &ErrorSpec, route: &Route, operation: &Operation<'_>) -> bool {
    let takes = |header: &str| operation.parameter_names("header").iter().any(|name| name == header);
    let writes = route.method != http::Method::GET;
    match row.code {
        // a parameter that is not known is one of every address
        "invalid_request" => true,
        // where everybody may call, a credential that is good no more is refused all the same
        "unauthenticated" => !matches!(route.scope, Scope::NoCredential),
        // what is for people can have more that is for staff only
        "forbidden" => !matches!(route.scope, Scope::NoCredential | Scope::Public),
        // what is somebody else's is not there, also where it is asked for by a filter; and nobody has what is one's own
        // before it is made
        "not_found" => {
            route.path.contains('{')
                || route.path.ends_with("/mine")
                || operation.parameter_names("query").iter().any(|name| name == "user_id")
        }
        // of an address, not of an operation: `x-problems` has it
        "method_not_allowed" => false,
        // a query makes no sense whose end lies before its beginning
        "unprocessable" => (route.has_body && !route.is_raw) || has_span(operation),
        "body_too_large" | "unsupported_media_type" => route.has_body,
        "precondition_failed" => takes("If-Match"),
        "precondition_required" => route.guarded,
        "key_reused" => takes("Idempotency-Key"),
        "outcome_unknown" | "insufficient_storage" => writes,
        _ => true,
    }
}
