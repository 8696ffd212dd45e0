//! Tokens that must not be let in, at a route that demands one and at the one that validates.

use crate::world::{AuthReplica, AuthTestBed};
use auth::AuthSettings;
use base64_url::{decode, encode};
use contracts::auth::*;
use endpoint::{Body, Json, http::Request};
use kernel::Secret;
use ordo_http::token::{AccessClaims, SigningKey};
use serde_json::{Value, json};
use std::time::Duration;

on_both!(
    what_was_forged_or_changed_is_not_let_in,
    what_was_issued_by_or_for_others_is_not_let_in,
    what_has_ended_is_not_let_in,
    a_token_is_shown_once_and_in_its_header,
);

/// Base64url, as JWTs write it.
mod base64_url {
    use ordo_http::token::PublicKey;

    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    pub(crate) fn encode(bytes: &[u8]) -> String {
        let bits: String = bytes.iter().map(|byte| format!("{byte:08b}")).collect();
        let digit = |six: &[u8]| {
            let six = format!("{:0<6}", std::str::from_utf8(six).unwrap());
            char::from(DIGITS[usize::from_str_radix(&six, 2).unwrap()])
        };
        bits.as_bytes().chunks(6).map(digit).collect()
    }

    pub(crate) fn decode(text: &str) -> Vec<u8> {
        let value = |digit: u8| DIGITS.iter().position(|d| *d == digit).unwrap();
        let bits: String = text.bytes().map(|digit| format!("{:06b}", value(digit))).collect();
        let whole = bits.as_bytes().chunks_exact(8);
        whole.map(|eight| u8::from_str_radix(std::str::from_utf8(eight).unwrap(), 2).unwrap()).collect()
    }

    #[test]
    fn it_agrees_with_the_one_that_verifies() {
        let x = encode(&[0xfb; 32]);
        assert_eq!(PublicKey::from_jwk("", &x).unwrap().x(), x);
        assert_eq!(decode(&x), [0xfb; 32]);
    }
}

/// Neither let in nor called valid.
async fn is_refused(auth: &AuthReplica, token: &str) {
    let shown: String = token.chars().take(60).collect();
    assert!(!auth.lets_in(&Secret::new(token)).await, "{shown}");
    let validate = ValidateToken { token: Body(Token { token: Secret::new(token) }) };
    let Json(state) = auth.call(None, validate).await.unwrap();
    assert!(!state.valid, "{shown}");
}

/// The same token with another header or other claims, under the signature that it had.
fn changed(token: &str, header: impl Fn(&mut Value), claims: impl Fn(&mut Value)) -> String {
    let parts: Vec<&str> = token.split('.').collect();
    let mut values = [0, 1].map(|i| serde_json::from_slice::<Value>(&decode(parts[i])).unwrap());
    header(&mut values[0]);
    claims(&mut values[1]);
    let [header, claims] = values.map(|value| encode(value.to_string().as_bytes()));
    format!("{header}.{claims}.{}", parts[2])
}

async fn what_was_forged_or_changed_is_not_let_in(world: AuthTestBed) {
    let auth = world.replica().await;
    let ada = auth.register("ada@example.com").await;
    let token = ada.access_token.expose();
    assert!(auth.lets_in(&ada.access_token).await);
    let [head, claims, signature] = token.split('.').collect::<Vec<_>>().try_into().unwrap();
    let none = |_: &mut Value| {};
    let mut bad = vec![
        format!("{head}.{claims}."),
        format!("{head}.{claims}"),
        format!("{head}..{signature}"),
        format!("{token}.{signature}"),
        format!("{token}="),
        format!("{head}.{claims}.{}", encode(&[0; 64])),
        changed(token, none, |claims| claims["role"] = json!("admin")),
        changed(token, none, |claims| claims["exp"] = json!(9_999_999_999_i64)),
        changed(token, |header| header["jwk"] = json!({"kty": "OKP"}), none),
        changed(token, |header| header["jku"] = json!("https://evil.example/jwks.json"), none),
        changed(token, |header| header["crit"] = json!(["b64"]), none),
        changed(token, |header| header["kid"] = json!("../../dev/null"), none),
        changed(token, |header| header["kid"] = json!("' or 1=1 --"), none),
        changed(token, |header| header["typ"] = json!("JWT"), none),
        "x".repeat(20_000),
        "...".to_owned(),
        String::from("e30.e30.e30"),
    ];
    for alg in ["none", "None", "nOnE", "HS256", "RS256", "ES256"] {
        bad.push(changed(token, |header| header["alg"] = json!(alg), none));
    }
    // another key, under its own name and under the name of ours
    let claims: AccessClaims = serde_json::from_slice(&decode(claims)).unwrap();
    let forged = SigningKey::from_seed(&[1; 32]).sign(&claims);
    let kid = serde_json::from_slice::<Value>(&decode(head)).unwrap()["kid"].clone();
    bad.push(changed(&forged, |header| header["kid"] = kid.clone(), none));
    bad.push(forged);
    for token in bad {
        is_refused(&auth, &token).await;
    }
    assert!(auth.lets_in(&ada.access_token).await);
}

async fn what_was_issued_by_or_for_others_is_not_let_in(world: AuthTestBed) {
    let auth = world.replica().await;
    let other = |settings: AuthSettings| AuthTestBed { settings, ..world.clone() };
    let elsewhere = [
        other(AuthSettings { issuer: "another shop".into(), ..world.settings.clone() }),
        other(AuthSettings { audience: "another shop".into(), ..world.settings.clone() }),
        // longer than a token may live here
        other(AuthSettings { access_token_ttl: Duration::from_secs(90_000), ..world.settings.clone() }),
    ];
    for (n, world) in elsewhere.into_iter().enumerate() {
        let there = world.replica().await;
        let signed_in = there.register(&format!("ada{n}@example.com")).await;
        assert!(there.lets_in(&signed_in.access_token).await);
        is_refused(&auth, signed_in.access_token.expose()).await;
    }
}

async fn what_has_ended_is_not_let_in(world: AuthTestBed) {
    let auth = world.replica().await;
    let ada = auth.register("ada@example.com").await;
    world.clock.advance(Duration::from_secs(86_400));
    assert!(auth.lets_in(&ada.access_token).await, "clocks may differ by five minutes");
    world.clock.advance(Duration::from_secs(361));
    is_refused(&auth, ada.access_token.expose()).await;
}

async fn a_token_is_shown_once_and_in_its_header(world: AuthTestBed) {
    let auth = world.replica().await;
    let ada = auth.register("ada@example.com").await;
    let token = ada.access_token.expose();
    let bearer = format!("Bearer {token}");
    let me = || Request::get("/v1/me");
    let refused = [
        me().header("authorization", &bearer).header("authorization", &bearer),
        me().header("authorization", &bearer).header("x-api-key", token),
        me().header("authorization", token),
        me().header("authorization", format!("Basic {token}")),
        me().header("authorization", format!("Bearer  {token}")),
        me(),
    ];
    for request in refused {
        let (status, ..) = auth.send(request.body(Default::default()).unwrap()).await;
        assert_eq!(status.as_u16(), 401);
    }
    let in_the_query = Request::get(format!("/v1/me?access_token={token}")).body(Default::default()).unwrap();
    assert_eq!(auth.send(in_the_query).await.0.as_u16(), 401);
    let good = me().header("authorization", &bearer).body(Default::default()).unwrap();
    assert_eq!(auth.send(good).await.0.as_u16(), 200);
}
