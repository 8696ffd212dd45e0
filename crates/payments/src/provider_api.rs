//! What is asked of a payment provider, and what it can say: plain data, the same for every provider.

use contracts::payments::{CaptureMode, Failure};
use kernel::{Money, Timestamp, id::OrderId};
use std::fmt;

/// Charge this, or authorize it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubmitCharge {
    /// Names the operation for ever: the same key twice charges once.
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
    /// Names the operation for ever.
    pub key: String,
    /// The provider's name for the charge.
    pub charge: String,
    /// How much.
    pub amount: Money,
}

/// Void the authorization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Void {
    /// Names the operation for ever.
    pub key: String,
    /// The provider's name for the charge.
    pub charge: String,
}

/// Give money back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderRefund {
    /// Names the operation for ever.
    pub key: String,
    /// The provider's name for the charge.
    pub charge: String,
    /// How much.
    pub amount: Money,
}

/// A charge, as its provider describes it. Money in minor units.
#[derive(Debug, Clone, PartialEq)]
pub struct Charge {
    /// The provider's name for it; none for one that was refused before it was made.
    pub reference: Option<String>,
    /// Where it is.
    pub standing: ChargeStatus,
    /// The most that was ever authorized.
    pub authorized: i64,
    /// What was taken.
    pub captured: i64,
    /// What of that was given back.
    pub refunded: i64,
}

impl Charge {
    /// Whether it is worth anything, or may yet be: money that was not given back, an authorization, or a charge that the provider
    /// has not decided on.
    pub fn holds_money(&self) -> bool {
        match self.standing {
            ChargeStatus::RequiresAction { .. } | ChargeStatus::Processing | ChargeStatus::Authorized => true,
            ChargeStatus::Captured => self.captured > self.refunded,
            ChargeStatus::Failed(_) | ChargeStatus::Voided | ChargeStatus::Expired => false,
        }
    }
}

/// List charges, a page at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListCharges {
    /// Those that were made since then.
    pub since: Timestamp,
    /// Where the page before this one ended ([`ChargePage::next`]).
    pub after: Option<String>,
}

/// Charges of a provider.
#[derive(Debug, Clone, PartialEq)]
pub struct ChargePage {
    /// The charges, without any that was not asked for with a key and an order's ID.
    pub charges: Vec<ListedCharge>,
    /// Where the next page begins, as the provider names it; none: this is the last one.
    pub next: Option<String>,
}

/// A charge in a provider's list.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedCharge {
    /// The key of the submission that made it.
    pub key: String,
    /// The order that was given with it.
    pub order_id: OrderId,
    /// How much was to be charged.
    pub amount: Money,
    /// When it was made, by the provider's clock.
    pub created_at: Timestamp,
    /// The provider's name for it.
    pub reference: String,
    /// How it stands.
    pub charge: Charge,
}

/// Where a charge is.
#[derive(Debug, Clone, PartialEq)]
pub enum ChargeStatus {
    /// The customer must do something at this address.
    RequiresAction {
        /// The address.
        url: String,
    },
    /// The provider knows it, and does not know yet what becomes of it.
    Processing,
    /// The money is authorized.
    Authorized,
    /// The money is captured.
    Captured,
    /// It can never be charged any more.
    Failed(Failure),
    /// It was voided.
    Voided,
    /// The authorization ended by itself.
    Expired,
}

/// What became of giving money back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProviderRefundStatus {
    /// It has gone out.
    Succeeded {
        /// How much, in minor units of the charge's currency.
        amount: i64,
    },
    /// It is not known yet.
    Processing,
    /// Finally not under this key.
    Refused {
        /// Why, for the log.
        why: String,
    },
}

/// Why a provider said nothing that can be recorded.
#[derive(Debug, Clone, PartialEq)]
pub enum ProviderError {
    /// The request never left, and never will: it surely has no effect.
    NotSent(String),
    /// The provider finally refuses this operation: it has no effect, now and later.
    Refused(Failure),
    /// Whether it has an effect is not known (R7): no new key before that is found out.
    Unknown(String),
    /// The key was used for another request: this one has no effect, and what the other one had is to be asked.
    KeyUsed,
}

impl fmt::Display for ProviderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ProviderError::NotSent(why) => write!(f, "not sent: {why}"),
            ProviderError::Refused(failure) => write!(f, "refused: {}", failure.code),
            ProviderError::Unknown(why) => write!(f, "outcome unknown: {why}"),
            ProviderError::KeyUsed => f.write_str("the key was used for another request"),
        }
    }
}
impl std::error::Error for ProviderError {}
