//! A payment as clients and other services see it. Its status is worked out from its state and its attempts each time (R1).

use crate::{
    aggregate::PaymentAggregate,
    attempt::{Attempt, AttemptState},
    payment::Payment,
    refund::Refund,
};
use contracts::{
    events::PaymentSnapshot,
    payments::{self as wire, ATTEMPTS_MAX, NextAction, PaymentState, PaymentStatus},
};
use kernel::{
    Currency, Money, Timestamp,
    id::{AttemptId, OrderId, PaymentId},
};

/// A payment, its figures, and its attempts.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// As clients see it.
    pub payment: wire::Payment,
    /// As other services see it.
    pub figures: PaymentSnapshot,
}

impl PaymentAggregate {
    /// Whether the attempt limit is reached.
    pub fn attempts_exhausted(&self) -> bool {
        payment(self).attempts_exhausted()
    }
}

/// Shows a payment.
pub fn view(book: &PaymentAggregate) -> View {
    View { payment: payment(book), figures: figures(book) }
}

/// The figures: all that the order needs to know.
pub fn figures(book: &PaymentAggregate) -> PaymentSnapshot {
    let p = &book.payment;
    PaymentSnapshot {
        payment_id: p.id,
        order_id: p.order_id,
        version: p.version,
        state: p.state,
        amount: p.money(p.amount),
        owed: p.money(p.owed),
        authorized: p.money(p.authorized),
        captured: p.money(p.captured),
        surplus: Some(book.surplus()).filter(|surplus| *surplus > 0).map(|surplus| p.money(surplus)),
        offline: p.money(p.offline),
        refunded: p.money(p.refunded),
        claimed: p.money(p.claimed),
        pending: book.live().is_some_and(|attempt| is_pending(attempt.state)),
    }
}

/// The payment, for clients.
pub fn payment(book: &PaymentAggregate) -> wire::Payment {
    let p = &book.payment;
    let waits = book.live().filter(|attempt| attempt.state == AttemptState::RequiresAction);
    let url = waits.filter(|_| !p.needs_no_attempt()).and_then(|attempt| attempt.action_url.clone());
    let mut attempts: Vec<wire::Attempt> = book.attempts.iter().map(attempt).collect();
    attempts.extend(offline(p));
    wire::Payment {
        id: p.id,
        order_id: p.order_id,
        status: status(book),
        amount: p.money(p.amount),
        captured: p.money(p.captured),
        refunded: p.money(p.refunded),
        attempts,
        next_action: url.map(|url| NextAction { url }),
        version: p.version,
        created_at: p.created_at,
        updated_at: p.updated_at,
    }
}

/// The payment, for events, which stay short: no more attempts than the provider can decide on. The oldest of those that it never
/// decided on are left out first; a payment may also be older than that limit.
pub fn told_payment(book: &PaymentAggregate) -> wire::Payment {
    let mut told = payment(book);
    let mut surplus = told.attempts.len().saturating_sub(ATTEMPTS_MAX);
    told.attempts.retain(|attempt| {
        let is_left_out = surplus > 0 && attempt.is_provider_unavailable();
        surplus -= usize::from(is_left_out);
        !is_left_out
    });
    told.attempts.drain(..surplus);
    told
}

fn status(book: &PaymentAggregate) -> PaymentStatus {
    match (book.payment.state, book.live().map(|attempt| attempt.state)) {
        (PaymentState::Closed, _) => PaymentStatus::Closed,
        (PaymentState::Open, None) => PaymentStatus::Open,
        (PaymentState::Open, Some(AttemptState::RequiresAction)) => PaymentStatus::RequiresAction,
        (_, Some(AttemptState::Authorized)) => PaymentStatus::Authorized,
        (_, Some(AttemptState::Captured)) | (PaymentState::Secured, None) => PaymentStatus::Captured,
        _ => PaymentStatus::Processing,
    }
}

fn is_pending(state: AttemptState) -> bool {
    !matches!(state, AttemptState::Authorized | AttemptState::Captured)
}

fn attempt(attempt: &Attempt) -> wire::Attempt {
    wire::Attempt {
        id: attempt.id,
        status: attempt.state.status(),
        method: attempt.method.clone(),
        failure: attempt.failure.clone(),
        created_at: attempt.created_at,
    }
}

/// What was paid offline is shown as an attempt that was captured at once, under the payment's own number.
fn offline(p: &Payment) -> Option<wire::Attempt> {
    let shown = |at: Timestamp| wire::Attempt {
        id: AttemptId::from_uuid(p.id.uuid()),
        status: wire::AttemptStatus::Captured,
        method: "offline".to_owned(),
        failure: None,
        created_at: at,
    };
    (p.offline > 0).then(|| shown(p.created_at))
}

/// A refund, for events: its reason is what somebody wrote, and stays here. Whether it can be abandoned changes with its
/// payment, of which other events tell.
pub fn told_refund(payment: &Payment, r: &Refund) -> wire::Refund {
    wire::Refund { reason: None, withdrawable: None, ..refund(payment, r) }
}

/// A refund, for clients.
pub fn refund(payment: &Payment, refund: &Refund) -> wire::Refund {
    refund_of((payment.id, payment.order_id), payment.currency, payment.state, refund)
}

/// A refund, for clients, by what it shows of its payment.
pub fn refund_of(
    of: (PaymentId, OrderId),
    currency: Currency,
    state: PaymentState,
    refund: &Refund,
) -> wire::Refund {
    let (payment_id, order_id) = of;
    wire::Refund {
        id: refund.id,
        payment_id,
        order_id,
        status: refund.state,
        amount: Money::new(refund.amount, currency),
        reason: refund.reason.clone(),
        offline: refund.is_by_people(),
        withdrawable: Some(refund.withdrawable_in(Some(state)).contains(&refund.state)),
        version: refund.version,
        created_at: refund.created_at,
        updated_at: refund.updated_at,
    }
}
