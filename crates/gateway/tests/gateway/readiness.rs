//! `/health` and `/ready`.

use crate::world::{ask, gateway, open_gate, orders, ordinary, products};
use gateway::{GatewaySettings, ReadinessCheck};
use serde_json::json;
use std::{future::pending, time::Duration};

#[tokio::test]
async fn it_is_healthy_while_it_lives() {
    let got = ask(&ordinary(), "GET /health", &[]).await;
    assert_eq!((got.status, got.json()), (200, json!({"service": "gateway", "status": "ok"})));
    assert_eq!(got.header("cache-control"), "no-store");
}

#[tokio::test]
async fn it_is_ready_when_all_that_it_needs_is() {
    let checks = vec![
        ReadinessCheck::service("products", products(open_gate())),
        ReadinessCheck::new("bus", async || Ok(())),
    ];
    let got = ask(&gateway(GatewaySettings::default(), open_gate(), checks), "GET /ready", &[]).await;
    let expected =
        json!({"service": "gateway", "status": "ready", "checks": {"products": "ok", "bus": "ok"}});
    assert_eq!((got.status, got.json()), (200, expected));
}

#[tokio::test]
async fn requests_stay_welcome_without_what_is_not_vital() {
    let disk = ReadinessCheck::new("disk", async || Err("full".into())).not_vital();
    let checks = vec![disk, ReadinessCheck::service("products", products(open_gate()))];
    let got = ask(&gateway(GatewaySettings::default(), open_gate(), checks), "GET /ready", &[]).await;
    let expected =
        json!({"service": "gateway", "status": "degraded", "checks": {"disk": "failed", "products": "ok"}});
    assert_eq!((got.status, got.json()), (200, expected));
}

#[tokio::test(start_paused = true)]
async fn it_says_what_is_not_ready_and_keeps_why_to_itself() {
    let checks = vec![
        ReadinessCheck::service("products", products(open_gate())),
        ReadinessCheck::service("orders", orders()),
        ReadinessCheck::new("bus", async || Err("secret address refused".into())),
        ReadinessCheck::new("auth", pending),
    ];
    let settings = GatewaySettings { check_within: Duration::from_secs(1), ..GatewaySettings::default() };
    let got = ask(&gateway(settings, open_gate(), checks), "GET /ready", &[]).await;
    let checks = json!({"products": "ok", "orders": "failed", "bus": "failed", "auth": "failed"});
    assert_eq!(
        (got.status, got.json()),
        (503, json!({"service": "gateway", "status": "not ready", "checks": checks}))
    );
    assert_eq!(got.header("cache-control"), "no-store");
}
