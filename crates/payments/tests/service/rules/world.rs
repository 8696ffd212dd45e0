//! One payment, its provider, and all that is on its way between them.

use crate::{honest::Provider, keys::nth_id};
use contracts::{
    payments::{CaptureMode, PaymentState},
    settlement::CloseMode,
};
use kernel::{
    Currency, Id, Money, Timestamp,
    id::{AttemptId, RefundId},
};
use payment_provider::{Charge, ChargeStatus, ProviderError, ProviderRefund};
use payments::{
    aggregate::AttemptRevision, aggregate::ChangeContext, aggregate::PaymentAggregate,
    aggregate::ProviderCall, aggregate::ProviderCommand, attempt::AttemptState, commands::NewAttempt,
    commands::StaffRefund, ledger, ledger::Account, payment::Payment, reducer::RefundCommand,
    refund::RefundOrigin, timer_plan, timer_plan::QueriedSubject, timer_plan::QueryOutcome,
    timer_plan::RetryDelays,
};
use std::{collections::BTreeMap, time::Duration};
use uuid::Uuid;

pub(super) const TOTAL: i64 = 100;

#[derive(Debug, Clone)]
pub(super) enum RuleAction {
    Pay(&'static str, CaptureMode),
    Confirm,
    Close(CloseMode),
    Owe(i64),
    Capture,
    Void,
    Offline,
    StaffRefund(i64),
    Withdraw(usize),
    /// A request arrives; with `true` it may arrive again.
    Deliver(usize, bool),
    /// An answer is heard.
    Hear(usize),
    /// An answer is lost.
    Lose(usize),
    /// A request surely never leaves.
    NotSent(usize),
    Look(usize),
    /// A webhook tells of an attempt, and is written down.
    Tell(usize),
    /// The timer that is due first is taken.
    Wake,
    SendRefund(usize),
    Settle,
    Lapse,
}

/// What an answer answers, with the key of the operation that it is about.
pub(super) type AnswerSubject = (AttemptId, Option<String>, AttemptRevision);

const fn minutes(n: u64) -> Duration {
    Duration::from_secs(60 * n)
}

const DELAYS: RetryDelays = RetryDelays {
    call: Duration::from_secs(12),
    first_look: Duration::from_secs(1),
    between_looks: minutes(4),
    refund_again: minutes(1),
    between_refunds: minutes(60),
    authorization_life: minutes(7 * 24 * 60),
};

/// Far more than anything needs that comes to an end.
const MOST_TIMERS: usize = 1000;

pub(super) struct RulesTestBed {
    pub(super) book: PaymentAggregate,
    pub(super) provider: Provider,
    /// What is on its way; and whether it has arrived before.
    pub(super) requests: Vec<(ProviderCall, bool)>,
    answers: Vec<(AnswerSubject, Result<Charge, ProviderError>)>,
    /// When what must be checked, by kind and key.
    pub(super) timers: BTreeMap<(&'static str, String), Timestamp>,
    now: Timestamp,
    refunds: Vec<ProviderRefund>,
    next_id: u128,
    balances: BTreeMap<Account, i64>,
    was_closed: bool,
    /// A provider that charges what it called failed may have money twice, until it has gone back.
    pub(super) is_honest: bool,
}

impl RulesTestBed {
    pub(super) fn new() -> RulesTestBed {
        let id = |n: u128| Uuid::from_u128(n);
        let total = Money::new(TOTAL, Currency::EUR);
        let now = Timestamp::from_micros(0);
        let payment =
            Payment::new(Id::from_uuid(id(1)), Id::from_uuid(id(2)), Id::from_uuid(id(3)), total, now);
        RulesTestBed {
            book: PaymentAggregate::new(payment),
            provider: Provider::default(),
            requests: Vec::new(),
            answers: Vec::new(),
            timers: BTreeMap::new(),
            now,
            refunds: Vec::new(),
            next_id: 1000,
            balances: BTreeMap::new(),
            was_closed: false,
            is_honest: true,
        }
    }

