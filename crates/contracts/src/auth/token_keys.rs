//! Endpoints for token verifiers: the public keys, and the revoked sessions.

use crate::unchecked;
use endpoint::*;
use kernel::{
    Timestamp,
    id::{SessionId, UserId},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Returns the public keys that verify access tokens.
///
/// The JSON Web Key Set (RFC 7517) contains the current signing key, the previous keys that are still valid, and the next
/// key. Programs that verify tokens themselves should fetch the set again when a token names a key that they do not know.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/.well-known/jwks.json", scope = NoCredential, reply = Json<Jwks>)]
pub struct GetJwks {}
/// A JSON Web Key Set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Jwks {
    /// The public keys: the current signing key, the previous keys that are still valid, and the next key.
    pub keys: Vec<Jwk>,
}
/// An Ed25519 public key (RFC 8037).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Jwk {
    /// The key type, always `OKP`.
    pub kty: String,
    /// The curve, always `Ed25519`.
    pub crv: String,
    /// The algorithm, always `EdDSA`.
    pub alg: String,
    /// The use of the key, always `sig`.
    #[serde(rename = "use")]
    pub usage: String,
    /// The key ID.
    pub kid: String,
    /// The public key, encoded as base64url.
    pub x: String,
}

/// Returns the sessions that have ended since a position. Polled every half second, so that no token outlives its session
/// by more than that.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/internal/revocations", scope = Service(&["gateway", "notifications", "orders", "payments", "products"]), reply = Json<Revocations>)]
pub struct ReadRevocations {
    /// The position to start from.
    pub query: Query<RevocationsAfter>,
}
/// The position to start from.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RevocationsAfter {
    /// The `position` of the previous response; 0 to get all revocations that are still relevant.
    #[serde(default)]
    pub after: i64,
}
/// Ended sessions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Revocations {
    /// The revocations after the given position.
    pub revoked: Vec<Revoked>,
    /// The newest position.
    pub position: i64,
}
/// An ended session, or all sessions of a user that began before a certain time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Revoked {
    /// The ID of the session. Null: all sessions of the user.
    pub session: Option<SessionId>,
    /// The ID of the user.
    pub user: UserId,
    /// The time of the revocation, in UTC. Tokens that were issued up to this time are invalid.
    pub at: Timestamp,
}

unchecked!(RevocationsAfter);
