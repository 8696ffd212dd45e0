//! What an order consumes of its payment: in events, and in the answers of payments. The newest version counts (R3).

use super::{ChangeSet, Confirmation, Order};
use crate::transition::order::{OrderState, OrderTrigger, TransitionNotAllowed};
use contracts::{
    events::PaymentSnapshot,
    orders::{PaymentRejection, REFUNDED_IN_FULL},
    payments::{AttemptStatus, Failure, Payment, PaymentState, PaymentStatus},
};
use kernel::{
    Money,
    id::{AttemptId, EventId},
};

/// How the payment stands, as somebody says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PaymentUpdate {
    pub(crate) figures: PaymentSnapshot,
    /// The same, as clients see it; a refusal carries the totals alone.
    pub(crate) payment: Option<Payment>,
    /// The event that told it, where an answer says so: what follows is caused by it.
    pub(crate) told_by: Option<EventId>,
    /// The version of the order's copy that this stands in for, whatever its own version: payments has lost that one.
    pub(crate) instead_of: Option<i64>,
}

/// The order's copy of its payment.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PaymentCopy {
    pub(crate) figures: PaymentSnapshot,
    pub(crate) payment: Option<Payment>,
}

impl PaymentCopy {
    /// What could still be refunded.
    pub(crate) fn refundable(&self) -> i64 {
        let PaymentSnapshot { captured, refunded, claimed, .. } = &self.figures;
        captured.minor.saturating_sub(refunded.minor).saturating_sub(claimed.minor)
    }
    /// What is secured: authorized, or captured in time.
    fn secured(&self) -> Money {
        let authorized = self.figures.authorized;
        Money::new(authorized.minor.saturating_add(self.figures.paid()), authorized.currency)
    }
    /// What is authorized or captured and was not refunded, in minor units.
    pub(crate) fn kept(&self) -> i64 {
        let PaymentSnapshot { authorized, captured, refunded, .. } = &self.figures;
        authorized.minor.saturating_add(captured.minor).saturating_sub(refunded.minor)
    }
    /// What was taken for the order, and what of that was given back, in minor units. Money that came too late is neither
    /// while the order can still be paid; once nothing can be, all is told that was ever taken.
    pub(super) fn taken_and_back(&self) -> (i64, i64) {
        let figures = &self.figures;
        if figures.state == PaymentState::Closed {
            return (figures.captured.minor, figures.refunded.minor);
        }
        let paid = figures.paid();
        let late = figures.captured.minor.saturating_sub(paid);
        (paid, figures.refunded.minor.saturating_sub(late).max(0))
    }
    /// Whether an attempt has no outcome yet: what is told now is not how it ends.
    pub(crate) fn is_under_way(&self) -> bool {
        let is_open = |payment: &Payment| {
            matches!(payment.status, PaymentStatus::Processing | PaymentStatus::RequiresAction)
        };
        self.figures.pending || self.payment.as_ref().is_some_and(is_open)
    }
    /// Whether nobody can pay at the moment: an attempt is under way, and does not wait for the customer, or is the last.
    pub(crate) fn takes_no_money(&self) -> bool {
        let processing = |payment: &Payment| payment.status == PaymentStatus::Processing;
        self.payment.as_ref().is_some_and(processing) || self.is_worn_out() && self.is_under_way()
    }
    /// Whether there were as many attempts as there may be: what remains is money in hand.
    pub(crate) fn is_worn_out(&self) -> bool {
        self.payment.as_ref().is_some_and(Payment::attempts_exhausted)
    }
    /// Whether the last attempt that failed did so because the provider could not be reached.
    pub(crate) fn provider_was_unavailable(&self) -> bool {
        let attempts = self.payment.iter().flat_map(|payment| &payment.attempts);
        let last = attempts.filter_map(|attempt| attempt.failure.as_ref()).next_back();
        last.is_some_and(Failure::is_provider_unavailable)
    }
    fn failed_attempts(&self) -> impl DoubleEndedIterator<Item = AttemptId> {
        let attempts = self.payment.iter().flat_map(|payment| &payment.attempts);
        attempts.filter(|attempt| attempt.status == AttemptStatus::Failed).map(|attempt| attempt.id)
    }
}

