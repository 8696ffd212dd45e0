//! Which tokens are good by their form, and that every other one is not.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod bench;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use bench::{world::NOW_S, *};
use endpoint::Role;
use ordo_http::{
    Principal, VerifyError,
    token::{AccessClaims, SigningKey},
};
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde_json::{Value, json};

#[tokio::test]
async fn a_good_token_tells_who_it_is() {
    let bench = Bench::new();
    let who = Principal::User { id: user(), session: session(), role: Role::Customer, permissions: vec![] };
    assert_eq!(bench.verify(&good()).await, Ok(who.clone()));
    // what these tests sign by hand is otherwise good
    assert_eq!(bench.verify(&signed(&header(), &body())).await, Ok(who));
    // a newer auth may say more
    assert!(bench.verify(&signed(&header(), &with(body(), "amr", Some(json!(["pwd"]))))).await.is_ok());
}

#[tokio::test]
async fn the_algorithm_is_fixed() {
    let bench = Bench::new();
    for alg in ["none", "None", "nOnE", "", "HS256", "ES256", "RS256", "Ed25519", "eddsa"] {
        bench.refuses(alg, &signed(&with(header(), "alg", Some(alg.into())), &body())).await;
    }
    let unsigned = signed(&with(header(), "alg", Some("none".into())), &body());
    let unsigned = unsigned.rsplit_once('.').unwrap().0;
    bench.refuses("without a signature", &format!("{unsigned}.")).await;
    bench.refuses("without its part", unsigned).await;
    let (text, _) = good().rsplit_once('.').map(|(t, s)| (t.to_owned(), s.to_owned())).unwrap();
    bench.refuses("EdDSA with an empty signature", &format!("{text}.")).await;
    // the public key, which everybody has, as the key of an HMAC
    let public = SigningKey::from_seed(&SEED).public().x();
    let hs256 = with(header(), "alg", Some("HS256".into()));
    bench.refuses("public key, encoded", &tagged(&hs256, &body(), public.as_bytes())).await;
    bench.refuses("public key", &tagged(&hs256, &body(), &BASE64.decode(public).unwrap())).await;
    for weak in ["", "secret", "password", "ordo", "changeme", "0"] {
        bench.refuses(weak, &tagged(&hs256, &body(), weak.as_bytes())).await;
    }
}

#[tokio::test]
async fn a_header_brings_no_key_and_no_extension() {
    let bench = Bench::new();
    let own = Ed25519KeyPair::from_seed_unchecked(&[9; 32]).unwrap();
    let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": BASE64.encode(own.public_key().as_ref())});
    for (name, value) in [
        ("jwk", jwk),
        ("jku", json!("https://attacker.example/jwks.json")),
        ("x5u", json!("https://attacker.example/cert.pem")),
        ("x5c", json!(["AAAA"])),
        ("crit", json!(["exp"])),
        ("crit", json!([])),
        ("b64", json!(false)),
        ("zip", json!("DEF")),
        ("cty", json!("JWT")),
        ("enc", json!("A256GCM")),
    ] {
        bench.refuses(name, &signed(&with(header(), name, Some(value)), &body())).await;
    }
}

#[tokio::test]
async fn the_key_is_one_that_is_known() {
    let bench = Bench::new();
    for kid in ["../../dev/null", "' or 1=1 --", "unknown", "", "\u{0}"] {
        bench.refuses(kid, &signed(&with(header(), "kid", Some(kid.into())), &body())).await;
    }
    bench.refuses("no kid", &signed(&with(header(), "kid", None), &body())).await;
    bench.refuses("kid of a number", &signed(&with(header(), "kid", Some(json!(1))), &body())).await;
    // another key, under its own name and under the trusted one's
    let other = SigningKey::from_seed(&[9; 32]);
    bench.refuses("another key", &other.sign(&claims())).await;
}

#[tokio::test]
async fn each_flipped_bit_spoils_a_token() {
    let bench = Bench::new();
    let token = good();
    for i in 0..token.len() {
        let mut bytes = token.clone().into_bytes();
        bytes[i] ^= 1;
        bench.refuses("a flipped bit", &String::from_utf8(bytes).unwrap()).await;
    }
}

