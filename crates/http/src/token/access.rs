//! Access tokens of users, signed by auth with Ed25519 and verified by all services.

use super::jwt::{Header, UnverifiedToken, decode, signed, to_sign};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use endpoint::{Permission, Role};
use kernel::id::{SessionId, UserId};
use ring::{
    digest,
    signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey},
};
use serde::{Deserialize, Serialize};
use std::{fmt, sync::Arc};

pub(super) const TYP: &str = "at+jwt";
const ALG: &str = "EdDSA";

/// The claims of an access token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessClaims {
    /// The issuer.
    pub iss: String,
    /// The audience.
    pub aud: String,
    /// The account.
    pub sub: UserId,
    /// The session.
    pub sid: SessionId,
    /// The role of the account.
    pub role: Role,
    /// The permissions of a staff member.
    pub perms: Vec<Permission>,
    /// The time of issue, in seconds since 1970.
    pub iat: i64,
    /// The time of expiry, in seconds since 1970.
    pub exp: i64,
    /// The time from which the token is valid, if it is not valid immediately.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nbf: Option<i64>,
    /// The ID of the token.
    pub jti: String,
}

/// A key that signs access tokens.
#[derive(Clone)]
pub struct SigningKey {
    pair: Arc<Ed25519KeyPair>,
    public: PublicKey,
}

impl SigningKey {
    /// Creates the key from 32 secret bytes.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).expect("every 32 bytes are a seed of Ed25519");
        let mut bytes = [0; 32];
        bytes.copy_from_slice(pair.public_key().as_ref());
        SigningKey { public: PublicKey { kid: thumbprint(&bytes), bytes }, pair: Arc::new(pair) }
    }
    /// Returns the public key.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }
    /// Returns a token with these claims.
    pub fn sign(&self, claims: &AccessClaims) -> String {
        let header = Header { alg: ALG.into(), typ: TYP.into(), kid: Some(self.public.kid.clone()) };
        let text = to_sign(&header, claims);
        let signature = self.pair.sign(text.as_bytes());
        signed(text, signature.as_ref())
    }
}
impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("kid", &self.public.kid).finish_non_exhaustive()
    }
}

/// A key that verifies access tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    kid: String,
    bytes: [u8; 32],
}

impl PublicKey {
    /// Creates the key from the members `kid` and `x` of a JWK whose `kty` is `OKP` and whose `crv` is `Ed25519` (RFC
    /// 8037). `None` if `x` is not such a key.
    pub fn from_jwk(kid: &str, x: &str) -> Option<Self> {
        Some(PublicKey { kid: kid.to_owned(), bytes: decode(x)?.try_into().ok()? })
    }
    /// The key ID.
    pub fn kid(&self) -> &str {
        &self.kid
    }
    /// The member `x` of its JWK.
    pub fn x(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes)
    }
    pub(super) fn verifies(&self, token: &UnverifiedToken<'_>) -> bool {
        let key = UnparsedPublicKey::new(&ED25519, &self.bytes);
        token.header.alg == ALG && key.verify(token.signed, &token.signature).is_ok()
    }
}

/// Derives the key ID from the key (RFC 7638), so that two processes use the same.
fn thumbprint(bytes: &[u8; 32]) -> String {
    let x = URL_SAFE_NO_PAD.encode(bytes);
    let jwk = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, jwk.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_rfc_8037_has_its_thumbprint() {
        let key = PublicKey::from_jwk("", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo").unwrap();
        assert_eq!(thumbprint(&key.bytes), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }
}
