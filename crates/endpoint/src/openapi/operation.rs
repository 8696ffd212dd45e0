//! An operation of the document, as described by its parts and its reply.

use super::schemas::Schemas;
use crate::{IfNoneMatch, RequestPart};
use http::StatusCode;
use schemars::JsonSchema;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// An operation that is being built.
#[derive(Debug)]
pub struct OperationBuilder<'a> {
    pub(super) schemas: &'a mut Schemas,
    pub(super) parameters: Vec<Value>,
    pub(super) body: Option<Value>,
    pub(super) responses: BTreeMap<u16, Value>,
}

impl<'a> OperationBuilder<'a> {
    pub(super) fn new(schemas: &'a mut Schemas) -> Self {
        OperationBuilder { schemas, parameters: Vec::new(), body: None, responses: BTreeMap::new() }
    }

    /// Adds a parameter of type `T` in `path`, `query` or `header`.
    pub fn parameter<T: JsonSchema>(&mut self, place: &str, name: &str, required: bool, about: &str) {
        let schema = self.schemas.asked::<T>();
        self.parameter_value(place, name, required, about, schema);
    }

    /// Adds a parameter with this schema.
    pub fn parameter_value(&mut self, place: &str, name: &str, required: bool, about: &str, schema: Value) {
        let mut parameter = json!({"in": place, "name": name, "required": required, "schema": schema});
        if !about.is_empty() {
            parameter["description"] = about.into();
        }
        self.parameters.push(parameter);
    }

    /// Adds a query parameter for each member of `T`.
    pub fn query<T: JsonSchema>(&mut self) {
        let schema = self.schemas.asked_in_full::<T>();
        let required =
            |name: &str| schema["required"].as_array().is_some_and(|r| r.iter().any(|n| n == name));
        for (name, member) in schema["properties"].as_object().into_iter().flatten() {
            let mut member = present(member.clone());
            not_empty(&mut member);
            let about = member.as_object_mut().and_then(|m| m.remove("description"));
            let about = about.as_ref().and_then(Value::as_str).unwrap_or_default();
            self.parameter_value("query", name, required(name), about, member);
        }
    }

    /// Adds a body of type `T`.
    pub fn body<T: JsonSchema>(&mut self, about: &str) {
        let whole = self.schemas.asked_in_full::<T>();
        let optional = whole.get("properties").is_some() && whole.get("required").is_none();
        let schema = self.schemas.asked::<T>();
        let mut body = json!({"required": !optional, "content": {"application/json": {"schema": schema}}});
        if !about.is_empty() {
            body["description"] = about.into();
        }
        self.body = Some(body);
    }

    /// Adds a body of any format. It is described as JSON, which most clients send, because client generators support no
    /// other "any" type.
    pub fn raw_body(&mut self, about: &str) {
        self.body = Some(
            json!({"required": true, "description": about, "content": {"application/json": {"schema": {}}}}),
        );
    }

    /// Adds a reply of type `T`. Each header has a flag that says whether it is always present.
    pub fn reply<T: JsonSchema>(&mut self, status: StatusCode, headers: &[(&str, bool)]) {
        let schema = self.schemas.answered::<T>();
        let about = status.canonical_reason().unwrap_or_default();
        let mut reply = json!({"description": about, "content": {"application/json": {"schema": schema}}});
        for (name, always) in headers {
            reply["headers"][name] = json!({"schema": {"type": "string"}, "required": always});
        }
        self.responses.insert(status.as_u16(), reply);
    }

    /// Describes conditional requests, which all reads support: the reply has an ETag, and is not sent to a caller that has
    /// it. [`Conditional`](crate::Conditional) describes its own ETag; that of all others is a content hash.
    pub(super) fn read(&mut self) {
        let Some(reply) = self.responses.get_mut(&StatusCode::OK.as_u16()) else { return };
        if reply["content"].get("application/json").is_none() {
            return;
        }
        if reply["headers"].get("ETag").is_none() {
            reply["headers"]["ETag"] = etag(true);
        }
        if !self.parameter_names("header").iter().any(|name| name == "If-None-Match") {
            IfNoneMatch::describe("", "", self);
        }
        self.empty(StatusCode::NOT_MODIFIED, UNCHANGED);
        if let Some(unchanged) = self.responses.get_mut(&StatusCode::NOT_MODIFIED.as_u16()) {
            unchanged["headers"]["ETag"] = etag(true);
        }
    }

    /// Adds a reply that is a stream of events of type `T`. The schema of an event is an extension next to the schema of
    /// the body, which is a string: only OpenAPI 3.2 has a keyword for it (`itemSchema`).
    pub fn events<T: JsonSchema>(&mut self) {
        let item = self.schemas.answered::<T>();
        let about = "Server-Sent Events: blocks of lines, each ended by an empty line. `id:` is the position after which \
            the stream can be resumed, `event:` the type, `data:` the event as JSON (`x-item-schema`). Blocks without \
            `data:` keep the connection open and update the position.";
        let body = json!({"schema": {"type": "string"}, "x-item-schema": item});
        let reply = json!({"description": about, "content": {crate::EVENT_STREAM: body}});
        self.responses.insert(StatusCode::OK.as_u16(), reply);
    }

    /// Adds a reply without a body.
    pub fn empty(&mut self, status: StatusCode, about: &str) {
        self.responses.insert(status.as_u16(), json!({"description": about}));
    }

    /// Returns the names of the parameters in `path`, `query` or `header`.
    pub fn parameter_names(&self, place: &str) -> Vec<String> {
        let here = self.parameters.iter().filter(|p| p["in"] == place);
        here.filter_map(|p| p["name"].as_str().map(Into::into)).collect()
    }
}

/// The description of a 304 response.
pub(crate) const UNCHANGED: &str = "The resource has not changed.";

/// The schema of the `ETag` header.
pub(super) fn etag(always: bool) -> Value {
    json!({"schema": {"type": "string"}, "required": always})
}

/// Excludes empty strings: a parameter without a value is omitted.
fn not_empty(schema: &mut Value) {
    let is_any_text = schema["type"] == "string" && schema.get("enum").is_none();
    if let (true, Some(object)) = (is_any_text, schema.as_object_mut()) {
        object.entry("minLength").or_insert(1.into());
    }
}

/// Removes null from the schema: an absent parameter is never null.
fn present(mut schema: Value) -> Value {
    if schema.get("default").is_some_and(Value::is_null)
        && let Some(object) = schema.as_object_mut()
    {
        object.remove("default");
    }
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|t| t != "null");
        if let [only] = &types[..] {
            schema["type"] = only.clone();
        }
    }
    let choices = schema.get("anyOf").and_then(Value::as_array);
    if let Some([one, null]) = choices.map(Vec::as_slice)
        && null["type"] == "null"
    {
        let (mut one, about) = (one.clone(), schema.get("description").cloned());
        if let Some(about) = about {
            one["description"] = about;
        }
        return one;
    }
    schema
}
