//! Commands of orders, staff and customers on a payment.

use crate::{
    aggregate::ChangeContext, aggregate::PaymentAggregate, aggregate::ProviderCommand, attempt,
    attempt::Attempt, attempt::AttemptState, attempt::AttemptTrigger, operation::OperationKind,
    payment::Payment, refund::RefundOrigin, refund::RefundTrigger, transition::PaymentTrigger,
};
use contracts::{
    payments::{CaptureMode, PaymentState, RefundStatus},
    settlement::{CloseMode, CloseOutcome},
};
use kernel::{
    Money, Timestamp,
    id::{AttemptId, RefundId},
};
use uuid::Uuid;

/// A requested attempt.
#[derive(Debug, Clone)]
pub struct NewAttempt {
    /// Binds it forever.
    pub client_key: Uuid,
    /// What was asked under that key.
    pub body_hash: [u8; 32],
    /// The name of the provider.
    pub provider: &'static str,
    /// The provider's token.
    pub method: String,
    /// When to take the money.
    pub capture: CaptureMode,
    /// The current amount due.
    pub owed: i64,
    /// The attempt whose charge is reused, if nothing must be charged again.
    pub takes_over: Option<AttemptId>,
    /// Unknown attempts whose charges staff have refunded: their IDs are not used again.
    pub given_back: Vec<AttemptId>,
}

/// Why an attempt is rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttemptRejected {
    /// The amount due is secured already.
    AlreadyPaid,
    /// Another attempt is live.
    InProgress,
    /// The attempt limit is reached.
    TooMany,
    /// The payment is closed, or being closed.
    Closed,
}

/// The outcome of a request to capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaptureDecision {
    /// The capture has started.
    Begun,
    /// Nothing to do: captured already, or no amount is due.
    Nothing,
    /// Another call is in progress.
    InProgress,
    /// Nothing is authorized.
    NothingAuthorized,
}

/// A refund that staff ask for.
#[derive(Debug, Clone)]
pub struct StaffRefund {
    /// Binds it forever, and what was asked under that key.
    pub client_key: (Uuid, [u8; 32]),
    /// The amount; the refundable balance if absent.
    pub amount: Option<i64>,
    /// Why.
    pub reason: Option<String>,
}

impl PaymentAggregate {
    /// Starts an attempt; none is needed without an amount due.
    ///
    /// # Errors
    /// Why the attempt is rejected.
    pub fn pay(&mut self, new: NewAttempt, stamp: &mut ChangeContext<'_>) -> Result<(), AttemptRejected> {
        match self.payment.state {
            PaymentState::Open if self.live().is_some() => return Err(AttemptRejected::InProgress),
            PaymentState::Open => {}
            // being voided: it may be open again soon
            PaymentState::Secured if self.payment.owed > 0 && self.is_being_voided() => {
                return Err(AttemptRejected::InProgress);
            }
            PaymentState::Secured => return Err(AttemptRejected::AlreadyPaid),
            PaymentState::ClosingIfUnpaid | PaymentState::ClosingAlways | PaymentState::Closed => {
                return Err(AttemptRejected::Closed);
            }
        }
        let owed = self.payment.owed.min(new.owed);
        // one that was made already is one, however many there are
        if owed > 0 && new.takes_over.is_none() && self.attempts_exhausted() {
            return Err(AttemptRejected::TooMany);
        }
        if self.payment.version == 0 {
            self.trigger(PaymentTrigger::Open);
        }
        self.payment.owed = owed;
        if self.payment.owed == 0 {
            self.trigger(PaymentTrigger::NothingOwed);
        } else {
            let takes_over = new.takes_over;
            let id = takes_over.unwrap_or_else(|| self.next_attempt(&new.given_back, stamp));
            let attempt = new_attempt(id, new, self.payment.owed, stamp.now);
            self.attempts.push(attempt);
            self.trigger(PaymentTrigger::Begin);
            self.send(id, stamp);
            if takes_over.is_some() {
                // the charge that its key leads to is asked for, and none is made
                self.asks = self.question(id, stamp).map(|ask| (id, ask)).into_iter().collect();
            }
        }
        self.finish(stamp);
        Ok(())
    }

    /// The ID of the next attempt, by its number. A number is passed over where an attempt that took over a charge has it, or the
    /// charge that was made under it was given back.
    fn next_attempt(&self, given_back: &[AttemptId], stamp: &ChangeContext<'_>) -> AttemptId {
        let of = |n: usize| AttemptId::from_uuid((stamp.nth_id)("attempt", self.payment.order_id, n));
        of(self.next_number(given_back, of))
    }

