//! What tells who shows a credential.

use crate::Principal;
use kernel::{BoxFuture, Secret};
use std::{sync::Arc, time::Duration};
use tokio::time::sleep;

/// Tells who shows a credential: an access token, a service's credential or an API key.
pub trait Verify: Send + Sync + 'static {
    /// Who it is.
    fn verify(&self, credential: &str) -> BoxFuture<Result<Principal, VerifyError>>;

    /// What it must be told before it can tell who anybody is; none once it can.
    fn waits_for(&self) -> Option<&'static str> {
        None
    }

    /// Waits until the credential no longer stands for just this caller, or that cannot be told: what goes on for long
    /// ends then.
    fn over(self: Arc<Self>, credential: Secret, who: Principal) -> BoxFuture<()> {
        Box::pin(async move {
            while self.verify(credential.expose()).await.as_ref() == Ok(&who) {
                sleep(LOOK_AGAIN).await;
            }
        })
    }
}

/// The session that a browser shows at a page. Nobody was asked about it: it may have ended.
#[derive(Debug, Clone)]
pub struct ShownSession {
    /// Its newest access token, which may be over: then the page exchanges its refresh token.
    pub access: Secret,
    /// Its own random number.
    pub id: u128,
}

/// How often whoever hears of nothing looks whether a credential is still good.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// Why it is not known who calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VerifyError {
    /// The credential is not good, or no longer. It is not said why: who makes one up learns nothing.
    Invalid,
    /// It is an access token of ours, and over.
    Expired,
    /// It is an access token of ours, whose session was ended.
    Revoked,
    /// It cannot be told at the moment.
    Unavailable,
}