impl Order {
    /// Takes in what was consumed; whether it was news.
    pub(crate) fn apply_payment_update(&mut self, heard: &PaymentUpdate, change: &mut ChangeSet) -> bool {
        let (copy, is_news) = self.merged(heard);
        let trigger = self.trigger_of(&copy);
        // a final answer is taken in even when its totals were known before it was asked for
        if !is_news && !matches!(trigger, OrderTrigger::PaymentClosed | OrderTrigger::Secured) {
            return false;
        }
        let kept_before = self.refundable();
        let refunded_before = self.payment.as_ref().map_or(0, |old| old.figures.refunded.minor);
        let refunded = copy.figures.refunded.minor > refunded_before;
        let trigger = if trigger == OrderTrigger::PaymentChanged && refunded {
            OrderTrigger::Refunded
        } else {
            trigger
        };
        let now = change.now;
        let secured = copy.secured();
        let taken = self.step(change, trigger, |order| {
            order.payment = Some(copy);
            if trigger == OrderTrigger::Secured {
                // it was paid in time after all
                order.cancel_code = None;
                order.confirmation.get_or_insert(Confirmation { at: now, secured, owed: order.owed });
            }
        });
        if taken.is_err() {
            return false; // a draft has no payment
        }
        if refunded && trigger != OrderTrigger::Refunded {
            // an event of its own: whoever tells the customer waits for it; allowed wherever money can go back
            let _ = self.step(change, OrderTrigger::Refunded, |_| {});
        }
        self.complete_if_done(change);
        self.hold_if_given_back(kept_before, change);
        true
    }

    /// The payment that it was placed with was refused before there was an attempt: an order that tells nothing of it
    /// would look as if nobody had asked. Whether it was news.
    pub(crate) fn refuse_payment(&mut self, why: PaymentRejection, change: &mut ChangeSet) -> bool {
        self.payment_refused.is_none()
            && self
                .step(change, OrderTrigger::AttemptFailed, |order| order.payment_refused = Some(why))
                .is_ok()
    }

    /// What could still be refunded, in minor units.
    pub(crate) fn refundable(&self) -> i64 {
        self.payment.as_ref().map_or(0, PaymentCopy::refundable)
    }

    /// Who gives back all the money of what is still to be sent, holds it back with that: it ships only when staff
    /// say so. Cancelling gives money back too, and lowers what is owed with it; and where all is on its way or there, a
    /// hold, which stops shipping and nothing else, has nothing to stop.
    fn hold_if_given_back(&mut self, kept_before: i64, change: &mut ChangeSet) {
        if kept_before > 0 && self.is_to_send() {
            self.hold_given_back(change);
        }
    }

    /// Whether something of it can still leave, for the first time or again.
    fn is_to_send(&self) -> bool {
        self.lines.units().open > 0 || self.failed > 0
    }

    /// A parcel could not be delivered, and may be sent again: where all the money went back while it travelled, that
    /// waits for staff, as with what was still to be sent then. Where nothing was taken, nothing went back.
    pub(super) fn hold_if_sent_for_nothing(&mut self, change: &mut ChangeSet) {
        if self.payment.as_ref().is_some_and(|copy| copy.figures.paid() > 0) {
            self.hold_given_back(change);
        }
    }

    /// Staff let it be shipped again. Where their own reason has hidden that all the money went back in the meantime, it
    /// is held for that now, and a second word lets it go.
    ///
    /// # Errors
    /// [`TransitionNotAllowed`] where the table has no such step.
    pub(crate) fn release_by_staff(
        &mut self,
        reason: Option<&str>,
        change: &mut ChangeSet,
    ) -> Result<(), TransitionNotAllowed> {
        let is_known = self.is_held_given_back(reason);
        self.release(change)?;
        if !is_known && self.is_to_send() {
            self.hold_if_sent_for_nothing(change);
        }
        Ok(())
    }

