//! Event data about payments and refunds.

use crate::payments::*;
use kernel::{Money, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A snapshot of a payment: everything that the order needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "PaymentFigures")]
pub struct PaymentSnapshot {
    /// The ID of the payment.
    pub payment_id: PaymentId,
    /// The ID of the order.
    pub order_id: OrderId,
    /// The version of the payment.
    pub version: i64,
    /// The status of the payment.
    pub state: PaymentState,
    /// The order total when the payment was opened.
    pub amount: Money,
    /// The lowest amount due of the order so far.
    pub owed: Money,
    /// The amount that is authorized and not captured: the most that a capture could still take.
    pub authorized: Money,
    /// The amount captured by a provider or recorded as paid offline.
    pub captured: Money,
    /// The part of `captured` that arrived too late to pay for the order and is refunded in full. Absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub surplus: Option<Money>,
    /// The part of `captured` that was recorded as paid offline.
    pub offline: Money,
    /// The amount refunded.
    pub refunded: Money,
    /// The amount claimed by refunds that have not succeeded yet.
    pub claimed: Money,
    /// Whether a payment attempt is in progress.
    pub pending: bool,
}
impl PaymentSnapshot {
    /// The captured amount that pays for the order, in minor units.
    pub fn paid(&self) -> i64 {
        self.captured.minor.saturating_sub(self.surplus.map_or(0, |surplus| surplus.minor))
    }
    /// Returns whether `told` is a snapshot of the same state. Older versions published snapshots without `surplus`.
    pub fn is_told_by(&self, told: &PaymentSnapshot) -> bool {
        let told_then = PaymentSnapshot { surplus: None, ..self.clone() };
        told == self || *told == told_then
    }
}
/// The data of a payment event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-dataschema" = "urn:ordo:schema:PaymentEvent"))]
pub struct PaymentEvent {
    /// The ID of the customer.
    pub user_id: UserId,
    /// The payment's state after the event.
    pub figures: PaymentSnapshot,
    /// The payment after the event, as the API returns it.
    pub payment: Payment,
}
/// The data of a refund event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-dataschema" = "urn:ordo:schema:RefundEvent"))]
pub struct RefundEvent {
    /// The ID of the customer.
    pub user_id: UserId,
    /// The refund after the event, without its reason, which is free text.
    pub refund: Refund,
}
