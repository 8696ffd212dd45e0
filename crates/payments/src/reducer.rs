//! The reducer: applies responses, query results and webhooks of the provider, in any order.

use crate::{
    aggregate::AttemptRevision, aggregate::ChangeContext, aggregate::PaymentAggregate,
    aggregate::ProviderCommand, aggregate::RefundRevision, attempt, attempt::AttemptState,
    attempt::AttemptTrigger, operation::Operation, operation::OperationKind, refund, refund::Refund,
    refund::RefundTrigger, transition::PaymentTrigger,
};
use contracts::payments::{Failure, PaymentState, RefundStatus};
use kernel::id::{AttemptId, RefundId};
use payment_provider::{Charge, ChargeStatus, ProviderError, ProviderRefundStatus};

/// What to do about a refund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefundCommand {
    /// Send it under this key.
    Send(payment_provider::ProviderRefund),
    /// Query it: its key is too old to be sent, or the next attempt is not due.
    Query {
        /// The key.
        key: String,
        /// The charge to refund.
        charge: String,
    },
}

/// The trigger for an attempt that follows from the status of its charge.
fn trigger_of(charge: &Charge) -> AttemptTrigger {
    match &charge.standing {
        ChargeStatus::RequiresAction { .. } => AttemptTrigger::NeedsAction,
        ChargeStatus::Processing => AttemptTrigger::Lost,
        ChargeStatus::Authorized => AttemptTrigger::Authorized,
        ChargeStatus::Captured => AttemptTrigger::Captured,
        ChargeStatus::Failed(_) => AttemptTrigger::Failed,
        ChargeStatus::Voided => AttemptTrigger::Voided,
        ChargeStatus::Expired => AttemptTrigger::Expired,
    }
}

impl PaymentAggregate {
    /// Applies the provider's response about the charge of an attempt.
    pub fn apply_response(
        &mut self,
        id: AttemptId,
        asked: AttemptRevision,
        charge: &Charge,
        stamp: &mut ChangeContext<'_>,
    ) {
        let now = self.asked(id);
        let is_settled = !matches!(charge.standing, ChargeStatus::Processing);
        let may_pass = !is_settled || matches!(charge.standing, ChargeStatus::RequiresAction { .. });
        if may_pass && asked.operations < now.operations {
            return; // a status from before the newest operation tells nothing about that one
        }
        // a newer query is open, and so is one about a charge in progress
        if is_settled
            && asked.wonders == now.wonders
            && now.looks <= asked.looks
            && self.resolves(id, charge)
            && let Some(attempt) = self.attempt_mut(id)
        {
            attempt.looks = 0;
        }
        self.apply_charge(id, charge, stamp);
    }

    /// Whether the response is conclusive. It may be the status from before an operation with an unknown outcome; or that the
    /// customer has still not acted, for an attempt that must end. Then the provider is queried again, with backoff, and in the
    /// end operators are told.
    fn resolves(&self, id: AttemptId, charge: &Charge) -> bool {
        use AttemptState as S;
        let Some(attempt) = self.attempt(id) else { return true };
        match attempt.state {
            S::UnknownSubmitting | S::UnknownCapturing | S::UnknownVoiding => {
                attempt::next(attempt.state, trigger_of(charge)).is_some()
            }
            S::RequiresAction if self.payment.needs_no_attempt() => {
                !matches!(charge.standing, ChargeStatus::RequiresAction { .. })
            }
            _ => true,
        }
    }

