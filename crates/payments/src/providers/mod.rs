//! Payment providers: what one must be able to do, and the only way to ask it.

pub mod guarded;
pub mod simulator;

pub use guarded::{Guarded, Pass};

use crate::word::{Abandon, Capture, Charge, GiveBack, ProviderError, Returned, Submit, Void};
use kernel::BoxFuture;
use std::time::Duration;

/// What a provider says, or why it says nothing.
pub type Said<T> = Result<T, ProviderError>;

/// For how long most providers remember a key.
pub(crate) const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A payment provider. Each operation has a key, and the same key has one effect, however often it is sent
/// within its life.
///
/// Every operation takes a [`Pass`], which only [`Guarded`] has: there is no other way to call a provider.
pub trait Provider: Send + Sync + 'static {
    /// Its name: where its webhooks arrive, and how logs call it.
    fn name(&self) -> &'static str;
    /// Whether it knows this method of payment.
    fn knows(&self, method: &str) -> bool;
    /// For how long it remembers a key, so that the same one has no second effect.
    fn key_life(&self) -> Duration {
        A_DAY
    }
    /// Charges, or authorizes.
    fn submit(&self, pass: Pass, submit: Submit) -> BoxFuture<Said<Charge>>;
    /// Says what became of a submission; none: it has never heard of it, which proves nothing (R10).
    fn query(&self, pass: Pass, key: String) -> BoxFuture<Said<Option<Charge>>>;
    /// Says what became of a refund; none: it has never heard of it.
    fn query_refund(&self, pass: Pass, key: String) -> BoxFuture<Said<Option<Returned>>>;
    /// Plants a refusal under the key, or reports what was charged. What stands (authorized, captured) stands.
    fn abandon(&self, pass: Pass, abandon: Abandon) -> BoxFuture<Said<Charge>>;
    /// Captures what is authorized.
    fn capture(&self, pass: Pass, capture: Capture) -> BoxFuture<Said<Charge>>;
    /// Voids an authorization.
    fn void(&self, pass: Pass, void: Void) -> BoxFuture<Said<Charge>>;
    /// Gives money back.
    fn refund(&self, pass: Pass, refund: GiveBack) -> BoxFuture<Said<Returned>>;
    /// What it does by itself, for as long as the node lives.
    fn work(&self) -> Option<BoxFuture<()>> {
        None
    }
}
