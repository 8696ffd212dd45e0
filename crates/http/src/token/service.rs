//! Credentials of services. Each service signs its own with the installation's key, so that calls work while auth is down.

use super::jwt::{Header, UnverifiedToken, signed, to_sign};
use endpoint::{
    Context,
    client::Credential,
    http::{HeaderValue, header::AUTHORIZATION},
};
use kernel::{Env, id::UserId, secret::RootSecret};
use ring::hmac;
use serde::{Deserialize, Serialize};
use std::fmt;

pub(super) const TYP: &str = "svc+jwt";
const ALG: &str = "HS256";
/// Lifetime of a credential, in seconds.
pub(super) const LIFE_S: i64 = 60;

/// The claims of a service's credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceClaims {
    /// The calling service.
    pub iss: String,
    /// The called service.
    pub aud: String,
    /// The user on whose behalf the service calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act_for: Option<UserId>,
    /// The time of issue, in seconds since 1970.
    pub iat: i64,
    /// The time of expiry, in seconds since 1970.
    pub exp: i64,
    /// The time from which the credential is valid, if it is not valid immediately.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nbf: Option<i64>,
}

/// The key with which services sign and verify their credentials.
#[derive(Clone)]
pub(super) struct ServiceKey(hmac::Key);

impl ServiceKey {
    pub(super) fn new(secret: &RootSecret) -> Self {
        ServiceKey(hmac::Key::new(hmac::HMAC_SHA256, &secret.key("service-credential")))
    }
    pub(super) fn sign(&self, claims: &ServiceClaims) -> String {
        let text = to_sign(&Header { alg: ALG.into(), typ: TYP.into(), kid: None }, claims);
        let tag = hmac::sign(&self.0, text.as_bytes());
        signed(text, tag.as_ref())
    }
    pub(super) fn verifies(&self, token: &UnverifiedToken<'_>) -> bool {
        let header = &token.header;
        header.alg == ALG
            && header.kid.is_none()
            && hmac::verify(&self.0, token.signed, &token.signature).is_ok()
    }
}

/// The credential of one service for calls to another, used by its typed client.
#[derive(Clone)]
pub struct ServiceCredential {
    key: ServiceKey,
    caller: String,
    callee: String,
    env: Env,
}

impl ServiceCredential {
    /// Creates the credential for calls of `callee` by `caller`.
    pub fn new(secret: &RootSecret, caller: &str, callee: &str, env: Env) -> Self {
        ServiceCredential {
            key: ServiceKey::new(secret),
            caller: caller.to_owned(),
            callee: callee.to_owned(),
            env,
        }
    }
    /// Returns a credential that is valid for one minute from now.
    pub fn token(&self, act_for: Option<UserId>) -> String {
        let iat = self.env.now().as_seconds();
        self.key.sign(&ServiceClaims {
            iss: self.caller.clone(),
            aud: self.callee.clone(),
            act_for,
            iat,
            exp: iat + LIFE_S,
            nbf: None,
        })
    }
}
impl Credential for ServiceCredential {
    fn authorization(&self, cx: &Context) -> Option<HeaderValue> {
        let mut value = HeaderValue::from_str(&format!("Bearer {}", self.token(cx.act_for))).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}
impl fmt::Debug for ServiceCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ServiceCredential({AUTHORIZATION} of {} at {})", self.caller, self.callee)
    }
}
