//! The payment aggregate: a payment with its attempts, refunds and operations, as one value that the rules change in one
//! transaction.
//!
//! The rules change the value, and record which events to publish and which provider commands to send; the store writes the
//! difference. `commands` holds what orders, staff and customers request, `reducer` what the provider reports,
//! `automatic_refunds` what must be refunded.

use crate::{
    attempt::Attempt, attempt::AttemptState, operation::Operation, operation::OperationKind,
    payment::Payment, refund::Refund, transition, transition::PaymentTrigger,
};
use contracts::{events::EventType, payments::PaymentState};
use kernel::{
    Timestamp,
    id::{AttemptId, OrderId, RefundId},
};
use std::{fmt::Display, time::Duration};
use uuid::Uuid;

/// The context of a change: the time, the actor, and how IDs are derived.
pub struct ChangeContext<'a> {
    /// The time of the change.
    pub now: Timestamp,
    /// The actor: a user's ID, `system`, or the name of a service.
    pub actor: &'a str,
    /// How long the provider stores an idempotency key.
    pub key_life: Duration,
    /// Makes the ID of an attempt or a refund (which is said first) from the order and the number among those of the order.
    pub nth_id: fn(&str, OrderId, usize) -> Uuid,
}

/// A provider command, sent after the commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProviderCommand {
    /// Charge, or authorize.
    Submit(payment_provider::SubmitCharge),
    /// Block the key, or report the charge.
    Abandon(payment_provider::AbandonCharge),
    /// Capture the authorization.
    Capture(payment_provider::Capture),
    /// Void the authorization.
    Void(payment_provider::Void),
    /// Query the charge; if the provider does not know it, abandon it, provided `abandon` is set.
    Query {
        /// The key of the operation.
        key: String,
        /// What to do if the provider does not know it.
        abandon: Option<payment_provider::AbandonCharge>,
    },
}

impl ProviderCommand {
    /// The key of the operation that it sends; none if it only queries, or ends an authorization.
    pub fn operation(&self) -> Option<&str> {
        match self {
            ProviderCommand::Submit(submit) => Some(&submit.key),
            ProviderCommand::Capture(capture) => Some(&capture.key),
            ProviderCommand::Void(void) => Some(&void.key),
            ProviderCommand::Abandon(_) | ProviderCommand::Query { .. } => None,
        }
    }
}

/// The revision of an attempt when the provider was queried: the response covers nothing newer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AttemptRevision {
    /// Queries started, including this one.
    pub wonders: i64,
    /// Queries without a response. Version 0.1.0 counts only these, and may run in parallel.
    pub looks: i64,
    /// Stored operations of the attempt.
    pub operations: usize,
}

/// The revision of a refund when the provider was queried: the response covers nothing newer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RefundRevision {
    /// Its version.
    pub version: i64,
    /// Queries started since it last changed.
    pub looks: i64,
}

/// A provider call that is about to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderCall {
    /// The attempt.
    pub id: AttemptId,
    /// What.
    pub ask: ProviderCommand,
    /// The revision of the attempt.
    pub asked: AttemptRevision,
}

/// A payment, its attempts, refunds and operations; and the effects of the current change.
#[derive(Debug, Clone, PartialEq)]
pub struct PaymentAggregate {
    /// The payment.
    pub payment: Payment,
    /// Its attempts, oldest first.
    pub attempts: Vec<Attempt>,
    /// Its refunds, oldest first.
    pub refunds: Vec<Refund>,
    /// Its operations at the provider, oldest first.
    pub operations: Vec<Operation>,
    /// Events to publish.
    pub event: Option<EventType>,
    /// Provider commands to send after the commit.
    pub asks: Vec<(AttemptId, ProviderCommand)>,
}

impl PaymentAggregate {
    /// A new payment.
    pub fn new(payment: Payment) -> PaymentAggregate {
        PaymentAggregate {
            payment,
            attempts: Vec::new(),
            refunds: Vec::new(),
            operations: Vec::new(),
            event: None,
            asks: Vec::new(),
        }
    }

    /// The live attempt: the one that secures the payment, or may secure it.
    pub fn live(&self) -> Option<&Attempt> {
        self.attempts.iter().find(|attempt| attempt.live)
    }
    /// The attempt of that id.
    pub fn attempt(&self, id: AttemptId) -> Option<&Attempt> {
        self.attempts.iter().find(|attempt| attempt.id == id)
    }
    /// The refund of that id.
    pub fn refund(&self, id: RefundId) -> Option<&Refund> {
        self.refunds.iter().find(|refund| refund.id == id)
    }
    /// Whether a live attempt is not captured: the provider may be ahead of this state.
    pub fn is_unsettled(&self) -> bool {
        self.live().is_some_and(|attempt| attempt.state != AttemptState::Captured)
    }
    /// What was begun with the key of whoever asked for it, and the attempt that it was begun on.
    pub fn begun_with(&self, client_key: Uuid) -> Option<(&Operation, &Attempt)> {
        let operation = self.operations.iter().find(|operation| operation.client_key == Some(client_key))?;
        let attempt = self.attempts.iter().find(|attempt| attempt.id.uuid() == operation.subject)?;
        Some((operation, attempt))
    }
    /// Whether the authorization is no longer needed: it is voided, with any number of attempts.
    pub fn is_unwanted(&self, attempt: &Attempt) -> bool {
        let closing = matches!(self.payment.state, PaymentState::ClosingAlways | PaymentState::Closed);
        attempt.state == AttemptState::Authorized && (attempt.surplus || closing || self.payment.owed == 0)
    }
    /// The newest operation of a kind for an attempt or a refund.
    pub fn operation(&self, subject: Uuid, kind: OperationKind) -> Option<&Operation> {
        self.operations.iter().rfind(|operation| operation.subject == subject && operation.kind == kind)
    }

