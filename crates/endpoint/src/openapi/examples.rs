//! Examples: requests and responses of a recorded run, and their insertion into the document.

use super::{METHODS, errors::CODES, exchange::Exchange, parameters};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Requests and responses, by operation.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Examples(pub BTreeMap<String, Vec<Exchange>>);

impl Examples {
    /// Inserts the examples into a finished document. Parts that the document does not describe are omitted.
    pub fn put_into(&self, document: &mut Value) {
        let Some(mut paths) = document["paths"].as_object_mut().map(std::mem::take) else { return };
        for item in paths.values_mut() {
            for (_, operation) in
                item.as_object_mut().into_iter().flatten().filter(|(m, _)| METHODS.contains(&m.as_str()))
            {
                let name = operation["operationId"].as_str().unwrap_or_default();
                let Some(exchanges) = self.0.get(name) else { continue };
                put_request(exchanges, operation);
                for exchange in exchanges {
                    put_answer(exchange, operation, &mut document["components"]["responses"]);
                }
            }
        }
        document["paths"] = paths.into();
        parameters::lend(&self.0, document);
        self.lend(document);
        // errors that belong to no operation belong to a path
        for problem in document["x-problems"].as_array_mut().into_iter().flatten() {
            let is_shown = problem["operations"].as_array().is_some_and(|operations| !operations.is_empty());
            let code = problem["code"].as_str().unwrap_or_default().to_owned();
            let example = self.0.values().flatten().find(|exchange| exchange.name == code);
            if let (false, Some(example)) = (is_shown, example.and_then(|example| example.body.as_ref())) {
                problem["example"] = example.clone();
            }
        }
    }
}

impl Examples {
    /// Gives each declared error without a recorded example that of another operation, because a code means the same
    /// everywhere.
    fn lend(&self, document: &mut Value) {
        let refused = self.0.values().flatten().filter(|exchange| exchange.status >= 400);
        let mut known: BTreeMap<&str, &Exchange> = BTreeMap::new();
        for exchange in refused {
            let code = exchange.body.as_ref().and_then(|body| body["code"].as_str());
            if let Some(code) = code {
                known.entry(code).or_insert(exchange);
            }
        }
        let operations = document["paths"].as_object_mut().into_iter().flatten();
        let operations = operations.filter_map(|(_, item)| item.as_object_mut()).flatten();
        for (_, operation) in operations.filter(|(method, _)| METHODS.contains(&method.as_str())) {
            lend_to(&mut operation["responses"], &known);
        }
        lend_to(&mut document["components"]["responses"], &known);
    }
}

fn lend_to(responses: &mut Value, known: &BTreeMap<&str, &Exchange>) {
    for (_, response) in responses.as_object_mut().into_iter().flatten() {
        let codes = response[CODES].as_array().cloned().unwrap_or_default();
        let Some(content) = response.pointer_mut("/content/application~1problem+json") else { continue };
        let shown: Vec<Value> = content["examples"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(_, example)| example["value"]["code"].clone())
            .collect();
        for code in codes.iter().filter_map(Value::as_str).filter(|code| !shown.contains(&(*code).into())) {
            if let Some(exchange) = known.get(code) {
                content["examples"][code] = json!({"summary": exchange.summary, "value": exchange.body});
            }
        }
    }
}

fn put_request(exchanges: &[Exchange], operation: &mut Value) {
    let asked = || exchanges.iter().filter_map(|exchange| Some((exchange, exchange.request.as_ref()?)));
    for parameter in operation["parameters"].as_array_mut().into_iter().flatten() {
        let place = parameter["in"].as_str().unwrap_or_default().to_owned();
        let name = parameter["name"].as_str().unwrap_or_default().to_owned();
        let value = asked().find_map(|(_, asked)| match place.as_str() {
            "path" => asked.path.get(&name),
            "query" => asked.query.get(&name),
            _ => asked.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(&name)).map(|(_, v)| v),
        });
        if let Some(value) = value {
            parameter["example"] = typed(value, &parameter["schema"]);
        }
    }
    let content = operation.pointer_mut("/requestBody/content/application~1json");
    let Some(content) = content else { return };
    for (exchange, body) in asked().filter_map(|(exchange, asked)| Some((exchange, asked.body.as_ref()?))) {
        content["examples"][&exchange.name] = json!({"summary": exchange.summary, "value": body});
    }
}

/// Converts the text of a parameter to a value of its type.
fn typed(text: &str, schema: &Value) -> Value {
    match schema["type"].as_str() {
        Some("integer" | "number" | "boolean") => serde_json::from_str(text).unwrap_or_else(|_| text.into()),
        _ => text.into(),
    }
}

/// Inserts a response where the operation describes it: in its own response, or in a shared one, which keeps the first
/// example of a name.
fn put_answer(exchange: &Exchange, operation: &mut Value, shared: &mut Value) {
    let Some(mut response) = operation["responses"].get_mut(exchange.status.to_string()) else { return };
    if let Some(name) = response["$ref"].as_str().and_then(|r| r.strip_prefix("#/components/responses/")) {
        let Some(component) = shared.get_mut(name) else { return };
        response = component;
    }
    for (name, value) in &exchange.headers {
        let described = response.get_mut("headers").and_then(Value::as_object_mut).into_iter().flatten();
        for (_, header) in described.filter(|(known, _)| known.eq_ignore_ascii_case(name)) {
            if header.get("example").is_none() {
                header["example"] = typed(value, &header["schema"]);
            }
        }
    }
    let content = response.get_mut("content").and_then(Value::as_object_mut);
    let content = content.and_then(|content| content.values_mut().next());
    if let (Some(content), Some(body)) = (content, &exchange.body)
        && content["examples"].get(&exchange.name).is_none()
    {
        content["examples"][&exchange.name] = json!({"summary": exchange.summary, "value": body});
    }
}
