//! Attempts and refunds beside their money, and beside what was written down before the provider was asked for it (I4).

use super::PaymentFindings;
use crate::{
    aggregate::PaymentAggregate,
    attempt::{Attempt, AttemptState},
    operation::{Operation, OperationKind},
    refund::{self, Refund, RefundOrigin},
    timer_plan::{LAPSE, waits},
};
use contracts::{
    audit::{Finding, Invariant},
    payments::RefundStatus,
};
use kernel::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What is broken about attempts, refunds and the keys of their operations, beside what they come to.
pub(super) fn check(book: &PaymentAggregate, reckoned: &PaymentAggregate, found: &mut PaymentFindings) {
    let live = reckoned.attempts.iter().map(|attempt| attempt.live);
    for (attempt, live) in book.attempts.iter().zip(live) {
        let why = (attempt.live != live).then(|| {
            let (is, should) = (said(attempt.live), said(live));
            format!("it {is} what the payment rests on, and by its state {should}")
        });
        let whys = [why, money(attempt), lacks(book, attempt)];
        for why in whys.into_iter().flatten() {
            found.find(Invariant::I4, format!("{}, {}: {why}", attempt.id, attempt.state.name()));
        }
    }
    let is_lost = |refund: &&Refund| refund.attempt_id.is_some_and(|id| book.attempt(id).is_none());
    for refund in book.refunds.iter().filter(is_lost) {
        found.find(
            Invariant::I4,
            format!("{}: the attempt whose money it gives back is not there", refund.id),
        );
    }
    for refund in book.refunds.iter().filter(|refund| was_sent(refund)) {
        if book.tries(refund.id.uuid(), OperationKind::Refund) == 0 {
            let state = refund::name(refund.state);
            found.find(Invariant::I4, format!("{}, {state}: no key of it is written down", refund.id));
        }
    }
    for refund in &book.refunds {
        let is_staffs = refund.client_key.is_some();
        let is_late =
            refund.attempt_id.and_then(|id| book.attempt(id)).is_some_and(|attempt| attempt.surplus);
        let is_so = match refund.origin {
            RefundOrigin::Staff => is_staffs,
            RefundOrigin::LateMoney => !is_staffs && is_late,
            RefundOrigin::Cancellation => !is_staffs && !is_late,
        };
        if !is_so {
            let origin = refund.origin.name();
            found.find(
                Invariant::I4,
                format!("{}: what it was made for is noted as {origin}, and was not", refund.id),
            );
        }
    }
    keys(book, found);
}

/// I8: what is under way has the timer that brings it on (R5), and not only after `at_latest`. An authorization holds for as
/// long as the shop says.
pub(super) fn forgotten(
    book: &PaymentAggregate,
    timers: &BTreeMap<(String, String), Timestamp>,
    at_latest: Timestamp,
) -> Vec<Finding> {
    let finding = |(kind, subject): (&str, String)| {
        let due = timers.get(&(kind.to_owned(), subject.clone())).copied();
        let detail = match due {
            None => format!("it is under way, and has no timer {kind} to bring it on"),
            Some(due) if kind != LAPSE && due > at_latest => {
                format!("it is under way, and its timer {kind} brings it on only at {due}")
            }
            Some(_) => return None,
        };
        Some(Finding { invariant: Invariant::I8, subject, detail })
    };
    waits(book).into_iter().filter_map(finding).collect()
}

/// What was asked for is what the payment owed when the attempt was made: it owes less with time, and each time an event tells
/// how much. Whoever asks what became of an attempt of another amount takes the right money for the wrong.
pub(super) fn asked_for(book: &PaymentAggregate, owed: &BTreeSet<i64>, found: &mut PaymentFindings) {
    for attempt in book.attempts.iter().filter(|attempt| !owed.contains(&attempt.amount)) {
        let Attempt { id, state, amount, .. } = attempt;
        let state = state.name();
        found.find(
            Invariant::I4,
            format!("{id}, {state}: {amount} was asked for, which its payment never owed"),
        );
    }
}

fn said(is_live: bool) -> &'static str {
    if is_live { "is" } else { "is not" }
}

/// Money is taken in one state only, the provider has a name for it, and authorizes what was asked for: where it is less, all of
/// it is refunded, and of a charge that was made for more, what is not owed.
fn money(attempt: &Attempt) -> Option<String> {
    let Attempt { captured, state, amount, authorized, .. } = attempt;
    if (*captured > 0) != (*state == AttemptState::Captured) {
        return Some(format!("{captured} captured"));
    }
    let has_money = *captured > 0 || attempt.held() > 0;
    let is_enough =
        if attempt.held() > 0 { authorized >= amount } else { *authorized == *amount.max(captured) };
    if has_money && !attempt.surplus && !is_enough {
        return Some(format!("{amount} was asked for, and {authorized} authorized"));
    }
    (has_money && attempt.charge.is_none()).then(|| "there is money, and no charge is named".to_owned())
}

/// Nothing is asked of a provider before its key is committed (R7).
fn lacks(book: &PaymentAggregate, attempt: &Attempt) -> Option<String> {
    let was_never_sent = matches!(attempt.state, AttemptState::Created | AttemptState::Failed);
    let submitted = (!was_never_sent).then_some(OperationKind::Submit);
    // how much of an authorization was to be captured is noted with the key; a provider can also capture it by itself
    let taken = (attempt.to_capture > 0).then_some(OperationKind::Capture);
    let needed = submitted.into_iter().chain(attempt.state.operation()).chain(taken);
    let lacking = needed.into_iter().find(|kind| book.tries(attempt.id.uuid(), *kind) == 0)?;
    Some(format!("no key of its {} is written down", lacking.name()))
}

/// Whether the provider has been asked for it.
fn was_sent(refund: &Refund) -> bool {
    let is_asked = !matches!(refund.state, RefundStatus::Requested | RefundStatus::Withdrawn);
    is_asked && !refund.is_by_people()
}

/// The tries of an operation are numbered without gaps, and their keys follow from what they are about.
fn keys(book: &PaymentAggregate, found: &mut PaymentFindings) {
    let attempts = book.attempts.iter().map(|attempt| (attempt.id.uuid(), attempt.id.to_string()));
    let refunds = book.refunds.iter().map(|refund| (refund.id.uuid(), refund.id.to_string()));
    let names: BTreeMap<Uuid, String> = attempts.chain(refunds).collect();
    let mut tries: BTreeMap<(Uuid, OperationKind), i64> = BTreeMap::new();
    for Operation { key, subject, kind, n, .. } in &book.operations {
        let next = tries.entry((*subject, *kind)).or_default();
        *next += 1;
        let named = names.get(subject).map(|name| Operation::key(name, *kind, *next));
        if named.as_ref() != Some(key) || n != next {
            let should = named.unwrap_or_else(|| "of nothing that is here".to_owned());
            found.find(Invariant::I4, format!("the key {key} of try {n} should be {should}"));
        }
    }
}
