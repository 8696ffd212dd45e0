//! Examples of parameters that no recorded request has, taken from responses or from requests to other operations.

use super::{METHODS, exchange::Exchange};
use serde_json::Value;
use std::collections::BTreeMap;

/// Adds an example to each parameter of the document that has none, if one can be found.
pub(super) fn lend(exchanges: &BTreeMap<String, Vec<Exchange>>, document: &mut Value) {
    let shared = document["components"]["schemas"].clone();
    // a parameter with the same name is the same elsewhere only if its schema is the same
    let mut known: BTreeMap<(String, String, String), Value> = BTreeMap::new();
    for round in [ExampleSource::Own, ExampleSource::Others] {
        for (operation, parameter) in parameters(document) {
            let place = (text(parameter, "in"), text(parameter, "name"), parameter["schema"].to_string());
            if let Some(example) = parameter.get("example") {
                known.entry(place).or_insert_with(|| example.clone());
                continue;
            }
            let own = exchanges.get(&operation).map(Vec::as_slice).unwrap_or_default();
            let schema = resolved(&parameter["schema"], &shared);
            let found = match round {
                ExampleSource::Own => answered(own, &place.1).or_else(|| schema.get("default").cloned()),
                ExampleSource::Others => known.get(&place).cloned().or_else(|| of_schema(schema)),
            };
            if let Some(example) = found {
                parameter["example"] = example.clone();
                known.entry(place).or_insert(example);
            }
        }
    }
}

/// The sources of examples. The operation's own requests and responses take precedence over those of other operations.
enum ExampleSource {
    Own,
    Others,
}

/// Returns each parameter with the name of its operation.
fn parameters(document: &mut Value) -> impl Iterator<Item = (String, &mut Value)> {
    let items = document["paths"].as_object_mut().into_iter().flatten();
    let operations = items.filter_map(|(_, item)| item.as_object_mut()).flatten();
    operations.filter(|(method, _)| METHODS.contains(&method.as_str())).flat_map(|(_, operation)| {
        let name = text(operation, "operationId");
        let parameters = operation["parameters"].as_array_mut().into_iter().flatten();
        parameters.map(move |parameter| (name.clone(), parameter))
    })
}

/// Returns a value of the operation's responses that can be sent with a next request.
fn answered(exchanges: &[Exchange], name: &str) -> Option<Value> {
    let bodies = || exchanges.iter().filter_map(|exchange| exchange.body.as_ref());
    let tags = || exchanges.iter().filter_map(|exchange| exchange.headers.get("etag"));
    match name {
        // a change is never based on a content hash
        "If-Match" => tags().find(|etag| !etag.starts_with("W/")).map(|etag| etag.as_str().into()),
        "If-None-Match" => tags().next().map(|etag| etag.as_str().into()),
        "Last-Event-ID" => {
            let lines = bodies().filter_map(Value::as_str).flat_map(str::lines);
            lines.filter_map(|line| line.strip_prefix("id: ")).map(Value::from).next()
        }
        "cursor" => bodies().map(|body| &body["next_cursor"]).find(|cursor| cursor.is_string()).cloned(),
        _ => bodies().map(|body| &body["items"][0][name]).find(|v| v.is_string() || v.is_number()).cloned(),
    }
}

fn of_schema(schema: &Value) -> Option<Value> {
    ["/examples/0", "/enum/0", "/oneOf/0/const"].into_iter().find_map(|place| schema.pointer(place)).cloned()
}

fn resolved<'a>(schema: &'a Value, shared: &'a Value) -> &'a Value {
    let name = schema["$ref"].as_str().and_then(|r| r.strip_prefix("#/components/schemas/"));
    name.map_or(schema, |name| &shared[name])
}

fn text(value: &Value, member: &str) -> String {
    value[member].as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_parameter_that_nobody_sent_is_shown_by_what_an_answer_gave_or_another_operation_was_asked_with() {
        let parameter =
            |place: &str, name: &str, schema: Value| json!({"in": place, "name": name, "schema": schema});
        let text = || json!({"type": "string"});
        let mut sent = parameter("query", "q", text());
        sent["example"] = "tea".into();
        let list = vec![
            parameter("query", "cursor", text()),
            parameter("query", "limit", json!({"default": 50})),
            parameter("query", "sku", text()),
            parameter("query", "q", text()),
            parameter("query", "role", json!({"$ref": "#/components/schemas/Role"})),
            parameter("header", "If-None-Match", text()),
            parameter("query", "unheard_of", text()),
        ];
        // precedes the others, and has no example of its own
        let keys = vec![parameter("query", "cursor", text())];
        let change = vec![parameter("header", "If-Match", text()), sent];
        let mut document = json!({
            "components": {"schemas": {"Role": {"oneOf": [{"const": "customer"}, {"const": "staff"}]}}},
            "paths": {"/keys": {"get": {"operationId": "keys", "parameters": keys}}, "/pots": {
                "get": {"operationId": "list", "parameters": list},
                "patch": {"operationId": "change", "parameters": change},
            }},
        });
        let exchange = |etag: &str, body: Value| Exchange {
            name: String::new(),
            summary: String::new(),
            request: None,
            status: 200,
            headers: [("etag".to_owned(), etag.to_owned())].into(),
            body: Some(body),
        };
        let exchanges = BTreeMap::from([
            (
                "list".to_owned(),
                vec![exchange("W/\"x\"", json!({"items": [{"sku": "T-1"}], "next_cursor": "n"}))],
            ),
            ("change".to_owned(), vec![exchange("W/\"x\"", json!({})), exchange("\"3\"", json!({}))]),
        ]);
        lend(&exchanges, &mut document);
        let shown: Vec<Value> = parameters(&mut document).map(|(_, p)| p["example"].clone()).collect();
        let expected = json!(["n", "n", 50, "T-1", "tea", "customer", "W/\"x\"", null, "\"3\"", "tea"]);
        assert_eq!(Value::from(shown), expected);
    }
}
