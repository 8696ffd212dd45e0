//! What a verifier asks of auth.

use super::PublicKey;
use endpoint::{Permission, Role};
use kernel::{
    BoxFuture, Secret, Timestamp,
    id::{SessionId, UserId},
};
use std::fmt;

/// The one who issues tokens and ends sessions: auth, here or elsewhere.
pub trait Authority: Send + Sync + 'static {
    /// The keys that verify access tokens now.
    fn keys(&self) -> BoxFuture<Result<Vec<PublicKey>, Unreachable>>;
    /// What was revoked after this position; 0 for all that still matters.
    fn revocations(&self, after: i64) -> BoxFuture<Result<RevocationPage, Unreachable>>;
    /// Who holds this API key; `None` for one that is not good.
    fn api_key(&self, key: Secret) -> BoxFuture<Result<Option<KeyHolder>, Unreachable>> {
        let _ = key;
        Box::pin(std::future::ready(Ok(None)))
    }
}

/// A session that ended, or all those of a user that began before a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revocation {
    /// The session; none: all of the user's.
    pub session: Option<SessionId>,
    /// Whose.
    pub user: UserId,
    /// Tokens issued up to this moment are no longer good.
    pub at: Timestamp,
}

/// A part of the feed of revocations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RevocationPage {
    /// What was revoked.
    pub revoked: Vec<Revocation>,
    /// From where on to ask the next time.
    pub position: i64,
}

/// Who holds an API key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyHolder {
    /// The account.
    pub user: UserId,
    /// Stands for the key: revoking it ends the key.
    pub session: SessionId,
    /// What the account is.
    pub role: Role,
    /// What the account may do, as far as the key may too.
    pub permissions: Vec<Permission>,
}

/// Auth did not answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreachable(pub String);
impl fmt::Display for Unreachable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "auth did not answer: {}", self.0)
    }
}
impl std::error::Error for Unreachable {}
