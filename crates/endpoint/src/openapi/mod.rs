//! The OpenAPI 3.1 document, generated from the declarations. The same declarations produce the same bytes.

mod breaking_changes;
mod errors;
mod examples;
mod exchange;
mod operation;
mod parameters;
mod portable;
mod problem_members;
mod schemas;

pub use breaking_changes::breaks;
pub use errors::ErrorUse;
pub use examples::Examples;
pub use exchange::{ExampleRequest, Exchange};
pub use operation::OperationBuilder;
pub(crate) use operation::UNCHANGED;

use crate::{
    CommonError, Endpoint, EndpointInfo, ErrorSpec, FAULTS, Permission, ProblemSet, Reply, Route, Scope,
};
use errors::Refusals;
use schemars::JsonSchema;
use schemas::Schemas;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The members of a path object that are operations.
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// A header of all responses.
#[derive(Debug, Clone, Copy)]
pub struct CommonHeader {
    /// The name of the header.
    pub name: &'static str,
    /// The description of the header.
    pub about: &'static str,
    /// Whether the header is always present.
    pub always: bool,
    /// The pattern of its value: a regular expression (ECMA-262).
    pub pattern: &'static str,
    /// An example value.
    pub example: &'static str,
}

/// A document that is being built.
#[derive(Debug)]
pub struct DocumentBuilder {
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

impl DocumentBuilder {
    /// Creates an empty document with a title and version.
    pub fn new(title: &str, version: &str) -> Self {
        DocumentBuilder {
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
    /// Sets the description of the document, in Markdown.
    #[must_use]
    pub fn about(mut self, text: &str) -> Self {
        self.about = text.to_owned();
        self
    }
    /// Adds an extension, whose name begins with `x-`.
    #[must_use]
    pub fn extend(mut self, name: &str, value: Value) -> Self {
        self.extensions.insert(name.to_owned(), value);
        self
    }
    /// Adds a header of all responses. It is declared once and referenced by each response.
    #[must_use]
    pub fn answers_with(mut self, header: &CommonHeader) -> Self {
        let CommonHeader { name, about, always, pattern, example } = *header;
        let schema = json!({"type": "string", "pattern": pattern});
        let header = json!({"description": about, "required": always, "schema": schema, "example": example});
        self.headers.insert(name, header);
        self
    }
    /// Describes a tag. Tags are the first segments of paths: `orders` for `/v1/orders/{id}`.
    #[must_use]
    pub fn tag(mut self, name: &str, about: &str) -> Self {
        self.tags.insert(name.to_owned(), about.to_owned());
        self
    }
    /// Adds all endpoints of a list.
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
        let mut operation = OperationBuilder::new(&mut self.schemas);
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

    /// Adds a schema that no endpoint returns, such as the data of an event.
    pub fn schema<T: JsonSchema>(&mut self) {
        self.schemas.answered::<T>();
    }

    /// Returns every code that the endpoints can return, sorted by status and code.
    pub fn errors(&self) -> Vec<&ErrorUse> {
        self.refusals.uses()
    }

    /// Returns [`DocumentBuilder::errors`] as a Markdown table, for the docs.
    pub fn errors_markdown(&self) -> String {
        self.refusals.markdown()
    }

    /// Returns the codes of field errors as a Markdown table, for the docs.
    pub fn faults_markdown(&self) -> String {
        let rows = FAULTS.iter().map(|row| format!("| `{}` | {} |\n", row.code, row.doc.trim()));
        format!("| code | what it means |\n|---|---|\n{}", rows.collect::<String>())
    }

    /// Returns the document. In addition to the operations, it contains all error codes (`x-problems`), including those
    /// that belong to no operation, and all codes of field errors (`x-faults`).
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

/// Returns the query parameters of an endpoint, so that a server can reject others.
pub fn query_names<E: Endpoint>() -> Vec<String> {
    let mut schemas = Schemas::new();
    let mut operation = OperationBuilder::new(&mut schemas);
    E::describe(&mut operation);
    operation.parameter_names("query")
}

/// Adds references to the common headers to each response that is not itself a reference.
fn name_headers(headers: &BTreeMap<&'static str, Value>, responses: &mut Value) {
    let all = responses.as_object_mut().into_iter().flatten().map(|(_, response)| response);
    for response in all.filter(|response| response.get("$ref").is_none()) {
        for name in headers.keys() {
            response["headers"][name] = json!({"$ref": format!("#/components/headers/{name}")});
        }
    }
}

fn operation_object(route: &Route, tag: &str, operation: OperationBuilder<'_>) -> Value {
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
    // guests are added to the scope of signed-in accounts, whose name clients already know
    if route.scope == Scope::Buyer {
        object["x-guests"] = true.into();
    }
    // operations that ignore credentials and operations with optional credentials have the same scope name
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
        // a credential is optional, but must be valid
        Scope::Public => json!([{}, {"bearer": []}, {"api_key": []}]),
        Scope::Service(_) => json!([{"service": []}]),
        Scope::Session | Scope::Admin | Scope::StaffSession(_) => json!([{"bearer": []}]),
        Scope::User | Scope::Buyer | Scope::Staff(_) | Scope::StaffWith(_) => {
            json!([{"bearer": []}, {"api_key": []}])
        }
    }
}

/// Returns the security schemes that the operations use.
fn security_schemes(paths: &Value) -> Value {
    let mut schemes = json!({
        "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "An access token; an API key, if the operation also lists `api_key`; or, for a guest's order, its `order_key`."},
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
        // for signed-in accounts, both are the same
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

/// Describes the permitted callers.
fn callers(scope: Scope) -> String {
    let named = |permission: &Permission| format!("`{}`", format!("{permission:?}").to_lowercase());
    match scope {
        Scope::Service(_) => String::new(),
        Scope::NoCredential => "Available to everyone. Credentials are ignored.".into(),
        Scope::Public => "Available to everyone. An invalid credential is rejected (401).".into(),
        Scope::User => "Available to signed-in accounts and API keys.".into(),
        Scope::Buyer => {
            "Available to signed-in accounts, API keys, and guests with the key of their order.".into()
        }
        Scope::Session => "Available to signed-in accounts, but not to API keys.".into(),
        Scope::Staff(permission) => format!("Available to staff with the permission {}.", named(&permission)),
        Scope::StaffSession(permission) => {
            format!("Available to staff with the permission {}, but not to API keys.", named(&permission))
        }
        Scope::StaffWith(permissions) => {
            let names: Vec<String> = permissions.iter().map(named).collect();
            format!("Available to staff with one of the permissions {}.", names.join(" and "))
        }
        Scope::Admin => "Available to administrators.".into(),
    }
}

/// Returns whether the query has a parameter for the end of a range.
fn has_span(operation: &OperationBuilder<'_>) -> bool {
    operation.parameter_names("query").iter().any(|name| name.ends_with("before") || name.ends_with("_max"))
}

/// Returns whether an endpoint can return a common error.
fn can_answer(row: &ErrorSpec, route: &Route, operation: &OperationBuilder<'_>) -> bool {
    let takes = |header: &str| operation.parameter_names("header").iter().any(|name| name == header);
    let writes = route.method != http::Method::GET;
    match row.code {
        // any path can be called with an unknown parameter
        "invalid_request" => true,
        // an invalid credential is rejected even if none is required
        "unauthenticated" => !matches!(route.scope, Scope::NoCredential),
        // operations for customers can have members that require a permission
        "forbidden" => !matches!(route.scope, Scope::NoCredential | Scope::Public),
        // resources of other customers are not found, also when a filter refers to them; and a customer's own resource is
        // not found before it is created
        "not_found" => {
            route.path.contains('{')
                || route.path.ends_with("/mine")
                || operation.parameter_names("query").iter().any(|name| name == "user_id")
        }
        // belongs to a path, not to an operation: contained in `x-problems`
        "method_not_allowed" => false,
        // a range whose end is before its start is rejected
        "unprocessable" => (route.has_body && !route.is_raw) || has_span(operation),
        "body_too_large" | "unsupported_media_type" => route.has_body,
        "precondition_failed" => takes("If-Match"),
        "precondition_required" => route.guarded,
        "key_reused" => takes("Idempotency-Key"),
        "outcome_unknown" | "insufficient_storage" => writes,
        _ => true,
    }
}
