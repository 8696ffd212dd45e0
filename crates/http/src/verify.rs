//! What tells who shows a credential.

use crate::Who;
use kernel::BoxFuture;

/// Tells who shows a credential: an access token, a service's credential or an API key.
pub trait Verify: Send + Sync + 'static {
    /// Who it is.
    fn verify(&self, credential: &str) -> BoxFuture<Result<Who, Unverified>>;
}

/// Why it is not known who calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unverified {
    /// The credential is not good, or no longer. It is not said why.
    Bad,
    /// It cannot be told at the moment.
    NotNow,
}
