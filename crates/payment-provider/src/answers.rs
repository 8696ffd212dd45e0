//! What a payment provider can say: plain data, the same for every provider.

use contracts::payments::Failure;
use kernel::{Money, Timestamp, id::OrderId};
use serde::{Deserialize, Serialize};
use std::fmt;

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

/// A key that a provider was asked with, for an audit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsedKey {
    /// The key.
    pub key: String,
    /// The order of its charge, where it has led to one that can be read.
    pub order: Option<OrderId>,
    /// The key that the charge was made with.
    pub charge: Option<String>,
    /// When the charge was made, by the provider's clock.
    pub charged_at: Option<Timestamp>,
    /// It was refused before there was a charge.
    pub is_refused: bool,
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

/// What a provider tells by itself, in a webhook that was verified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderEvent {
    /// The provider's ID of it: the same one twice is the same event.
    pub id: String,
    /// The key of the operation that it is about.
    pub key: String,
    /// What became of it, in the provider's words: `authorized`, `captured`, `failed`, `refunded`, …
    pub outcome: String,
}

/// Why a webhook is not believed, for the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnverifiedWebhook(pub String);

/// Why a provider said nothing that can be recorded.
#[derive(Debug, Clone, PartialEq)]
pub enum ProviderError {
    /// The request never left, and never will: it surely has no effect.
    NotSent(String),
    /// The provider finally refuses this operation: it has no effect, now and later.
    Refused(Failure),
    /// Whether it has an effect is not known (R7): no new key before that is found out.
    Unknown(String),
    /// The key was used for another request: this one has no effect, and what the other one had must be asked.
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
