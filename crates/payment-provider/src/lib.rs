//! Payment providers: the interface that each one implements, and the only way to call it.
//!
//! Payments calls; each provider is a crate of its own. None of them is known here.

mod answers;
mod guarded;
mod requests;

pub use answers::{
    Charge, ChargePage, ChargeStatus, ListedCharge, ProviderError, ProviderEvent, ProviderRefundStatus,
    UnverifiedWebhook, UsedKey,
};
pub use guarded::{CallPermit, GuardedProvider};
pub use requests::{AbandonCharge, Capture, ListCharges, ProviderRefund, SubmitCharge, Void};

use contracts::payments::PaymentMethods;
use endpoint::Raw;
use kernel::{BoxFuture, Timestamp};
use std::time::Duration;

/// What a provider says, or why it says nothing.
pub type ProviderResult<T> = Result<T, ProviderError>;

/// For how long most providers remember a key.
pub const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A payment provider. Each operation has a key, and the same key has one effect, however often it is sent
/// within its life. A request that comes under the key of another one (another amount, method or charge) has no effect:
/// it is refused with [`ProviderError::KeyUsed`].
///
/// Every operation takes a [`CallPermit`], which only [`GuardedProvider`] has: there is no other way to call a provider.
pub trait Provider: Send + Sync + 'static {
    /// Its name: where its webhooks arrive, and how logs call it.
    fn name(&self) -> &'static str;
    /// Which methods of payment it knows, and which of them a checkout offers.
    fn methods(&self) -> PaymentMethods;
    /// For how long it remembers a key, so that the same one has no second effect.
    fn key_life(&self) -> Duration {
        A_DAY
    }
    /// What a webhook tells, where it surely comes from this provider and was signed lately; none: nothing that concerns the
    /// operations of this shop.
    ///
    /// # Errors
    /// [`UnverifiedWebhook`] with the reason, for the log.
    fn verify(&self, webhook: &Raw, now: Timestamp) -> Result<Option<ProviderEvent>, UnverifiedWebhook>;
    /// Charges, or authorizes.
    fn submit(&self, pass: CallPermit, submit: SubmitCharge) -> BoxFuture<ProviderResult<Charge>>;
    /// Says what became of a submission; none: it does not know it, which proves nothing (R10).
    fn query(&self, pass: CallPermit, key: String) -> BoxFuture<ProviderResult<Option<Charge>>>;
    /// Says what became of a refund of this charge; none: it does not know it. A key that was used for anything else will never
    /// give back money of this charge, and is reported as refused.
    fn query_refund(
        &self,
        pass: CallPermit,
        key: String,
        charge: String,
    ) -> BoxFuture<ProviderResult<Option<ProviderRefundStatus>>>;
    /// Lists charges with what they were asked for with, whatever became of them, in an order in which a charge that was there when the
    /// first page was read is on one of the pages.
    fn list_charges(&self, pass: CallPermit, list: ListCharges) -> BoxFuture<ProviderResult<ChargePage>>;
    /// Plants a refusal under the key, or reports what was charged. What stands (authorized, captured) stands.
    fn abandon(&self, pass: CallPermit, abandon: AbandonCharge) -> BoxFuture<ProviderResult<Charge>>;
    /// Captures what is authorized.
    fn capture(&self, pass: CallPermit, capture: Capture) -> BoxFuture<ProviderResult<Charge>>;
    /// Voids an authorization.
    fn void(&self, pass: CallPermit, void: Void) -> BoxFuture<ProviderResult<Charge>>;
    /// Gives money back.
    fn refund(
        &self,
        pass: CallPermit,
        refund: ProviderRefund,
    ) -> BoxFuture<ProviderResult<ProviderRefundStatus>>;
    /// What it does by itself, for as long as the node lives.
    fn work(&self) -> Option<BoxFuture<()>> {
        None
    }
}
