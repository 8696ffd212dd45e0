//! Access tokens of people: signed by auth with Ed25519, verified by everybody.

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

/// What an access token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessClaims {
    /// Who issued it.
    pub iss: String,
    /// For whom it is.
    pub aud: String,
    /// The account.
    pub sub: UserId,
    /// The session.
    pub sid: SessionId,
    /// What the account is.
    pub role: Role,
    /// What a member of staff may do.
    pub perms: Vec<Permission>,
    /// When it was issued, in seconds since 1970.
    pub iat: i64,
    /// When it ends.
    pub exp: i64,
    /// From when on it is good, where that is not at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nbf: Option<i64>,
    /// The token's own name.
    pub jti: String,
}

/// A key that signs access tokens.
#[derive(Clone)]
pub struct SigningKey {
    pair: Arc<Ed25519KeyPair>,
    public: PublicKey,
}

impl SigningKey {
    /// From 32 secret bytes.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).expect("every 32 bytes are a seed of Ed25519");
        let mut bytes = [0; 32];
        bytes.copy_from_slice(pair.public_key().as_ref());
        SigningKey { public: PublicKey { kid: thumbprint(&bytes), bytes }, pair: Arc::new(pair) }
    }
    /// What others verify with.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }
    /// A token that says this.
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
    /// From the members `kid` and `x` of a JWK whose `kty` is `OKP` and whose `crv` is `Ed25519` (RFC 8037).
    /// `None` when `x` is no such key.
    pub fn from_jwk(kid: &str, x: &str) -> Option<Self> {
        Some(PublicKey { kid: kid.to_owned(), bytes: decode(x)?.try_into().ok()? })
    }
    /// The key's name.
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

/// The name of a key is made from the key (RFC 7638), so that two processes give it the same.
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
