//! The tokens that nobody must be taken by: each is wrong in one thing.

use super::forge::{Key, ShopKeys, b64, claims, mac, un_b64};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use serde_json::{Value, json};

/// Something that is shown instead of a good token.
#[derive(Debug, Clone)]
pub struct InvalidToken {
    pub name: String,
    /// The token, where it is one that can be shown in other places too.
    pub token: Option<String>,
    pub headers: HeaderMap,
    pub query: String,
}

impl InvalidToken {
    fn token(name: &str, token: impl Into<String>) -> InvalidToken {
        let token = token.into();
        let headers = [(header::AUTHORIZATION, format!("Bearer {token}"))];
        InvalidToken { token: Some(token), ..InvalidToken::headers(name, headers) }
    }
    fn headers(name: &str, shown: impl IntoIterator<Item = (HeaderName, String)>) -> InvalidToken {
        let mut headers = HeaderMap::new();
        for (header, value) in shown {
            headers.append(header, HeaderValue::from_str(&value).unwrap());
        }
        InvalidToken { name: name.to_owned(), token: None, headers, query: String::new() }
    }
}

/// Tokens of sessions that have ended, with what ended them.
pub struct EndedSessionTokens(pub Vec<(&'static str, String)>);

/// All of them. `good` is a token of a session that is alive; a token of ours that says the same is good, too.
pub fn all(keys: &ShopKeys, good: &str, refresh: &str, ended: EndedSessionTokens) -> Vec<InvalidToken> {
    let own = &keys.own;
    let says = claims(good);
    let mut bad = Vec::new();
    bad.extend(algorithms(keys, &says));
    bad.extend(names_of_keys(keys, &says));
    bad.extend(changed(own, &says, good));
    bad.extend(times(own, &says));
    bad.extend(contents(own, &says));
    bad.extend(kinds(keys, &says, refresh));
    bad.extend(shapes(own, &says));
    bad.extend(presented(good));
    bad.extend(ended.0.into_iter().map(|(how, token)| InvalidToken::token(how, token)));
    bad
}

/// A value with another member.
fn with(value: &Value, member: &str, other: Value) -> Value {
    let mut value = value.clone();
    value[member] = other;
    value
}

fn without(value: &Value, member: &str) -> Value {
    let mut value = value.clone();
    value.as_object_mut().unwrap().remove(member);
    value
}

fn algorithms(keys: &ShopKeys, says: &Value) -> Vec<InvalidToken> {
    let own = &keys.own;
    let header = own.header();
    let unsigned = |alg: &str| {
        let header = with(&header, "alg", json!(alg));
        format!("{}.{}.", b64(header.to_string()), b64(says.to_string()))
    };
    let mut bad: Vec<InvalidToken> = ["none", "None", "nOnE", ""]
        .map(|alg| InvalidToken::token(&format!("alg {alg:?}, unsigned"), unsigned(alg)))
        .into();
    let signed_none = own.sign(&with(&header, "alg", json!("none")), says);
    bad.push(InvalidToken::token("alg none, signed", signed_none));
    bad.push(InvalidToken::token("no signature", unsigned("EdDSA")));
    bad.push(InvalidToken::token("two parts", unsigned("EdDSA").trim_end_matches('.')));
    let hs256 = with(&header, "alg", json!("HS256"));
    for (whose, secret) in [
        ("the public key", own.public().to_vec()),
        ("the public key's text", b64(own.public()).into_bytes()),
        ("nothing", vec![]),
        ("secret", b"secret".to_vec()),
        ("changeme", b"changeme".to_vec()),
        ("ordo", b"ordo".to_vec()),
        ("zeros", vec![0; 32]),
    ] {
        bad.push(InvalidToken::token(&format!("HS256 with {whose}"), mac(&secret, &hs256, says)));
    }
    for alg in ["HS256", "ES256", "RS256", "PS256", "Ed25519", "eddsa"] {
        let header = with(&header, "alg", json!(alg));
        bad.push(InvalidToken::token(
            &format!("signed as it should be, and called {alg}"),
            own.sign(&header, says),
        ));
    }
    bad.push(InvalidToken::token(
        "ES256 with a key of its own",
        es256(&with(&header, "alg", json!("ES256")), says),
    ));
    bad
}

fn es256(header: &Value, says: &Value) -> String {
    let random = SystemRandom::new();
    let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, made.as_ref(), &random).unwrap();
    let text = format!("{}.{}", b64(header.to_string()), b64(says.to_string()));
    let signature = key.sign(&random, text.as_bytes()).unwrap();
    format!("{text}.{}", b64(signature))
}

fn names_of_keys(keys: &ShopKeys, says: &Value) -> Vec<InvalidToken> {
    let (own, foreign) = (&keys.own, &keys.foreign);
    let jwk = json!({"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "kid": foreign.kid(), "x": b64(foreign.public())});
    let mut bad = vec![
        InvalidToken::token("a foreign key under its own name", foreign.mint(says)),
        InvalidToken::token("a foreign key under our key's name", foreign.sign(&own.header(), says)),
        InvalidToken::token("a key that is retired", keys.retired.mint(says)),
        InvalidToken::token("no kid", own.sign(&without(&own.header(), "kid"), says)),
    ];
    for kid in [
        "",
        "../../../../dev/null",
        "' or '1'='1",
        "1; drop table signing_key",
        "x' union select x --",
        "%00",
        "0",
    ] {
        for (whose, key) in [("foreign", foreign), ("our", own)] {
            let header = with(&own.header(), "kid", json!(kid));
            bad.push(InvalidToken::token(&format!("kid {kid:?} of {whose} key"), key.sign(&header, says)));
        }
    }
    for kid in [json!(1), json!(null), json!([own.kid()]), json!({"kid": own.kid()})] {
        bad.push(InvalidToken::token(
            &format!("kid {kid}"),
            own.sign(&with(&own.header(), "kid", kid), says),
        ));
    }
    // where keys would come from elsewhere; signed by that key, and by ours
    let elsewhere = "https://keys.example/jwks.json";
    for (member, value) in [
        ("jwk", jwk),
        ("jku", json!(elsewhere)),
        ("x5u", json!(elsewhere)),
        ("x5c", json!(["MIIB"])),
        ("x5t", json!("AAAA")),
    ] {
        for (whose, key) in [("foreign", foreign), ("our", own)] {
            let header = with(&key.header(), member, value.clone());
            bad.push(InvalidToken::token(
                &format!("{member}, signed by {whose} key"),
                key.sign(&header, says),
            ));
        }
    }
    bad
}

fn changed(own: &Key, says: &Value, good: &str) -> Vec<InvalidToken> {
    let mut bad = Vec::new();
    for (whose, token) in [("the shop's", good.to_owned()), ("our", own.mint(says))] {
        let parts: Vec<&str> = token.split('.').collect();
        for (n, what) in ["header", "payload", "signature"].into_iter().enumerate() {
            let mut parts: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
            let mut bytes = un_b64(&parts[n]);
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            parts[n] = b64(bytes);
            bad.push(InvalidToken::token(
                &format!("a bit of the {what} of {whose} token is flipped"),
                parts.join("."),
            ));
        }
        let admin = with(&with(&claims(&token), "role", json!("admin")), "jti", json!("another"));
        let raised = format!("{}.{}.{}", parts[0], b64(admin.to_string()), parts[2]);
        bad.push(InvalidToken::token(&format!("other claims under the signature of {whose} token"), raised));
        let text = format!("{}.{}", parts[0], parts[1]);
        let other = |name: &str, signature: &[u8]| {
            InvalidToken::token(&format!("{name} of {whose} token"), format!("{text}.{}", b64(signature)))
        };
        let signature = un_b64(parts[2]);
        bad.push(other("a signature of zeros", &[0; 64]));
        bad.push(other("half the signature", &signature[..32]));
        bad.push(other("twice the signature", &[&signature[..], &signature].concat()));
        bad.push(other("another form of the signature", &malleated(&signature)));
    }
    bad
}

/// The same point with s + L instead of s: some take it for the same signature (RFC 8032, 5.1.7).
fn malleated(signature: &[u8]) -> Vec<u8> {
    const L: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut other = signature.to_vec();
    let mut carry = 0;
    for (byte, more) in other[32..].iter_mut().zip(L) {
        let sum = u16::from(*byte) + u16::from(more) + carry;
        (*byte, carry) = (sum.to_le_bytes()[0], sum >> 8);
    }
    other
}

fn times(own: &Key, says: &Value) -> Vec<InvalidToken> {
    let now = testkit::real_env::env().now().as_seconds();
    let life = says["exp"].as_i64().unwrap() - says["iat"].as_i64().unwrap();
    let lasts = |iat: i64, exp: i64| with(&with(says, "iat", json!(iat)), "exp", json!(exp));
    let mut bad = vec![
        ("expired", lasts(now - life, now - 400)),
        ("expired long ago", lasts(0, life)),
        ("not valid yet", with(says, "nbf", json!(now + 4000))),
        ("issued in the future", lasts(now + 4000, now + life)),
        ("issued in the far future", lasts(now + 10 * life, now + 11 * life)),
        ("it lives too long", lasts(now - 10, now + life + 100)),
        ("it ends before it begins", lasts(now + 50, now + 40)),
        ("no iat", without(says, "iat")),
        ("no exp", without(says, "exp")),
    ];
    for member in ["exp", "iat", "nbf"] {
        let number = says["exp"].as_i64().unwrap();
        for odd in [
            json!(number.to_string()),
            json!(number as f64 + 0.5),
            json!(-1),
            json!(9_223_372_036_854_775_808_u64),
            json!(i64::MAX),
            json!([number]),
            json!({}),
            json!(true),
        ] {
            bad.push((member, with(says, member, odd)));
        }
    }
    let named = |(name, said): (&str, Value)| {
        InvalidToken::token(
            &format!("{name}: iat {} nbf {} exp {}", said["iat"], said["nbf"], said["exp"]),
            own.mint(&said),
        )
    };
    bad.into_iter().map(named).collect()
}

fn contents(own: &Key, says: &Value) -> Vec<InvalidToken> {
    let mut bad = Vec::new();
    for (member, odd) in [
        ("iss", json!("https://evil.example")),
        ("iss", json!("")),
        ("iss", json!(null)),
        ("iss", json!(["ordo"])),
        ("aud", json!("another")),
        ("aud", json!("Ordo")),
        ("aud", json!([])),
        ("aud", json!(null)),
        ("sub", json!("admin")),
        ("sub", json!(null)),
        ("sub", json!("ord_01h455vb4pex5vsknk084sn02q")),
        ("sid", json!("")),
        ("sid", says["sub"].clone()),
        ("role", json!("owner")),
        ("role", json!(["admin"])),
        ("perms", json!("orders")),
        ("perms", json!(["everything"])),
    ] {
        bad.push(InvalidToken::token(&format!("{member} {odd}"), own.mint(&with(says, member, odd))));
    }
    for member in ["iss", "aud", "sub", "sid", "role", "perms", "jti"] {
        bad.push(InvalidToken::token(&format!("no {member}"), own.mint(&without(says, member))));
    }
    let (header, text) = (own.header().to_string(), says.to_string());
    for twice in [
        r#""role":"admin","#,
        r#""sub":"usr_01h455vb4pex5vsknk084sn02q","#,
        r#""exp":1,"#,
        r#""new":1,"new":1,"#,
    ] {
        let text = format!("{{{twice}{}", &text[1..]);
        bad.push(InvalidToken::token(&format!("the payload begins {twice}"), own.sign_texts(&header, &text)));
    }
    for twice in [r#""alg":"none","#, r#""kid":"x","#, r#""typ":"JWT","#] {
        let header = format!("{{{twice}{}", &header[1..]);
        bad.push(InvalidToken::token(&format!("the header begins {twice}"), own.sign_texts(&header, &text)));
    }
    for payload in ["", "null", "[]", "{}", "\"\"", "1", "{", "\u{0}"] {
        bad.push(InvalidToken::token(
            &format!("the payload is {payload:?}"),
            own.sign_texts(&header, payload),
        ));
    }
    for header in ["", "null", "[]", "{}", "{"] {
        bad.push(InvalidToken::token(&format!("the header is {header:?}"), own.sign_texts(header, &text)));
    }
    bad
}

/// Tokens for other uses.
fn kinds(keys: &ShopKeys, says: &Value, refresh: &str) -> Vec<InvalidToken> {
    let own = &keys.own;
    let header = own.header();
    let mut bad = vec![
        InvalidToken::token("a refresh token", refresh),
        InvalidToken::token("no typ", own.sign(&without(&header, "typ"), says)),
        InvalidToken::token("crit", own.sign(&with(&header, "crit", json!(["exp"])), says)),
        InvalidToken::token("crit of something else", own.sign(&with(&header, "crit", json!(["new"])), says)),
        InvalidToken::token("b64 false", own.sign(&with(&header, "b64", json!(false)), says)),
        InvalidToken::token("cty: nested", own.sign(&with(&header, "cty", json!("JWT")), says)),
        InvalidToken::token("zip", own.sign(&with(&header, "zip", json!("DEF")), says)),
        InvalidToken::token("nested", own.sign_texts(&header.to_string(), &own.mint(says))),
        InvalidToken::token("an API key that nobody has", format!("ordo_{}", b64([7; 32]))),
    ];
    for typ in ["JWT", "jwt", "rt+jwt", "mail+jwt", "AT+JWT", "application/at+jwt", "svc+jwt", "id+jwt"] {
        bad.push(InvalidToken::token(
            &format!("typ {typ}"),
            own.sign(&with(&header, "typ", json!(typ)), says),
        ));
    }
    let jwe = json!({"alg": "dir", "enc": "A256GCM", "typ": "at+jwt"});
    bad.push(InvalidToken::token(
        "encrypted",
        format!("{}..AAAA.{}.AAAA", b64(jwe.to_string()), b64(says.to_string())),
    ));
    // credentials of services, which are never for people, nor for another service, nor for long
    let now = testkit::real_env::env().now().as_seconds();
    let service = json!({"alg": "HS256", "typ": "svc+jwt"});
    let key = keys.secret.key("service-credential");
    let claims =
        json!({"iss": "orders", "aud": "nobody", "act_for": says["sub"], "iat": now, "exp": now + 50});
    bad.push(InvalidToken::token("a service's, for another service", mac(&key, &service, &claims)));
    for aud in ["auth", "products", "orders", "payments", "notifications"] {
        let claims = with(&claims, "aud", json!(aud));
        bad.push(InvalidToken::token(
            &format!("a service's for {aud}, of a foreign key"),
            mac(b"foreign", &service, &claims),
        ));
        let old = with(&with(&claims, "iat", json!(now - 600)), "exp", json!(now - 550));
        bad.push(InvalidToken::token(&format!("a service's for {aud}, expired"), mac(&key, &service, &old)));
        let long = with(&claims, "exp", json!(now + 3600));
        bad.push(InvalidToken::token(
            &format!("a service's for {aud}, for an hour"),
            mac(&key, &service, &long),
        ));
        let as_person = with(&service, "typ", json!("at+jwt"));
        bad.push(InvalidToken::token(
            &format!("a service's for {aud}, as a person's"),
            mac(&key, &as_person, &claims),
        ));
    }
    bad
}

/// Tokens that are spelt in another way.
fn shapes(own: &Key, says: &Value) -> Vec<InvalidToken> {
    let token = own.mint(says);
    let parts: Vec<&str> = token.split('.').collect();
    let long = own.mint(&with(says, "more", json!("x".repeat(9_000))));
    let mut bad = vec![
        InvalidToken::token("it is longer than any", long),
        InvalidToken::token("nothing but dots", ".."),
        InvalidToken::token("four parts", format!("{token}.{}", parts[2])),
        InvalidToken::token("five parts", format!("{token}.a.b")),
        InvalidToken::token("padding", format!("{token}==")),
        InvalidToken::token("a space in it", format!("{}. {}.{}", parts[0], parts[1], parts[2])),
        InvalidToken::token("a space before it", format!(" {token}")),
        InvalidToken::token("a word after it", format!("{token} {token}")),
        InvalidToken::token("another alphabet", format!("{}.{}.+/{}", parts[0], parts[1], &parts[2][2..])),
        InvalidToken::token("no letters of base64", "%%%.%%%.%%%"),
        InvalidToken::token("words", "no.such.token"),
    ];
    // the last letter has bits that count for nothing: another letter would be the same bytes
    let last = parts[2].chars().last().unwrap();
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let next = alphabet.chars().nth(alphabet.find(last).unwrap() ^ 1).unwrap();
    bad.push(InvalidToken::token(
        "another spelling of its last letter",
        format!("{}{next}", &token[..token.len() - 1]),
    ));
    bad
}

/// A good token, shown in a way that does not count.
fn presented(good: &str) -> Vec<InvalidToken> {
    let authorization = |value: String| (header::AUTHORIZATION, value);
    let api_key = HeaderName::from_static("x-api-key");
    let mut bad = vec![
        InvalidToken::headers("nothing is shown", []),
        InvalidToken::headers(
            "twice the same",
            [authorization(format!("Bearer {good}")), authorization(format!("Bearer {good}"))],
        ),
        InvalidToken::headers(
            "two headers",
            [authorization(format!("Bearer {good}")), authorization("Basic YTpi".to_owned())],
        ),
        InvalidToken::headers(
            "both headers",
            [authorization(format!("Bearer {good}")), (api_key.clone(), good.to_owned())],
        ),
        InvalidToken::headers(
            "two API keys",
            [(api_key.clone(), good.to_owned()), (api_key, "ordo_x".to_owned())],
        ),
        InvalidToken::headers("a cookie", [(header::COOKIE, format!("token={good}; access_token={good}"))]),
        InvalidToken::headers("for a proxy", [(header::PROXY_AUTHORIZATION, format!("Bearer {good}"))]),
    ];
    for value in [
        "",
        "Bearer",
        "Bearer ",
        "Basic YTpi",
        "Token TOKEN",
        "TOKEN",
        "BearerTOKEN",
        "Bearer\tTOKEN",
        "Bearer TOKEN, Bearer TOKEN",
        "Bearer token=TOKEN",
        "Bearer \"TOKEN\"",
    ] {
        bad.push(InvalidToken::headers(value, [authorization(value.replace("TOKEN", good))]));
    }
    for name in ["access_token", "token", "authorization"] {
        bad.push(InvalidToken {
            query: format!("{name}={good}"),
            ..InvalidToken::headers(&format!("in the query: {name}"), [])
        });
    }
    bad
}