    fn hold_given_back(&mut self, change: &mut ChangeSet) {
        if self.refundable() == 0 && self.owed.minor > 0 && !self.holds.manual {
            // not allowed where nothing can be sent any more
            let _ = self.hold_for(REFUNDED_IN_FULL.to_owned(), true, change);
        }
    }

    /// Whether it is held for money that all went back, and not for a reason of staff's own. 0.1.0 knows no mark and leaves
    /// it as it was: of a hold without one, or with other words beside one, `reason` says it.
    pub(crate) fn is_held_given_back(&self, reason: Option<&str>) -> bool {
        let by_words = reason.map(|reason| reason == REFUNDED_IN_FULL);
        self.holds.manual
            && match self.held_given_back {
                Some(false) => false,
                Some(true) => by_words.unwrap_or(true),
                None => by_words.unwrap_or(false),
            }
    }

    /// Whether it may be held for money that was to go back and now stays, the refund being withdrawn.
    pub(crate) fn may_be_let_go(&self, refundable_before: i64) -> bool {
        self.holds.manual && refundable_before == 0 && self.refundable() > 0
    }

    /// The money stays: a hold for that reason ends. One that staff have set for a reason of their own is theirs to end.
    pub(crate) fn release_refund_hold(&mut self, reason: Option<&str>, change: &mut ChangeSet) {
        if self.is_held_given_back(reason) {
            // held by staff, it can be let go
            let _ = self.release(change);
        }
    }

    /// The copy with what is newer in `heard`, and whether anything is.
    fn merged(&self, heard: &PaymentUpdate) -> (PaymentCopy, bool) {
        let copy = || PaymentCopy { figures: heard.figures.clone(), payment: heard.payment.clone() };
        let Some(old) = &self.payment else {
            return (copy(), true);
        };
        if heard.instead_of == Some(old.figures.version) {
            let copy = copy();
            let is_news = copy != *old;
            return (copy, is_news);
        }
        let newer_figures = heard.figures.version > old.figures.version;
        let shown = |payment: &Option<Payment>| payment.as_ref().map_or(0, |payment| payment.version);
        let newer_payment = shown(&heard.payment) > shown(&old.payment);
        let copy = PaymentCopy {
            figures: if newer_figures { heard.figures.clone() } else { old.figures.clone() },
            payment: if newer_payment { heard.payment.clone() } else { old.payment.clone() },
        };
        (copy, newer_figures || newer_payment)
    }

    /// What the news means for the order in its state.
    fn trigger_of(&self, copy: &PaymentCopy) -> OrderTrigger {
        use PaymentState::{Closed, Open, Secured};
        match (self.state, copy.figures.state) {
            (OrderState::CancellingIfUnpaid | OrderState::CancellingAlways, Closed) => {
                OrderTrigger::PaymentClosed
            }
            (OrderState::Pending | OrderState::CancellingIfUnpaid, Secured) => OrderTrigger::Secured,
            (OrderState::Confirmed, Secured) if self.holds.payment => OrderTrigger::Secured,
            (OrderState::Confirmed, Open | Closed) if !self.holds.payment => OrderTrigger::Lapsed,
            (OrderState::Pending | OrderState::Confirmed, _) if self.has_newly_failed(copy) => {
                OrderTrigger::AttemptFailed
            }
            _ => OrderTrigger::PaymentChanged,
        }
    }

    /// By the newest attempt that failed, and not by how many there are: events leave old ones out.
    fn has_newly_failed(&self, copy: &PaymentCopy) -> bool {
        let is_known =
            |id| self.payment.iter().flat_map(PaymentCopy::failed_attempts).any(|known| known == id);
        copy.failed_attempts().next_back().is_some_and(|newest| !is_known(newest))
            && self.can(OrderTrigger::AttemptFailed)
    }
}