#[tokio::test]
async fn times_must_hold() {
    let bench = Bench::new();
    let at = |iat: i64, nbf: Option<i64>, exp: i64| {
        SigningKey::from_seed(&SEED).sign(&AccessClaims { iat, nbf, exp, ..claims() })
    };
    for (what, token, good) in [
        ("just ended, within the leeway", at(NOW_S - HOUR, None, NOW_S - 359), true),
        ("ended", at(NOW_S - HOUR, None, NOW_S - 360), false),
        ("made by a clock that is fast", at(NOW_S + 360, None, NOW_S + HOUR), true),
        ("made in the future", at(NOW_S + 361, None, NOW_S + HOUR), false),
        ("good soon", at(NOW_S, Some(NOW_S + 360), NOW_S + HOUR), true),
        ("good later", at(NOW_S, Some(NOW_S + 361), NOW_S + HOUR), false),
        ("ends before it begins", at(NOW_S + 30, None, NOW_S + 20), false),
        ("lives for too long", at(NOW_S, None, NOW_S + 24 * HOUR + 1), false),
        ("lives as long as it may", at(NOW_S, None, NOW_S + 24 * HOUR), true),
        ("before 1970", at(-HOUR, None, NOW_S + HOUR), false),
        ("after the end of time", at(NOW_S, None, i64::MAX), false),
        ("between the ends of time", at(i64::MIN, None, i64::MAX), false),
    ] {
        assert_eq!(bench.verify(&token).await.is_ok(), good, "{what}");
        if !good {
            // only what would have been good in its time is told to be over
            let why = if what == "ended" { VerifyError::Expired } else { VerifyError::Invalid };
            bench.refuses_as(why, what, &token).await;
        }
    }
    for name in ["exp", "iat", "nbf"] {
        for value in [
            json!("1800003600"),
            json!(1_800_003_600.5),
            json!(1e9),
            json!(-1),
            json!(9_223_372_036_854_775_808u64),
            json!(null),
            json!([1]),
        ] {
            if name == "nbf" && value.is_null() {
                continue;
            }
            bench.refuses(name, &signed(&header(), &with(body(), name, Some(value)))).await;
        }
    }
    bench.refuses("no exp", &signed(&header(), &with(body(), "exp", None))).await;
    bench.refuses("no iat", &signed(&header(), &with(body(), "iat", None))).await;
}

#[tokio::test]
async fn it_is_by_whom_and_for_whom_it_should_be() {
    let bench = Bench::new();
    for (name, value) in [
        ("iss", Some(json!("https://shop.example/"))),
        ("iss", Some(json!("https://other.example"))),
        ("iss", None),
        ("aud", Some(json!("other"))),
        ("aud", Some(json!(["ordo"]))),
        ("aud", None),
        ("sub", Some(json!("usr_x"))),
        ("sub", None),
        ("sid", None),
        ("role", Some(json!("owner"))),
        ("role", None),
        ("perms", Some(json!(["everything"]))),
        ("jti", None),
    ] {
        bench.refuses(name, &signed(&header(), &with(body(), name, value))).await;
    }
    for typ in ["JWT", "at+JWT", "application/at+jwt", "rt+jwt", "mail+jwt", "svc+jwt", ""] {
        bench.refuses(typ, &signed(&with(header(), "typ", Some(typ.into())), &body())).await;
    }
    bench.refuses("no typ", &signed(&with(header(), "typ", None), &body())).await;
}

#[tokio::test]
async fn no_member_is_there_twice() {
    let bench = Bench::new();
    let twice = |object: &Value, member: &str| format!("{{{member},{}", &object.to_string()[1..]);
    let header = header().to_string();
    bench.refuses("exp", &signed_text(&header, &twice(&body(), r#""exp":1"#))).await;
    bench.refuses("role", &signed_text(&header, &twice(&body(), r#""role":"admin""#))).await;
    let unknown = twice(&with(body(), "x", Some(json!(1))), r#""x":2"#);
    bench.refuses("a member that is not known", &signed_text(&header, &unknown)).await;
    let escaped = twice(&body(), r#""\u0065xp":1"#);
    bench.refuses("the same in other letters", &signed_text(&header, &escaped)).await;
    let alg = twice(&self::header(), r#""alg":"none""#);
    bench.refuses("alg", &signed_text(&alg, &body().to_string())).await;
}

#[tokio::test]
async fn there_is_one_spelling() {
    let bench = Bench::new();
    let token = good();
    let parts: Vec<&str> = token.split('.').collect();
    let joined = |parts: [&str; 3]| parts.join(".");
    for (what, token) in [
        ("padding", joined([parts[0], parts[1], &format!("{}==", parts[2])])),
        ("white space before", format!(" {token}")),
        ("white space after", format!("{token}\n")),
        ("white space within", joined([parts[0], &format!("{} ", parts[1]), parts[2]])),
        ("the other alphabet", token.replace('-', "+").replace('_', "/") + "+"),
        ("four parts", format!("{token}.AA")),
        ("five parts, as a JWE has", format!("{token}.AA.AA")),
        ("two parts", parts[..2].join(".")),
        ("nothing", String::new()),
        ("dots", "..".into()),
        ("a token in a token", signed(&header(), &json!(token))),
        ("claims that are a list", signed(&header(), &json!([body()]))),
        ("a header that is a list", signed(&json!([header()]), &body())),
        ("too long", signed(&header(), &with(body(), "x", Some("x".repeat(8 << 10).into())))),
    ] {
        bench.refuses(what, &token).await;
    }
    // the last letter of a signature has four bits to spare: they must be zero
    let last = parts[2].chars().last().unwrap();
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let at = alphabet.find(last).unwrap();
    let sibling = &alphabet[at + 1..at + 2];
    let respelled = format!("{}{sibling}", &parts[2][..parts[2].len() - 1]);
    bench.refuses("bits to spare", &joined([parts[0], parts[1], &respelled])).await;
}
