//! What must be checked later: the timers that follow from a change.

use crate::{
    aggregate::PaymentAggregate, attempt::Attempt, attempt::AttemptState, operation::OperationKind,
    refund::Refund, refund::RefundOrigin,
};
use contracts::payments::RefundStatus;
use kernel::{
    Timestamp,
    id::{AttemptId, RefundId},
    time::AHEAD,
};
use payment_provider::{ProviderError, ProviderRefundStatus, ProviderResult};
use std::time::Duration;

/// Asks the provider about an attempt.
pub const RECONCILE: &str = "reconcile";
/// Sends a refund, or asks about it.
pub const REFUND: &str = "refund";
/// Asks whether an authorization is over.
pub const LAPSE: &str = "lapse";

/// Looks for charges that the provider has made and Ordo has forgotten.
pub const FIND_CHARGES: &str = "find_charges";
/// Gives such a charge back.
pub const GIVE_BACK: &str = "give_back";

/// How long things are waited for.
#[derive(Debug, Clone, Copy)]
pub struct RetryDelays {
    /// Longer than any call to the provider and the commit after it.
    pub call: Duration,
    /// Before the first question about an unknown outcome; doubled with each.
    pub first_look: Duration,
    /// Between two questions, at most.
    pub between_looks: Duration,
    /// Before a refund that failed is tried again; doubled with each failure.
    pub refund_again: Duration,
    /// Between two tries of a refund, at most.
    pub between_refunds: Duration,
    /// How long an authorization holds.
    pub authorization_life: Duration,
}

/// A timer to be set, or cleared where `after` is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimerChange {
    /// Its kind.
    pub kind: &'static str,
    /// The attempt or refund.
    pub key: String,
    /// From now.
    pub after: Option<Duration>,
}

/// Who has just been asked about: its timer is set again though nothing has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueriedSubject {
    /// Nobody.
    Nobody,
    /// An attempt.
    Attempt(AttemptId),
    /// A refund, and what came of it.
    Refund(RefundId, QueryOutcome),
}

/// What came of a question about a refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueryOutcome {
    /// How it stands.
    Conclusive,
    /// No answer, or none that says how it stands.
    Inconclusive,
    /// What was so before something newer was told or asked, which has set the timer.
    Stale,
}

impl QueryOutcome {
    /// What came of a question; `is_newest`: nothing was told or asked since.
    pub fn of(said: &ProviderResult<ProviderRefundStatus>, is_newest: bool) -> QueryOutcome {
        match said {
            _ if !is_newest => QueryOutcome::Stale,
            Ok(ProviderRefundStatus::Succeeded { .. } | ProviderRefundStatus::Refused { .. })
            | Err(ProviderError::Refused(_)) => QueryOutcome::Conclusive,
            Ok(ProviderRefundStatus::Processing) | Err(_) => QueryOutcome::Inconclusive,
        }
    }
}

/// The timers that follow from the change from `before` to `after`, which is made now.
pub fn plan_timers(
    before: &PaymentAggregate,
    after: &PaymentAggregate,
    heard: QueriedSubject,
    delays: &RetryDelays,
    now: Timestamp,
) -> Vec<TimerChange> {
    let mut entries = Vec::new();
    let needs_none = after.payment.needs_no_attempt();
    let is_new = needs_none && !before.payment.needs_no_attempt();
    for attempt in &after.attempts {
        let earlier = before.attempt(attempt.id);
        let key = attempt.id.to_string();
        let calling = after.asks.iter().any(|(id, _)| *id == attempt.id);
        if earlier != Some(attempt) || heard == QueriedSubject::Attempt(attempt.id) || is_new || calling {
            let unwanted =
                after.is_unwanted(attempt).then(|| after.tries(attempt.id.uuid(), OperationKind::Void));
            let look =
                if calling { Some(delays.call) } else { next_look(attempt, needs_none, unwanted, delays) };
            entries.push(TimerChange { kind: RECONCILE, key: key.clone(), after: look });
        }
        let was_held = earlier.is_some_and(|earlier| earlier.state.is_held());
        if attempt.state.is_held() != was_held {
            let after = attempt.state.is_held().then_some(delays.authorization_life);
            entries.push(TimerChange { kind: LAPSE, key, after });
        }
    }
    for refund in &after.refunds {
        let word = match heard {
            QueriedSubject::Refund(id, word) if id == refund.id => Some(word),
            _ => None,
        };
        if before.refund(refund.id) != Some(refund) || word.is_some() {
            let after = next_try(refund, word, delays, now);
            if word != Some(QueryOutcome::Stale) || after.is_none() {
                entries.push(TimerChange { kind: REFUND, key: refund.id.to_string(), after });
            }
        }
    }
    entries
}