    /// The number of the next attempt, where attempts of these numbers have these IDs.
    pub fn next_number(&self, given_back: &[AttemptId], of: impl Fn(usize) -> AttemptId) -> usize {
        let mut n = self.attempts.len() + 1;
        while self.attempt(of(n)).is_some() || given_back.contains(&of(n)) {
            n += 1;
        }
        n
    }

    /// Starts to abandon the attempt that waits for the customer, since the order is paid in another way; false if there is
    /// none. The provider decides the outcome, which may be that it was charged.
    pub fn give_up(&mut self, stamp: &mut ChangeContext<'_>) -> bool {
        let is_open = self.payment.state == PaymentState::Open;
        let Some(id) = self.waiting().filter(|_| is_open) else { return false };
        self.abandon(id, stamp);
        true
    }

    /// The attempt that waits for the customer.
    fn waiting(&self) -> Option<AttemptId> {
        let waits = |attempt: &&Attempt| attempt.state == AttemptState::RequiresAction;
        self.live().filter(waits).map(|attempt| attempt.id)
    }

    /// Continues the attempt that waits for the customer; false if there is none.
    pub fn confirm(&mut self, stamp: &mut ChangeContext<'_>) -> bool {
        let Some(id) = self.waiting() else { return false };
        if self.payment.needs_no_attempt() {
            return false;
        }
        self.send(id, stamp);
        self.trigger(PaymentTrigger::Wait);
        self.finish(stamp);
        true
    }

    /// Closes the payment as far as possible now. A new payment is closed too, so that a late request to pay is rejected
    /// (R10).
    pub fn close(&mut self, mode: CloseMode, stamp: &mut ChangeContext<'_>) -> CloseOutcome {
        let trigger = match mode {
            CloseMode::IfUnpaid => PaymentTrigger::CloseIfUnpaid,
            CloseMode::Always => PaymentTrigger::CloseAlways,
        };
        // owing nothing it is paid; 0.1.0 has left some of these open
        let is_paid =
            mode == CloseMode::IfUnpaid && self.live().is_none() && self.secure_if_nothing_is_owed();
        if !is_paid {
            self.trigger(trigger);
        }
        self.end_what_is_not_needed(stamp);
        self.finish(stamp);
        match self.payment.state {
            PaymentState::Closed => CloseOutcome::Closed,
            PaymentState::Secured => CloseOutcome::Secured,
            _ => CloseOutcome::Closing,
        }
    }

    /// Starts to end the live attempt if none is needed: an authorization is voided, and an attempt that is not authorized yet
    /// is abandoned. A capture in progress is awaited.
    fn end_what_is_not_needed(&mut self, stamp: &mut ChangeContext<'_>) {
        let Some((id, state)) = self.live().map(|attempt| (attempt.id, attempt.state)) else { return };
        if self.wants_back(id) {
            self.begin_void(id, None, stamp);
        } else if state.is_submitted() && self.payment.needs_no_attempt() {
            self.abandon(id, stamp);
        }
    }

    /// Lowers the amount due. Without an amount due no authorization is needed.
    pub fn owe(&mut self, owed: i64, stamp: &mut ChangeContext<'_>) {
        if owed < self.payment.owed && self.trigger(PaymentTrigger::OwedLess) {
            self.payment.owed = owed;
            self.end_what_is_not_needed(stamp);
            self.finish(stamp);
        }
    }

    /// Becomes the payment of `new`, the order that repeats its own, which was lost; it then has the identity, the currency and the total
    /// of `new`. False if it cannot pay for that order: then it is closed, and all of its money is refunded.
    pub fn take_over(&mut self, new: &Payment, owed: i64, stamp: &mut ChangeContext<'_>) -> bool {
        let p = &self.payment;
        let is_enough = p.owed >= owed && self.refunds.is_empty();
        let can_go_on =
            p.state == PaymentState::Secured || self.live().is_some() || !self.attempts_exhausted();
        let is_same = (p.user_id, p.currency) == (new.user_id, new.currency);
        // one that orders knows already is its payment, whatever was lost of it
        let is_usable = is_same && ((is_enough && can_go_on) || p.id == new.id);
        if !is_usable || !self.trigger(PaymentTrigger::TakenOver) {
            self.close(CloseMode::Always, stamp);
            return false;
        }
        (self.payment.order_id, self.payment.amount) = (new.order_id, new.amount);
        self.payment.owed = self.payment.owed.min(owed);
        self.end_what_is_not_needed(stamp);
        self.finish(stamp);
        true
    }

    /// Restores a lost payment with the current amount due.
    pub fn restore(&mut self, owed: i64, stamp: &mut ChangeContext<'_>) {
        if self.payment.version > 0 {
            return self.owe(owed, stamp);
        }
        self.trigger(PaymentTrigger::Open);
        self.payment.owed = self.payment.owed.min(owed);
        self.finish(stamp);
    }

