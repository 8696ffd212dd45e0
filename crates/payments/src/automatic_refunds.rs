//! What must go back: refunds that are raised by themselves, in the transaction that changes either side.
//!
//! Refunds for cancellation are raised to min(captured − owed, captured − all refund claims), never per event.
//! Money that came too late goes back whole (R4). Refunds that staff ask for are separate, and bounded by what is left.

use crate::{
    aggregate::{ChangeContext, PaymentAggregate, sum},
    attempt::Attempt,
    refund::{Origin, Refund},
    transition::Trigger,
};
use contracts::payments::RefundStatus;
use kernel::id::{AttemptId, RefundId};

/// Where money is that can be given back: an attempt, or offline.
type RefundSource = Option<AttemptId>;

impl PaymentAggregate {
    /// Raises what must go back now.
    pub(crate) fn raise(&mut self, stamp: &mut ChangeContext<'_>) {
        let late: Vec<(RefundSource, i64)> = self.rooms(|attempt| attempt.surplus).collect();
        for (source, room) in late {
            self.add_refund(source, room, Origin::LateMoney, stamp);
        }
        let mut excess = self.excess();
        let kept: Vec<(RefundSource, i64)> = self.rooms(|attempt| !attempt.surplus).collect();
        for (source, room) in kept.into_iter().chain([(None, self.room(None, self.payment.offline))]) {
            let amount = room.min(excess);
            excess -= amount.max(0);
            self.add_refund(source, amount, Origin::Cancellation, stamp);
        }
    }

    /// How much of what is kept is beyond what is owed, and not on its way back by cancellation.
    fn excess(&self) -> i64 {
        let kept = self.attempts.iter().filter(|attempt| !attempt.surplus).map(|attempt| attempt.captured);
        let kept = sum(kept.chain([self.payment.offline]));
        let raised = self.refunds.iter().filter(|r| r.counts() && r.origin == Origin::Cancellation);
        kept.saturating_sub(self.payment.owed).saturating_sub(sum(raised.map(|refund| refund.amount))).max(0)
    }

    fn rooms(&self, which: impl Fn(&Attempt) -> bool) -> impl Iterator<Item = (RefundSource, i64)> {
        let attempts = self.attempts.iter().filter(move |attempt| which(attempt));
        attempts.map(|attempt| (Some(attempt.id), self.room(Some(attempt.id), attempt.captured)))
    }

    /// What of the money at `source` no refund has taken or claimed.
    pub(crate) fn room(&self, source: RefundSource, captured: i64) -> i64 {
        let of_source = self.refunds.iter().filter(|refund| refund.counts() && refund.attempt_id == source);
        captured.saturating_sub(sum(of_source.map(|refund| refund.amount))).max(0)
    }

    fn add_refund(
        &mut self,
        source: RefundSource,
        amount: i64,
        origin: Origin,
        stamp: &mut ChangeContext<'_>,
    ) {
        if amount <= 0 {
            return;
        }
        let refund = self.new_refund(source, amount, origin, stamp);
        self.refunds.push(refund);
        self.trigger(Trigger::Refunded);
    }

    /// A refund to be written down. It claims its amount until it has gone out, or was handed over by people.
    pub(crate) fn new_refund(
        &self,
        source: RefundSource,
        amount: i64,
        origin: Origin,
        stamp: &ChangeContext<'_>,
    ) -> Refund {
        let n = self.refunds.len() + 1;
        Refund {
            id: RefundId::from_uuid((stamp.nth_id)("refund", self.payment.order_id, n)),
            attempt_id: source,
            by_hand: false,
            client_key: None,
            origin,
            amount,
            reason: None,
            actor: stamp.actor.to_owned(),
            state: RefundStatus::Requested,
            failures: 0,
            looks: 0,
            looked_at: stamp.now,
            version: 0,
            created_at: stamp.now,
            updated_at: stamp.now,
        }
    }
}