    /// Number of attempts of an operation.
    pub fn tries(&self, subject: Uuid, kind: OperationKind) -> i64 {
        self.operation(subject, kind).map_or(0, |last| last.n)
    }

    /// The current revision of an attempt.
    pub fn asked(&self, id: AttemptId) -> AttemptRevision {
        let operations = self.operations.iter().filter(|operation| operation.subject == id.uuid());
        let (wonders, looks) = self.attempt(id).map_or((0, 0), |attempt| (attempt.wonders, attempt.looks));
        AttemptRevision { wonders, looks, operations: operations.count() }
    }

    /// Takes the provider calls that follow this change.
    pub fn to_ask(&mut self) -> Vec<ProviderCall> {
        let asks = std::mem::take(&mut self.asks);
        asks.into_iter().map(|(id, ask)| ProviderCall { id, ask, asked: self.asked(id) }).collect()
    }

    /// The captured money that came too late to pay for the order: all of it is refunded (R4).
    pub fn surplus(&self) -> i64 {
        sum(self.attempts.iter().filter(|attempt| attempt.surplus).map(|attempt| attempt.captured))
    }

    pub(crate) fn refund_mut(&mut self, id: RefundId) -> Option<&mut Refund> {
        self.refunds.iter_mut().find(|refund| refund.id == id)
    }
    pub(crate) fn attempt_mut(&mut self, id: AttemptId) -> Option<&mut Attempt> {
        self.attempts.iter_mut().find(|attempt| attempt.id == id)
    }

    /// The state of the payment; none if it is new and no event has been published.
    pub(crate) fn state(&self) -> Option<PaymentState> {
        let is_told = self.payment.version > 0 || self.event.is_some();
        is_told.then_some(self.payment.state)
    }

    /// Applies a trigger to the payment; false if the machine does not allow it. The first event of a change is published,
    /// unless a later one moves the payment.
    pub(crate) fn trigger(&mut self, trigger: PaymentTrigger) -> bool {
        let Some(row) = transition::next(self.state(), trigger, self.is_unsettled()) else {
            return false;
        };
        let to = row.to.unwrap_or(self.payment.state);
        if self.event.is_none() || to != self.payment.state {
            self.event = Some(row.event);
        }
        self.payment.state = to;
        true
    }

    /// Marks an order without an amount due as paid; false if there is an amount due, or it is paid already.
    pub(crate) fn secure_if_nothing_is_owed(&mut self) -> bool {
        self.payment.owed == 0 && self.trigger(PaymentTrigger::NothingOwed)
    }

    /// The live attempt failed, which does not matter without an amount due.
    pub(crate) fn fail(&mut self) -> bool {
        self.secure_if_nothing_is_owed() || self.trigger(PaymentTrigger::Failed)
    }

    /// Records the next attempt of an operation, and returns its key.
    pub(crate) fn next_key<I: Display>(
        &mut self,
        id: I,
        subject: Uuid,
        kind: OperationKind,
        client_key: Option<Uuid>,
        now: Timestamp,
    ) -> String {
        let n = self.tries(subject, kind) + 1;
        let key = Operation::key(id, kind, n);
        let operation = Operation {
            key: key.clone(),
            subject,
            kind,
            n,
            client_key,
            refused: false,
            unsent: false,
            created_at: now,
        };
        self.operations.push(operation);
        key
    }

    /// Completes a change: creates automatic refunds, and updates the totals.
    pub(crate) fn finish(&mut self, stamp: &mut ChangeContext<'_>) {
        if matches!(self.payment.state, PaymentState::ClosingAlways | PaymentState::Closed) {
            self.payment.owed = 0;
        }
        self.reckon();
        if self.live().is_none() {
            self.secure_if_nothing_is_owed();
        }
        self.raise(stamp);
        self.reckon();
        if self.event.is_some() {
            self.payment.updated_at = stamp.now;
        }
    }

    /// Updates the live attempt and the totals of the payment.
    pub(crate) fn reckon(&mut self) {
        let closed = self.payment.state == PaymentState::Closed;
        for attempt in &mut self.attempts {
            let settled_by_refunds = closed && attempt.state == AttemptState::Captured;
            attempt.live = !attempt.state.is_over() && !attempt.surplus && !settled_by_refunds;
        }
        let payment = &mut self.payment;
        payment.authorized = sum(self.attempts.iter().map(Attempt::held));
        payment.captured =
            payment.offline.saturating_add(sum(self.attempts.iter().map(|attempt| attempt.captured)));
        let succeeded = || self.refunds.iter().filter(|refund| refund.counts() && !refund.claims());
        payment.refunded = sum(succeeded().map(|refund| refund.amount));
        payment.refunded_offline =
            sum(succeeded().filter(|refund| refund.is_by_people()).map(|refund| refund.amount));
        payment.claimed = sum(self.refunds.iter().filter(|r| r.claims()).map(|refund| refund.amount));
    }
}

/// Saturating sums: far beyond any real shop they stay at the maximum.
pub(crate) fn sum(amounts: impl Iterator<Item = i64>) -> i64 {
    amounts.fold(0, i64::saturating_add)
}