    /// Starts to capture the amount due.
    pub fn capture(&mut self, client_key: Option<Uuid>, stamp: &mut ChangeContext<'_>) -> CaptureDecision {
        if self.payment.state == PaymentState::Secured && self.payment.owed == 0 {
            return CaptureDecision::Nothing;
        }
        let Some(live) = self.live() else {
            // secured without an attempt: paid offline
            let settled = self.payment.state == PaymentState::Secured;
            return if settled { CaptureDecision::Nothing } else { CaptureDecision::NothingAuthorized };
        };
        let (id, state, charge, held) = (live.id, live.state, live.charge.clone(), live.held());
        match state {
            AttemptState::Captured => return CaptureDecision::Nothing,
            AttemptState::Authorized if self.payment.state == PaymentState::Secured => {}
            _ => return CaptureDecision::InProgress,
        }
        let (amount, Some(charge)) = (self.payment.owed.min(held), charge) else {
            return CaptureDecision::NothingAuthorized;
        };
        let key = self.next_key(id, id.uuid(), OperationKind::Capture, client_key, stamp.now);
        self.step(id, AttemptTrigger::Capture, stamp.now);
        if let Some(attempt) = self.attempt_mut(id) {
            attempt.to_capture = amount;
        }
        let capture = payment_provider::Capture { key, charge, amount: self.payment.money(amount) };
        self.asks.push((id, ProviderCommand::Capture(capture)));
        self.trigger(PaymentTrigger::Wait);
        self.finish(stamp);
        CaptureDecision::Begun
    }

    /// Starts to void the authorization; false if there is none.
    pub fn void(&mut self, client_key: Option<Uuid>, stamp: &mut ChangeContext<'_>) -> bool {
        let authorized = |attempt: &&Attempt| attempt.state == AttemptState::Authorized;
        let Some(id) = self.live().filter(authorized).map(|attempt| attempt.id) else { return false };
        if self.payment.state != PaymentState::Secured {
            return false;
        }
        self.begin_void(id, client_key, stamp);
        self.finish(stamp);
        true
    }

    /// Records that the amount due was paid offline. Idempotent; nothing changes without an amount due.
    ///
    /// # Errors
    /// [`AttemptRejected::AlreadyPaid`] where an attempt has secured it, [`AttemptRejected::InProgress`] while one is live that has not,
    /// and [`AttemptRejected::Closed`].
    pub fn record_offline(
        &mut self,
        owed: i64,
        stamp: &mut ChangeContext<'_>,
    ) -> Result<(), AttemptRejected> {
        if self.payment.is_closing() {
            return Err(AttemptRejected::Closed);
        }
        if self.live().is_some() {
            let is_secured = self.payment.state == PaymentState::Secured && !self.is_being_voided();
            return Err(if is_secured { AttemptRejected::AlreadyPaid } else { AttemptRejected::InProgress });
        }
        if self.payment.state == PaymentState::Open {
            self.payment.owed = self.payment.owed.min(owed);
            self.payment.offline = self.payment.owed;
            self.trigger(PaymentTrigger::Offline);
            self.finish(stamp);
        }
        Ok(())
    }

    /// Creates a refund that staff request.
    ///
    /// # Errors
    /// The refundable balance, if it is less.
    pub fn refund_for_staff(
        &mut self,
        new: StaffRefund,
        stamp: &mut ChangeContext<'_>,
    ) -> Result<RefundId, i64> {
        let left = self.payment.left();
        let amount = new.amount.unwrap_or(left);
        if amount <= 0 || amount > left {
            return Err(left);
        }
        let kept = self.attempts.iter().filter(|attempt| !attempt.surplus);
        let mut sources = kept.map(|a| (Some(a.id), a.captured)).chain([(None, self.payment.offline)]);
        let source = sources.find(|(source, captured)| self.room(*source, *captured) >= amount);
        let Some((source, _)) = source else { return Err(left) };
        let mut refund = self.new_refund(source, amount, RefundOrigin::Staff, stamp);
        refund.client_key = Some(new.client_key);
        refund.reason = new.reason;
        let id = refund.id;
        self.refunds.push(refund);
        self.trigger(PaymentTrigger::Refunded);
        self.finish(stamp);
        Ok(id)
    }

    /// Cancels a refund that staff requested; idempotent.
    ///
    /// # Errors
    /// If that is not allowed: the states in which it would be.
    pub fn withdraw(&mut self, id: RefundId, stamp: &mut ChangeContext<'_>) -> Result<(), Vec<RefundStatus>> {
        let Some(refund) = self.refund(id) else { return Err(Vec::new()) };
        if refund.state == RefundStatus::Withdrawn {
            return Ok(());
        }
        let legal = refund.withdrawable_in(self.state());
        if !legal.contains(&refund.state) {
            return Err(legal);
        }
        self.step_refund(id, RefundTrigger::Withdraw, stamp);
        Ok(())
    }

