//! What verifiers of tokens ask: the public keys, and what was revoked.

use crate::unchecked;
use endpoint::*;
use kernel::{
    Timestamp,
    id::{SessionId, UserId},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Reads the public keys of access tokens.
///
/// A JSON Web Key Set (RFC 7517) with the key in use, those that still verify, and the next one. Programs that verify
/// tokens themselves read it again when a token names a key that they do not know.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/.well-known/jwks.json", scope = NoCredential, reply = Json<Jwks>)]
pub struct GetJwks {}
/// A set of public keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Jwks {
    /// The keys: the one in use, those that still verify, and the next.
    pub keys: Vec<Jwk>,
}
/// A public key of Ed25519 (RFC 8037).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Jwk {
    /// Always `OKP`.
    pub kty: String,
    /// Always `Ed25519`.
    pub crv: String,
    /// Always `EdDSA`.
    pub alg: String,
    /// Always `sig`.
    #[serde(rename = "use")]
    pub usage: String,
    /// The key's name.
    pub kid: String,
    /// The key, base64url.
    pub x: String,
}

/// Which sessions have ended since? Asked every half second, so that no token outlives its session by more.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/internal/revocations", scope = Service(&["gateway", "notifications", "orders", "payments", "products"]), reply = Json<Revocations>)]
pub struct ReadRevocations {
    /// From where on.
    pub query: Query<RevocationsAfter>,
}
/// From where on to read.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RevocationsAfter {
    /// The `position` of the last answer; 0 for all that still matter.
    #[serde(default)]
    pub after: i64,
}
/// Ended sessions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Revocations {
    /// Those after the given position.
    pub revoked: Vec<Revoked>,
    /// The newest position.
    pub position: i64,
}
/// An ended session, or all sessions of a user that began before a moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Revoked {
    /// This session; none: all of the user's.
    pub session: Option<SessionId>,
    /// Whose.
    pub user: UserId,
    /// Tokens issued up to this moment are no longer good.
    pub at: Timestamp,
}

unchecked!(RevocationsAfter);
