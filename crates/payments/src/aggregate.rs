//! A payment with all that belongs to it, as one value: what the rules work on, one transaction at a time.
//!
//! The rules change the value and note what must be published and what must be asked of the provider; the store writes
//! the difference. `ask` holds what orders, staff and customers ask for, `reducer` what the provider says, `raise` what
//! must go back.

use crate::{
    attempt::Attempt, attempt::AttemptState, operation::Operation, operation::OperationKind,
    payment::Payment, refund::Refund, transition, transition::Trigger, view,
};
use contracts::{events::EventType, payments::PaymentState};
use kernel::{
    Timestamp,
    id::{AttemptId, OrderId, RefundId},
};
use std::{fmt::Display, time::Duration};
use uuid::Uuid;

/// What a change is made with: the moment, who makes it, and how IDs are made.
pub struct ChangeContext<'a> {
    /// The moment.
    pub now: Timestamp,
    /// A user's id, `system`, or the name of a service.
    pub actor: &'a str,
    /// For how long the provider remembers a key.
    pub key_life: Duration,
    /// Makes the ID of an attempt or a refund (which is said first) from the order and the number among those of the order.
    pub nth_id: fn(&str, OrderId, usize) -> Uuid,
}

/// What must be asked of the provider after the commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProviderCommand {
    /// Charge, or authorize.
    Submit(payment_provider::SubmitCharge),
    /// Plant a refusal, or report the charge.
    Abandon(payment_provider::AbandonCharge),
    /// Capture what is authorized.
    Capture(payment_provider::Capture),
    /// Void the authorization.
    Void(payment_provider::Void),
    /// Say what became of it; where it was unknown, `abandon` it then if that is set.
    Query {
        /// The key of the operation.
        key: String,
        /// What to do where the provider has unknown it.
        abandon: Option<payment_provider::AbandonCharge>,
    },
}

impl ProviderCommand {
    /// The key of the operation that it sends; none where it only asks, or ends what is there.
    pub fn operation(&self) -> Option<&str> {
        match self {
            ProviderCommand::Submit(submit) => Some(&submit.key),
            ProviderCommand::Capture(capture) => Some(&capture.key),
            ProviderCommand::Void(void) => Some(&void.key),
            ProviderCommand::Abandon(_) | ProviderCommand::Query { .. } => None,
        }
    }
}

/// What had happened to an attempt when the provider was asked about it: an answer tells of nothing newer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AttemptRevision {
    /// Whatever there had been to know about it, this question among it.
    pub wonders: i64,
    /// What of that had no answer yet. Version 0.1.0 counts nothing else, and may run beside this one.
    pub looks: i64,
    /// Operations on it that were written down.
    pub operations: usize,
}

/// What had happened to a refund when the provider was asked about it: an answer tells of nothing newer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RefundRevision {
    /// Its version.
    pub version: i64,
    /// What there had been to know about it since it last changed.
    pub looks: i64,
}

/// A call to the provider that is about to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderCall {
    /// About which attempt.
    pub id: AttemptId,
    /// What.
    pub ask: ProviderCommand,
    /// What had happened by then.
    pub asked: AttemptRevision,
}

/// A payment, its attempts, refunds and operations; and what this change makes of them.
#[derive(Debug, Clone, PartialEq)]
pub struct PaymentAggregate {
    /// The payment.
    pub payment: Payment,
    /// Its attempts, oldest first.
    pub attempts: Vec<Attempt>,
    /// Its refunds, oldest first.
    pub refunds: Vec<Refund>,
    /// What was done at the provider for them, oldest first.
    pub operations: Vec<Operation>,
    /// What must be published.
    pub event: Option<EventType>,
    /// What must be asked of the provider, after the commit.
    pub asks: Vec<(AttemptId, ProviderCommand)>,
}

impl PaymentAggregate {
    /// A payment that nothing has happened to.
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

