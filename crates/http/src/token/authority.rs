//! The interface between verifiers and auth.

use super::PublicKey;
use endpoint::Permission;
use kernel::{
    BoxFuture, Secret, Timestamp,
    id::{ApiKeyId, SessionId, UserId},
};
use std::{fmt, time::Duration};

/// The issuer of tokens: auth, in this process or another one.
pub trait Authority: Send + Sync + 'static {
    /// Returns the keys that currently verify access tokens.
    fn keys(&self) -> BoxFuture<Result<Vec<PublicKey>, AuthorityError>>;
    /// Returns the revocations after this position; 0 for all that are still relevant.
    fn revocations(&self, after: i64) -> BoxFuture<Result<RevocationPage, AuthorityError>>;
    /// The interval between reads of revocations. Longer than half a second only if the revoking service also notifies this
    /// process directly ([`TokenVerifier::hear`](super::TokenVerifier::hear)).
    fn read_every(&self) -> Duration {
        Duration::from_millis(500)
    }
    /// Returns the owner of an API key, also if it has expired. `None` for an unknown or revoked key.
    fn api_key(&self, key: Secret) -> BoxFuture<Result<Option<ApiKeyOwner>, AuthorityError>>;
}

/// A session that ended, all sessions of a user that began before a certain time, or an API key that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revocation {
    /// The session. None: all sessions of the user. An API key that was revoked, or whose owner has other permissions now,
    /// is represented by the bits of its ID ([`Revocation::of_key`]), and must be queried again.
    pub session: Option<SessionId>,
    /// The user.
    pub user: UserId,
    /// Tokens that were issued up to this time are invalid.
    pub at: Timestamp,
}

impl Revocation {
    /// Creates the revocation of an API key that has changed, or whose owner has changed.
    pub fn of_key(key: ApiKeyId, user: UserId, at: Timestamp) -> Self {
        Revocation { session: Some(SessionId::from_uuid(key.uuid())), user, at }
    }
}

/// A page of revocations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RevocationPage {
    /// The revocations.
    pub revoked: Vec<Revocation>,
    /// The position to continue from.
    pub position: i64,
}

/// The owner of an API key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKeyOwner {
    /// The ID of the API key.
    pub key: ApiKeyId,
    /// The account that created the key.
    pub user: UserId,
    /// The current permissions of the account that the key also holds.
    pub permissions: Vec<Permission>,
    /// The time at which the key expires. None if it does not expire.
    pub expires_at: Option<Timestamp>,
}

/// A failed call to auth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuthorityError {
    /// Auth did not respond.
    NoResponse(String),
    /// Auth rejected this process's credential.
    Rejected(String),
}
impl fmt::Display for AuthorityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AuthorityError::NoResponse(why) => write!(f, "auth did not respond: {why}"),
            AuthorityError::Rejected(why) => write!(f, "auth does not let this process in: {why}"),
        }
    }
}
impl std::error::Error for AuthorityError {}
