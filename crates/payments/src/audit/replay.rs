//! Replaying what the events of payments and refunds tell (I7): each follows from the one before it, and what they come
//! to is the row.

use crate::{refund, transition};
use contracts::{
    events::{EventType, PaymentEvent, PaymentSnapshot, RefundEvent},
    payments::{PaymentState, Refund, RefundStatus},
};
use db::{Db, Result};
use flow::audit::JournalEntry;
use serde::de::DeserializeOwned;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

/// What the events of a payment tell, or those of a refund.
#[derive(Debug)]
pub(super) struct ReplayedJournal<T> {
    events: i64,
    first: i64,
    last: i64,
    newest: Option<T>,
    /// What is wrong with the first event that does not follow from the ones before it.
    fault: Option<String>,
    /// Who was the first to tell of money that was paid offline.
    pub(super) offline_by: Option<String>,
    /// All that was ever told to be secured, with what came too late and without.
    pub(super) secured: BTreeSet<i64>,
    /// All that was ever told to be owed.
    owed: BTreeSet<i64>,
}

/// The journals of some payments and of their refunds, by their ids.
#[derive(Debug, Default)]
pub(super) struct Journals {
    pub(super) payments: BTreeMap<String, ReplayedJournal<PaymentEvent>>,
    pub(super) refunds: BTreeMap<String, ReplayedJournal<RefundEvent>>,
}

/// Reads the journals of these payments and refunds.
pub(super) async fn journals(db: &Db, payments: &[String], refunds: &[String]) -> Result<Journals> {
    let mut journals = Journals::default();
    flow::audit::replay(db, payments, |event| {
        journals.payments.entry(event.subject.clone()).or_default().take(&event);
    })
    .await?;
    flow::audit::replay(db, refunds, |event| {
        journals.refunds.entry(event.subject.clone()).or_default().take(&event);
    })
    .await?;
    Ok(journals)
}

/// What an event tells of one thing.
pub(super) trait ReplayedEvent: DeserializeOwned {
    /// Of what.
    fn subject(&self) -> String;
    /// At which version.
    fn version(&self) -> i64;
    /// Whether it may come after `before`, as an event of this kind.
    fn follows(&self, before: Option<&Self>, kind: EventType) -> bool;
    /// Whether it tells of money that was paid offline.
    fn is_offline(&self) -> bool;
    /// What it tells to be secured.
    fn secured(&self) -> Vec<i64> {
        Vec::new()
    }
    /// What it tells to be owed.
    fn owed(&self) -> Option<i64> {
        None
    }
}

impl<T> Default for ReplayedJournal<T> {
    fn default() -> Self {
        ReplayedJournal {
            events: 0,
            first: 0,
            last: 0,
            newest: None,
            fault: None,
            offline_by: None,
            secured: BTreeSet::new(),
            owed: BTreeSet::new(),
        }
    }
}

impl<T: ReplayedEvent> ReplayedJournal<T> {
    fn take(&mut self, event: &JournalEntry) {
        self.events += 1;
        if self.events == 1 {
            self.first = event.version;
        }
        self.last = event.version;
        if self.fault.is_some() {
            return;
        }
        match follow(self.newest.as_ref(), event) {
            Ok(told) => {
                let is_told = event.kind == Some(EventType::PaymentCaptured) && told.is_offline();
                if is_told && self.offline_by.is_none() {
                    self.offline_by = Some(event.actor.clone());
                }
                self.secured.extend(told.secured());
                self.owed.extend(told.owed());
                self.newest = Some(told);
            }
            Err(why) => self.fault = Some(format!("its event {} {why}", event.version)),
        }
    }

    /// All that was ever told to be owed, where each event follows from the ones before it.
    pub(super) fn owed(&self) -> Option<&BTreeSet<i64>> {
        Some(&self.owed).filter(|_| self.fault.is_none() && self.events > 0)
    }

    /// What the newest event tells that follows from the ones before it.
    pub(super) fn newest(&self) -> Option<&T> {
        self.newest.as_ref()
    }

    /// Why it has not as many events as versions, from the first one on.
    pub(super) fn gap(&self, version: i64) -> Option<String> {
        let ReplayedJournal { events, first, last, .. } = self;
        let is_whole = (*events, *first, *last) == (version, 1, version);
        (!is_whole)
            .then(|| format!("it is at version {version}, its {events} events go from {first} to {last}"))
    }

    /// Why replaying it does not give the row, of which `agrees` knows what the newest event must tell.
    pub(super) fn contradiction(&self, agrees: impl Fn(&T) -> bool) -> Option<String> {
        if let Some(fault) = &self.fault {
            return Some(fault.clone());
        }
        let is_told = self.newest.as_ref().is_some_and(agrees);
        (!is_told).then(|| "its newest event does not tell what its row says".to_owned())
    }
}

