//! What the router of a toy API answers.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod pottery;

use axum::body::Body as StreamItem;
use endpoint::{
    client::{CallError, Client},
    transport::Local,
    *,
};
use kernel::metrics::text;
use ordo_http::{Api, ApiContext, RequestLimits, metrics};
use pottery::{teapots::*, world::TestHost, *};
use serde_json::Value;
use std::{
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};

#[tokio::test]
async fn a_good_request_is_answered() {
    let router = router();
    let made = ask(&router, request("POST /v1/teapots", &[STAFF, JSON, KEY], r#"{"name": "x"}"#)).await;
    assert_eq!(
        (made.status, &made.headers["location"], &made.headers["etag"]),
        (201, &POT.parse().unwrap(), &"\"1\"".parse().unwrap())
    );
    let key = ask(
        &router,
        request(
            "POST /v1/teapots",
            &[("x-api-key", "ordo_sk_staff"), ("content-type", "Application/JSON; charset=utf-8"), KEY],
            r#"{"name": "x"}"#,
        ),
    )
    .await;
    assert_eq!(key.status, 201);
    let got = ask(&router, request(&format!("GET {POT}"), &[], "")).await;
    assert_eq!((got.status, &got.headers["cache-control"]), (200, &"no-cache".parse().unwrap()));
    let same = ask(&router, request(&format!("GET {POT}"), &[("if-none-match", "\"0\", W/\"1\"")], "")).await;
    assert_eq!(
        (same.status, &same.headers["etag"], same.body),
        (304, &"\"1\"".parse().unwrap(), Value::Null)
    );
    let listed =
        ask(&router, request("GET /v1/teapots?limit=3&q=gr%C3%BCn&glaze=green&glaze=blue", &[], "")).await;
    assert_eq!((listed.status, listed.body["items"][0]["name"].as_str()), (200, Some("Brown Betty")));
    let head = ask(&router, request("HEAD /v1/teapots", &[], "")).await;
    assert_eq!((head.status, head.body), (200, Value::Null));
    let gone =
        ask(&router, request(&format!("DELETE {POT}"), &[("authorization", "bearer admin")], "")).await;
    assert_eq!((gone.status, gone.body), (204, Value::Null));
}

#[tokio::test]
async fn what_is_read_is_not_sent_to_whoever_has_it() {
    let router = router();
    let list = |known: &'static str| {
        let headers = [("if-none-match", known)];
        let headers = if known.is_empty() { &[][..] } else { &headers[..] };
        request("GET /v1/teapots?limit=3", headers, "")
    };
    let first = ask(&router, list("")).await;
    let etag = first.headers["etag"].to_str().unwrap().to_owned();
    assert!(first.status == 200 && etag.starts_with("W/\""), "{etag}");
    assert_eq!(first.headers["cache-control"], "no-cache");
    let etag: &'static str = etag.leak();
    for known in [etag, etag.trim_start_matches("W/"), "*"] {
        let same = ask(&router, list(known)).await;
        assert_eq!(
            (same.status, &same.body, &same.headers["etag"]),
            (304, &Value::Null, &first.headers["etag"])
        );
        assert!(!same.headers.contains_key("content-type"), "{known}");
    }
    assert_eq!(ask(&router, list("W/\"0\", \"1\"")).await.body, first.body);
    // what has a version is told by that
    let get = |known| request(&format!("GET {POT}"), &[("if-none-match", known)], "");
    assert_eq!(ask(&router, get("\"1\"")).await.status, 304);
    assert_eq!(ask(&router, get(etag)).await.headers["etag"], "\"1\"");
    // what cannot be read is told, and services send one another whole answers
    let bad = ask(&router, list("\u{e9}")).await;
    assert_eq!((bad.status, &bad.body["errors"][0]["pointer"]), (400, &"#If-None-Match".into()));
}

#[tokio::test]
async fn internal_routes_let_newer_callers_send_more() {
    let service = ("authorization", "Bearer service");
    let line = "POST /internal/teapots/count?x=1";
    let got = ask(&router(), request(line, &[service, JSON], r#"{"newer": 1}"#)).await;
    assert_eq!((got.status, got.body), (200, Value::from(3)));
}

#[tokio::test]
async fn a_request_id_is_taken_over_where_it_can_stand_in_a_log() {
    for (given, taken) in [
        ("checkout-42_a.b", true),
        ("short", false),
        ("with spaces in it", false),
        ("quotes\"and{braces}", false),
        (&"x".repeat(65), false),
    ] {
        let got = ask(&router(), request("GET /v1/teapots", &[("x-request-id", given)], "")).await;
        let id = got.headers["x-request-id"].to_str().unwrap();
        assert_eq!(id == given, taken, "{given}");
        assert!(taken || (id.starts_with("req_") && id.len() == 36), "{id}");
    }
}

#[tokio::test]
async fn a_trace_goes_on_and_comes_back() {
    let given = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    for line in ["GET /v1/teapots", "POST /v1/teapots"] {
        let got = ask(&router(), request(line, &[("traceparent", given)], "")).await;
        assert_eq!(got.headers["traceparent"], given, "{line}: {}", got.status);
        for other in ["00-0-0-00", "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", ""] {
            let got = ask(&router(), request(line, &[("traceparent", other)], "")).await;
            let made = got.headers["traceparent"].to_str().unwrap();
            assert!(made.len() == given.len() && made.starts_with("00-") && made != given, "{made}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_longer_than_it_may_is_told() {
    let begun = tokio::time::Instant::now();
    let slow = [STAFF, JSON, ("idempotency-key", "slow")];
    let got = ask(&router(), request("POST /v1/teapots", &slow, r#"{"name": "x"}"#)).await;
    assert_eq!((got.status, got.body["code"].as_str()), (504, Some("deadline_exceeded")));
    assert_eq!(begun.elapsed().as_millis() as u64, MakeTeapot::ROUTE.within_ms);
    // with its key it may be sent again
    assert_eq!(got.headers["retry-after"], "1");
    let text = text(metrics::ALL);
    for line in [
        "ordo_request_deadlines_total{service=\"pottery\"} 1",
        "ordo_requests_total{service=\"pottery\",endpoint=\"make_teapot\",status=\"5xx\"} 1",
        "ordo_request_seconds_bucket{service=\"pottery\",endpoint=\"make_teapot\",le=\"5\"} 1",
        "ordo_requests_in_flight{service=\"pottery\"} 0",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    // the caller's own deadline, and no more than the longest
    for (asked, waited) in [("70", 70), ("999999999", 30_000), ("nonsense", MakeTeapot::ROUTE.within_ms)] {
        let begun = tokio::time::Instant::now();
        let headers = [STAFF, JSON, ("idempotency-key", "slow"), ("x-deadline-ms", asked)];
        let got = ask(&router(), request("POST /v1/teapots", &headers, r#"{"name": "x"}"#)).await;
        assert_eq!((got.status, begun.elapsed().as_millis() as u64), (504, waited), "{asked}");
    }
}

/// A body of a stated size that never comes.
struct StatedBody(u64);
impl hyper::body::Body for StatedBody {
    type Data = bytes::Bytes;
    type Error = std::io::Error;
    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<bytes::Bytes>, std::io::Error>>> {
        std::task::Poll::Pending
    }
    fn size_hint(&self) -> hyper::body::SizeHint {
        hyper::body::SizeHint::with_exact(self.0)
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_never_ends_is_given_up_and_surely_nothing_was_done() {
    // the endpoint's own deadline would say that it may have been
    let limits = RequestLimits {
        body_within: Duration::from_millis(MakeTeapot::ROUTE.within_ms / 2),
        ..RequestLimits::default()
    };
    let got = ask(
        &api(limits).router(),
        request("POST /v1/teapots", &[STAFF, JSON, KEY], StreamItem::new(StatedBody(9))),
    )
    .await;
    assert_eq!((got.status, got.body["code"].as_str()), (400, Some("invalid_request")));
    assert_eq!(got.body["errors"][0]["code"], "body");
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_for_a_body_that_says_it_is_too_large() {
    let stated = StreamItem::new(StatedBody(u64::MAX));
    let begun = tokio::time::Instant::now();
    let got = ask(&router(), request("POST /v1/teapots", &[STAFF, JSON, KEY], stated)).await;
    assert_eq!((got.status, begun.elapsed()), (413, Duration::ZERO));
}

#[tokio::test(start_paused = true)]
async fn more_than_can_be_served_at_once_is_told_to_come_back() {
    let router = api(RequestLimits { in_flight_max: 2, ..RequestLimits::default() }).router();
    let slow =
        || request("POST /v1/teapots", &[STAFF, JSON, ("idempotency-key", "slow")], r#"{"name": "x"}"#);
    let busy = async {
        tokio::time::sleep(Duration::from_millis(1)).await;
        ask(&router, request("GET /v1/teapots", &[], "")).await
    };
    let (a, b, busy) = tokio::join!(ask(&router, slow()), ask(&router, slow()), busy);
    assert_eq!((a.status, b.status), (504, 504));
    assert_eq!((busy.status, busy.body["code"].as_str()), (503, Some("unavailable")));
    assert_eq!(metrics::SHED.get(&["pottery"]), 1);
    assert_eq!(ask(&router, request("GET /v1/teapots", &[], "")).await.status, 200);
}

#[tokio::test]
async fn a_process_says_that_it_lives_and_that_it_is_ready() {
    assert_eq!(ask(&router(), request("GET /health", &[], "")).await.body["status"], "ok");
    assert_eq!(ask(&router(), request("GET /ready", &[], "")).await.status, 200);
    let shell = ApiContext {
        service: "x",
        verify: Arc::new(PotteryVerifier),
        env: TestHost::new().env(),
        limits: RequestLimits::default(),
    };
    let unready = Api::new(Pottery, shell).ready(|_| async { Err("no database".into()) }).router();
    assert_eq!(ask(&unready, request("GET /ready", &[], "")).await.status, 503);
}

#[tokio::test]
async fn the_typed_client_gets_what_the_handler_gives() {
    let local = Local::new();
    let env = TestHost::new().env();
    // the client is there before the service, since services call one another in circles
    let client = Client::new(Arc::new(local.clone()), &[Local::address("pottery")], env.clone());
    let mut cx = Context::background(&env, Duration::from_secs(1));
    cx.bearer = Some("Bearer staff".parse().unwrap());
    let get = || GetTeapot { id: Path(id()), known: IfNoneMatch(None) };
    let early = client.call(&cx, get()).await.unwrap_err();
    assert!(matches!(early, CallError::Broken(b) if !b.arrived));
    local.bind("pottery", router());
    assert_eq!(
        client.call(&cx, get()).await.unwrap(),
        Conditional::New { etag: "\"1\"".into(), body: teapot() }
    );
    let make = |name: &str| MakeTeapot {
        key: IdempotencyKey("k".into()),
        teapot: Body(NewTeapot { name: name.into(), cups: vec![], note: None }),
    };
    let made = client.call(&cx, make("x")).await.unwrap();
    assert_eq!((made.location, made.etag), (POT.to_owned(), "\"1\"".to_owned()));
    let refused = client.call(&cx, make("huge")).await.unwrap_err();
    assert!(matches!(refused, CallError::Refused(MakeTeapotError::NotEnoughClay { left: 1, .. })));
    let wrong = client.call(&cx, make("")).await.unwrap_err();
    let CallError::Problem(problem) = wrong else { panic!("{wrong}") };
    let Some(CommonError::InvalidRequest { errors }) = problem.read() else { panic!("{problem:?}") };
    assert_eq!(errors[0].pointer, "/name");
    assert_eq!(problem.request_id, cx.request_id);
}

#[tokio::test]
async fn the_log_names_a_request_without_its_query_and_its_body() {
    #[derive(Clone, Default)]
    struct CapturedLog(Arc<std::sync::Mutex<Vec<u8>>>);
    impl std::io::Write for CapturedLog {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let lines = CapturedLog::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt().json().with_writer(move || writer.clone()).finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let headers = [STAFF, JSON, KEY, ("x-request-id", "checkout-42")];
    ask(&router(), request("POST /v1/teapots?canary=1", &headers, r#"{"name": "canary"}"#)).await;
    ask(&router(), request(&format!("GET {POT}"), &headers, "")).await;
    drop(guard);
    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    let lines: Vec<Value> = text.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let fields = &lines[1]["fields"];
    assert_eq!(
        (fields["method"].as_str(), fields["route"].as_str()),
        (Some("GET"), Some("/v1/teapots/{id}"))
    );
    assert_eq!((fields["status"].as_u64(), fields["request_id"].as_str()), (Some(200), Some("checkout-42")));
    assert!(fields["micros"].is_u64());
    assert!(!text.contains("canary"), "{text}");
}

#[test]
fn all_routes_are_listed() {
    let names: Vec<&str> = api(RequestLimits::default()).routes().iter().map(|r| r.name).collect();
    assert_eq!(
        names,
        [
            "make_teapot",
            "get_teapot",
            "list_teapots",
            "change_teapot",
            "break_teapot",
            "count_teapots",
            "ask_the_way"
        ]
    );
}

#[tokio::test]
async fn who_was_overtaken_halfway_is_told_nothing_of_it_where_the_key_knows_what_was_done() {
    let router = router();
    let headers = [STAFF, JSON, ("idempotency-key", "overtaken")];
    let made = ask(&router, request("POST /v1/teapots", &headers, r#"{"name": "x"}"#)).await;
    assert_eq!((made.status, pottery::RACES.load(Relaxed)), (201, 3));
    // without a key, the second try would be refused because of the first
    let conditional = [STAFF, ("if-match", "\"overtaken\"")];
    let changed = ask(&router, request(&format!("PATCH {POT}"), &conditional, "")).await;
    assert_eq!((changed.status, changed.body["code"].as_str()), (503, Some("unavailable")));
    assert_eq!(pottery::CHANGES.load(Relaxed), 1);
}

#[tokio::test]
async fn what_is_read_is_another_thing_to_somebody_else() {
    let router = router();
    let vary = async |path: &str, shown: &[(&str, &str)]| {
        let got = ask(&router, request(path, shown, "")).await;
        got.headers.get("vary").map(|vary| vary.to_str().unwrap().to_owned())
    };
    let both = Some("Authorization, X-Api-Key".to_owned());
    assert_eq!(vary("GET /v1/teapots", &[]).await, both);
    // refused it is, too; and who is not asked who they are sees what everybody sees
    assert_eq!(vary("GET /v1/teapots", &[("authorization", "Bearer ended")]).await, both);
    assert_eq!(vary("GET /v1/way", &[]).await, None);
}

#[tokio::test]
async fn a_token_that_is_not_good_is_refused_and_strangers_are_not_asked_for_one() {
    let router = router();
    let status = async |path: &str, shown: &str| {
        ask(&router, request(path, &[("authorization", shown)], "")).await.status
    };
    assert_eq!(status("GET /v1/teapots", "Bearer ended").await, 401);
    // it cannot be told at the moment who shows it
    assert_eq!(status("GET /v1/teapots", "Bearer slow").await, 503);
    for shown in ["Bearer ended", "Bearer slow", "Basic x"] {
        assert_eq!(status("GET /v1/way", shown).await, 200, "{shown}");
    }
}
