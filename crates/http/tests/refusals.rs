//! Every refusal of the router is a problem document.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod pottery;

use ordo_http::RequestLimits;
use pottery::*;

/// What is asked, with which headers and body, and the status and code that it is told.
type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a [u8], u16, &'a str);

/// What is shown, and the reason and some words of the detail that it is told.
type ReasonCase<'a> = (&'a [(&'a str, &'a str)], &'a str, &'a str);

const OK: &[u8] = br#"{"name": "x"}"#;
const POST: &str = "POST /v1/teapots";

async fn refused(cases: &[Case<'_>]) {
    let router = api(RequestLimits::default()).router();
    for (line, headers, body, status, code) in cases {
        let got = ask(&router, request(line, headers, body.to_vec())).await;
        let problem = &got.body;
        let case = format!("{line} {headers:?} {problem}");
        assert_eq!((got.status, problem["code"].as_str()), (*status, Some(*code)), "{case}");
        assert_eq!(got.headers["content-type"], "application/problem+json", "{case}");
        assert_eq!(problem["status"], *status, "{case}");
        assert_eq!(problem["type"], format!("/docs/problems#{code}"), "{case}");
        assert_eq!(got.headers["x-request-id"], problem["request_id"].as_str().unwrap(), "{case}");
        let path = line.split_once(' ').unwrap().1.split('?').next().unwrap();
        assert_eq!(problem["instance"], path, "{case}");
        assert!(!problem["title"].as_str().unwrap().is_empty() && problem["detail"].is_string(), "{case}");
        assert_eq!(got.headers.contains_key("allow"), *status == 405, "{case}");
        assert_eq!(got.headers.contains_key("retry-after"), *status == 503, "{case}");
        let challenge = got.headers.get("www-authenticate").map(|v| v.to_str().unwrap());
        assert_eq!(challenge, (*status == 401).then(|| challenge_for(headers)), "{case}");
        if *code == "invalid_request" {
            assert!(!problem["errors"].as_array().unwrap().is_empty(), "{case}");
        }
        let text = problem.to_string();
        assert!(!text.contains("kiln") && !text.contains("fell") && !text.contains("connection"), "{text}");
    }
}

/// RFC 6750, 3.1: whoever shows nothing that could be a token is told the scheme, and not that a token is bad.
fn challenge_for(headers: &[(&str, &str)]) -> &'static str {
    let shows = |(name, value): &(&str, &str)| *name == "x-api-key" || value.starts_with("Bearer ");
    if headers.iter().any(shows) { "Bearer error=\"invalid_token\"" } else { "Bearer" }
}

#[tokio::test]
async fn of_an_address_or_a_method_that_is_not_known() {
    refused(&[
        ("GET /nope", &[], b"", 404, "not_found"),
        ("GET //v1/teapots", &[], b"", 404, "not_found"),
        ("GET /v1/teapots/", &[], b"", 404, "not_found"),
        ("GET /v1/teapots/abc", &[], b"", 404, "not_found"),
        ("GET /v1/teapots/%ff%fe", &[], b"", 404, "not_found"),
        ("GET /v1/teapots/prd_00000000000000000000000000", &[], b"", 404, "not_found"),
        ("PUT /v1/teapots", &[STAFF], b"", 405, "method_not_allowed"),
        ("OPTIONS /v1/teapots", &[], b"", 405, "method_not_allowed"),
    ])
    .await;
}

#[tokio::test]
async fn of_somebody_who_may_not() {
    let scrap = &format!("DELETE {POT}");
    refused(&[
        (POST, &[KEY, JSON], OK, 401, "unauthenticated"),
        (POST, &[("authorization", "Bearer x")], b"", 401, "unauthenticated"),
        (POST, &[("authorization", "Basic staff")], b"", 401, "unauthenticated"),
        (POST, &[("authorization", "staff")], b"", 401, "unauthenticated"),
        (POST, &[STAFF, STAFF], b"", 401, "unauthenticated"),
        (POST, &[STAFF, ("x-api-key", "staff")], b"", 401, "unauthenticated"),
        (POST, &[("x-api-key", "x")], b"", 401, "unauthenticated"),
        // an access token is no API key
        (POST, &[("x-api-key", "staff")], b"", 401, "unauthenticated"),
        ("POST /v1/teapots?access_token=staff", &[], b"", 401, "unauthenticated"),
        (POST, &[("authorization", "Bearer customer")], b"", 403, "forbidden"),
        (scrap, &[STAFF], b"", 403, "forbidden"),
        ("POST /internal/teapots/count", &[STAFF, JSON], b"{}", 403, "forbidden"),
        ("POST /internal/teapots/count", &[("authorization", "Bearer admin"), JSON], b"{}", 403, "forbidden"),
        (
            "POST /internal/teapots/count",
            &[("authorization", "Bearer provider"), JSON],
            b"{}",
            403,
            "forbidden",
        ),
        // auth cannot be asked at the moment
        (POST, &[("authorization", "Bearer slow")], b"", 503, "unavailable"),
        // who may be staff is not shown less, as if it were all
        ("GET /v1/teapots", &[("authorization", "Bearer slow")], b"", 503, "unavailable"),
    ])
    .await;
}

