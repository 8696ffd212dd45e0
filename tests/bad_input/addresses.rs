//! Paths, queries and headers with one thing wrong.

use super::{
    Subject,
    case::{Case, Expected},
};
use crate::operations::stage::made_up;
use http::HeaderValue;
use serde_json::Value;

/// All of them, but for paths.
pub fn all(subject: &Subject<'_>) -> Vec<Case> {
    let mut cases = queries(subject);
    cases.extend(keys(subject));
    cases.extend(conditions(subject));
    cases
}

/// Ids that name nothing.
pub fn paths(subject: &Subject<'_>) -> Vec<Case> {
    let route = &subject.asked.operation.route;
    if !route.path.contains('{') {
        return Vec::new();
    }
    let own = subject.asked.operation.path(subject.stage);
    // the number of an order and the name of a payment provider are no ids: what names neither is tried where they are tested
    let is_id = |word: &&str| word.len() == 30 && word.as_bytes()[3] == b'_';
    let Some(good) = own.split('/').find(is_id) else { return Vec::new() };
    let (kind, suffix) = good.split_once('_').unwrap();
    let mut ids: Vec<String> = [
        "x",
        "0",
        "-1",
        "null",
        "undefined",
        "_",
        "%20",
        "%00",
        "%0a",
        "%ff",
        "%c3%28",
        "..",
        ".",
        "..%2f..%2fadmin",
        "%2e%2e",
        "*",
        "'",
        "1%20or%201=1",
        "%F0%9F%98%80",
        "9223372036854775808",
        "00000000-0000-0000-0000-000000000000",
    ]
    .map(str::to_owned)
    .into();
    ids.extend([
        suffix.to_owned(),
        format!("{kind}_"),
        format!("{kind}_{}", &suffix[1..]),
        format!("{kind}_{suffix}0"),
        format!("{kind}_8{}", &suffix[1..]),
        format!("{kind}_{}", suffix.to_uppercase()),
        format!("{}_{suffix}", kind.to_uppercase()),
        format!("{kind}-{suffix}"),
        format!("{kind}_{}u", &suffix[..25]),
        format!("{good}%00"),
        format!("%20{good}"),
        format!("{good}{good}"),
        format!("{kind}_{}", "0".repeat(5000)),
    ]);
    // orders does not know who there is: to staff, who may ask for anybody's, a stranger's are none
    ids.extend((!route.path.contains("{user_id}")).then(|| made_up(good)));
    // the same bits as another kind of thing, and things that are there and of another kind
    ids.extend(
        kernel::id::PREFIXES.iter().filter(|other| **other != kind).map(|other| format!("{other}_{suffix}")),
    );
    ids.extend(subject.stage.ids().values().filter(|id| id.len() == 30 && !id.starts_with(kind)).cloned());
    ids.iter()
        .map(|id| {
            let path = own.replacen(good, id, 1);
            let mut request = subject.valid();
            *request.uri_mut() = path.parse().unwrap();
            Case::new(format!("the path {path}"), request, Expected::Status(404))
        })
        .collect()
}