    /// Applies the status of an attempt's charge. Money that comes after the payment is closed is refunded (R4).
    pub fn apply_charge(&mut self, id: AttemptId, charge: &Charge, stamp: &mut ChangeContext<'_>) {
        let trigger = trigger_of(charge);
        let Some(before) = self.attempt(id).map(|attempt| attempt.state) else { return };
        if let Some(attempt) = self.attempt_mut(id) {
            // what is processed has a name, and ending it later takes that name
            attempt.charge = charge.reference.clone().or(attempt.charge.take());
        }
        let Some(to) = self.step(id, trigger, stamp.now) else { return };
        let (closed, owed) = (self.payment.state == PaymentState::Closed, self.payment.owed);
        if let Some(attempt) = self.attempt_mut(id) {
            attempt.describe(charge);
            match &charge.standing {
                ChargeStatus::RequiresAction { url } => attempt.action_url = Some(url.clone()),
                // the provider gave no answer, and the attempt was abandoned for that alone
                ChargeStatus::Failed(failure)
                    if to == AttemptState::Failed
                        && before == AttemptState::UnknownSubmitting
                        && attempt.charge.is_none()
                        && failure.code == Failure::ABANDONED =>
                {
                    attempt.failure = Some(Failure::of(Failure::PROVIDER_UNAVAILABLE));
                }
                ChargeStatus::Failed(failure) if to == AttemptState::Failed => {
                    attempt.failure = Some(in_our_words(failure))
                }
                ChargeStatus::Voided | ChargeStatus::Expired if to == AttemptState::Failed => {
                    attempt.failure = Some(Failure::of("ended"));
                }
                _ => {}
            }
            if matches!(to, AttemptState::Authorized | AttemptState::Captured) {
                // a capture takes what is owed, which may be less than what was asked for
                let needed = if before.is_submitted() { attempt.amount } else { attempt.amount.min(owed) };
                let short = !before.is_over() && attempt.worth(to, charge) < needed;
                attempt.surplus |= before.is_over() || closed || short;
                if to == AttemptState::Captured && !attempt.surplus {
                    // of a charge that was made for more, the rest has ended
                    attempt.authorized = attempt.amount.max(attempt.captured);
                }
                attempt.authorized_at = attempt.authorized_at.or(Some(stamp.now));
                if short {
                    attempt.failure = Some(Failure::of("wrong_amount"));
                }
            }
        }
        self.follow(id, before, to, stamp);
        self.finish(stamp);
    }

    /// Applies an attempt's new state to the payment.
    fn follow(
        &mut self,
        id: AttemptId,
        before: AttemptState,
        to: AttemptState,
        stamp: &mut ChangeContext<'_>,
    ) {
        let surplus = self.attempt(id).is_some_and(|attempt| attempt.surplus);
        let was_live = self.attempt(id).is_some_and(|attempt| attempt.live);
        let is_free = self.payment.state == PaymentState::Secured && self.payment.owed == 0;
        match to {
            AttemptState::Captured if surplus => self.trigger(PaymentTrigger::LateMoney),
            AttemptState::Captured => self.trigger(PaymentTrigger::Captured),
            AttemptState::Authorized if surplus => self.trigger(PaymentTrigger::LateAuthorization),
            AttemptState::Authorized => self.trigger(PaymentTrigger::Authorized),
            AttemptState::Voided | AttemptState::Expired if surplus => {
                self.trigger(PaymentTrigger::LateAuthorization)
            }
            AttemptState::Voided | AttemptState::Expired if is_free => {
                self.trigger(PaymentTrigger::NotMissed)
            }
            AttemptState::Voided => self.trigger(PaymentTrigger::Voided),
            AttemptState::Expired => self.trigger(PaymentTrigger::Lapsed),
            AttemptState::Failed => self.fail(),
            _ => self.trigger(PaymentTrigger::Wait),
        };
        if surplus && was_live && before.is_submitted() {
            // what was charged is not what was asked for: for the payment it failed
            self.fail();
        } else if surplus && was_live {
            // less was captured than is owed, and the authorization is over
            self.trigger(PaymentTrigger::Lapsed);
        }
        let needs_none = self.payment.needs_no_attempt();
        match to {
            AttemptState::Authorized if self.wants_back(id) => self.begin_void(id, None, stamp),
            AttemptState::RequiresAction if needs_none => self.abandon(id, stamp),
            _ => {}
        }
    }

    pub(crate) fn wants_back(&self, id: AttemptId) -> bool {
        self.attempt(id).is_some_and(|attempt| self.is_unwanted(attempt))
    }

    /// Applies that the operation of `key` on an attempt failed without a status of the charge.
    pub fn apply_error(
        &mut self,
        id: AttemptId,
        key: &str,
        error: &ProviderError,
        stamp: &mut ChangeContext<'_>,
    ) {
        let Some(before) = self.attempt(id).map(|attempt| attempt.state) else { return };
        let Some(kind) = before.operation() else { return };
        if self.operation(id.uuid(), kind).is_none_or(|newest| newest.key != key) {
            return; // the outcome of an older key tells nothing about the newest
        }
        match (kind, error) {
            (_, ProviderError::Unknown(_)) => self.lost(id, stamp),
            (_, ProviderError::KeyUsed) => self.key_used(id, stamp),
            // an earlier sending under this key may have arrived
            (_, ProviderError::NotSent(_)) if before.is_unknown() => {}
            (OperationKind::Submit, _) if before == AttemptState::Submitting => {
                self.not_submitted(id, error, stamp)
            }
            (OperationKind::Capture | OperationKind::Void, _) => self.refused(id, kind, error, stamp),
            _ => {}
        }
    }

