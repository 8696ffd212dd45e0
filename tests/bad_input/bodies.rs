//! Bodies with one thing wrong.

use super::{
    Subject,
    case::{Case, Expected},
    schema::BodyLocation,
};
use bytes::Bytes;
use http::{Request, header};
use serde_json::{Value, json};

/// Stands where something else is to stand.
const HERE: &str = "@@here@@";
/// More than any text may have; and more than a body may.
const LONG: usize = 20_001;
const TOO_MUCH: usize = (1 << 20) + 1;
const DEEP: usize = 10_000;
/// No number of JSON readers.
const BEYOND: &str = "1e400";

/// Texts that are shown to nobody and compared with what is known: any may be tried, and none fits.
const TRIED: [&str; 12] = [
    "login /email",
    "login /username",
    "login /password",
    "refresh_token /refresh_token",
    "validate_token /token",
    "register /password",
    "change_password /current_password",
    "change_password /new_password",
    "reset_password /token",
    "verify_email /token",
    "reset_password /new_password",
    "forgot_password /email",
];

/// All of them.
pub fn all(subject: &Subject<'_>) -> Vec<Case> {
    let Some(schema) = subject.document.body(subject.name()) else { return Vec::new() };
    let valid = subject.body();
    let places = subject.document.places(schema, &valid);
    let mut cases = Vec::new();
    for place in &places {
        cases.extend(values(subject, &valid, place));
        cases.extend(texts(subject, &valid, place));
        cases.extend(spellings(subject, &valid, place));
    }
    cases.extend(members(subject, &valid));
    cases.extend(whole(subject, &valid));
    cases.extend(kinds(subject, &valid));
    cases
}

/// The valid body with null at each place where the document allows it, and where that is.
pub fn with_nulls(subject: &Subject<'_>) -> Vec<(String, Request<Bytes>)> {
    let Some(schema) = subject.document.body(subject.name()) else { return Vec::new() };
    let valid = subject.body();
    let places = subject.document.places(schema, &valid).into_iter();
    let nullable = places.filter(|place| subject.document.allows(place.schema, &Value::Null));
    let with_null = |place: BodyLocation<'_>| {
        let body = replaced(&valid, &place.pointer, "null");
        (place.pointer, subject.with_body(body))
    };
    nullable.map(with_null).collect()
}

/// What the valid body leaves out, though there is something in it to make wrong.
pub fn left_out(subject: &Subject<'_>) -> Vec<String> {
    let Some(schema) = subject.document.body(subject.name()) else { return Vec::new() };
    let places = subject.document.places(schema, &subject.body());
    let absent =
        places.iter().filter(|place| place.value.is_none() && subject.document.is_nested(place.schema));
    absent
        .map(|place| format!("{}: the valid request leaves out {}", subject.name(), place.pointer))
        .collect()
}

/// The body with something else at a place, as text.
fn replaced(valid: &Value, pointer: &str, text: &str) -> String {
    let mut body = valid.clone();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match body.pointer_mut(parent).unwrap() {
        Value::Array(items) => items[name.parse::<usize>().unwrap()] = json!(HERE),
        parent => parent[name] = json!(HERE),
    }
    body.to_string().replace(&format!("\"{HERE}\""), text)
}

fn short(text: &str) -> String {
    text.chars().take(40).collect::<String>().escape_debug().to_string()
}

/// Values of another type, or out of range: all of a list that the document does not allow there.
fn values<'a>(
    subject: &'a Subject<'_>,
    valid: &'a Value,
    place: &'a BodyLocation<'_>,
) -> impl Iterator<Item = Case> + use<'a> {
    const VALUES: [&str; 19] = [
        "null",
        "true",
        "0",
        "1",
        "-1",
        "1.5",
        "-0.5",
        "9223372036854775807",
        "-9223372036854775808",
        "9223372036854775808",
        "18446744073709551616",
        BEYOND,
        "\"\"",
        "\"x\"",
        "\"1\"",
        "[]",
        "{}",
        "[null]",
        "{\"amount\":1}",
    ];
    let allows = |text: &str| match serde_json::from_str(text) {
        Ok(value) => subject.document.allows(place.schema, &value),
        Err(_) => false,
    };
    VALUES.into_iter().filter(move |text| !allows(text)).map(move |text| {
        let request = subject.with_body(replaced(valid, &place.pointer, text));
        let is_number = subject.document.is_whole_number(place.schema);
        let expected = match text {
            BEYOND => Expected::AtOrNoJson(place.pointer.clone()),
            "true" | "1.5" | "\"x\"" | "[]" | "{}" if is_number => {
                Expected::Coded(400, place.pointer.clone(), "invalid")
            }
            "9223372036854775808" | "18446744073709551616" if is_number => {
                Expected::Coded(400, place.pointer.clone(), "range")
            }
            _ => Expected::At(place.pointer.clone()),
        };
        Case::new(format!("{text} at {}", place.pointer), request, expected)
    })
}