    /// Marks a manual refund as paid: of an offline payment, or one that the provider has rejected; false if it is neither, or
    /// was cancelled. Idempotent.
    pub fn hand_over(&mut self, id: RefundId, stamp: &mut ChangeContext<'_>) -> bool {
        let Some(refund) = self.refund(id) else { return false };
        if refund.is_by_people() && refund.state == RefundStatus::Succeeded {
            return true;
        }
        // one on its way may yet go out: it has failed, or it waits
        let is_refused = refund.state == RefundStatus::Failed;
        if !is_refused && !refund.is_offline() {
            return false;
        }
        if let Some(refund) = self.refund_mut(id) {
            refund.by_hand = is_refused;
        }
        self.step_refund(id, RefundTrigger::HandOver, stamp);
        self.refund(id).is_some_and(|refund| refund.state == RefundStatus::Succeeded)
    }

    fn is_being_voided(&self) -> bool {
        let voided =
            |attempt: &Attempt| matches!(attempt.state, AttemptState::Voiding | AttemptState::UnknownVoiding);
        self.live().is_some_and(voided)
    }

    /// Sends the attempt under its next key.
    fn send(&mut self, id: AttemptId, stamp: &mut ChangeContext<'_>) {
        let key = self.next_key(id, id.uuid(), OperationKind::Submit, None, stamp.now);
        self.step(id, AttemptTrigger::Send, stamp.now);
        let Some(attempt) = self.attempt(id) else { return };
        let submit = payment_provider::SubmitCharge {
            key,
            order_id: self.payment.order_id,
            amount: Money::new(attempt.amount, self.payment.currency),
            method: attempt.method.clone(),
            capture: attempt.capture,
            goes_on: attempt.charge.clone(),
        };
        self.asks.push((id, ProviderCommand::Submit(submit)));
    }

    /// Abandons an attempt that is not authorized yet.
    pub(crate) fn abandon(&mut self, id: AttemptId, stamp: &ChangeContext<'_>) {
        let ask =
            self.abandonment(id, stamp).map(ProviderCommand::Abandon).or_else(|| self.question(id, stamp));
        self.asks.extend(ask.map(|ask| (id, ask)));
        self.start_query(id);
    }

    /// How an attempt is ended at the provider. Where only a key leads to the charge, and the provider may have
    /// forgotten that key, it could plant a refusal beside a charge that it has made: `None`, it is only asked.
    pub(crate) fn abandonment(
        &self,
        id: AttemptId,
        stamp: &ChangeContext<'_>,
    ) -> Option<payment_provider::AbandonCharge> {
        let submitted = self.operation(id.uuid(), OperationKind::Submit)?;
        let charge = self.attempt(id)?.charge.clone();
        let is_known = charge.is_some() || submitted.is_fresh(stamp.now, stamp.key_life);
        is_known.then(|| payment_provider::AbandonCharge { key: submitted.key.clone(), charge })
    }

    pub(crate) fn begin_void(
        &mut self,
        id: AttemptId,
        client_key: Option<Uuid>,
        stamp: &mut ChangeContext<'_>,
    ) {
        if self.step(id, AttemptTrigger::Void, stamp.now).is_none() {
            return;
        }
        let key = self.next_key(id, id.uuid(), OperationKind::Void, client_key, stamp.now);
        if let Some(charge) = self.attempt(id).and_then(|attempt| attempt.charge.clone()) {
            self.asks.push((id, ProviderCommand::Void(payment_provider::Void { key, charge })));
        }
        self.trigger(PaymentTrigger::Wait);
    }

    /// Applies a trigger to an attempt; `None` if it has no effect.
    pub(crate) fn step(
        &mut self,
        id: AttemptId,
        trigger: AttemptTrigger,
        now: Timestamp,
    ) -> Option<AttemptState> {
        let attempt = self.attempt_mut(id)?;
        let to = attempt::next(attempt.state, trigger)?;
        attempt.state = to;
        attempt.looked_at = now;
        attempt.updated_at = now;
        Some(to)
    }
}

fn new_attempt(id: AttemptId, new: NewAttempt, amount: i64, now: Timestamp) -> Attempt {
    Attempt {
        id,
        client_key: new.client_key,
        body_hash: new.body_hash,
        provider: new.provider.to_owned(),
        method: new.method,
        capture: new.capture,
        state: AttemptState::Created,
        live: true,
        surplus: false,
        amount,
        authorized: 0,
        captured: 0,
        to_capture: 0,
        charge: None,
        action_url: None,
        failure: None,
        looks: 0,
        wonders: 0,
        looked_at: now,
        authorized_at: None,
        created_at: now,
        updated_at: now,
    }
}
