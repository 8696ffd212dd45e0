//! What browsers are told: protection, caching, and which other sites may call.

use crate::world::{ask, gateway, open_gate, ordinary};
use gateway::{BadOrigin, Gateway, GatewaySettings};

const PREFLIGHT: (&str, &str) = ("access-control-request-method", "POST");

fn allowing(origins: &[&str]) -> GatewaySettings {
    GatewaySettings {
        origins: origins.iter().map(|o| (*o).to_owned()).collect(),
        ..GatewaySettings::default()
    }
}

#[tokio::test]
async fn every_answer_is_protected() {
    let gateway = ordinary();
    for line in
        ["GET /v1/products", "GET /nowhere", "GET /health", "GET /openapi.json", "GET /docs", "POST /docs"]
    {
        let got = ask(&gateway, line, &[]).await;
        assert_eq!(got.header("x-content-type-options"), "nosniff", "{line}");
        assert_eq!(got.header("referrer-policy"), "no-referrer", "{line}");
        assert_eq!(got.header("x-frame-options"), "DENY", "{line}");
        let policy = got.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; "), "{line}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{line}: {policy}");
        assert!(["no-store", "no-cache"].contains(&got.header("cache-control")), "{line}");
    }
    // what is read may be kept, and is asked for again each time; what is done is not
    assert_eq!(ask(&gateway, "GET /v1/products", &[]).await.header("cache-control"), "no-cache");
    assert_eq!(ask(&gateway, "POST /v1/products", &[]).await.header("cache-control"), "no-store");
}

#[tokio::test]
async fn no_other_site_may_call_unless_it_is_set() {
    let gateway = ordinary();
    let shop = ("origin", "https://shop.example");
    for line in ["GET /v1/products", "OPTIONS /v1/products"] {
        let got = ask(&gateway, line, &[shop, PREFLIGHT]).await;
        assert!(!got.headers.keys().any(|name| name.as_str().starts_with("access-control")), "{line}");
    }
    assert_eq!(ask(&gateway, "OPTIONS /v1/products", &[shop, PREFLIGHT]).await.status, 405);
}

#[tokio::test]
async fn a_site_that_is_set_may_call_and_no_other() {
    let gateway =
        gateway(allowing(&["https://shop.example", "http://127.0.0.1:3000"]), open_gate(), Vec::new());
    for origin in ["https://shop.example", "http://127.0.0.1:3000"] {
        let asked = ask(&gateway, "OPTIONS /v1/orders", &[("origin", origin), PREFLIGHT]).await;
        assert_eq!((asked.status, asked.header("access-control-allow-origin")), (204, origin));
        assert!(asked.header("access-control-allow-headers").contains("Idempotency-Key"));
        assert!(asked.header("access-control-allow-methods").contains("PATCH"));
        assert_eq!(asked.header("vary"), "Origin");
        let got = ask(&gateway, "GET /v1/products", &[("origin", origin)]).await;
        assert_eq!((got.status, got.header("access-control-allow-origin")), (200, origin));
        let shown: Vec<&str> = got.header("access-control-expose-headers").split(", ").collect();
        assert!(["Allow", "ETag", "Retry-After"].iter().all(|name| shown.contains(name)), "{shown:?}");
        // refusals too, or a page could not read them
        let refused = ask(&gateway, "GET /nowhere", &[("origin", origin)]).await;
        assert_eq!((refused.status, refused.header("access-control-allow-origin")), (404, origin));
    }
    for origin in ["https://shop.example.evil", "http://shop.example", "null", "https://SHOP.example"] {
        for line in ["OPTIONS /v1/orders", "GET /v1/products"] {
            let got = ask(&gateway, line, &[("origin", origin), PREFLIGHT]).await;
            assert_eq!(got.header("access-control-allow-origin"), "", "{line} {origin}");
            // beside what the operation itself goes by
            assert!(got.headers.get_all("vary").iter().any(|vary| vary == "Origin"), "{line} {origin}");
        }
    }
}

#[tokio::test]
async fn a_browsers_own_credentials_are_allowed_to_nobody() {
    for origins in [&["*"][..], &["https://shop.example"]] {
        let gateway = gateway(allowing(origins), open_gate(), Vec::new());
        for line in ["OPTIONS /v1/orders", "GET /v1/products"] {
            let got = ask(&gateway, line, &[("origin", "https://shop.example"), PREFLIGHT]).await;
            assert_eq!(got.header("access-control-allow-origin"), origins[0], "{line}");
            assert!(!got.headers.contains_key("access-control-allow-credentials"), "{line}");
        }
    }
}

#[test]
fn what_is_no_origin_is_not_taken_for_one() {
    let gateway = Gateway {
        env: testkit::real_env::env(),
        settings: allowing(&["https://shop.example", "shop.example"]),
        services: Vec::new(),
        verify: None,
        document: Box::new(|| serde_json::json!({})),
        checks: Vec::new(),
    };
    assert_eq!(gateway.router().unwrap_err(), BadOrigin("shop.example".into()));
}
