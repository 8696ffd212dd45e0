//! The pages that people use, behind the same door.

use crate::world::{
    BROWSES, GatewayResponse, PendingBody, ask, gateway_of, got, open_gate, refused, send, session,
};
use axum::{Router, body::Body, extract::Request};
use gateway::{GatewaySettings, PageService, SignInForms};
use ordo_http::Peer;
use std::{net::SocketAddr, time::Duration};
use testkit::clock::Clock;

const PROXY: &str = "10.0.0.7:4711";
const SOMEBODY: &str = "192.0.2.1:4711";

/// Pages that say what they were asked for, and how.
fn pages() -> PageService {
    let answer = async |request: Request| {
        let scheme = request.headers().get("x-ordo-scheme").map_or("http", |value| value.to_str().unwrap());
        format!("{scheme} {}", request.uri())
    };
    PageService {
        router: Router::new().fallback(answer),
        sign_ins: SignInForms {
            with_credential: &["/sign-in"],
            without: &["/register"],
            placing: &["/checkout"],
        },
        parts: vec!["/assets/one.css".to_owned()],
        session: session(),
        refused: refused(),
    }
}

fn door(clock: &Clock) -> Router {
    let settings = GatewaySettings {
        pages: Some(pages()),
        requests_per_minute: Some(1000),
        sign_ins_per_minute: Some(2),
        trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()],
        ..GatewaySettings::default()
    };
    gateway_of(clock.env(), settings, open_gate(), Vec::new())
}

async fn from(door: &Router, peer: &str, line: &str, headers: &[(&str, &str)]) -> GatewayResponse {
    let (method, path) = line.split_once(' ').unwrap();
    let mut request = axum::http::Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut request = request.body(Body::empty()).unwrap();
    request.extensions_mut().insert(Peer(peer.parse::<SocketAddr>().unwrap()));
    got(door, request).await
}

#[tokio::test]
async fn pages_answer_what_is_of_no_service_and_of_no_program() {
    let door = door(&Clock::new());
    for page in ["/", "/search?q=tea", "/orders/1", "/v2", "/sign-in"] {
        let answered = ask(&door, &format!("GET {page}"), &[]).await;
        assert_eq!((answered.status, answered.text), (200, format!("http {page}")));
    }
    for program in ["/v1", "/v1/nowhere", "/internal/events", "/.well-known/nowhere"] {
        let answered = ask(&door, &format!("GET {program}"), &[]).await;
        assert_eq!((answered.status, answered.code().as_str()), (404, "not_found"), "{program}");
    }
    for ours in ["/docs", "/health", "/openapi.json", "/v1/products"] {
        let answered = ask(&door, &format!("GET {ours}"), &[]).await;
        assert!(answered.status == 200 && !answered.text.starts_with("http /"), "{ours}");
    }
}

#[tokio::test]
async fn pages_are_told_of_tls_by_a_proxy_that_is_trusted_and_by_nobody_else() {
    let door = door(&Clock::new());
    let says = [("x-forwarded-proto", "https"), ("x-ordo-scheme", "https")];
    assert_eq!(from(&door, PROXY, "GET /", &says).await.text, "https /");
    assert_eq!(from(&door, SOMEBODY, "GET /", &says).await.text, "http /");
    assert_eq!(from(&door, PROXY, "GET /", &[("x-ordo-scheme", "https")]).await.text, "http /");
    assert_eq!(from(&door, PROXY, "GET /", &[("x-forwarded-proto", "http")]).await.text, "http /");
    assert_eq!(ask(&door, "GET /", &says).await.text, "http /");
    for (name, value, told) in [
        ("x-forwarded-proto", "HTTPS", "https /"),
        ("x-forwarded-proto", "https, http", "https /"),
        ("x-forwarded-proto", "http, https", "http /"),
        ("forwarded", "for=192.0.2.7;Proto=https, for=10.0.0.1;proto=http", "https /"),
        ("forwarded", "for=192.0.2.7;proto=\"https\"", "https /"),
        ("forwarded", "for=192.0.2.7", "http /"),
    ] {
        assert_eq!(from(&door, PROXY, "GET /", &[(name, value)]).await.text, told, "{name}: {value}");
    }
}

#[tokio::test]
async fn forms_that_sign_in_are_counted_with_the_sign_ins() {
    let door = door(&Clock::new());
    assert_eq!(from(&door, SOMEBODY, "POST /sign-in", &[]).await.status, 200);
    assert_eq!(from(&door, SOMEBODY, "POST /v1/login", &[]).await.status, 400);
    assert_eq!(from(&door, SOMEBODY, "POST /sign-in", &[]).await.status, 429);
    assert_eq!(from(&door, SOMEBODY, "GET /sign-in", &[]).await.status, 200);
    assert_eq!(from(&door, SOMEBODY, "POST /basket", &[]).await.status, 200);
}