    pub(super) fn change<T>(
        &mut self,
        rule: impl FnOnce(&mut PaymentAggregate, &mut ChangeContext<'_>) -> T,
    ) -> T {
        self.change_when(QueriedSubject::Nobody, rule)
    }

    /// A change after something was heard, written as the store writes it.
    pub(super) fn change_when<T>(
        &mut self,
        heard: QueriedSubject,
        rule: impl FnOnce(&mut PaymentAggregate, &mut ChangeContext<'_>) -> T,
    ) -> T {
        let before = self.book.clone();
        let mut stamp = ChangeContext { now: self.now, actor: "usr", key_life: Duration::MAX, nth_id };
        let done = rule(&mut self.book, &mut stamp);
        for set in ledger::postings(&before, &self.book) {
            assert!(set.is_balanced());
            for (account, amount) in set.entries {
                *self.balances.entry(account).or_default() += amount;
            }
        }
        if self.book.event.take().is_some() {
            self.book.payment.version += 1;
        } else {
            assert_eq!(before.payment, self.book.payment, "a change without an event");
        }
        for entry in timer_plan::plan_timers(&before, &self.book, heard, &DELAYS, self.now) {
            let timer = (entry.kind, entry.key);
            match entry.after {
                Some(after) => drop(self.timers.insert(timer, self.now.plus(after))),
                None => drop(self.timers.remove(&timer)),
            }
        }
        self.requests.extend(self.book.to_ask().into_iter().map(|question| (question, false)));
        self.check();
        done
    }

    /// One whose payment is captured, and where nothing is on its way.
    pub(super) fn paid() -> RulesTestBed {
        let mut world = RulesTestBed::new();
        world.pay("ok", CaptureMode::Automatic);
        world.heal();
        world
    }

    pub(super) fn pay(&mut self, method: &'static str, capture: CaptureMode) {
        self.act(&RuleAction::Pay(method, capture));
    }

    pub(super) fn act(&mut self, act: &RuleAction) {
        match act {
            RuleAction::Pay(method, capture) => {
                self.next_id += 1;
                let key = Uuid::from_u128(self.next_id);
                let new = NewAttempt {
                    client_key: key,
                    body_hash: [0; 32],
                    provider: "simulator",
                    method: (*method).into(),
                    capture: *capture,
                    owed: TOTAL,
                    takes_over: None,
                    given_back: Vec::new(),
                };
                let _ = self.change(|book, stamp| book.pay(new, stamp));
            }
            RuleAction::Confirm => drop(self.change(|book, stamp| book.confirm(stamp))),
            RuleAction::Close(mode) => drop(self.change(|book, stamp| book.close(*mode, stamp))),
            RuleAction::Owe(owed) => self.change(|book, stamp| book.owe(*owed, stamp)),
            RuleAction::Capture => drop(self.change(|book, stamp| book.capture(None, stamp))),
            RuleAction::Void => drop(self.change(|book, stamp| book.void(Some(Uuid::from_u128(7)), stamp))),
            RuleAction::Offline => drop(self.change(|book, stamp| book.record_offline(TOTAL, stamp))),
            RuleAction::StaffRefund(amount) => {
                let new = StaffRefund {
                    client_key: (Uuid::from_u128(8), [0; 32]),
                    amount: Some(*amount),
                    reason: None,
                };
                let _ = self.change(|book, stamp| book.refund_for_staff(new, stamp));
            }
            RuleAction::Withdraw(at) => {
                if let Some(id) = pick(&self.book.refunds, *at).map(|refund| refund.id) {
                    let before = self.book.refund(id).cloned().unwrap();
                    let _ = self.change(|book, stamp| book.withdraw(id, stamp));
                    let after = self.book.refund(id).unwrap();
                    let sent = self.provider.refunds.keys().any(|key| key.starts_with(&id.to_string()));
                    let given_up = after.state != before.state;
                    assert!(!given_up || (before.origin == RefundOrigin::Staff && !sent), "{before:?}");
                }
            }
            RuleAction::Deliver(at, again) => self.deliver(*at, *again),
            RuleAction::Hear(at) => {
                if let Some((about, said)) = take(&mut self.answers, *at) {
                    self.hear(&about, &said);
                }
            }
            RuleAction::Lose(at) => {
                if let Some((about, _)) = take(&mut self.answers, *at) {
                    self.hear(&about, &Err(ProviderError::Unknown("lost".into())));
                }
            }
            RuleAction::NotSent(at) => {
                let never_sent = |(_, arrived): &(_, bool)| !arrived;
                if self.requests.get(*at % self.requests.len().max(1)).is_some_and(never_sent)
                    && let Some((question, _)) = take(&mut self.requests, *at)
                {
                    self.hear(&about(&question), &Err(ProviderError::NotSent("no".into())));
                }
            }
            RuleAction::Look(at) => {
                let asking = pick(&self.book.attempts, *at).filter(|a| a.state.is_asking()).map(|a| a.id);
                if let Some(id) = self.known(*at).or(asking) {
                    self.change(|book, stamp| book.look(id, stamp));
                }
            }
            RuleAction::Tell(at) => {
                if let Some(id) = self.known(*at) {
                    self.change(|book, _| book.start_query(id));
                    self.timers.insert((timer_plan::RECONCILE, id.to_string()), self.now);
                }
            }
            RuleAction::Wake => drop(self.wake(|_| true)),
            RuleAction::SendRefund(at) => {
                if let Some(id) = pick(&self.book.refunds, *at).map(|refund| refund.id) {
                    self.send_refund(id, false);
                }
            }
            RuleAction::Settle => self.provider.settle(),
            RuleAction::Lapse => self.provider.lapse(),
        }
    }

    /// An attempt that the provider has heard of: of no other could it tell.
    fn known(&self, at: usize) -> Option<AttemptId> {
        let attempt = pick(&self.book.attempts, at)?;
        let is_known = self.provider.keys.keys().any(|key| key.starts_with(&attempt.id.to_string()));
        is_known.then_some(attempt.id)
    }

    pub(super) fn deliver(&mut self, at: usize, again: bool) {
        let Some((question, _)) = take(&mut self.requests, at) else { return };
        if again {
            self.requests.push((question.clone(), true));
        }
        let about = about(&question);
        let said = match question.ask {
            ProviderCommand::Submit(submit) => self.provider.submit(&submit),
            ProviderCommand::Abandon(abandon) => self.provider.abandon(&abandon),
            ProviderCommand::Capture(c) => self.provider.capture(&c.key, &c.charge, c.amount.minor),
            ProviderCommand::Void(v) => self.provider.void(&v.key, &v.charge),
            ProviderCommand::Query { key, abandon } => match (self.provider.query(&key), abandon) {
                (Some(charge), _) => charge,
                (None, Some(abandon)) => self.provider.abandon(&abandon),
                (None, None) => {
                    let unheard_of = ProviderError::Unknown("it has never heard of this".into());
                    return self.answers.push((about, Err(unheard_of)));
                }
            },
        };
        self.answers.push((about, Ok(said)));
    }

    pub(super) fn hear(&mut self, about: &AnswerSubject, said: &Result<Charge, ProviderError>) {
        let (id, key, asked) = about;
        self.change_when(QueriedSubject::Attempt(*id), |book, stamp| match (said, key) {
            (Ok(charge), _) => book.apply_response(*id, *asked, charge, stamp),
            (Err(error), Some(key)) => book.apply_error(*id, key, error, stamp),
            // no word of a question says anything of an operation
            (Err(_), None) => {}
        });
    }

    fn send_refund(&mut self, id: RefundId, answered: bool) {
        let Some(RefundCommand::Send(send)) = self.change(|book, stamp| book.send_refund(id, stamp)) else {
            return;
        };
        let said = self.provider.give_back(&send);
        self.refunds.push(send.clone());
        let said = if answered { Ok(said) } else { Err(ProviderError::Unknown("lost".into())) };
        self.change_when(QueriedSubject::Refund(id, QueryOutcome::of(&said, true)), |book, stamp| {
            book.apply_refund(id, &send.key, &said, stamp)
        });
    }

    /// Takes the timer of such a kind that is due first; false where there is none.
    pub(super) fn wake(&mut self, which: impl Fn(&'static str) -> bool) -> bool {
        let mine = self.timers.iter().filter(|((kind, _), _)| which(kind));
        let Some((timer, due_at)) = mine.min_by_key(|(_, due_at)| **due_at) else { return false };
        let (timer, due_at) = (timer.clone(), *due_at);
        self.now = self.now.max(due_at);
        // the worker that takes it sets it again, or clears it
        self.timers.insert(timer.clone(), self.now.plus(DELAYS.call));
        let (kind, key) = timer.clone();
        if kind == timer_plan::REFUND {
            let id = key.parse().unwrap();
            self.send_refund(id, true);
            if self.book.refund(id).is_some_and(|refund| !refund.claims()) {
                self.timers.remove(&timer);
            }
            return true;
        }
        let id = key.parse().unwrap();
        self.change(|book, stamp| book.look(id, stamp));
        if kind == timer_plan::LAPSE {
            self.timers.remove(&timer);
        }
        true
    }

    /// What must hold at any time.
    fn check(&mut self) {
        let p = &self.book.payment;
        assert!(p.refunded + p.claimed <= p.captured, "{p:?}");
        assert!(self.book.attempts.iter().filter(|attempt| attempt.live).count() <= 1);
        assert!(!self.was_closed || p.state == PaymentState::Closed, "closed is terminal");
        self.was_closed = p.state == PaymentState::Closed;
        let charged = self.provider.charges.iter().filter(|charge| charge.captured > 0).count();
        assert!(charged <= 1 || !self.is_honest, "charged twice: {:?}", self.provider.charges);
        let holds =
            |charge: &&Charge| matches!(charge.standing, ChargeStatus::Authorized | ChargeStatus::Captured);
        let money = self.provider.charges.iter().filter(holds).count() + usize::from(p.offline > 0);
        assert!(money <= 1 || !self.is_honest, "paid twice: {:?} {p:?}", self.provider.charges);
        for attempt in &self.book.attempts {
            let timer = (timer_plan::RECONCILE, attempt.id.to_string());
            let rests = attempt.looks == 0 && !attempt.state.is_asking();
            let is_open = attempt.state != AttemptState::Captured && !rests;
            assert!(!is_open || self.timers.contains_key(&timer), "nobody asks about it: {attempt:?}");
        }
        let balance = |account| self.balances.get(&account).copied().unwrap_or(0);
        assert_eq!(balance(Account::Authorized), p.authorized);
        assert_eq!(balance(Account::Provider) + balance(Account::Cash), p.captured - p.refunded);
        assert_eq!(balance(Account::Cash), p.offline - p.refunded_offline);
    }

    /// Everything arrives and is answered, and what is on the agenda is done: nobody looks who was not told to.
    pub(super) fn heal(&mut self) {
        // an authorization may be over by then
        let held = self.timers.keys().filter(|(kind, _)| *kind == timer_plan::LAPSE).count();
        for _ in 0..=held {
            let soon = |kind| kind != timer_plan::LAPSE;
            let healed = (0..MOST_TIMERS).any(|_| {
                self.answer_all();
                self.provider.settle();
                !self.wake(soon)
            });
            assert!(healed, "it comes to no end: {:?}", self.timers);
            // what was paid offline, people hand over
            for id in self.book.refunds.iter().map(|refund| refund.id).collect::<Vec<_>>() {
                self.change(|book, stamp| book.hand_over(id, stamp));
            }
            self.wake(|kind| kind == timer_plan::LAPSE);
        }
        self.answer_all();
    }

    fn answer_all(&mut self) {
        while !self.requests.is_empty() || !self.answers.is_empty() {
            self.deliver(0, false);
            self.act(&RuleAction::Hear(0));
        }
    }

    /// What must hold once everything is known.
    pub(super) fn check_healed(&self) {
        let p = &self.book.payment;
        let asking = self.book.attempts.iter().find(|attempt| attempt.state.is_asking());
        assert!(asking.is_none(), "{asking:?}");
        let taken: i64 = self.provider.charges.iter().map(|charge| charge.captured).sum();
        let returned: i64 = self.provider.refunds.values().map(|(_, amount)| amount).sum();
        assert_eq!(taken, p.captured - p.offline, "{p:?}");
        assert_eq!(returned, p.refunded - p.refunded_offline, "{p:?}");
        assert_eq!(p.claimed, 0);
        assert!(!matches!(p.state, PaymentState::ClosingIfUnpaid | PaymentState::ClosingAlways), "{p:?}");
        if p.state == PaymentState::Closed {
            assert_eq!((p.captured - p.refunded, p.authorized), (0, 0), "a closed payment keeps money");
            let held = self.provider.charges.iter().find(|c| c.standing == ChargeStatus::Authorized);
            assert!(held.is_none(), "{held:?}");
        }
        if p.state == PaymentState::Secured {
            let by_staff: i64 = self.book.refunds.iter().map(|refund| refund.amount).sum();
            assert!(
                p.authorized + p.captured - p.refunded >= p.owed.min(p.captured + p.authorized - by_staff)
            );
            assert!(p.authorized + p.captured >= p.owed, "{p:?}");
        }
        if p.state == PaymentState::Open {
            assert_eq!(p.captured, p.refunded);
        }
        if p.owed == 0 {
            assert!(
                matches!(p.state, PaymentState::Secured | PaymentState::Closed),
                "it owes nothing: {p:?}"
            );
            let held = self.provider.charges.iter().find(|c| c.standing == ChargeStatus::Authorized);
            assert_eq!((p.authorized, held), (0, None), "an authorization stands for nothing");
        }
    }
}

/// What its answer will answer.
fn about(question: &ProviderCall) -> AnswerSubject {
    (question.id, question.ask.operation().map(str::to_owned), question.asked)
}

fn take<T>(items: &mut Vec<T>, at: usize) -> Option<T> {
    (!items.is_empty()).then(|| items.remove(at % items.len()))
}
fn pick<T>(items: &[T], at: usize) -> Option<&T> {
    items.get(at.checked_rem(items.len())?)
}