/// The timers that a payment must have for what is under way: their kinds, and of which attempts and refunds they are.
pub fn waits(book: &PaymentAggregate) -> Vec<(&'static str, String)> {
    let soon = Duration::from_secs(1);
    // whether there is one is no matter of how long it takes
    let delays = RetryDelays {
        call: soon,
        first_look: soon,
        between_looks: soon,
        refund_again: soon,
        between_refunds: soon,
        authorization_life: soon,
    };
    let closing = book.payment.is_closing();
    let looked = |attempt: &&Attempt| {
        let tries = book.tries(attempt.id.uuid(), OperationKind::Void);
        // 0.1.0 lets an authorization stand for which nothing is owed: it is voided when it should be over
        let is_left = tries == 0 && !closing && !attempt.surplus;
        let unwanted = (book.is_unwanted(attempt) && !is_left).then_some(tries);
        next_look(attempt, closing, unwanted, &delays).is_some()
    };
    let tried = |refund: &&Refund| {
        next_try(refund, Some(QueryOutcome::Conclusive), &delays, refund.updated_at).is_some()
    };
    let attempts = book.attempts.iter().filter(looked).map(|attempt| (RECONCILE, attempt.id.to_string()));
    // nobody else asks whether an authorization is over that rests
    let held = book.attempts.iter().filter(|attempt| attempt.state.is_held());
    let attempts = attempts.chain(held.map(|attempt| (LAPSE, attempt.id.to_string())));
    attempts.chain(book.refunds.iter().filter(tried).map(|refund| (REFUND, refund.id.to_string()))).collect()
}

/// When the provider must be asked about an attempt that nobody is just asking about; none: there is nothing to know.
/// An authorization that is not wanted comes with how often a void was tried.
fn next_look(
    attempt: &Attempt,
    needs_none: bool,
    unwanted: Option<i64>,
    delays: &RetryDelays,
) -> Option<Duration> {
    use AttemptState as S;
    let after = |times| backoff(delays.first_look, times, delays.between_looks);
    match attempt.state {
        // a call is under way
        S::Created | S::Submitting | S::Capturing | S::Voiding => Some(delays.call),
        // its answer is lost
        S::UnknownSubmitting | S::UnknownCapturing | S::UnknownVoiding => Some(after(attempt.looks)),
        S::RequiresAction if needs_none => Some(after(attempt.looks)),
        // the void was refused: the next try has the next key
        S::Authorized if unwanted.is_some() => unwanted.map(|tries| after(tries - 1)),
        // it rests, unless a question about it has no answer yet: a webhook told of something, or an operation was
        // refused, and money may have come that nobody here knows of
        S::RequiresAction | S::Authorized | S::Failed | S::Voided | S::Expired => {
            (attempt.looks > 0).then(|| after(attempt.looks - 1))
        }
        // nothing that could be said changes it
        S::Captured => None,
    }
}

/// When a refund must be sent, or asked about; without a word of it, the provider is just being asked.
fn next_try(
    refund: &Refund,
    word: Option<QueryOutcome>,
    delays: &RetryDelays,
    now: Timestamp,
) -> Option<Duration> {
    let look = |times| backoff(delays.first_look, times, delays.between_looks);
    match refund.state {
        _ if refund.is_offline() => None,
        // whoever asked for it sends it at once; the timer is for those who do not get to it
        RefundStatus::Requested if refund.origin == RefundOrigin::Staff => Some(delays.call),
        RefundStatus::Requested => Some(Duration::ZERO),
        RefundStatus::Submitting => Some(delays.call),
        RefundStatus::Unknown if word.is_none() => Some(delays.call),
        RefundStatus::Unknown => Some(look(refund.looks)),
        // a webhook told of something: it is asked about until the provider has said what, or it is sent again
        RefundStatus::Failed if word.is_none() && refund.looks > 0 => Some(delays.call),
        RefundStatus::Failed => {
            let paused = try_at(refund, delays, now).since(now);
            let is_open = word == Some(QueryOutcome::Inconclusive) && refund.looks > 0;
            Some(if is_open { paused.min(look(refund.looks - 1)) } else { paused })
        }
        RefundStatus::Succeeded | RefundStatus::Withdrawn => None,
    }
}

/// When a refund that has failed is sent again: a while after it has. At once, where that was by a clock that was ahead:
/// nobody knows how long it has waited.
fn try_at(refund: &Refund, delays: &RetryDelays, now: Timestamp) -> Timestamp {
    if refund.updated_at > now.plus(AHEAD) {
        return now;
    }
    refund.updated_at.plus(backoff(delays.refund_again, refund.failures - 1, delays.between_refunds))
}

/// Whether a refund has failed and its pause is not over: until then the provider is only asked about it.
pub fn is_paused(refund: &Refund, delays: &RetryDelays, now: Timestamp) -> bool {
    refund.state == RefundStatus::Failed && now < try_at(refund, delays, now)
}

pub(crate) fn backoff(first: Duration, times: i64, longest: Duration) -> Duration {
    let doubled = u32::try_from(times.clamp(0, 30)).unwrap_or(0);
    first.saturating_mul(1 << doubled).min(longest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_come_at_doubling_intervals_up_to_a_limit() {
        let (first, longest) = (Duration::from_secs(1), Duration::from_secs(240));
        let waits: Vec<u64> = (0..10).map(|n| backoff(first, n, longest).as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 240, 240]);
        assert_eq!(backoff(first, -1, longest), first);
        assert_eq!(backoff(first, i64::MAX, longest), longest);
    }
}