    /// The outcome of the operation in progress is unknown.
    pub(crate) fn lost(&mut self, id: AttemptId, stamp: &mut ChangeContext<'_>) {
        if self.step(id, AttemptTrigger::Lost, stamp.now).is_some() {
            self.trigger(PaymentTrigger::Wait);
            self.finish(stamp);
        }
    }

    /// The provider has done something else under this key: that is what counts, and the provider is asked at once.
    fn key_used(&mut self, id: AttemptId, stamp: &mut ChangeContext<'_>) {
        self.lost(id, stamp);
        self.start_query(id);
        self.asks.extend(self.question(id, stamp).map(|ask| (id, ask)));
    }

    /// The submission surely had no effect, and never will. One that went on with a charge leaves that charge
    /// where it was.
    fn not_submitted(&mut self, id: AttemptId, error: &ProviderError, stamp: &mut ChangeContext<'_>) {
        let url = self.attempt(id).and_then(|attempt| attempt.action_url.clone());
        let standing = match (url, error) {
            (Some(url), _) => ChargeStatus::RequiresAction { url },
            (None, ProviderError::Refused(failure)) => ChargeStatus::Failed(failure.clone()),
            (None, _) => ChargeStatus::Failed(Failure::of(Failure::PROVIDER_UNAVAILABLE)),
        };
        let charge = Charge { reference: None, standing, authorized: 0, captured: 0, refunded: 0 };
        self.note_refusal(id, OperationKind::Submit, error);
        let is_nowhere = self.submitted(id).is_some_and(|newest| newest.refused);
        if let Some(attempt) = self.attempt_mut(id).filter(|_| is_nowhere) {
            // there is nothing to ask about
            attempt.looks = 0;
        }
        self.apply_charge(id, &charge, stamp);
    }

    /// The newest operation of a kind certainly has no effect, and never will.
    fn note_refusal(&mut self, id: AttemptId, kind: OperationKind, error: &ProviderError) {
        if let Some(last) = self.operations.iter_mut().rfind(|o| o.subject == id.uuid() && o.kind == kind) {
            last.refused = true;
            last.unsent = matches!(error, ProviderError::NotSent(_));
        }
    }

    /// An operation surely has no effect under its key: the authorization stands, as far as that goes.
    fn refused(
        &mut self,
        id: AttemptId,
        kind: OperationKind,
        error: &ProviderError,
        stamp: &mut ChangeContext<'_>,
    ) {
        let trigger = match kind {
            OperationKind::Capture => AttemptTrigger::CaptureRefused,
            _ => AttemptTrigger::VoidRefused,
        };
        if self.step(id, trigger, stamp.now).is_none() {
            return;
        }
        self.note_refusal(id, kind, error);
        let surplus = self.attempt(id).is_some_and(|attempt| attempt.surplus);
        self.trigger(if surplus { PaymentTrigger::LateAuthorization } else { PaymentTrigger::Authorized });
        // perhaps the authorization is over
        self.start_query(id);
        if kind == OperationKind::Void {
            // or the money is taken; the next try comes later
            self.asks.extend(self.question(id, stamp).map(|ask| (id, ask)));
        } else if self.wants_back(id) {
            self.begin_void(id, None, stamp);
        }
        self.finish(stamp);
    }

    /// Which keys may still be sent is calculated by when they were written; what a clock that was ahead has written
    /// tells nothing (R7).
    pub fn distrust_keys_to_come(&mut self, stamp: &ChangeContext<'_>) {
        for operation in &mut self.operations {
            operation.distrust_if_to_come(stamp.now, stamp.key_life);
        }
    }

    /// Starts a query about an attempt, repeated until the provider's response is conclusive.
    pub fn start_query(&mut self, id: AttemptId) {
        if let Some(attempt) = self.attempt_mut(id) {
            attempt.looks += 1;
            attempt.wonders += 1;
        }
    }

