//! Automatic refunds: created by rule, in the transaction that changes the captured amount or the amount due.
//!
//! Refunds for cancellation are created up to min(captured − amount due, captured − all refund claims), never per event.
//! Late money is refunded in full (R4). Refunds of staff are separate, and limited by the refundable balance.

use crate::{
    aggregate::{ChangeContext, PaymentAggregate, sum},
    attempt::Attempt,
    refund::{Refund, RefundOrigin},
    transition::PaymentTrigger,
};
use contracts::payments::RefundStatus;
use kernel::id::{AttemptId, RefundId};

/// The source of refundable money: an attempt, or offline.
type RefundSource = Option<AttemptId>;

impl PaymentAggregate {
    /// Creates the refunds that are due now.
    pub(crate) fn raise(&mut self, stamp: &mut ChangeContext<'_>) {
        let late: Vec<(RefundSource, i64)> = self.rooms(|attempt| attempt.surplus).collect();
        for (source, room) in late {
            self.add_refund(source, room, RefundOrigin::LateMoney, stamp);
        }
        let mut excess = self.excess();
        let kept: Vec<(RefundSource, i64)> = self.rooms(|attempt| !attempt.surplus).collect();
        for (source, room) in kept.into_iter().chain([(None, self.room(None, self.payment.offline))]) {
            let amount = room.min(excess);
            excess -= amount.max(0);
            self.add_refund(source, amount, RefundOrigin::Cancellation, stamp);
        }
    }

    /// The captured amount beyond the amount due that no refund for cancellation claims.
    fn excess(&self) -> i64 {
        let kept = self.attempts.iter().filter(|attempt| !attempt.surplus).map(|attempt| attempt.captured);
        let kept = sum(kept.chain([self.payment.offline]));
        let raised = self.refunds.iter().filter(|r| r.counts() && r.origin == RefundOrigin::Cancellation);
        kept.saturating_sub(self.payment.owed).saturating_sub(sum(raised.map(|refund| refund.amount))).max(0)
    }

    fn rooms(&self, which: impl Fn(&Attempt) -> bool) -> impl Iterator<Item = (RefundSource, i64)> {
        let attempts = self.attempts.iter().filter(move |attempt| which(attempt));
        attempts.map(|attempt| (Some(attempt.id), self.room(Some(attempt.id), attempt.captured)))
    }

    /// The money at `source` that no refund has taken or claimed.
    pub(crate) fn room(&self, source: RefundSource, captured: i64) -> i64 {
        let of_source = self.refunds.iter().filter(|refund| refund.counts() && refund.attempt_id == source);
        captured.saturating_sub(sum(of_source.map(|refund| refund.amount))).max(0)
    }

    fn add_refund(
        &mut self,
        source: RefundSource,
        amount: i64,
        origin: RefundOrigin,
        stamp: &mut ChangeContext<'_>,
    ) {
        if amount <= 0 {
            return;
        }
        let refund = self.new_refund(source, amount, origin, stamp);
        self.refunds.push(refund);
        self.trigger(PaymentTrigger::Refunded);
    }

    /// A new refund. It claims its amount until it is sent, or paid manually.
    pub(crate) fn new_refund(
        &self,
        source: RefundSource,
        amount: i64,
        origin: RefundOrigin,
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
