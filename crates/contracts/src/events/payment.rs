//! What events tell of payments and refunds.

use crate::payments::*;
use kernel::{Money, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a payment stands: all that the order needs to know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "PaymentFigures")]
pub struct PaymentSnapshot {
    /// Which payment.
    pub payment_id: PaymentId,
    /// Of which order.
    pub order_id: OrderId,
    /// Its version.
    pub version: i64,
    /// Its state.
    pub state: PaymentState,
    /// What the order came to when the payment was opened.
    pub amount: Money,
    /// The smallest that the order has owed so far.
    pub owed: Money,
    /// Authorized and not captured: what a capture could still take.
    pub authorized: Money,
    /// Captured by a provider, or recorded as paid offline.
    pub captured: Money,
    /// The part of `captured` that came too late to pay for the order, and goes back whole; absent where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub surplus: Option<Money>,
    /// The part of `captured` that was recorded as paid offline.
    pub offline: Money,
    /// Refunded.
    pub refunded: Money,
    /// Claimed by refunds that have not succeeded yet.
    pub claimed: Money,
    /// Whether an attempt is under way.
    pub pending: bool,
}
impl PaymentSnapshot {
    /// What of the money that was captured pays for the order, in minor units.
    pub fn paid(&self) -> i64 {
        self.captured.minor.saturating_sub(self.surplus.map_or(0, |surplus| surplus.minor))
    }
    /// Whether `told` tells this: who told it before there was a word for what came too late left that out.
    pub fn is_told_by(&self, told: &PaymentSnapshot) -> bool {
        let told_then = PaymentSnapshot { surplus: None, ..self.clone() };
        told == self || *told == told_then
    }
}
/// Something happened to a payment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-dataschema" = "urn:ordo:schema:PaymentEvent"))]
pub struct PaymentEvent {
    /// Whose order.
    pub user_id: UserId,
    /// How it stands now.
    pub figures: PaymentSnapshot,
    /// The same, as clients see it.
    pub payment: Payment,
}
/// Something happened to a refund.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-dataschema" = "urn:ordo:schema:RefundEvent"))]
pub struct RefundEvent {
    /// Whose order.
    pub user_id: UserId,
    /// How it stands now, without its reason: that is what somebody wrote.
    pub refund: Refund,
}
