//! Behind a proxy each client is one of its own, and nobody says of himself who he is.

use crate::world::{NAMED_CLIENT, gateway_of, got, open_gate};
use axum::{Router, body::Body, http::Request};
use gateway::GatewaySettings;
use ordo_http::Peer;

const PROXY: &str = "10.0.0.7:4711";
const STRANGER: &str = "203.0.113.5:4711";

fn door() -> Router {
    let settings = GatewaySettings {
        trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()],
        sign_ins_per_minute: Some(2),
        ..GatewaySettings::default()
    };
    gateway_of(testkit::real_env::env(), settings, open_gate(), Vec::new())
}

/// 403 where auth was told that the client is [`NAMED_CLIENT`], and else 401.
async fn sign_in(door: &Router, peer: &str, header: (&str, &str)) -> u16 {
    let request =
        Request::post("/v1/login").header("content-type", "application/json").header(header.0, header.1);
    let body = Body::from(r#"{"email": "ada@example.com", "password": "a password"}"#);
    let mut request = request.body(body).unwrap();
    request.extensions_mut().insert(Peer(peer.parse().unwrap()));
    got(door, request).await.status
}

#[tokio::test]
async fn clients_behind_a_proxy_are_counted_apart() {
    let door = door();
    for client in ["198.51.100.7", "198.51.100.8"] {
        for expected in [401, 401, 429] {
            assert_eq!(sign_in(&door, PROXY, ("x-forwarded-for", client)).await, expected, "{client}");
        }
    }
    // who makes up addresses is still one
    for (made_up, expected) in [("1.1.1.1", 401), ("2.2.2.2", 401), ("3.3.3.3", 429)] {
        assert_eq!(sign_in(&door, STRANGER, ("x-forwarded-for", made_up)).await, expected);
    }
    for (made_up, expected) in [("1.1.1.1", 401), ("2.2.2.2", 401), ("3.3.3.3", 429)] {
        let told = format!("{made_up}, 203.0.113.9");
        assert_eq!(sign_in(&door, PROXY, ("x-forwarded-for", &told)).await, expected);
    }
}

#[tokio::test]
async fn services_hear_of_the_client_from_the_gateway_alone() {
    assert_eq!(sign_in(&door(), PROXY, ("forwarded", &format!("for={NAMED_CLIENT}"))).await, 403);
    assert_eq!(sign_in(&door(), &format!("{NAMED_CLIENT}:1"), ("accept", "*/*")).await, 403);
    for peer in [PROXY, STRANGER] {
        assert_eq!(sign_in(&door(), peer, (ordo_http::CLIENT.as_str(), NAMED_CLIENT)).await, 401);
    }
}