fn follow<T: ReplayedEvent>(
    before: Option<&T>,
    event: &JournalEntry,
) -> std::result::Result<T, &'static str> {
    let kind = event.kind.ok_or("is of no known type")?;
    let told: T = event.read().map_err(|_| "cannot be read")?;
    if told.version() != event.version || told.subject() != event.subject {
        return Err("tells of something else or of another version");
    }
    if told.follows(before, kind) { Ok(told) } else { Err("cannot come after the one before it") }
}

impl ReplayedEvent for PaymentEvent {
    fn subject(&self) -> String {
        self.figures.payment_id.to_string()
    }
    fn version(&self) -> i64 {
        self.figures.version
    }
    fn follows(&self, before: Option<&Self>, kind: EventType) -> bool {
        let from = before.map(|before| before.figures.state);
        let goes_on = before
            .is_none_or(|before| before.user_id == self.user_id && goes_on(&before.figures, &self.figures));
        goes_on && shows(self) && may_lead(from, kind, self.figures.state)
    }
    fn is_offline(&self) -> bool {
        self.figures.offline.minor > 0
    }
    fn secured(&self) -> Vec<i64> {
        let PaymentSnapshot { authorized, captured, .. } = &self.figures;
        [captured.minor, self.figures.paid()].map(|taken| authorized.minor.saturating_add(taken)).to_vec()
    }
    fn owed(&self) -> Option<i64> {
        Some(self.figures.owed.minor)
    }
}

/// What clients are shown agrees with the figures beside it.
fn shows(event: &PaymentEvent) -> bool {
    let (shown, figures) = (&event.payment, &event.figures);
    (shown.id, shown.order_id, shown.version) == (figures.payment_id, figures.order_id, figures.version)
        && (shown.amount, shown.captured, shown.refunded)
            == (figures.amount, figures.captured, figures.refunded)
}

/// What must be paid stays as it is, and totals never become less.
fn goes_on(before: &PaymentSnapshot, after: &PaymentSnapshot) -> bool {
    // a payment of a lost order becomes that of the order that repeats it
    let is_repeat = before.order_id != after.order_id && before.order_id.tail() == after.order_id.tail();
    (is_repeat || (before.order_id, before.amount) == (after.order_id, after.amount))
        && before.owed.minor >= after.owed.minor
        && before.captured.minor <= after.captured.minor
        && before.offline.minor <= after.offline.minor
        && before.refunded.minor <= after.refunded.minor
}

/// Whether one change can lead there and tell this. A change may be several steps of the machine: the first one is told,
/// unless a later one moves the payment.
fn may_lead(from: Option<PaymentState>, kind: EventType, to: PaymentState) -> bool {
    static REACHED: LazyLock<BTreeMap<Option<&str>, ReachedStates>> = LazyLock::new(|| {
        let states = transition::STATES.iter().copied().map(Some).chain([None]);
        states.map(|from| (from.map(transition::name), reached(from))).collect()
    });
    let reached = REACHED.get(&from.map(transition::name));
    reached.is_some_and(|reached| reached.contains(&(Some(transition::name(to)), Some(kind))))
}

/// States, and the event that told of the way there.
type ReachedStates = BTreeSet<(Option<&'static str>, Option<EventType>)>;

/// Where one change can lead from a state.
fn reached(from: Option<PaymentState>) -> ReachedStates {
    let mut reached = ReachedStates::new();
    let mut ahead = vec![(from, None)];
    while let Some((from, told)) = ahead.pop() {
        if !reached.insert((from.map(transition::name), told)) {
            continue;
        }
        for row in transition::TABLE.iter().filter(|row| row.is_from(from)) {
            let next = row.to.or(from);
            let told = told.filter(|_| next == from).or(Some(row.event));
            ahead.push((next, told));
        }
    }
    reached
}

impl ReplayedEvent for RefundEvent {
    fn subject(&self) -> String {
        self.refund.id.to_string()
    }
    fn version(&self) -> i64 {
        self.refund.version
    }
    fn follows(&self, before: Option<&Self>, kind: EventType) -> bool {
        let Refund { payment_id, order_id, amount, status, .. } = self.refund;
        let from = before.map_or(RefundStatus::Requested, |before| before.refund.status);
        let is_the_same = before.is_none_or(|before| {
            let told = &before.refund;
            // what has gone out is as much as the provider gave back
            let is_of = told.amount == amount || status == RefundStatus::Succeeded;
            is_of && (before.user_id, told.payment_id, told.order_id) == (self.user_id, payment_id, order_id)
        });
        is_the_same && kind == refund::event_of(status) && can_become(from, status)
    }
    fn is_offline(&self) -> bool {
        false
    }
}

/// Whether a refund can come from one state to another, in as many steps as it takes.
fn can_become(from: RefundStatus, to: RefundStatus) -> bool {
    let mut reached = vec![from];
    let mut looked_at = 0;
    while let Some(state) = reached.get(looked_at).copied() {
        looked_at += 1;
        for row in refund::TABLE.iter().filter(|row| row.from.contains(&state)) {
            if !reached.contains(&row.to) {
                reached.push(row.to);
            }
        }
    }
    reached.contains(&to)
}
