//! Shows the documentation page without any service behind it: `cargo run -p gateway --example docs_page`.
#![allow(clippy::unwrap_used, reason = "a tool for developers")]

use endpoint::openapi::Examples;
use gateway::{Gateway, GatewaySettings};
use ordo_http::ServerLimits;
use std::future::pending;
use tokio::net::TcpListener;

const RECORDED: &str = include_str!("../../../docs/generated/examples.json");

#[tokio::main]
async fn main() {
    let env = testkit::real_env::env();
    let mut document = contracts::catalogue::document("0.0.0").finish();
    let examples: Examples = serde_json::from_str(RECORDED).unwrap();
    examples.put_into(&mut document);
    let gateway = Gateway {
        env: env.clone(),
        settings: GatewaySettings::default(),
        services: Vec::new(),
        verify: None,
        document: Box::new(|| document),
        checks: Vec::new(),
    };
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    println!("http://{}/docs", listener.local_addr().unwrap());
    ordo_http::serve(listener, gateway.router().unwrap(), pending(), ServerLimits::default(), env)
        .await
        .unwrap();
}
