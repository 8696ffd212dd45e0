//! One payment, its provider, and all that is on its way between them.

use crate::honest::Provider;
use contracts::{
    payments::{CaptureMode, PaymentState},
    settlement::CloseMode,
};
use kernel::{Currency, Id, Money, Timestamp};
use payments::{
    ask::{NewAttempt, StaffRefund},
    book::{Ask, Book, Stamp},
    ledger::{self, Account},
    payment::Payment,
    reducer::RefundAsk,
    refund::Origin,
    word::{Charge, GiveBack, ProviderError, Standing},
};
use std::{collections::BTreeMap, time::Duration};
use uuid::Uuid;

pub(super) const TOTAL: i64 = 100;

#[derive(Debug, Clone)]
pub(super) enum Act {
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
    SendRefund(usize),
    Settle,
    Lapse,
}

type Answer = (Id<kernel::id::AttemptKind>, Option<String>, Result<Charge, ProviderError>);

pub(super) struct World {
    pub(super) book: Book,
    pub(super) provider: Provider,
    /// What is on its way; and whether it has arrived before.
    pub(super) requests: Vec<(Id<kernel::id::AttemptKind>, Ask, bool)>,
    answers: Vec<Answer>,
    refunds: Vec<GiveBack>,
    next_id: u128,
    balances: BTreeMap<Account, i64>,
    was_closed: bool,
}

impl World {
    pub(super) fn new() -> World {
        let id = |n: u128| Uuid::from_u128(n);
        let total = Money::new(TOTAL, Currency::EUR);
        let now = Timestamp::from_micros(0);
        let payment =
            Payment::new(Id::from_uuid(id(1)), Id::from_uuid(id(2)), Id::from_uuid(id(3)), total, now);
        World {
            book: Book::new(payment),
            provider: Provider::default(),
            requests: Vec::new(),
            answers: Vec::new(),
            refunds: Vec::new(),
            next_id: 1000,
            balances: BTreeMap::new(),
            was_closed: false,
        }
    }