/// Texts that are too long, or hold what no text may.
fn texts(subject: &Subject<'_>, valid: &Value, place: &BodyLocation<'_>) -> Vec<Case> {
    if !place.value.as_ref().is_some_and(Value::is_string) && !subject.document.takes_text(place.schema) {
        return Vec::new();
    }
    let is_tried = TRIED.contains(&format!("{} {}", subject.name(), place.pointer).as_str());
    let at = || Expected::At(place.pointer.clone());
    let bad = [
        ("a NUL", "\"a\\u0000b\"".to_owned(), true),
        ("a bell", "\"a\\u0007b\"".to_owned(), !is_tried),
        ("a control character of Latin-1", "\"a\\u009fb\"".to_owned(), !is_tried),
        (
            "a text that is too long",
            format!("\"{}\"", "x".repeat(LONG)),
            !is_tried || place.pointer == "/password",
        ),
    ];
    let mut cases = Vec::new();
    for (what, text, always) in bad {
        let harmless =
            if subject.name() == "validate_token" { Expected::Harmless } else { Expected::Refused };
        let expected = if always { at() } else { harmless };
        if !always && subject.name() == "register" {
            continue; // it is a password like any other
        }
        let body = replaced(valid, &place.pointer, &text);
        cases.push(Case::new(format!("{what} at {}", place.pointer), subject.with_body(body), expected));
    }
    cases
}

/// What is no text, though it looks like one; and what is nested too deeply.
fn spellings(subject: &Subject<'_>, valid: &Value, place: &BodyLocation<'_>) -> Vec<Case> {
    let pointer = &place.pointer;
    let odd = |text: &str| subject.with_body(replaced(valid, pointer, text));
    let expected = || Expected::AtOrNoJson(pointer.clone());
    let mut bytes = replaced(valid, pointer, "\"@\"").into_bytes();
    let at = bytes.windows(3).position(|window| window == b"\"@\"").unwrap() + 1;
    bytes[at] = 0xff;
    let mut cases = vec![
        Case::new(format!("no UTF-8 at {pointer}"), subject.with_body(bytes), expected()),
        Case::new(format!("arrays {DEEP} deep at {pointer}"), odd(&nested("[", "]")), expected()),
        Case::new(
            format!("objects {DEEP} deep at {pointer}"),
            odd(&nested("{\"a\":", "}").replace(":}", ":1}")),
            expected(),
        ),
    ];
    for text in [
        "\"\\ud800\"",
        "\"\\udc00x\"",
        "\"\\ud800\\ud800\"",
        "\"\\x\"",
        "\"",
        "'x'",
        "NaN",
        "Infinity",
        "01",
        "+1",
        ".5",
        "0x1",
        "1.",
        "nul",
        "\"\t\"",
    ] {
        cases.push(Case::new(format!("{} at {pointer}", short(text)), odd(text), expected()));
    }
    cases
}

fn nested(open: &str, close: &str) -> String {
    format!("{}{}", open.repeat(DEEP), close.repeat(DEEP))
}

/// Members that are missing, unknown or there twice.
fn members(subject: &Subject<'_>, valid: &Value) -> Vec<Case> {
    let mut cases = Vec::new();
    let schema = subject.document.body(subject.name()).unwrap();
    for place in subject.document.places(schema, valid).iter().filter(|place| place.required) {
        let (parent, name) = place.pointer.rsplit_once('/').unwrap();
        let mut body = valid.clone();
        body.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(name);
        let what = format!("{} is missing", place.pointer);
        cases.push(Case::new(what, subject.with_body(body.to_string()), Expected::At(place.pointer.clone())));
    }
    let mut objects = Vec::new();
    find_objects(valid, String::new(), &mut objects);
    for at in objects {
        let is_map = at.ends_with("/metadata");
        let object = valid.pointer(&at).unwrap().as_object().unwrap();
        for (name, value) in object {
            let pointer = format!("{at}/{name}");
            let body = inserted(valid, &at, &format!("\"{name}\":{value}"));
            cases.push(Case::new(
                format!("{pointer} is there twice"),
                subject.with_body(body),
                Expected::At(pointer),
            ));
        }
        for name in ["unknown", "__proto__", "", "Amount", "ids", "a/b~c"] {
            for value in ["1", "null", "[[]]", "{\"a\":{}}"] {
                let pointer = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
                if !is_map && !object.contains_key(name) {
                    let body = inserted(valid, &at, &format!("\"{name}\":{value}"));
                    cases.push(Case::new(
                        format!("unknown {pointer}"),
                        subject.with_body(body),
                        Expected::At(pointer),
                    ));
                }
            }
        }
        if !is_map {
            let body = inserted(valid, &at, &format!("\"unknown\":{}", nested("[", "]")));
            let expected = Expected::AtOrNoJson(format!("{at}/unknown"));
            cases.push(Case::new(
                format!("unknown {at}/unknown, {DEEP} deep"),
                subject.with_body(body),
                expected,
            ));
        }
    }
    cases
}

