//! Findings of an audit, and the facts that it compares between services (I1 to I10, see `docs/lifecycle.md`).

use crate::{events::PaymentSnapshot, orders::OrderStatus, payments::PaymentState};
use kernel::{Currency, Timestamp, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An invariant of `docs/lifecycle.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum Invariant {
    /// Reserved = the sum of open units; 0 ≤ reserved ≤ on hand + shortfall.
    I1,
    /// On hand = the sum of the stock movements; units consumed = units shipped.
    I2,
    /// The line equation.
    I3,
    /// Refunded + claims ≤ captured ≤ authorized; postings sum to zero; one charge per order at the provider.
    I4,
    /// Secured ≥ amount due at confirmation; only paid units are shipped.
    I5,
    /// A terminal order has no reservation and retains no money.
    I6,
    /// Versions have no gaps; replaying the journal reproduces the row and everything derived from it.
    I7,
    /// Nothing waits indefinitely.
    I8,
    /// Every acknowledged order exists exactly once, as it was sent.
    I9,
    /// No stock is reserved without an order.
    I10,
}

/// A violation of an invariant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// The violated invariant.
    pub invariant: Invariant,
    /// The affected resource.
    pub subject: String,
    /// The violation, with numbers.
    pub detail: String,
}

impl Finding {
    /// The suffix of the subject of a finding about dead letters; it follows the name of the service.
    pub const DEAD_LETTERS: &str = ": dead letters";

    /// Returns whether the finding is about dead letters of a service.
    #[must_use]
    pub fn is_about_letters(&self) -> bool {
        self.subject.ends_with(Self::DEAD_LETTERS)
    }
}

/// An observation that violates no invariant, but that operators should know.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Note {
    /// The affected resource.
    pub subject: String,
    /// The observation, with numbers.
    pub detail: String,
}

/// A resource that cannot be read, so that other facts that depend on it cannot be checked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Unreadable {
    /// The finding to report.
    pub finding: Finding,
    /// The resources about which nothing else is reported.
    pub about: Vec<String>,
}

/// The findings of one service, and the facts that are compared with those of other services.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ServiceFacts {
    /// The violations within the service.
    pub findings: Vec<Finding>,
    /// The violations that consist of unreadable data.
    #[serde(default)]
    pub unreadable: Vec<Unreadable>,
    /// Observations that are no violations.
    #[serde(default)]
    pub notes: Vec<Note>,
    /// The service's orders.
    pub orders: Vec<OrderFact>,
    /// The service's reservations.
    pub reservations: Vec<ReservationFact>,
    /// The service's payments.
    pub payments: Vec<PaymentFact>,
    /// The provider's charges, if the provider is the simulator.
    pub charges: Vec<ChargeFact>,
    /// The versions of the resources that its events are about, to compare with the public log.
    #[serde(default)]
    pub versions: Vec<VersionFact>,
}

/// A resource that events are about, with its version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct VersionFact {
    /// The ID of the resource, as in the `subject` of events.
    pub subject: String,
    /// The version of the resource.
    pub version: i64,
}

/// The facts about an order that other services can check. Amounts in minor units.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OrderFact {
    /// The ID of the order.
    pub order_id: OrderId,
    /// The ID of the placement that created the order.
    pub placement_id: Option<PlacementId>,
    /// The status of the order.
    pub status: OrderStatus,
    /// Whether the order has ever been confirmed.
    pub confirmed: bool,
    /// The amount due: the total without cancelled units.
    pub owed: i64,
    /// The value of the shipped units, including their share of the adjustments: the amount that must have been captured.
    pub shipped_value: i64,
    /// Shipped units by product.
    pub shipped: Vec<(ProductId, i64)>,
    /// Open units by product.
    pub open: Vec<(ProductId, i64)>,
}
/// A reservation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReservationFact {
    /// The ID of the placement.
    pub placement_id: PlacementId,
    /// The ID of the product.
    pub product_id: ProductId,
    /// Open units.
    pub open: i64,
    /// Consumed units.
    pub consumed: i64,
    /// The time at which the reservation was created.
    pub created_at: Timestamp,
    /// The time of the next reconciliation query for the placement. If queries have failed, the time at which the first of
    /// them was due.
    pub ask_at: Timestamp,
}
/// The facts about a payment. Amounts in minor units.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PaymentFact {
    /// The ID of the payment.
    pub payment_id: PaymentId,
    /// The ID of the order.
    pub order_id: OrderId,
    /// The status of the payment.
    pub state: PaymentState,
    /// The currency of all amounts.
    pub currency: Currency,
    /// The snapshot that it publishes to the order. None if the payment itself has a violation.
    #[serde(default)]
    pub figures: Option<PaymentSnapshot>,
    /// All secured amounts, authorized or captured, that its events have published.
    #[serde(default)]
    pub secured: Vec<i64>,
    /// The amount authorized and not captured.
    pub authorized: i64,
    /// The amount captured.
    pub captured: i64,
    /// The captured amount that arrived too late to pay for the order and is refunded.
    #[serde(default)]
    pub surplus: i64,
    /// The amount paid offline.
    pub offline: i64,
    /// The amount refunded by the provider.
    pub refunded: i64,
    /// The amount refunded offline.
    pub refunded_offline: i64,
    /// The amount claimed by refunds that have not succeeded yet.
    pub claimed: i64,
    /// The provider's references of the charges that contain its money.
    #[serde(default)]
    pub charges: Vec<String>,
    /// Whether an attempt or a refund is in progress, so that the provider may be ahead.
    pub unsettled: bool,
    /// The charge keys of attempts in progress.
    #[serde(default)]
    pub under_way: Vec<String>,
    /// All keys with which a charge of the payment may have been created. None if the service runs a version without this
    /// member.
    #[serde(default)]
    pub keys: Option<Vec<String>>,
    /// A counter that increases with every change: if two reads return the same value, nothing has changed in between.
    #[serde(default)]
    pub changes: i64,
}
/// A charge in the provider's own ledger. Amounts in minor units.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChargeFact {
    /// The key with which the charge was created.
    pub key: String,
    /// The provider's reference of the charge.
    pub reference: String,
    /// The ID of the order for which the charge was created.
    pub order_id: OrderId,
    /// The currency of all amounts.
    pub currency: Currency,
    /// The amount that is authorized and not captured, voided or expired, or that may still be authorized.
    pub authorized: i64,
    /// The part of `authorized` that is not authorized yet.
    #[serde(default)]
    pub undecided: i64,
    /// The amount captured.
    pub captured: i64,
    /// The amount refunded.
    pub refunded: i64,
    /// A contradiction within the charge, or between the charge and the provider's record of request keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contradiction: Option<String>,
}