#[tokio::test]
async fn who_is_not_signed_in_is_told_why() {
    let bearer = |token: &'static str| ("authorization", token);
    let cases: [ReasonCase<'_>; 8] = [
        (&[], "missing", "No credential was sent"),
        (&[bearer("Bearer over")], "expired", "Use the refresh token"),
        (&[bearer("Bearer signed-out")], "ended", "Sign in again"),
        (&[bearer("Bearer x")], "not_accepted", "is invalid or was revoked"),
        (&[("x-api-key", "ordo_sk_x")], "not_accepted", "is invalid or was revoked"),
        (&[("x-api-key", "staff")], "malformed", "Send exactly one credential"),
        (&[STAFF, STAFF], "malformed", "Send exactly one credential"),
        (&[bearer("Basic staff")], "malformed", "Send exactly one credential"),
    ];
    for (headers, reason, detail) in cases {
        let got = ask(&router(), request(POST, headers, OK.to_vec())).await;
        assert_eq!((got.status, got.body["code"].as_str()), (401, Some("unauthenticated")), "{headers:?}");
        assert_eq!(got.body["reason"], reason, "{headers:?}");
        assert!(got.body["detail"].as_str().unwrap().contains(detail), "{headers:?} {}", got.body);
    }
}

#[tokio::test]
async fn of_a_body_that_is_wrong() {
    let big = format!(r#"{{"name": "{}"}}"#, "x".repeat(2 << 20));
    let deep = "[".repeat(100_000);
    let form = ("content-type", "application/x-www-form-urlencoded");
    let gzip = ("content-encoding", "gzip");
    let headers: &[(&str, &str)] = &[STAFF, KEY, JSON];
    let scrap = &format!("DELETE {POT}");
    let admin = ("authorization", "Bearer admin");
    refused(&[
        (POST, &[STAFF, JSON], OK, 400, "invalid_request"),
        (POST, &[STAFF, KEY], OK, 415, "unsupported_media_type"),
        (POST, &[STAFF, KEY, form], b"name=x", 415, "unsupported_media_type"),
        (POST, &[STAFF, KEY, JSON, gzip], b"x", 415, "unsupported_media_type"),
        (POST, headers, big.as_bytes(), 413, "body_too_large"),
        (POST, headers, br#"{"name": "#, 400, "invalid_request"),
        (POST, headers, br#"{"name": "x"} x"#, 400, "invalid_request"),
        (POST, headers, b"", 400, "invalid_request"),
        (POST, headers, b"{\"name\": \"\xff\"}", 400, "invalid_request"),
        (POST, headers, br#"{"name": 1}"#, 400, "invalid_request"),
        (POST, headers, br#"{"name": "x", "name": "y"}"#, 400, "invalid_request"),
        (POST, headers, br#"{"name": ""}"#, 400, "invalid_request"),
        (POST, headers, br#"{"name": "x", "y": 1}"#, 400, "invalid_request"),
        (POST, headers, deep.as_bytes(), 400, "invalid_request"),
        // what stands in it would be left undone
        (scrap, &[admin], br#"{"amount": "1.00"}"#, 400, "invalid_request"),
        (scrap, &[admin, JSON], big.as_bytes(), 400, "invalid_request"),
    ])
    .await;
}

#[tokio::test]
async fn of_a_query_that_is_wrong() {
    for query in [
        "broken=maybe",
        "limit=900",
        "limit=",
        "colour=red",
        "q=a&q=b",
        "q=%ff",
        "%ff=1",
        "glaze=green&glaze=x",
    ] {
        refused(&[(&format!("GET /v1/teapots?{query}"), &[], b"", 400, "invalid_request")]).await;
    }
}

#[tokio::test]
async fn of_the_endpoint_itself() {
    let change = &format!("PATCH {POT}");
    refused(&[
        // reading never has an unknown outcome
        (&format!("GET {POT}"), &[("if-none-match", "lost")], b"", 503, "unavailable"),
        (change, &[STAFF], b"", 428, "precondition_required"),
        (change, &[STAFF, ("if-match", "\"0\"")], b"", 412, "precondition_failed"),
        (POST, &[STAFF, KEY, JSON], br#"{"name": "huge"}"#, 409, "not_enough_clay"),
    ])
    .await;
    for (key, status, code) in [
        ("reused", 422, "key_reused"),
        ("panic", 500, "internal"),
        ("broken", 500, "internal"),
        ("unknown", 503, "outcome_unknown"),
        ("database", 503, "unavailable"),
        ("full", 507, "insufficient_storage"),
    ] {
        refused(&[(POST, &[STAFF, JSON, ("idempotency-key", key)], OK, status, code)]).await;
    }
}

#[tokio::test]
async fn who_does_not_know_what_became_of_a_request_is_told_what_to_do() {
    let headers = &[STAFF, JSON, ("idempotency-key", "unknown")];
    let got = ask(&router(), request(POST, headers, OK.to_vec())).await;
    let said = got.body["detail"].as_str().unwrap();
    assert!(said.contains("Retry it with the same idempotency key"), "{said}");
    // without a key, and with an ETag that is good once
    let lost = &[STAFF, JSON, ("if-match", "\"lost\"")];
    let got = ask(&router(), request(&format!("PATCH {POT}"), lost, "{}")).await;
    assert_eq!((got.status, got.body["code"].as_str()), (503, Some("outcome_unknown")));
    let said = got.body["detail"].as_str().unwrap();
    assert!(said.contains("If it still has the ETag that you sent"), "{said}");
    assert!(!said.contains("idempotency key"), "{said}");
}

#[tokio::test]
async fn who_can_ask_a_replica_is_told_that_this_one_cannot_reach_what_it_rests_on() {
    let router = api(RequestLimits::default()).router();
    for (key, told) in
        [("database", Some("unavailable")), ("unknown", None), ("full", None), ("broken", None)]
    {
        let headers = &[STAFF, JSON, ("idempotency-key", key)];
        let got = ask(&router, request(POST, headers, OK.to_vec())).await;
        let says = got.headers.get("x-ordo-cut-off").map(|code| code.to_str().unwrap());
        assert_eq!(says, told, "{key}");
    }
}