fn queries(subject: &Subject<'_>) -> Vec<Case> {
    let mut cases = Vec::new();
    let own = subject.asked.operation.path(subject.stage);
    let mut add = |query: &str, expected: Expected| {
        let mut request = subject.valid();
        *request.uri_mut() = format!("{own}?{query}").parse().unwrap();
        cases.push(Case::new(format!("?{query}"), request, expected));
    };
    for (query, name) in [
        ("unknown=1", "unknown"),
        ("unknown", "unknown"),
        ("=1", ""),
        ("%3d=1", "="),
        ("user%20id=1", "user id"),
        ("limit%00=1", "limit\0"),
        ("a[]=1", "a[]"),
        ("LIMIT=1", "LIMIT"),
        ("__proto__=1", "__proto__"),
    ] {
        add(query, Expected::At(format!("?{name}")));
    }
    add("%ff=1", Expected::At("?".to_owned()));
    for parameter in subject.parameters("query") {
        let name = parameter["name"].as_str().unwrap();
        let at = || Expected::At(format!("?{name}"));
        let schema = &parameter["schema"];
        // as a number where it is one, and as a text
        let allows = |text: &str| {
            let number =
                serde_json::from_str(text).is_ok_and(|number| subject.document.allows(schema, &number));
            number || subject.document.allows(schema, &Value::from(text))
        };
        // RFC 3339 has no such year, and PostgreSQL none so long ago
        const YEAR: &str = "-005000-01-01T00:00:00Z";
        const VALUES: [&str; 9] =
            ["x", "-1", "0", "1.5", "1e3", "9223372036854775808", "99999999999999999999999", "0x10", YEAR];
        for text in VALUES.into_iter().filter(|text| !allows(text)) {
            let is_digits = text.trim_start_matches('-').bytes().all(|b| b.is_ascii_digit());
            let code = if is_digits { "range" } else { "invalid" };
            let expected = match subject.document.is_whole_number(schema) {
                true => Expected::Coded(400, format!("?{name}"), code),
                false => at(),
            };
            add(&format!("{name}={text}"), expected);
        }
        // what has no value is left out
        add(&format!("{name}="), at());
        add(&format!("{name}=%ff"), at());
        add(&format!("{name}=a%00b"), at());
        let ids = kernel::id::PREFIXES.iter().map(|kind| made_up(&format!("{kind}_{}", "0".repeat(26))));
        let words = ["5", "x", "true", "2027-01-15T08:00:00Z", "AAAA", "1.00"]
            .into_iter()
            .chain(subject.document.words(schema))
            .map(str::to_owned);
        let good = words.chain(ids).find(|text| allows(text));
        let good = good.unwrap_or_else(|| panic!("{}: what can {name} be?", subject.name()));
        add(&format!("{name}={good}&{name}={good}"), at());
        if subject.document.takes_text(schema) && name != "cursor" && !matches!(name, "to" | "about") {
            add(&format!("{name}={}", "x".repeat(3000)), at());
        }
    }
    if subject.parameters("query").iter().any(|parameter| parameter["name"] == "limit") {
        for limit in
            ["0", "-1", "201", "65536", "65537", "18446744073709551616", "1e1", "1.0", "%D9%A3", "%205", ""]
        {
            add(&format!("limit={limit}"), Expected::At("?limit".to_owned()));
        }
        for cursor in ["", "x", "AAAA", "*", "%2e%2e", &"A".repeat(5000), "eyJhIjoxfQ", "1", "null"] {
            add(&format!("cursor={cursor}"), Expected::At("?cursor".to_owned()));
        }
    }
    cases
}

/// Idempotency keys that are none.
fn keys(subject: &Subject<'_>) -> Vec<Case> {
    let takes = subject.parameters("header");
    let Some(parameter) = takes.iter().find(|parameter| parameter["name"] == "Idempotency-Key") else {
        return Vec::new();
    };
    let at = || Expected::At("#Idempotency-Key".to_owned());
    let bad: [Vec<u8>; 6] = [
        b"".to_vec(),
        b"two words".to_vec(),
        b"a\tb".to_vec(),
        vec![b'k'; 256],
        vec![b'k'; 6000],
        "ключ".as_bytes().to_vec(),
    ];
    let mut cases: Vec<Case> = bad
        .into_iter()
        .map(|bytes| {
            let mut request = subject.valid();
            let what = format!(
                "Idempotency-Key {:?} ({} bytes)",
                String::from_utf8_lossy(&bytes[..bytes.len().min(20)]),
                bytes.len()
            );
            request.headers_mut().insert("idempotency-key", HeaderValue::from_bytes(&bytes).unwrap());
            Case::new(what, request, at())
        })
        .collect();
    let mut request = subject.valid();
    request.headers_mut().append("idempotency-key", HeaderValue::from_static("another"));
    cases.push(Case::new("two Idempotency-Keys", request, at()));
    let mut request = subject.valid();
    let same = request.headers()["idempotency-key"].clone();
    request.headers_mut().append("idempotency-key", same);
    cases.push(Case::new("the same Idempotency-Key twice", request, at()));
    if parameter["required"] == true {
        let mut request = subject.valid();
        request.headers_mut().remove("idempotency-key");
        cases.push(Case::new("no Idempotency-Key", request, at()));
    }
    cases
}

/// Conditions that cannot hold.
fn conditions(subject: &Subject<'_>) -> Vec<Case> {
    let mut cases = Vec::new();
    for parameter in subject.parameters("header") {
        let (name, expected) = match parameter["name"].as_str().unwrap() {
            "If-Match" => ("if-match", Expected::Refused),
            "If-None-Match" => ("if-none-match", Expected::Harmless),
            "Last-Event-ID" => ("last-event-id", Expected::At("#Last-Event-ID".to_owned())),
            _ => continue,
        };
        let bad: [&[u8]; 10] = [
            b"",
            b"x",
            b"1",
            b"\"",
            b"\"1",
            b"W/\"1\"",
            b"\"0\"",
            b"\"-1\"",
            b"\"999999999999999999999\"",
            b"\"\x80\xff\"",
        ];
        // a browser that has seen no event yet may send an empty one
        for value in bad.into_iter().filter(|value| name != "last-event-id" || !value.is_empty()) {
            let mut request = subject.valid();
            request.headers_mut().insert(name, HeaderValue::from_bytes(value).unwrap());
            let what = format!("{name}: {}", String::from_utf8_lossy(value));
            cases.push(Case::new(what, request, expected.clone()));
        }
    }
    cases
}
