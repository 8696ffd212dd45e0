//! What a verifier asks of auth.

use super::PublicKey;
use endpoint::Permission;
use kernel::{
    BoxFuture, Secret, Timestamp,
    id::{ApiKeyId, SessionId, UserId},
};
use std::{fmt, time::Duration};

/// The one who issues tokens and ends sessions: auth, here or elsewhere.
pub trait Authority: Send + Sync + 'static {
    /// The keys that verify access tokens now.
    fn keys(&self) -> BoxFuture<Result<Vec<PublicKey>, AuthorityError>>;
    /// What was revoked after this position; 0 for all that still matters.
    fn revocations(&self, after: i64) -> BoxFuture<Result<RevocationPage, AuthorityError>>;
    /// How often revocations must be read. Longer than half a second only where who revokes tells this process itself
    /// as well ([`TokenVerifier::hear`](super::TokenVerifier::hear)).
    fn read_every(&self) -> Duration {
        Duration::from_millis(500)
    }
    /// Who holds this API key, also where it has expired; `None` for one that is not good, or was revoked.
    fn api_key(&self, key: Secret) -> BoxFuture<Result<Option<ApiKeyOwner>, AuthorityError>>;
}

/// A session that ended, or all those of a user that began before a moment; or an API key that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revocation {
    /// The session; none: all of the user's. An API key that was revoked, or whose holder may do something else now, is
    /// told by its id's bits ([`Revocation::of_key`]): auth must be asked again.
    pub session: Option<SessionId>,
    /// Whose.
    pub user: UserId,
    /// Tokens issued up to this moment are no longer good.
    pub at: Timestamp,
}

impl Revocation {
    /// This key, or what its holder may do, has changed.
    pub fn of_key(key: ApiKeyId, user: UserId, at: Timestamp) -> Self {
        Revocation { session: Some(SessionId::from_uuid(key.uuid())), user, at }
    }
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
pub struct ApiKeyOwner {
    /// The key.
    pub key: ApiKeyId,
    /// The account that made it.
    pub user: UserId,
    /// What the account may do now, as far as the key may too.
    pub permissions: Vec<Permission>,
    /// From when on it is refused; none: it does not expire.
    pub expires_at: Option<Timestamp>,
}

/// Auth gave no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuthorityError {
    /// It did not answer.
    NoResponse(String),
    /// It does not take this process's credential.
    Rejected(String),
}
impl fmt::Display for AuthorityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AuthorityError::NoResponse(why) => write!(f, "auth did not answer: {why}"),
            AuthorityError::Rejected(why) => write!(f, "auth does not let this process in: {why}"),
        }
    }
}
impl std::error::Error for AuthorityError {}