#[tokio::test]
async fn people_are_told_on_a_page_and_programs_in_a_problem_document() {
    let door = door(&Clock::new());
    for _ in 0..2 {
        assert_eq!(from(&door, SOMEBODY, "POST /sign-in", &[BROWSES]).await.status, 200);
    }
    let page = from(&door, SOMEBODY, "POST /sign-in", &[BROWSES]).await;
    assert_eq!((page.status, page.text.as_str()), (429, "a page: rate_limited"));
    // all that a program would be told is there as well
    let document = from(&door, SOMEBODY, "POST /sign-in", &[]).await;
    assert_eq!((document.status, document.code().as_str()), (429, "rate_limited"));
    for header in ["retry-after", "ratelimit-policy", "x-content-type-options"] {
        assert_eq!(page.header(header), document.header(header), "{header}");
    }
    assert!(page.header("ratelimit").contains("\"sign-ins\";r=0"), "{}", page.header("ratelimit"));
    // what pages are made of is read by anybody, and nothing else
    for (line, is_counted) in [
        ("GET /assets/one.css", false),
        ("HEAD /assets/one.css", false),
        ("GET /assets/one.css?v=2", false),
        ("POST /assets/one.css", true),
        ("GET /assets/two.css", true),
        ("GET /assets/", true),
        ("GET /assets/one.css/more", true),
    ] {
        let got = from(&door, SOMEBODY, line, &[BROWSES]).await;
        assert_eq!((got.status, got.header("ratelimit").is_empty()), (200, !is_counted), "{line}");
    }
    // what is of programs alone is so whoever asks
    let login = from(&door, SOMEBODY, "POST /v1/login", &[BROWSES]).await;
    assert_eq!((login.status, login.code().as_str()), (429, "rate_limited"));
}

#[tokio::test]
async fn whose_form_does_not_come_whole_is_told_so_on_a_page() {
    let settings = GatewaySettings {
        pages: Some(pages()),
        body_within: Duration::from_millis(20),
        ..GatewaySettings::default()
    };
    let door = gateway_of(testkit::real_env::env(), settings, open_gate(), Vec::new());
    let form = || Body::new(PendingBody(Some(100)));
    let page = send(&door, "POST /basket", &[BROWSES], form()).await;
    assert_eq!((page.status, page.text.as_str()), (400, "a page: invalid_request"));
    let document = send(&door, "POST /basket", &[], form()).await;
    assert_eq!((document.status, document.code().as_str()), (400, "invalid_request"));
}

#[tokio::test]
async fn requests_without_number_keep_nobody_with_a_session_from_the_pages() {
    let settings =
        GatewaySettings { pages: Some(pages()), requests_per_minute: Some(3), ..GatewaySettings::default() };
    let door = gateway_of(Clock::new().env(), settings, open_gate(), Vec::new());
    // an account, a session whose token is over, and another one
    for cookie in ["", "user 1", "over 1", "over 2"] {
        for n in 0..5 {
            let status = from(&door, SOMEBODY, "GET /", &[("cookie", cookie)]).await.status;
            assert_eq!(status, if n < 3 { 200 } else { 429 }, "{cookie} {n}");
        }
    }
    // a session that is over or made up is nobody's, and another one of the account is the account's
    for cookie in ["bad 1", "made up", "user 2"] {
        assert_eq!(from(&door, SOMEBODY, "GET /", &[("cookie", cookie)]).await.status, 429, "{cookie}");
    }
    // a program shows a token, and no session
    assert_eq!(from(&door, SOMEBODY, "GET /v1/products", &[("cookie", "over 3")]).await.status, 429);
    assert_eq!(from(&door, SOMEBODY, "GET /", &[("cookie", "over 3")]).await.status, 200);
}

#[tokio::test]
async fn a_guest_who_orders_on_a_page_is_counted_with_who_registers() {
    let door = door(&Clock::new());
    for status in [200, 200, 429] {
        assert_eq!(from(&door, SOMEBODY, "POST /checkout", &[]).await.status, status);
    }
    assert_eq!(from(&door, SOMEBODY, "POST /register", &[]).await.status, 429);
    assert_eq!(from(&door, SOMEBODY, "POST /checkout", &[("cookie", "user 1")]).await.status, 200);
    assert_eq!(from(&door, SOMEBODY, "GET /checkout", &[]).await.status, 200);
}
