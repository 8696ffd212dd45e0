//! What is asked of a payment provider: plain data, the same for every provider.

use contracts::payments::CaptureMode;
use kernel::{Money, Timestamp, id::OrderId};

/// Charge this, or authorize it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubmitCharge {
    /// Names the operation forever: the same key twice charges once.
    pub key: String,
    /// For which order; a provider keeps it with the charge.
    pub order_id: OrderId,
    /// How much.
    pub amount: Money,
    /// The provider's token for the card or account.
    pub method: String,
    /// When to take the money.
    pub capture: CaptureMode,
    /// The charge to go on with, after the customer has done what it required.
    pub goes_on: Option<String>,
}

/// Never charge this any more; or say what was charged already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AbandonCharge {
    /// The key of the newest submission: what arrives under it later is refused (R10).
    pub key: String,
    /// The charge that an earlier submission made, which ends too.
    pub charge: Option<String>,
}

/// Capture this much of what is authorized; the rest of the authorization ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capture {
    /// Names the operation forever.
    pub key: String,
    /// The provider's name for the charge.
    pub charge: String,
    /// How much.
    pub amount: Money,
}

/// Void the authorization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Void {
    /// Names the operation forever.
    pub key: String,
    /// The provider's name for the charge.
    pub charge: String,
}

/// Give money back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderRefund {
    /// Names the operation forever.
    pub key: String,
    /// The provider's name for the charge.
    pub charge: String,
    /// How much.
    pub amount: Money,
}

/// List charges, a page at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListCharges {
    /// Those that were made since then.
    pub since: Timestamp,
    /// Where the page before this one ended ([`ChargePage::next`]).
    pub after: Option<String>,
}