    /// The attempt that the payment rests on, or may come to rest on.
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
    /// Whether there can be no other attempt.
    pub fn attempts_exhausted(&self) -> bool {
        view::payment(self).attempts_exhausted()
    }
    /// An attempt is live whose money is not taken: the provider may be ahead of us.
    pub fn is_unsettled(&self) -> bool {
        self.live().is_some_and(|attempt| attempt.state != AttemptState::Captured)
    }
    /// What was begun with the key of whoever asked for it, and the attempt that it was begun on.
    pub fn begun_with(&self, client_key: Uuid) -> Option<(&Operation, &Attempt)> {
        let operation = self.operations.iter().find(|operation| operation.client_key == Some(client_key))?;
        let attempt = self.attempts.iter().find(|attempt| attempt.id.uuid() == operation.subject)?;
        Some((operation, attempt))
    }
    /// An authorization that nobody wants any more: it is voided, however many tries that takes.
    pub fn is_unwanted(&self, attempt: &Attempt) -> bool {
        let closing = matches!(self.payment.state, PaymentState::ClosingAlways | PaymentState::Closed);
        attempt.state == AttemptState::Authorized && (attempt.surplus || closing || self.payment.owed == 0)
    }
    /// The newest operation of a kind for an attempt or a refund.
    pub fn operation(&self, subject: Uuid, kind: OperationKind) -> Option<&Operation> {
        self.operations.iter().rfind(|operation| operation.subject == subject && operation.kind == kind)
    }

    /// How many tries of an operation there were.
    pub fn tries(&self, subject: Uuid, kind: OperationKind) -> i64 {
        self.operation(subject, kind).map_or(0, |last| last.n)
    }

    /// What has happened to an attempt already.
    pub fn asked(&self, id: AttemptId) -> AttemptRevision {
        let operations = self.operations.iter().filter(|operation| operation.subject == id.uuid());
        let (wonders, looks) = self.attempt(id).map_or((0, 0), |attempt| (attempt.wonders, attempt.looks));
        AttemptRevision { wonders, looks, operations: operations.count() }
    }

    /// What must be asked after this change, which is over.
    pub fn to_ask(&mut self) -> Vec<ProviderCall> {
        let asks = std::mem::take(&mut self.asks);
        asks.into_iter().map(|(id, ask)| ProviderCall { id, ask, asked: self.asked(id) }).collect()
    }

    /// What of the money that was taken came too late to pay for the order: all of it goes back.
    pub fn surplus(&self) -> i64 {
        sum(self.attempts.iter().filter(|attempt| attempt.surplus).map(|attempt| attempt.captured))
    }

    pub(crate) fn refund_mut(&mut self, id: RefundId) -> Option<&mut Refund> {
        self.refunds.iter_mut().find(|refund| refund.id == id)
    }
    pub(crate) fn attempt_mut(&mut self, id: AttemptId) -> Option<&mut Attempt> {
        self.attempts.iter_mut().find(|attempt| attempt.id == id)
    }

    /// Where the payment is; none while it only begins to be one: nothing has been told of it.
    pub(crate) fn state(&self) -> Option<PaymentState> {
        let is_told = self.payment.version > 0 || self.event.is_some();
        is_told.then_some(self.payment.state)
    }

    /// Moves the payment by the machine; false where that is not allowed. The first event of a change is
    /// published, unless a later one moves the payment.
    pub(crate) fn trigger(&mut self, trigger: Trigger) -> bool {
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

    /// An order that owes nothing is as good as paid; false where it owes something, or where that is no news.
    pub(crate) fn secure_if_nothing_is_owed(&mut self) -> bool {
        self.payment.owed == 0 && self.trigger(Trigger::NothingOwed)
    }

    /// The live attempt failed, which is nothing to an order that owes nothing.
    pub(crate) fn fail(&mut self) -> bool {
        self.secure_if_nothing_is_owed() || self.trigger(Trigger::Failed)
    }

    /// Writes down the next try of an operation, and gives its key.
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

    /// Ends a change: what must go back is raised, and the figures follow.
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

    /// Works out which attempt is live, and the payment's figures.
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

/// Sums cannot wrap: far beyond any shop they stay at the end of the range.
pub(crate) fn sum(amounts: impl Iterator<Item = i64>) -> i64 {
    amounts.fold(0, i64::saturating_add)
}
