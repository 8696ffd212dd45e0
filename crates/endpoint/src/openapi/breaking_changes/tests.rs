//! Every kind of breaking change is reported, and growth is not.

use super::breaks;
use serde_json::{Value, json};

/// Returns a document with one operation, which has a body, a response, an error and parameters.
fn document() -> Value {
    json!({
        "paths": {"/v1/teapots/{id}": {"put": {
            "operationId": "fill_teapot",
            "x-scope": "user",
            "parameters": [
                {"in": "path", "name": "id", "required": true, "schema": {"type": "string"}},
                {"in": "query", "name": "kind", "required": false, "schema": {"enum": ["black", "green"]}},
            ],
            "requestBody": {"required": false, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Tea"}}}},
            "responses": {
                "200": {
                    "headers": {"ETag": {"required": true}},
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Teapot"}}},
                },
                "409": {"$ref": "#/components/responses/full_or_hot"},
            },
        }}},
        "components": {
            "responses": {"full_or_hot": {"content": {"application/problem+json": {"schema": {"allOf": [
                {"$ref": "#/components/schemas/Problem"},
                {"oneOf": [
                    {"type": "object", "required": ["code"], "properties": {"code": {"const": "full"}, "left": {"type": "integer"}}},
                    {"type": "object", "required": ["code"], "properties": {"code": {"const": "hot"}}},
                ]},
            ]}}}}},
            "schemas": {
                "Problem": {"type": "object", "required": ["code"], "properties": {"code": {"type": "string"}}},
                "Tea": {
                    "type": "object", "additionalProperties": false, "required": ["cups"],
                    "properties": {
                        "cups": {"type": "integer", "minimum": 1, "maximum": 9},
                        "note": {"type": ["string", "null"], "maxLength": 20, "default": "none"},
                        "milk": {"anyOf": [{"$ref": "#/components/schemas/Milk"}, {"type": "null"}]},
                    },
                },
                "Milk": {"type": "string", "oneOf": [{"const": "cow"}, {"const": "oat"}]},
                "Teapot": {
                    "type": "object", "required": ["id", "lid", "cups"],
                    "properties": {
                        "id": {"type": "string", "pattern": "^tea_"},
                        "lid": {"$ref": "#/components/schemas/Lid"},
                        "cups": {"type": "array", "items": {"type": "number"}},
                        "next": {"anyOf": [{"$ref": "#/components/schemas/Teapot"}, {"type": "null"}]},
                    },
                },
                "Lid": {"type": "object", "properties": {"open": {"type": "boolean"}}},
            },
        },
    })
}

const OPERATION: &str = "/paths/~1v1~1teapots~1{id}/put";
const TEA: &str = "/components/schemas/Tea";
const TEAPOT: &str = "/components/schemas/Teapot";

/// Returns the document with another value at a location. Null removes the value.
fn with(changes: &[(&str, Value)]) -> Value {
    let mut document = document();
    for (place, value) in changes {
        let (parent, name) = place.rsplit_once('/').unwrap();
        let name = name.replace("~1", "/");
        match (document.pointer_mut(parent).unwrap(), value) {
            (Value::Object(members), Value::Null) => drop(members.remove(&name).unwrap()),
            (Value::Object(members), value) => drop(members.insert(name, value.clone())),
            (Value::Array(list), Value::Null) => drop(list.remove(name.parse().unwrap())),
            (Value::Array(list), value) if name == "-" => list.push(value.clone()),
            (Value::Array(list), value) => list[name.parse::<usize>().unwrap()] = value.clone(),
            (other, _) => panic!("{parent} is {other}"),
        }
    }
    document
}

#[track_caller]
fn assert_breaks(place: &str, value: Value, told: &str) {
    let found = breaks(&document(), &with(&[(place, value)]));
    assert_eq!(found, [told], "{place}");
}

#[track_caller]
fn assert_grows(place: &str, value: Value) {
    assert_eq!(breaks(&document(), &with(&[(place, value)])), [""; 0], "{place}");
}

#[test]
fn what_is_the_same_breaks_nothing() {
    assert_eq!(breaks(&document(), &document()), [""; 0]);
}

#[test]
fn an_operation_that_is_gone_or_renamed_or_closed_to_some_is_told() {
    assert_breaks("/paths/~1v1~1teapots~1{id}", Value::Null, "PUT /v1/teapots/{id} is gone");
    assert_breaks(OPERATION, Value::Null, "PUT /v1/teapots/{id} is gone");
    assert_breaks(&format!("{OPERATION}/operationId"), json!("fill"), "fill_teapot: is called \"fill\" now");
    let told = "fill_teapot: may be called by \"admin\", and was by \"user\"";
    assert_breaks(&format!("{OPERATION}/x-scope"), json!("admin"), told);
    assert_grows(&format!("{OPERATION}/x-scope"), json!("anyone"));
    assert_grows("/paths/~1v1~1cups", json!({"get": {"operationId": "list_cups"}}));
}

#[test]
fn parameters_that_are_gone_or_required_or_narrower_are_told() {
    let parameter = |n: u8, rest: &str| format!("{OPERATION}/parameters/{n}{rest}");
    assert_breaks(&parameter(1, ""), Value::Null, "fill_teapot: parameter kind is gone");
    assert_breaks(&parameter(1, "/required"), json!(true), "fill_teapot: parameter kind is required now");
    let told = "fill_teapot: parameter kind: \"green\" is no longer taken";
    assert_breaks(&parameter(1, "/schema/enum"), json!(["black", "white"]), told);
    assert_breaks(
        &parameter(0, "/schema/type"),
        json!("integer"),
        "fill_teapot: parameter id: string is no longer taken",
    );
    assert_grows(&parameter(1, "/schema/enum"), json!(["black", "green", "white"]));
    let new =
        |required: bool| json!({"in": "header", "name": "If-Match", "required": required, "schema": {}});
    let place = format!("{OPERATION}/parameters/-");
    assert_breaks(&place, new(true), "fill_teapot: parameter If-Match is new and required");
    assert_grows(&place, new(false));
}

#[test]
fn a_body_that_takes_less_is_told() {
    assert_breaks(
        &format!("{OPERATION}/requestBody/required"),
        json!(true),
        "fill_teapot: the body is required now",
    );
    let content = format!("{OPERATION}/requestBody/content/application~1json");
    assert_breaks(&content, Value::Null, "fill_teapot: a body of application/json is no longer taken");
    let cases = [
        ("/required", json!(["cups", "note"]), "/note is required now"),
        ("/properties/note", Value::Null, "/note is no longer taken"),
        ("/properties/note/type", json!("string"), "/note: null is no longer taken"),
        ("/properties/note/maxLength", json!(19), "/note: maxLength is 19"),
        ("/properties/note/minLength", json!(1), "/note: minLength is 1"),
        ("/properties/note/pattern", json!("^[a-z]*$"), "/note: pattern is \"^[a-z]*$\""),
        ("/properties/note/format", json!("email"), "/note: format is \"email\""),
        ("/properties/note/default", json!("some"), "/note: default is \"some\""),
        ("/properties/cups/minimum", json!(2), "/cups: minimum is 2"),
        ("/properties/cups/maximum", json!(8), "/cups: maximum is 8"),
        ("/properties/cups/enum", json!([1, 2]), "/cups: only some values are taken now"),
        ("/properties/milk/anyOf/1", Value::Null, "/milk: {\"type\":\"null\"} is no longer taken"),
        ("/allOf", json!([{"required": ["note"]}]), ": more must hold now"),
    ];
    for (place, value, told) in cases {
        assert_breaks(&format!("{TEA}{place}"), value, &format!("fill_teapot: body{told}"));
    }
    let milk = "/components/schemas/Milk/oneOf/1";
    assert_breaks(milk, Value::Null, "fill_teapot: body/milk: Milk is no longer taken");
}

#[test]
fn a_body_that_takes_more_breaks_nothing() {
    let cases = [
        ("/properties/sugar", json!({"type": "integer"})),
        ("/required", json!([])),
        ("/properties/cups/maximum", json!(10)),
        ("/properties/cups/minimum", Value::Null),
        ("/properties/cups/type", json!(["integer", "string"])),
        ("/properties/milk/anyOf/-", json!({"type": "integer"})),
        ("/additionalProperties", Value::Null),
    ];
    for (place, value) in cases {
        assert_grows(&format!("{TEA}{place}"), value);
    }
    assert_grows("/components/schemas/Milk/oneOf/-", json!({"const": "soy"}));
}

#[test]
fn an_answer_that_says_less_or_something_else_is_told() {
    let cases = [
        ("/properties/lid", Value::Null, "/lid is gone"),
        ("/required", json!(["id", "cups"]), "/lid is not always there"),
        ("/properties/id/type", json!(["string", "null"]), "/id: null may be there now"),
        ("/properties/id/type", Value::Null, "/id: any type may be there now"),
        ("/properties/id/pattern", json!("^pot_"), "/id: pattern is \"^pot_\""),
        ("/properties/cups/items/type", json!("string"), "/cups/[]: string may be there now"),
        (
            "/properties/next/anyOf/-",
            json!({"type": "string"}),
            "/next: {\"type\":\"string\"} may be there now",
        ),
    ];
    for (place, value, told) in cases {
        assert_breaks(&format!("{TEAPOT}{place}"), value, &format!("fill_teapot: 200{told}"));
    }
    let nullable = json!({"anyOf": [{"$ref": "#/components/schemas/Lid"}, {"type": "null"}]});
    let told = "fill_teapot: 200/lid: {\"type\":\"null\"} may be there now";
    assert_breaks(&format!("{TEAPOT}/properties/lid"), nullable, told);
    let place = "/components/schemas/Lid/properties/open";
    assert_breaks(place, Value::Null, "fill_teapot: 200/lid/open is gone");
    assert_grows(&format!("{TEAPOT}/properties/cups/items/type"), json!("integer"));
    assert_grows(&format!("{TEAPOT}/properties/spout"), json!({"type": "string"}));
    assert_grows(&format!("{TEAPOT}/required"), json!(["id", "lid", "cups", "next"]));
}

#[test]
fn a_status_a_header_or_a_code_that_is_gone_is_told() {
    let responses = format!("{OPERATION}/responses");
    assert_breaks(&format!("{responses}/200"), Value::Null, "fill_teapot: 200 is no longer answered");
    assert_breaks(&format!("{responses}/409"), Value::Null, "fill_teapot: 409 is no longer answered");
    // an error that was never returned
    let declared = with(&[(&format!("{responses}/428"), json!({"description": "which version?"}))]);
    assert_eq!(breaks(&declared, &document()), [""; 0]);
    assert_breaks(
        &format!("{responses}/200/headers/ETag"),
        Value::Null,
        "fill_teapot: 200: the header ETag is gone",
    );
    let told = "fill_teapot: 200: the header ETag is not always there";
    assert_breaks(&format!("{responses}/200/headers/ETag/required"), json!(false), told);
    let content = format!("{responses}/200/content/application~1json");
    assert_breaks(&content, Value::Null, "fill_teapot: 200: application/json is no longer answered");
    let codes = "/components/responses/full_or_hot/content/application~1problem+json/schema/allOf/1/oneOf";
    assert_breaks(&format!("{codes}/1"), Value::Null, "fill_teapot: 409: hot is gone");
    assert_breaks(&format!("{codes}/0/properties/left"), Value::Null, "fill_teapot: 409/left is gone");
    assert_grows(
        &format!("{codes}/-"),
        json!({"type": "object", "properties": {"code": {"const": "cracked"}}}),
    );
    // the only alternative can become one of several
    let one_of = codes.trim_end_matches("/oneOf");
    let full = document().pointer(&format!("{codes}/0")).cloned().unwrap();
    let alone = with(&[(one_of, full)]);
    assert_eq!(breaks(&alone, &document()), [""; 0]);
    let refused = json!({"description": "There is none."});
    assert_breaks(
        &format!("{responses}/404"),
        refused,
        "fill_teapot: 404 is new: what was taken may be refused",
    );
    assert_grows(&format!("{responses}/304"), json!({"description": "Nothing has changed."}));
}

#[test]
fn several_breaks_are_told_each_once() {
    let new = with(&[
        (&format!("{TEA}/properties/note"), Value::Null),
        (&format!("{TEAPOT}/properties/id"), Value::Null),
    ]);
    let told = ["fill_teapot: 200/id is gone", "fill_teapot: body/note is no longer taken"];
    assert_eq!(breaks(&document(), &new), told);
}

#[test]
fn the_data_of_an_event_is_told_by_its_schema() {
    let event = |data: Value| {
        let condition = |name: &str| {
            json!({
                "if": {"properties": {"type": {"enum": [format!("{name}.made")]}}},
                "then": {"properties": {"data": {"$ref": format!("#/components/schemas/{name}")}}},
            })
        };
        with(&[
            (&format!("{TEAPOT}/allOf"), json!([condition("Lid"), condition("Tea")])),
            ("/components/schemas/Lid/properties/open", data),
        ])
    };
    let old = event(json!({"type": "boolean"}));
    let found = breaks(&old, &event(json!({"type": "string"})));
    assert!(found.contains(&"fill_teapot: 200/data/open: string may be there now".to_owned()), "{found:?}");
    let mut without = old.clone();
    without["components"]["schemas"]["Teapot"]["allOf"].as_array_mut().unwrap().remove(1);
    assert_eq!(breaks(&old, &without).len(), 1);
}

#[test]
fn the_same_enum_may_be_written_in_another_form() {
    let milk = json!({"type": "string", "enum": ["cow", "oat"], "x-enum-descriptions": ["", ""]});
    assert_grows("/components/schemas/Milk", milk);
    let told = "fill_teapot: body/milk: Milk is no longer taken";
    assert_breaks("/components/schemas/Milk", json!({"type": "string", "enum": ["cow"]}), told);
    let told = "fill_teapot: body/milk: Milk is no longer taken";
    assert_breaks("/components/schemas/Milk", json!({"type": "string", "enum": ["cow", "soy"]}), told);
}

#[test]
fn a_default_may_be_written_in_another_form() {
    let note = |default: &str| json!({"type": ["string", "null"], "maxLength": 20, "x-default": default});
    assert_grows(&format!("{TEA}/properties/note"), note("none"));
    let told = "fill_teapot: body/note: default is \"some\"";
    assert_breaks(&format!("{TEA}/properties/note"), note("some"), told);
    assert_breaks(
        &format!("{TEA}/properties/note/default"),
        Value::Null,
        "fill_teapot: body/note: default is null",
    );
}

#[test]
fn a_request_may_drop_what_chose_among_its_members() {
    let choosing =
        with(&[(&format!("{TEA}/anyOf"), json!([{"required": ["note"]}, {"required": ["milk"]}]))]);
    assert_eq!(breaks(&choosing, &document()), [""; 0]);
    assert_eq!(breaks(&document(), &choosing).len(), 1);
}

#[test]
fn a_value_may_be_written_as_the_pattern_that_only_it_has() {
    let place = format!("{TEA}/properties/kind");
    let old = with(&[(&place, json!({"type": "string", "const": "black"}))]);
    let patterned = |pattern: &str| with(&[(&place, json!({"type": "string", "pattern": pattern}))]);
    assert_eq!(breaks(&old, &patterned("^black$")), [""; 0]);
    assert_eq!(breaks(&old, &patterned("^green$")), ["fill_teapot: body/kind: pattern is \"^green$\""]);
    let signed = patterned("^-?[0-9]+$");
    for unsigned in ["^[0-9]+$", "^-[0-9]+$"] {
        assert_eq!(breaks(&patterned(unsigned), &signed), [""; 0]);
        assert_eq!(breaks(&signed, &patterned(unsigned)).len(), 1);
    }
}

/// Returns a document that has one schema for all errors, and lists their codes.
fn listed(codes: Value, rows: Value) -> Value {
    let content = json!({"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}});
    let mut new =
        with(&[("/components/responses/full_or_hot", json!({"content": content, "x-codes": codes}))]);
    new["x-problems"] = rows;
    new
}

#[test]
fn codes_may_be_listed_beside_one_schema_of_all_problems() {
    let full = |left: &str| json!({"code": "full", "operations": ["fill_teapot"], "data": {"type": "object", "properties": {"left": {"type": left}}}});
    let hot = json!({"code": "hot", "operations": ["fill_teapot"]});
    let new = listed(json!(["full", "hot"]), json!([full("integer"), hot]));
    assert_eq!(breaks(&document(), &new), [""; 0]);
    assert_eq!(breaks(&new, &new), [""; 0]);
    let lacking = listed(json!(["full"]), json!([full("integer"), hot]));
    for old in [&document(), &new] {
        assert_eq!(breaks(old, &lacking), ["fill_teapot: 409: hot is gone"]);
        let other = listed(json!(["full", "hot"]), json!([full("string"), hot]));
        assert_eq!(breaks(old, &other), ["fill_teapot: 409/left: string may be there now"]);
        let silent =
            listed(json!(["full", "hot"]), json!([hot, {"code": "full", "operations": ["fill_teapot"]}]));
        assert_eq!(breaks(old, &silent), ["fill_teapot: 409/left is gone"]);
    }
    let mut problem = new.clone();
    problem["components"]["schemas"]["Problem"]["properties"] = json!({});
    assert_eq!(breaks(&new, &problem), ["fill_teapot: 409/code is gone"]);
}

#[test]
fn the_data_of_each_type_of_events_is_compared() {
    let events = |data: Value| {
        let mut document =
            with(&[("/components/schemas/Poured", json!({"type": "object", "properties": {"cups": data}}))]);
        document["x-events"] = json!({"tea.poured": {"$ref": "#/components/schemas/Poured"}});
        document
    };
    let old = events(json!({"type": "integer"}));
    assert_eq!(breaks(&old, &old), [""; 0]);
    let found = breaks(&old, &events(json!({"type": "string"})));
    assert_eq!(found, ["tea.poured/cups: string may be there now"]);
    assert_eq!(breaks(&old, &document()), ["event tea.poured is gone"]);
}