fn find_objects(value: &Value, at: String, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            found.push(at.clone());
            members.iter().for_each(|(name, member)| find_objects(member, format!("{at}/{name}"), found));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(n, item)| find_objects(item, format!("{at}/{n}"), found));
        }
        _ => {}
    }
}

/// The body with one more member at the beginning of an object.
fn inserted(valid: &Value, at: &str, member: &str) -> String {
    let object = valid.pointer(at).unwrap().to_string();
    let comma = if object == "{}" { "" } else { "," };
    let object = format!("{{{member}{comma}{}", &object[1..]);
    if at.is_empty() { object } else { replaced(valid, at, &object) }
}

/// What is no body at all, or more than one, or too much of one.
fn whole(subject: &Subject<'_>, valid: &Value) -> Vec<Case> {
    let text = valid.to_string();
    let no_json = || Expected::AtOrNoJson(String::new());
    let mut bodies: Vec<(&str, Vec<u8>)> = [
        "null",
        "true",
        "1",
        "\"x\"",
        "[]",
        "[{}]",
        "{",
        "}",
        "{]",
        "nul",
        "{\"a\"}",
        "{,}",
        "\u{0}",
        "\u{feff}{}",
    ]
    .map(|body| (body, body.as_bytes().to_vec()))
    .into();
    bodies.push(("it breaks off in the middle", text.as_bytes()[..text.len() / 2].to_vec()));
    bodies.push(("its last byte is missing", text.as_bytes()[..text.len() - 1].to_vec()));
    bodies.push(("something follows it", format!("{text}x").into_bytes()));
    bodies.push(("it is there twice", format!("{text}{text}").into_bytes()));
    bodies.push(("a mark of the byte order before it", format!("\u{feff}{text}").into_bytes()));
    bodies.push(("UTF-16", text.encode_utf16().flat_map(u16::to_be_bytes).collect()));
    bodies.push(("no UTF-8", vec![0xff; 20]));
    bodies.push(("arrays within arrays", nested("[", "]").into_bytes()));
    bodies.push(("objects within objects", nested("{\"a\":", "}").into_bytes()));
    bodies.push(("arrays that do not end", "[".repeat(DEEP).into_bytes()));
    bodies.push((
        "a list of its values",
        json!(valid.as_object().unwrap().values().collect::<Vec<_>>()).to_string().into_bytes(),
    ));
    let mut cases: Vec<Case> = bodies
        .into_iter()
        .map(|(what, body)| Case::new(format!("body: {what}"), subject.with_body(body), no_json()))
        .collect();
    let large = format!("{text}{}", " ".repeat(TOO_MUCH - text.len()));
    cases.push(Case::new("body: it is too large", subject.with_body(large), Expected::Status(413)));
    let is_required = subject.document.operation(subject.name())["requestBody"]["required"] == true;
    if is_required {
        let empty =
            [("nothing", ""), ("spaces", " \r\n\t "), ("an empty object", "{}"), ("two of them", "{}{}")];
        cases.extend(empty.map(|(what, body)| {
            Case::new(format!("body: {what}"), subject.with_body(body), Expected::Status(400))
        }));
    }
    cases
}

/// Other kinds of content.
fn kinds(subject: &Subject<'_>, valid: &Value) -> Vec<Case> {
    let kinds = [
        "",
        "text/plain",
        "text/json",
        "application/jsonp",
        "application/problem+json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/octet-stream",
        "application/xml",
        "json",
    ];
    let mut cases: Vec<Case> = kinds
        .into_iter()
        .map(|kind| {
            let mut request = subject.with_body(valid.to_string());
            request.headers_mut().remove(header::CONTENT_TYPE);
            if !kind.is_empty() {
                request.headers_mut().insert(header::CONTENT_TYPE, kind.parse().unwrap());
            }
            Case::new(format!("content type {kind:?}"), request, Expected::Status(415))
        })
        .collect();
    for coding in ["gzip", "br", "deflate", "identity, gzip"] {
        let mut request: Request<Bytes> = subject.with_body(valid.to_string());
        request.headers_mut().insert(header::CONTENT_ENCODING, coding.parse().unwrap());
        cases.push(Case::new(format!("content encoding {coding}"), request, Expected::Status(415)));
    }
    cases
}
