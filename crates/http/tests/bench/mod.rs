//! A verifier, an auth whose answers the test sets, and tokens made by hand.

#![allow(dead_code, unreachable_pub, missing_docs, reason = "each test uses its own part of it")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "../world/mod.rs"]
pub mod world;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use endpoint::{Permission, Role};
use kernel::{
    BoxFuture, Secret, Timestamp,
    id::{ApiKeyId, SessionId, UserId},
    secret::RootSecret,
};
use ordo_http::{
    Principal, Verify, VerifyError,
    token::{
        AccessClaims, ApiKeyOwner, Authority, AuthorityError, PublicKey, Revocation, RevocationPage,
        SigningKey, TokenRules, TokenVerifier, api_key,
    },
};
use ring::{hmac, signature::Ed25519KeyPair};
use serde_json::{Value, json};
use std::{
    future::ready,
    sync::{Arc, Mutex},
    time::Duration,
};
use world::{NOW_S, TestHost};

pub const SEED: [u8; 32] = [7; 32];
pub const HOUR: i64 = 3600;
/// The random bytes of the key that auth knows.
pub const GOOD_KEY: [u8; 32] = [9; 32];

/// An auth whose answers the test sets.
#[derive(Default)]
pub struct FakeAuthority(pub Mutex<Answers>);
#[derive(Default)]
pub struct Answers {
    pub keys: Vec<PublicKey>,
    pub revoked: Vec<Revocation>,
    pub down: bool,
    pub asked_for_keys: usize,
    pub asked_for_api_keys: usize,
    /// What the good key may do; none: it was revoked.
    pub key_permissions: Option<Vec<Permission>>,
    /// When the good key expires.
    pub key_expires_at: Option<Timestamp>,
}
impl FakeAuthority {
    fn answer<T>(&self, answer: impl FnOnce(&mut Answers) -> T) -> BoxFuture<Result<T, AuthorityError>>
    where
        T: Send + 'static,
    {
        let mut answers = self.0.lock().unwrap();
        let answer = answer(&mut answers);
        let down = answers.down;
        Box::pin(ready(if down { Err(AuthorityError::NoResponse("down".into())) } else { Ok(answer) }))
    }
}
impl Authority for FakeAuthority {
    fn keys(&self) -> BoxFuture<Result<Vec<PublicKey>, AuthorityError>> {
        self.answer(|a| {
            a.asked_for_keys += 1;
            a.keys.clone()
        })
    }
    fn revocations(&self, after: i64) -> BoxFuture<Result<RevocationPage, AuthorityError>> {
        self.answer(|a| RevocationPage {
            revoked: a.revoked.iter().skip(after as usize).cloned().collect(),
            position: a.revoked.len() as i64,
        })
    }
    fn api_key(&self, key: Secret) -> BoxFuture<Result<Option<ApiKeyOwner>, AuthorityError>> {
        self.answer(|a| {
            a.asked_for_api_keys += 1;
            let permissions = a.key_permissions.clone()?;
            let expires_at = a.key_expires_at;
            (key == api_key(GOOD_KEY)).then_some(ApiKeyOwner {
                key: key_id(),
                user: user(),
                permissions,
                expires_at,
            })
        })
    }
}

pub struct Bench {
    pub world: TestHost,
    pub auth: Arc<FakeAuthority>,
    pub verifier: TokenVerifier,
}

impl Bench {
    pub fn new() -> Self {
        let (world, auth) = (TestHost::new(), Arc::new(FakeAuthority::default()));
        auth.0.lock().unwrap().keys = vec![SigningKey::from_seed(&SEED).public().clone()];
        let rules = TokenRules {
            issuer: "https://shop.example".into(),
            audience: "ordo".into(),
            service: "orders".into(),
            longest_life: Duration::from_secs(24 * HOUR as u64),
        };
        let verifier = TokenVerifier::new(rules, &secret(), auth.clone(), world.env());
        Bench { world, auth, verifier }
    }
    pub async fn verify(&self, token: &str) -> Result<Principal, VerifyError> {
        self.verifier.verify(token).await
    }
    pub async fn refuses(&self, what: &str, token: &str) {
        self.refuses_as(VerifyError::Invalid, what, token).await;
    }
    pub async fn refuses_as(&self, why: VerifyError, what: &str, token: &str) {
        assert_eq!(self.verify(token).await, Err(why), "{what}: {token}");
    }
    pub fn change(&self, change: impl FnOnce(&mut Answers)) {
        change(&mut self.auth.0.lock().unwrap());
    }
}

pub fn secret() -> RootSecret {
    RootSecret::new([3; 32])
}
pub fn user() -> UserId {
    "usr_01h455vb4pex5vsknk084sn02q".parse().unwrap()
}
pub fn session() -> SessionId {
    "ses_01h455vb4pex5vsknk084sn02q".parse().unwrap()
}

pub fn key_id() -> ApiKeyId {
    "key_01h455vb4pex5vsknk084sn02q".parse().unwrap()
}

pub fn claims() -> AccessClaims {
    AccessClaims {
        iss: "https://shop.example".into(),
        aud: "ordo".into(),
        sub: user(),
        sid: session(),
        role: Role::Customer,
        perms: vec![],
        iat: NOW_S,
        exp: NOW_S + HOUR,
        nbf: None,
        jti: "1".into(),
    }
}
pub fn good() -> String {
    SigningKey::from_seed(&SEED).sign(&claims())
}
pub fn header() -> Value {
    json!({"alg": "EdDSA", "typ": "at+jwt", "kid": SigningKey::from_seed(&SEED).public().kid()})
}
pub fn body() -> Value {
    serde_json::to_value(claims()).unwrap()
}
/// With a member changed, or without it.
pub fn with(mut object: Value, name: &str, value: Option<Value>) -> Value {
    let members = object.as_object_mut().unwrap();
    match value {
        Some(value) => members.insert(name.into(), value),
        None => members.remove(name),
    };
    object
}

/// A token of this text, rightly signed by the key that is trusted.
pub fn signed_text(header: &str, claims: &str) -> String {
    let text = format!("{}.{}", BASE64.encode(header), BASE64.encode(claims));
    let pair = Ed25519KeyPair::from_seed_unchecked(&SEED).unwrap();
    let signature = pair.sign(text.as_bytes());
    format!("{text}.{}", BASE64.encode(signature.as_ref()))
}
pub fn signed(header: &Value, claims: &Value) -> String {
    signed_text(&header.to_string(), &claims.to_string())
}
/// The same, with an HMAC.
pub fn tagged(header: &Value, claims: &Value, key: &[u8]) -> String {
    let text = format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(claims.to_string()));
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text.as_bytes());
    format!("{text}.{}", BASE64.encode(tag.as_ref()))
}
