//! The double-entry ledger: what each change of a payment posts, worked out from before and after.
//!
//! A set of postings sums to zero. The accounts:
//!
//! | account | what lies there |
//! |---|---|
//! | `customer` | what is authorized or was paid, as a negative sum |
//! | `authorized` | authorized, not captured |
//! | `provider` | captured by the provider, for the shop |
//! | `cash` | paid offline, to the shop |
//!
//! So for every payment `authorized` is what a capture could still take, `provider` and `cash` are what was captured and not
//! refunded, and `customer` is the sum of them with the other sign.

use crate::aggregate::PaymentAggregate;
use kernel::{Currency, Timestamp};
use std::collections::BTreeMap;
use uuid::Uuid;

/// An account of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Account {
    /// The customer's side.
    Customer,
    /// Authorized, not captured.
    Authorized,
    /// Taken by the provider.
    Provider,
    /// Paid offline.
    Cash,
}

impl Account {
    /// As the database writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Account::Customer => "customer",
            Account::Authorized => "authorized",
            Account::Provider => "provider",
            Account::Cash => "cash",
        }
    }
}

/// Why a set was posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PostingReason {
    /// Money was authorized.
    Authorize,
    /// Money was captured; the rest of its authorization ended.
    Capture,
    /// An authorization ended without money.
    Release,
    /// Money was paid offline.
    Offline,
    /// Money was given back.
    Refund,
}

impl PostingReason {
    /// As the database writes it.
    pub const fn name(self) -> &'static str {
        match self {
            PostingReason::Authorize => "authorize",
            PostingReason::Capture => "capture",
            PostingReason::Release => "release",
            PostingReason::Offline => "offline",
            PostingReason::Refund => "refund",
        }
    }
}

/// Postings that belong together, and sum to zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostingSet {
    /// Why.
    pub reason: PostingReason,
    /// The attempt, refund or payment that it is about: one set for each reason and subject.
    pub subject: Uuid,
    /// The currency of its amounts.
    pub currency: Currency,
    /// When.
    pub at: Timestamp,
    /// The amounts, by account; in minor units.
    pub entries: BTreeMap<Account, i64>,
}

impl PostingSet {
    /// Whether it sums to zero.
    pub fn is_balanced(&self) -> bool {
        self.entries.values().map(|amount| i128::from(*amount)).sum::<i128>() == 0
    }
}

/// What the change from `before` to `after` posts.
pub fn postings(before: &PaymentAggregate, after: &PaymentAggregate) -> Vec<PostingSet> {
    let mut sets = Vec::new();
    let mut post = |reason, subject, at, mut entries: BTreeMap<Account, i64>| {
        entries.retain(|_, amount| *amount != 0);
        if !entries.is_empty() {
            sets.push(PostingSet { reason, subject, currency: after.payment.currency, at, entries });
        }
    };
    for attempt in &after.attempts {
        let earlier = before.attempt(attempt.id);
        let authorized = attempt.held() - earlier.map_or(0, |earlier| earlier.held());
        let taken = attempt.captured - earlier.map_or(0, |earlier| earlier.captured);
        let reason = match (authorized, taken) {
            (_, 1..) => PostingReason::Capture,
            (1.., _) => PostingReason::Authorize,
            _ => PostingReason::Release,
        };
        let entries = [
            (Account::Authorized, authorized),
            (Account::Provider, taken),
            (Account::Customer, -authorized - taken),
        ];
        post(reason, attempt.id.uuid(), attempt.updated_at, entries.into());
    }
    let paid = after.payment.offline - before.payment.offline;
    let entries = [(Account::Cash, paid), (Account::Customer, -paid)];
    post(PostingReason::Offline, after.payment.id.uuid(), after.payment.updated_at, entries.into());
    for refund in after.refunds.iter().filter(|refund| refund.counts() && !refund.claims()) {
        let earlier = before.refund(refund.id);
        if earlier.is_none_or(|earlier| earlier.claims()) {
            let from = if refund.is_by_people() { Account::Cash } else { Account::Provider };
            let entries = [(from, -refund.amount), (Account::Customer, refund.amount)];
            post(PostingReason::Refund, refund.id.uuid(), refund.updated_at, entries.into());
        }
    }
    sets
}