    /// Queries an attempt without news for a while, or after a webhook.
    pub fn look(&mut self, id: AttemptId, stamp: &mut ChangeContext<'_>) {
        // found in the middle of a call whose time is over
        self.lost(id, stamp);
        if self.wants_back(id) {
            self.begin_void(id, None, stamp);
            self.finish(stamp);
        } else {
            let ask = self.what_to_ask(id, stamp);
            self.asks.extend(ask.map(|ask| (id, ask)));
        }
        self.start_query(id);
        if let Some(attempt) = self.attempt_mut(id) {
            attempt.looked_at = stamp.now;
        }
    }

    fn what_to_ask(&self, id: AttemptId, stamp: &ChangeContext<'_>) -> Option<ProviderCommand> {
        let attempt = self.attempt(id)?;
        let charge = attempt.charge.clone();
        let (state, to_capture) = (attempt.state, self.payment.money(attempt.to_capture));
        match state {
            AttemptState::UnknownCapturing => match self.key_to_send(id, OperationKind::Capture, stamp) {
                Some(key) => Some(ProviderCommand::Capture(payment_provider::Capture {
                    key,
                    charge: charge?,
                    amount: to_capture,
                })),
                None => self.question(id, stamp),
            },
            AttemptState::UnknownVoiding => match self.key_to_send(id, OperationKind::Void, stamp) {
                Some(key) => Some(ProviderCommand::Void(payment_provider::Void { key, charge: charge? })),
                None => self.question(id, stamp),
            },
            state if state.is_submitted() && self.payment.needs_no_attempt() => {
                self.abandonment(id, stamp).map(ProviderCommand::Abandon).or_else(|| self.question(id, stamp))
            }
            _ => self.question(id, stamp),
        }
    }

    /// The key under which an operation without a response is sent again, while the provider stores it.
    fn key_to_send(&self, id: AttemptId, kind: OperationKind, stamp: &ChangeContext<'_>) -> Option<String> {
        let last = self.operation(id.uuid(), kind)?;
        last.is_fresh(stamp.now, stamp.key_life).then(|| last.key.clone())
    }

    pub(crate) fn question(&self, id: AttemptId, stamp: &ChangeContext<'_>) -> Option<ProviderCommand> {
        let unsure = self.attempt(id)?.state == AttemptState::UnknownSubmitting;
        let key = self.submitted(id)?.key.clone();
        Some(ProviderCommand::Query { key, abandon: if unsure { self.abandonment(id, stamp) } else { None } })
    }

    /// The newest submission that the provider may know of: it knows the charge by that key, and does not know one that
    /// was not sent.
    fn submitted(&self, id: AttemptId) -> Option<&Operation> {
        let of_it = |o: &&Operation| o.subject == id.uuid() && o.kind == OperationKind::Submit;
        let sent = self.operations.iter().rfind(|o| of_it(o) && !o.refused);
        sent.or_else(|| self.operation(id.uuid(), OperationKind::Submit))
    }

    /// Prepares a refund for sending; `None` if there is nothing to send.
    pub fn send_refund(&mut self, id: RefundId, stamp: &mut ChangeContext<'_>) -> Option<RefundCommand> {
        let refund = self.refund(id)?;
        let (state, amount) = (refund.state, self.payment.money(refund.amount));
        if matches!(state, RefundStatus::Succeeded | RefundStatus::Withdrawn) {
            return None;
        }
        let charge = self.attempt(refund.attempt_id?)?.charge.clone()?;
        let last = self.operation(id.uuid(), OperationKind::Refund).cloned();
        let key = match (state, last) {
            (RefundStatus::Requested | RefundStatus::Failed, _) => {
                self.step_refund(id, RefundTrigger::Send, stamp);
                self.next_key(id, id.uuid(), OperationKind::Refund, None, stamp.now)
            }
            (RefundStatus::Submitting | RefundStatus::Unknown, Some(last)) => {
                // found in the middle of a call whose time is over
                self.step_refund(id, RefundTrigger::Lost, stamp);
                self.look_at_refund(id, stamp);
                if !last.is_fresh(stamp.now, stamp.key_life) {
                    return Some(RefundCommand::Query { key: last.key, charge });
                }
                last.key
            }
            _ => return None,
        };
        Some(RefundCommand::Send(payment_provider::ProviderRefund { key, charge, amount }))
    }

