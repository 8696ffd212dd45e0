//! The OpenAPI document of a façade's service, from its operations.

use crate::{
    operation::{FacadeOperation, LegacyService, Shape},
    response::refused,
};
use serde_json::{Map, Value, json};

/// What every operation may refuse, beside what is its own.
const ANY: [(u16, &str); 5] = [
    (405, "There is no such method under this path; `Allow` names those that there are."),
    (429, "Too many requests; `Retry-After` says when to come back."),
    (500, "The service could not do its work."),
    (503, "The service cannot do its work now."),
    (507, "The disk of the service is full."),
];
/// What every operation with a body may refuse.
const WITH_BODY: [(u16, &str); 2] = [(400, "The body is not complete."), (413, "The body is too large.")];

pub(crate) fn document<S>(name: &str, service: &LegacyService<S>) -> Value {
    let mut paths = Map::new();
    for route in &service.routes {
        let operation = &route.operation;
        for path in std::iter::once(&operation.path).chain(operation.also) {
            let methods = paths.entry(*path).or_insert_with(|| json!({}));
            let mut described = described(operation, path, service.shape);
            described["tags"] = json!([name]);
            methods[operation.method.as_str().to_lowercase()] = described;
        }
    }
    let info = json!({
        "title": name,
        "version": env!("CARGO_PKG_VERSION"),
        "description": service.about,
        "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        "contact": {"name": "Whoever runs this server"},
    });
    let mut document = json!({
        "openapi": "3.1.0",
        "info": info,
        "servers": [{"url": "/", "description": "This server."}],
        "tags": [{"name": name, "description": service.about}],
        "paths": paths,
    });
    if service.routes.iter().any(|route| route.operation.signed_in) {
        let token = json!({"type": "http", "scheme": "bearer", "bearerFormat": "JWT"});
        document["components"] = json!({"securitySchemes": {"token": token}});
    }
    document
}

fn described(operation: &FacadeOperation, path: &str, shape: Shape) -> Value {
    let in_path = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let in_path = in_path
        .map(|name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}));
    let in_query =
        operation.query.iter().map(|name| json!({"name": name, "in": "query", "schema": {"type": "string"}}));
    let mut responses = Map::new();
    for (status, what, schema) in &operation.answers {
        responses
            .insert(status.to_string(), json!({"description": what, "content": content(schema.as_value())}));
    }
    let with_body: &[_] = if operation.takes.is_empty() { &[] } else { &WITH_BODY };
    for (status, why) in operation.refuses.iter().chain(with_body).chain(&ANY) {
        let response = json!({"description": why, "content": content(&error(shape, *status))});
        responses.entry(status.to_string()).or_insert(response);
    }
    let mut described = json!({
        "operationId": id_of(operation, path),
        "summary": operation.says.trim_end_matches('.'),
        "description": operation.says,
        "parameters": in_path.chain(in_query).collect::<Vec<_>>(),
        "responses": responses,
    });
    // where none is needed, that is said
    described["security"] = match (operation.signed_in, operation.another_way) {
        (true, false) => json!([{"token": []}]),
        (true, true) => json!([{"token": []}, {}]),
        (false, _) => json!([]),
    };
    if !operation.takes.is_empty() {
        described["requestBody"] = json!({"required": true, "content": content(&body(operation.takes))});
    }
    described
}

/// The schema of a refusal with this status.
fn error(shape: Shape, status: u16) -> Value {
    let said = (shape.body)(&refused(status, ""));
    let names: Vec<&String> = said.as_object().into_iter().flat_map(Map::keys).collect();
    let texts: Map<String, Value> =
        names.iter().map(|name| ((*name).clone(), json!({"type": "string"}))).collect();
    json!({"type": "object", "required": names, "properties": texts})
}

fn content(schema: &Value) -> Value {
    json!({"application/json": {"schema": schema}})
}

/// The schema of a body, from the names of its members as [`FacadeOperation::takes`] has them.
fn body(takes: &[&str]) -> Value {
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for member in takes {
        let (name, may_be_missing) = member.strip_suffix('?').map_or((*member, false), |name| (name, true));
        let (name, is_number) = name.strip_suffix('#').map_or((name, false), |name| (name, true));
        let schema =
            if is_number { json!({"type": ["number", "string"]}) } else { json!({"type": "string"}) };
        properties.insert(name.to_owned(), schema);
        if !may_be_missing {
            required.push(name);
        }
    }
    json!({"type": "object", "properties": properties, "required": required})
}

/// `post_users_login`.
fn id_of(operation: &FacadeOperation, path: &str) -> String {
    let words = path.split(['/', '{', '}', '_']).filter(|word| !word.is_empty());
    let method = operation.method.as_str().to_lowercase();
    let slash = if path.ends_with('/') { Some("slash") } else { None };
    std::iter::once(method.as_str()).chain(words).chain(slash).collect::<Vec<_>>().join("_")
}