    pub(super) fn change<T>(&mut self, rule: impl FnOnce(&mut Book, &mut Stamp<'_>) -> T) -> T {
        let before = self.book.clone();
        let next_id = &mut self.next_id;
        let mut uuid = || {
            *next_id += 1;
            Uuid::from_u128(*next_id)
        };
        let mut stamp =
            Stamp { now: Timestamp::from_micros(0), actor: "usr", key_life: Duration::MAX, uuid: &mut uuid };
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
        self.requests.extend(self.book.asks.drain(..).map(|(id, ask)| (id, ask, false)));
        self.check();
        done
    }

    pub(super) fn pay(&mut self, method: &'static str, capture: CaptureMode) {
        self.act(&Act::Pay(method, capture));
    }

    pub(super) fn act(&mut self, act: &Act) {
        match act {
            Act::Pay(method, capture) => {
                self.next_id += 1;
                let key = Uuid::from_u128(self.next_id);
                let new = NewAttempt {
                    client_key: key,
                    body_hash: [0; 32],
                    method: (*method).into(),
                    capture: *capture,
                    owed: TOTAL,
                };
                let _ = self.change(|book, stamp| book.pay(new, stamp));
            }
            Act::Confirm => drop(self.change(|book, stamp| book.confirm(stamp))),
            Act::Close(mode) => drop(self.change(|book, stamp| book.close(*mode, stamp))),
            Act::Owe(owed) => self.change(|book, stamp| book.owe(*owed, stamp)),
            Act::Capture => drop(self.change(|book, stamp| book.capture(None, stamp))),
            Act::Void => drop(self.change(|book, stamp| book.void(Uuid::from_u128(7), stamp))),
            Act::Offline => drop(self.change(|book, stamp| book.record_offline(TOTAL, stamp))),
            Act::StaffRefund(amount) => {
                let new = StaffRefund {
                    client_key: (Uuid::from_u128(8), [0; 32]),
                    amount: Some(*amount),
                    reason: None,
                };
                let _ = self.change(|book, stamp| book.refund_for_staff(new, stamp));
            }
            Act::Withdraw(at) => {
                if let Some(id) = pick(&self.book.refunds, *at).map(|refund| refund.id) {
                    let before = self.book.refund(id).cloned().unwrap();
                    let _ = self.change(|book, stamp| book.withdraw(id, stamp));
                    let after = self.book.refund(id).unwrap();
                    let sent = self.provider.refunds.keys().any(|key| key.starts_with(&id.to_string()));
                    let given_up = after.state != before.state;
                    assert!(!given_up || (before.origin == Origin::Staff && !sent), "{before:?}");
                }
            }
            Act::Deliver(at, again) => self.deliver(*at, *again),
            Act::Hear(at) => {
                if let Some((id, key, said)) = take(&mut self.answers, *at) {
                    self.hear(id, key.as_deref(), &said);
                }
            }
            Act::Lose(at) => {
                if let Some((id, key, _)) = take(&mut self.answers, *at) {
                    self.hear(id, key.as_deref(), &Err(ProviderError::Unknown("lost".into())));
                }
            }
            Act::NotSent(at) => {
                let never_sent = |(_, _, arrived): &(_, _, bool)| !arrived;
                if self.requests.get(*at % self.requests.len().max(1)).is_some_and(never_sent)
                    && let Some((id, ask, _)) = take(&mut self.requests, *at)
                {
                    self.hear(id, ask.operation(), &Err(ProviderError::NotSent("no".into())));
                }
            }
            Act::Look(at) => {
                if let Some(id) = pick(&self.book.attempts, *at).map(|attempt| attempt.id) {
                    self.change(|book, stamp| book.look(id, stamp));
                }
            }
            Act::SendRefund(at) => {
                if let Some(id) = pick(&self.book.refunds, *at).map(|refund| refund.id) {
                    self.send_refund(id, false);
                }
            }
            Act::Settle => self.provider.settle(self.book.payment.amount),
            Act::Lapse => self.provider.lapse(),
        }
    }

    pub(super) fn deliver(&mut self, at: usize, again: bool) {
        let Some((id, ask, _)) = take(&mut self.requests, at) else { return };
        if again {
            self.requests.push((id, ask.clone(), true));
        }
        let key = ask.operation().map(str::to_owned);
        let said = match ask {
            Ask::Submit(submit) => self.provider.submit(&submit),
            Ask::Abandon(abandon) => self.provider.abandon(&abandon),
            Ask::Capture(c) => self.provider.capture(&c.key, &c.charge, c.amount.minor),
            Ask::Void(v) => self.provider.void(&v.key, &v.charge),
            Ask::Query { key, abandon } => match (self.provider.query(&key), abandon) {
                (Some(charge), _) => charge,
                (None, Some(abandon)) => self.provider.abandon(&abandon),
                (None, None) => return,
            },
        };
        self.answers.push((id, key, Ok(said)));
    }

    pub(super) fn hear(
        &mut self,
        id: Id<kernel::id::AttemptKind>,
        key: Option<&str>,
        said: &Result<Charge, ProviderError>,
    ) {
        self.change(|book, stamp| match (said, key) {
            (Ok(charge), _) => book.hear_charge(id, charge, stamp),
            (Err(error), Some(key)) => book.hear_error(id, key, error, stamp),
            // no word of a question says anything of an operation
            (Err(_), None) => {}
        });
    }

    fn send_refund(&mut self, id: Id<kernel::id::RefundKind>, answered: bool) {
        let Some(RefundAsk::Send(send)) = self.change(|book, stamp| book.send_refund(id, stamp)) else {
            return;
        };
        let said = self.provider.give_back(&send);
        self.refunds.push(send.clone());
        let said = if answered { Ok(said) } else { Err(ProviderError::Unknown("lost".into())) };
        self.change(|book, stamp| book.hear_refund(id, &send.key, &said, stamp));
    }

    /// What must hold at any time.
    fn check(&mut self) {
        let p = &self.book.payment;
        assert!(p.refunded + p.claimed <= p.captured, "{p:?}");
        assert!(self.book.attempts.iter().filter(|attempt| attempt.live).count() <= 1);
        assert!(!self.was_closed || p.state == PaymentState::Closed, "closed is terminal");
        self.was_closed = p.state == PaymentState::Closed;
        let charged = self.provider.charges.iter().filter(|charge| charge.captured > 0).count();
        assert!(charged <= 1, "charged twice: {:?}", self.provider.charges);
        let holds = |charge: &&Charge| matches!(charge.standing, Standing::Authorized | Standing::Captured);
        let money = self.provider.charges.iter().filter(holds).count() + usize::from(p.offline > 0);
        assert!(money <= 1, "paid twice: {:?} {p:?}", self.provider.charges);
        let balance = |account| self.balances.get(&account).copied().unwrap_or(0);
        assert_eq!(balance(Account::Authorized), p.authorized);
        assert_eq!(balance(Account::Provider) + balance(Account::Cash), p.captured - p.refunded);
        assert_eq!(balance(Account::Cash), p.offline - p.refunded_offline);
    }

    /// Everything is delivered, asked about and answered until nothing moves.
    pub(super) fn heal(&mut self) {
        for _ in 0..20 {
            while !self.requests.is_empty() {
                self.deliver(0, false);
            }
            while !self.answers.is_empty() {
                self.act(&Act::Hear(0));
            }
            self.provider.settle(TOTAL);
            for at in 0..self.book.attempts.len() {
                self.act(&Act::Look(at));
            }
            for id in self.book.refunds.iter().map(|refund| refund.id).collect::<Vec<_>>() {
                self.send_refund(id, true);
                // what was paid offline, people hand over
                self.change(|book, stamp| book.hand_over(id, stamp));
            }
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
            let held = self.provider.charges.iter().find(|c| c.standing == Standing::Authorized);
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
    }
}

fn take<T>(items: &mut Vec<T>, at: usize) -> Option<T> {
    (!items.is_empty()).then(|| items.remove(at % items.len()))
}
fn pick<T>(items: &[T], at: usize) -> Option<&T> {
    items.get(at.checked_rem(items.len())?)
}
