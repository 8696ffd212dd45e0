//! The interface for verifying credentials.

use crate::Principal;
use kernel::{BoxFuture, Secret};
use std::{sync::Arc, time::Duration};
use tokio::time::sleep;

/// Verifies credentials: access tokens, credentials of services, API keys and order keys.
pub trait Verify: Send + Sync + 'static {
    /// Returns the caller.
    fn verify(&self, credential: &str) -> BoxFuture<Result<Principal, VerifyError>>;

    /// Returns what is missing before callers can be verified, or none if nothing is.
    fn waits_for(&self) -> Option<&'static str> {
        None
    }

    /// Waits until the credential is no longer valid for exactly this caller, or cannot be verified any more. Streams end
    /// then.
    fn over(self: Arc<Self>, credential: Secret, who: Principal) -> BoxFuture<()> {
        Box::pin(async move {
            while self.verify(credential.expose()).await.as_ref() == Ok(&who) {
                sleep(LOOK_AGAIN).await;
            }
        })
    }
}

/// The session of a browser, as presented to a page. It is not verified and may have ended.
#[derive(Debug, Clone)]
pub struct ShownSession {
    /// The newest access token. If it has expired, the page exchanges its refresh token.
    pub access: Secret,
    /// The session's own random number.
    pub id: u128,
}

/// Interval for checking credentials if no notifications are received.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// The reason why a caller could not be authenticated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VerifyError {
    /// The credential is invalid. No further reason is given, so that attackers learn nothing.
    Invalid,
    /// An access token of this shop that has expired.
    Expired,
    /// An access token of this shop whose session has ended.
    Revoked,
    /// The credential cannot be verified at present.
    Unavailable,
}
