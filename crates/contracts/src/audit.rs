//! What an audit finds, and the facts that services lay side by side for it (I1 to I10, see `docs/lifecycle.md`).

use crate::{events::PaymentSnapshot, orders::OrderStatus, payments::PaymentState};
use kernel::{Currency, Timestamp, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An invariant of `docs/lifecycle.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum Invariant {
    /// Reserved = the sum of open units; 0 ≤ reserved ≤ on hand + short.
    I1,
    /// On hand = the sum of its ledger; units consumed = units shipped.
    I2,
    /// The line equation.
    I3,
    /// Refunded + claims ≤ captured ≤ authorized; postings sum to zero; one charge per order at the provider.
    I4,
    /// Secured ≥ owed at confirmation; shipped only what is paid.
    I5,
    /// A terminal order holds nothing and keeps no money.
    I6,
    /// Versions without gaps; replaying the journal gives the row, and what is derived from it.
    I7,
    /// Nothing waits for ever.
    I8,
    /// Every acknowledged order exists, once, as it was sent.
    I9,
    /// No stock is held for nobody.
    I10,
}

/// Something that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// Which invariant is broken.
    pub invariant: Invariant,
    /// The resource.
    pub subject: String,
    /// What is wrong with it, in numbers.
    pub detail: String,
}

impl Finding {
    /// What stands behind the service's name in the subject of a finding about the events that it has put aside.
    pub const DEAD_LETTERS: &str = ": dead letters";

    /// Whether it is about events that a service has put aside.
    #[must_use]
    pub fn is_about_letters(&self) -> bool {
        self.subject.ends_with(Self::DEAD_LETTERS)
    }
}

/// Something that is allowed, and that people should know of all the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Note {
    /// The resource.
    pub subject: String,
    /// What is remarkable about it, in numbers.
    pub detail: String,
}

/// Something that cannot be read, so that nothing else can be said of what it is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Unreadable {
    /// What is named.
    pub finding: Finding,
    /// The resources of which nothing else is named.
    pub about: Vec<String>,
}

/// What one service knows by itself, and what it lays beside the others' knowledge.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ServiceFacts {
    /// What is broken within the service.
    pub findings: Vec<Finding>,
    /// What of that cannot be read.
    #[serde(default)]
    pub unreadable: Vec<Unreadable>,
    /// What is not broken, and worth a look.
    #[serde(default)]
    pub notes: Vec<Note>,
    /// Its orders.
    pub orders: Vec<OrderFact>,
    /// Its reservations.
    pub reservations: Vec<ReservationFact>,
    /// Its payments.
    pub payments: Vec<PaymentFact>,
    /// The provider's charges, where the provider is the simulator.
    pub charges: Vec<ChargeFact>,
    /// What its events tell of, for the public log.
    #[serde(default)]
    pub versions: Vec<VersionFact>,
}

/// Something that events tell of, and the version that it is at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct VersionFact {
    /// As events name it.
    pub subject: String,
    /// Its version.
    pub version: i64,
}

/// An order, as far as others can check it. Money in minor units.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OrderFact {
    /// Which order.
    pub order_id: OrderId,
    /// The placing that it came from.
    pub placement_id: Option<PlacementId>,
    /// Its state.
    pub status: OrderStatus,
    /// Whether it has ever been confirmed.
    pub confirmed: bool,
    /// Its total without what was cancelled.
    pub owed: i64,
    /// The value of the units shipped, with the adjustments' share: what must have been captured by then.
    pub shipped_value: i64,
    /// By product: shipped units.
    pub shipped: Vec<(ProductId, i64)>,
    /// By product: open units.
    pub open: Vec<(ProductId, i64)>,
}
/// A reservation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReservationFact {
    /// Whose.
    pub placement_id: PlacementId,
    /// Of which product.
    pub product_id: ProductId,
    /// Open units.
    pub open: i64,
    /// Consumed units.
    pub consumed: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its fate is asked about next; where it was asked without an answer, when the first of these questions
    /// was due.
    pub ask_at: Timestamp,
}
/// A payment. Money in minor units.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PaymentFact {
    /// Which payment.
    pub payment_id: PaymentId,
    /// Of which order.
    pub order_id: OrderId,
    /// Its state.
    pub state: PaymentState,
    /// Of all its amounts.
    pub currency: Currency,
    /// What it tells the order of itself; none where it is broken in a way of its own.
    #[serde(default)]
    pub figures: Option<PaymentSnapshot>,
    /// What it has ever told to be secured: authorized or captured.
    #[serde(default)]
    pub secured: Vec<i64>,
    /// Authorized and not captured.
    pub authorized: i64,
    /// Captured.
    pub captured: i64,
    /// The part that came too late to pay for the order, and goes back.
    #[serde(default)]
    pub surplus: i64,
    /// The part paid offline.
    pub offline: i64,
    /// Refunded, by the provider.
    pub refunded: i64,
    /// Refunded offline.
    pub refunded_offline: i64,
    /// Claimed by refunds that have not succeeded yet.
    pub claimed: i64,
    /// The provider's names of the charges that its money is in.
    #[serde(default)]
    pub charges: Vec<String>,
    /// Whether an attempt is live, or a refund under way: the provider may be ahead.
    pub unsettled: bool,
    /// The keys of the charges of attempts that are under way.
    #[serde(default)]
    pub under_way: Vec<String>,
    /// Every key with which a charge of it may have been made; none where whoever tells it is of a version that does not.
    #[serde(default)]
    pub keys: Option<Vec<String>>,
    /// Grows with whatever happens to it: where it is the same at two looks, nothing has happened in between.
    #[serde(default)]
    pub changes: i64,
}
/// A charge in the provider's own ledger. Money in minor units.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChargeFact {
    /// The key that it was made with.
    pub key: String,
    /// What the provider calls it.
    pub reference: String,
    /// The order that it was made for.
    pub order_id: OrderId,
    /// Of all its amounts.
    pub currency: Currency,
    /// Authorized and not captured, voided or lapsed; also what may yet be.
    pub authorized: i64,
    /// The part of that which nobody has authorized yet.
    #[serde(default)]
    pub undecided: i64,
    /// Captured.
    pub captured: i64,
    /// Refunded.
    pub refunded: i64,
    /// How it contradicts itself, or what the provider remembers of the keys that it was asked with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contradiction: Option<String>,
}