    /// What became of a refund whose next try is not due: what is not sent can still be asked about.
    pub fn ask_about_refund(&mut self, id: RefundId, stamp: &ChangeContext<'_>) -> Option<RefundCommand> {
        let key = self.operation(id.uuid(), OperationKind::Refund)?.key.clone();
        let charge = self.attempt(self.refund(id)?.attempt_id?)?.charge.clone()?;
        self.look_at_refund(id, stamp);
        Some(RefundCommand::Query { key, charge })
    }

    fn look_at_refund(&mut self, id: RefundId, stamp: &ChangeContext<'_>) {
        self.start_refund_query(id);
        if let Some(refund) = self.refund_mut(id) {
            refund.looked_at = stamp.now;
        }
    }

    /// Starts a query about a refund: responses to earlier queries do not cover it.
    pub fn start_refund_query(&mut self, id: RefundId) {
        if let Some(refund) = self.refund_mut(id) {
            refund.looks += 1;
        }
    }

    /// The current revision of a refund.
    pub fn refund_asked(&self, id: RefundId) -> RefundRevision {
        let refund = self.refund(id).map(|&Refund { version, looks, .. }| RefundRevision { version, looks });
        refund.unwrap_or_default()
    }

    /// Applies the status of a refund under `key`.
    pub fn apply_refund(
        &mut self,
        id: RefundId,
        key: &str,
        said: &Result<ProviderRefundStatus, ProviderError>,
        stamp: &mut ChangeContext<'_>,
    ) {
        let newest = self.operation(id.uuid(), OperationKind::Refund).is_some_and(|last| last.key == key);
        let first_sending = self.refund(id).is_some_and(|refund| refund.state == RefundStatus::Submitting);
        let trigger = match said {
            Ok(ProviderRefundStatus::Succeeded { amount }) if self.believe_refund(id, *amount) => {
                RefundTrigger::Succeeded
            }
            Ok(ProviderRefundStatus::Refused { .. }) | Err(ProviderError::Refused(_)) => {
                RefundTrigger::Failed
            }
            // not sent the second time says nothing of the first
            Err(ProviderError::NotSent(_)) if first_sending => RefundTrigger::Failed,
            // more than was asked for and is left: it stays unknown, and people are told
            Ok(ProviderRefundStatus::Succeeded { .. } | ProviderRefundStatus::Processing) | Err(_) => {
                RefundTrigger::Lost
            }
        };
        // that an older key is refused says nothing of the newest
        if newest || trigger == RefundTrigger::Succeeded {
            self.step_refund(id, trigger, stamp);
        }
    }

    /// A refund is of the amount that the provider gave back, under this key of an earlier refund too; false where there is
    /// not as much left to give back.
    fn believe_refund(&mut self, id: RefundId, amount: i64) -> bool {
        let Some(refund) = self.refund(id) else { return false };
        let attempt = refund.attempt_id.and_then(|id| self.attempt(id));
        let left = attempt.map_or(0, |attempt| self.room(Some(attempt.id), attempt.captured));
        let is_possible = (1..=refund.amount.saturating_add(left)).contains(&amount);
        let is_news = refund::next(refund.state, RefundTrigger::Succeeded).is_some();
        if let Some(refund) = self.refund_mut(id).filter(|_| is_possible && is_news) {
            refund.amount = amount;
        }
        is_possible
    }

    pub(crate) fn step_refund(
        &mut self,
        id: RefundId,
        trigger: RefundTrigger,
        stamp: &mut ChangeContext<'_>,
    ) {
        let Some(refund) = self.refund_mut(id) else { return };
        let Some(row) = refund::next(refund.state, trigger) else { return };
        refund.state = row.to;
        refund.updated_at = stamp.now;
        (refund.looks, refund.looked_at) = (0, stamp.now);
        refund.failures += i64::from(trigger == RefundTrigger::Failed);
        let moves = match trigger {
            RefundTrigger::Succeeded | RefundTrigger::HandOver => PaymentTrigger::Refunded,
            RefundTrigger::Withdraw => PaymentTrigger::Withdrawn,
            RefundTrigger::Send | RefundTrigger::Lost | RefundTrigger::Failed => return,
        };
        self.trigger(moves);
        self.finish(stamp);
    }
}

/// Stores only the code of a provider's message: the rest is untrusted text.
fn in_our_words(failure: &Failure) -> Failure {
    let of_a_code = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let is_code = (1..=LONGEST_CODE).contains(&failure.code.len()) && failure.code.chars().all(of_a_code);
    Failure::of(if is_code { &failure.code } else { "declined" })
}
const LONGEST_CODE: usize = 64;
