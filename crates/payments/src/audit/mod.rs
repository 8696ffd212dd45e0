//! What an audit finds here: money that does not add up (I4), money that nobody says was paid (I5), closed payments
//! that keep some (I6), versions with gaps (I7), and what waits for too long (I8); see `docs/lifecycle.md`.

mod attempts;
mod keys;
mod pages;
mod postings;
mod replay;

pub use keys::{assign_to_repeats, keys, keys_of_charges, without_settled};

use crate::{
    NAME, aggregate::PaymentAggregate, attempt::Attempt, attempt::AttemptState, ledger::Account,
    operation::Operation, operation::OperationKind, operation::SPARE, store::audit as store, view,
};
use contracts::{
    audit::{Finding, Invariant, Note, PaymentFact, ServiceFacts},
    events::{PaymentEvent, RefundEvent},
    payments::PaymentState,
};
use db::{Db, Result};
use flow::row_reader::RowReader;
use kernel::{
    Timestamp,
    id::{IdKind, OrderId, PaymentId, RefundId, UserKind},
    time::AHEAD,
};
use payment_provider::A_DAY;
use replay::Journals;
use std::{collections::BTreeSet, time::Duration};

/// How long an unknown outcome may go without a question (I8).
const UNLOOKED_MAX: Duration = Duration::from_secs(5 * 60);

/// And how long a refund that failed may go without another try, which comes within the day.
const UNTRIED_MAX: Duration = Duration::from_secs(25 * 60 * 60);

/// Payments checked together.
const PAGE: i64 = 200;

/// Looks through everything that this service owns; every payment's facts are held in memory.
///
/// # Errors
/// What the database says.
pub async fn audit(db: &Db, now: Timestamp) -> Result<ServiceFacts> {
    let mut audited = rest(db, now).await?;
    let mut after = PaymentId::from_uuid(uuid::Uuid::nil());
    while let Some((last, part)) = page(db, after, PAGE).await? {
        after = last;
        audited.findings.extend(part.findings);
        audited.unreadable.extend(part.unreadable);
        audited.payments.extend(part.payments);
    }
    Ok(audited)
}

/// Checks the payments after `after`, by their ids: at most so many, and gives the last one of them. None: there are no
/// more.
///
/// # Errors
/// What the database says.
pub async fn page(db: &Db, after: PaymentId, at_most: i64) -> Result<Option<(PaymentId, ServiceFacts)>> {
    // what belongs to a payment is read in several statements, and a change that came in between would look like a break
    let db = &db.snapshot().await?;
    let mut reading = RowReader::default();
    let Some((last, books)) = store::page(db, after, at_most, &mut reading).await? else { return Ok(None) };
    let mut audited = pages::audit(db, &books, &mut reading).await?;
    reading.add_to(&mut audited);
    Ok(Some((last, audited)))
}

/// The facts of these orders' payments, and what of them cannot be read. Where all is asked for, what their events told is
/// among the facts, and what is broken is found as well.
///
/// # Errors
/// What the database says.
pub async fn of_orders(db: &Db, orders: &[OrderId], all: bool) -> Result<ServiceFacts> {
    let db = &db.snapshot().await?;
    let mut reading = RowReader::default();
    let books = store::of_orders(db, orders, &mut reading).await?;
    let mut audited = match all {
        true => pages::audit(db, &books, &mut reading).await?,
        false => ServiceFacts { payments: books.iter().map(fact).collect(), ..ServiceFacts::default() },
    };
    reading.add_to(&mut audited);
    Ok(audited)
}

/// What must be found beside the payments, page by page.
///
/// # Errors
/// What the database says.
pub async fn rest(db: &Db, now: Timestamp) -> Result<ServiceFacts> {
    let findings = flow::audit::waiting(NAME, db, now).await?;
    let mut audited = ServiceFacts { findings, ..ServiceFacts::default() };
    let mut find = |subject: String, detail: String| {
        audited.findings.push(Finding { invariant: Invariant::I8, subject, detail });
    };
    // a shop that stands is checked as it was when it was left; what lies in times to come does so now
    let to_come = db.now().await?.max(now).plus(AHEAD);
    let unlooked = store::unlooked(db, (now.minus(UNLOOKED_MAX), to_come), now.minus(UNTRIED_MAX)).await?;
    for (subject, looked_at) in unlooked {
        find(
            subject,
            match looked_at > to_come {
                true => format!("the provider was asked about it at {looked_at}, by a clock that was ahead"),
                false => format!("nobody has asked the provider about it since {looked_at}"),
            },
        );
    }
    let sent_since = now.minus(A_DAY.saturating_sub(SPARE));
    audited.notes = store::only_asked(db, sent_since, to_come).await?.into_iter().map(noted).collect();
    vanished(db, &mut audited.findings).await?;
    let mut reading = RowReader::default();
    store::strangers(db, &mut reading).await?;
    reading.add_to(&mut audited);
    Ok(audited)
}

/// It is not left alone, and nothing in the shop can end it: people can ask.
fn noted(store::QueriedAttempt { attempt, payment, since }: store::QueriedAttempt) -> Note {
    let detail = format!(
        "nobody knows what became of {attempt} since {since}; its key is too old to be sent again, so that the provider \
         is only asked: its support can tell"
    );
    Note { subject: payment.to_string(), detail }
}

/// I7: the payments and refunds that events tell of are there. Events are read first, so that one that comes in between is
/// not missed.
async fn vanished(db: &Db, found: &mut Vec<Finding>) -> Result<()> {
    let mut after = String::new();
    loop {
        let subjects = store::subjects(db, &after, PAGE).await?;
        let Some(last) = subjects.last() else { return Ok(()) };
        after.clone_from(last);
        let payments: Vec<PaymentId> = subjects.iter().filter_map(|subject| subject.parse().ok()).collect();
        let refunds: Vec<RefundId> = subjects.iter().filter_map(|subject| subject.parse().ok()).collect();
        let there = store::there(db, &payments, &refunds).await?;
        let named = payments.iter().map(|id| (id.uuid(), id.to_string()));
        let named = named.chain(refunds.iter().map(|id| (id.uuid(), id.to_string())));
        for (_, subject) in named.filter(|(id, _)| !there.contains(id)) {
            let detail = "its events tell of it, and it is not there".to_owned();
            found.push(Finding { invariant: Invariant::I7, subject, detail });
        }
    }
}

/// Findings about one payment.
struct PaymentFindings {
    findings: Vec<Finding>,
    subject: String,
}

impl PaymentFindings {
    fn find(&mut self, invariant: Invariant, detail: String) {
        self.findings.push(Finding { invariant, subject: self.subject.clone(), detail });
    }
}

/// Refunded + claims ≤ captured ≤ authorized; the figures are those of the attempts and refunds; one is live.
fn check_money(book: &PaymentAggregate, reckoned: &PaymentAggregate, found: &mut PaymentFindings) {
    let p = &book.payment;
    if p.refunded.saturating_add(p.claimed) > p.captured {
        let (refunded, claimed, captured) = (p.refunded, p.claimed, p.captured);
        found.find(Invariant::I4, format!("refunded {refunded} + claimed {claimed} > captured {captured}"));
    }
    for attempt in book.attempts.iter().filter(|attempt| attempt.captured > attempt.authorized) {
        let (id, captured, authorized) = (attempt.id, attempt.captured, attempt.authorized);
        found.find(Invariant::I4, format!("{id}: captured {captured} > authorized {authorized}"));
    }
    let r = &reckoned.payment;
    let figures = [
        ("authorized", p.authorized, r.authorized),
        ("captured", p.captured, r.captured),
        ("refunded", p.refunded, r.refunded),
        ("refunded offline", p.refunded_offline, r.refunded_offline),
        ("claimed", p.claimed, r.claimed),
    ];
    for (what, ours, theirs) in figures.into_iter().filter(|(_, ours, theirs)| ours != theirs) {
        found.find(Invariant::I4, format!("{what} is {ours}, by its attempts and refunds it is {theirs}"));
    }
    let live = book.attempts.iter().filter(|attempt| attempt.live).count();
    if live > 1 {
        found.find(Invariant::I4, format!("{live} attempts are live"));
    }
}

/// The ledger agrees with the figures.
fn check_balances(book: &PaymentAggregate, posted: &[store::PostingRow], found: &mut PaymentFindings) {
    let p = &book.payment;
    // each figure can be at either end of its range
    let [authorized, captured, offline] = [p.authorized, p.captured, p.offline].map(i128::from);
    let [refunded, refunded_offline] = [p.refunded, p.refunded_offline].map(i128::from);
    let cash = offline - refunded_offline;
    let provider = (captured - offline) - (refunded - refunded_offline);
    let expected = [
        (Account::Authorized, authorized),
        (Account::Cash, cash),
        (Account::Provider, provider),
        (Account::Customer, -(authorized + cash + provider)),
    ];
    for (account, amount) in expected {
        let of_account = posted.iter().filter(|posting| posting.account == account.name());
        let balance: i128 = of_account.map(|posting| i128::from(posting.amount)).sum();
        if balance != amount {
            let account = account.name();
            found.find(
                Invariant::I4,
                format!("the account {account} is at {balance}, the payment says {amount}"),
            );
        }
    }
}

/// What was posted is in the payment's currency.
fn check_currency(book: &PaymentAggregate, posted: &[store::PostingRow], found: &mut PaymentFindings) {
    let ours = book.payment.currency;
    let others =
        posted.iter().map(|posting| posting.currency.as_str()).filter(|theirs| *theirs != ours.code());
    for theirs in others.collect::<BTreeSet<_>>() {
        found.find(Invariant::I4, format!("it is in {ours}, and there are postings in {theirs}"));
    }
}

/// A closed payment keeps nothing, once its attempts are over.
fn check_closed(book: &PaymentAggregate, found: &mut PaymentFindings) {
    let p = &book.payment;
    if p.state != PaymentState::Closed || is_unsettled(book) {
        return;
    }
    if p.authorized != 0 || p.captured != p.refunded.saturating_add(p.claimed) {
        let (authorized, captured, refunded, claimed) = (p.authorized, p.captured, p.refunded, p.claimed);
        found.find(
            Invariant::I6,
            format!("closed with authorized {authorized}, captured {captured}, refunded {refunded}, claimed {claimed}"),
        );
    }
}

/// Events name a person by the account, and all else by a word.
fn is_person(actor: &str) -> bool {
    actor.strip_prefix(UserKind::PREFIX).is_some_and(|rest| rest.starts_with('_'))
}

/// Versions from 1 without a gap, and what the events tell, one after the other, comes to what the row says.
fn check_versions(book: &PaymentAggregate, journals: &Journals, found: &mut PaymentFindings) {
    let p = &book.payment;
    // what is broken in a way of its own is not named again for not being what the journal tells
    let is_sound = found.findings.is_empty();
    let mut find = |subject: String, why: Option<String>| {
        let finding = |detail| Finding { invariant: Invariant::I7, subject, detail };
        found.findings.extend(why.map(finding));
    };
    let why = match journals.payments.get(&p.id.to_string()) {
        None => Some(format!("it is at version {}, and no event tells of it", p.version)),
        Some(journal) => journal.gap(p.version).or_else(|| {
            let agrees = |told: &PaymentEvent| {
                told.user_id == p.user_id && (!is_sound || view::figures(book).is_told_by(&told.figures))
            };
            journal.contradiction(agrees)
        }),
    };
    find(p.id.to_string(), why);
    for refund in &book.refunds {
        let why = match journals.refunds.get(&refund.id.to_string()) {
            None => Some(format!("it is at version {}, and no event tells of it", refund.version)),
            Some(journal) => journal.gap(refund.version).or_else(|| {
                let agrees = |told: &RefundEvent| !is_sound || told.refund == view::told_refund(p, refund);
                journal.contradiction(agrees)
            }),
        };
        find(refund.id.to_string(), why);
    }
}

/// Money that was paid offline is there because a person said so.
fn check_offline(book: &PaymentAggregate, journals: &Journals, found: &mut PaymentFindings) {
    let p = &book.payment;
    if p.offline == 0 {
        return;
    }
    let journal = journals.payments.get(&p.id.to_string());
    match journal.and_then(|journal| journal.offline_by.as_deref()) {
        Some(actor) if is_person(actor) => {}
        Some(actor) => {
            let detail = format!("{} was paid offline, which {actor} says, and no person", p.offline);
            found.find(Invariant::I5, detail);
        }
        None => found.find(Invariant::I5, format!("{} was paid offline, and nobody has said so", p.offline)),
    }
}

/// Something is under way: the provider may be ahead of what stands here.
fn is_unsettled(book: &PaymentAggregate) -> bool {
    book.attempts.iter().any(|attempt| is_under_way(book, attempt))
}

fn is_under_way(book: &PaymentAggregate, attempt: &Attempt) -> bool {
    let is_settled = |state: AttemptState| {
        state.is_over() || matches!(state, AttemptState::Authorized | AttemptState::Captured)
    };
    !is_settled(attempt.state) || book.is_unwanted(attempt)
}

/// The keys under which the provider has, or may come to have, the charges of attempts that are under way.
fn under_way(book: &PaymentAggregate) -> Vec<String> {
    let attempts = book.attempts.iter().filter(|attempt| is_under_way(book, attempt));
    let subjects: BTreeSet<uuid::Uuid> = attempts.map(|attempt| attempt.id.uuid()).collect();
    let operations = submitted(book).filter(|operation| subjects.contains(&operation.subject));
    operations.map(|operation| operation.key.clone()).collect()
}

/// What was to make a charge: its key is written down before the provider is asked (R7).
fn submitted(book: &PaymentAggregate) -> impl Iterator<Item = &Operation> {
    book.operations.iter().filter(|operation| operation.kind == OperationKind::Submit)
}

/// Nothing is taken out of this sum, so that whatever is changed at the provider makes it larger.
fn changes(book: &PaymentAggregate) -> i64 {
    let refunds = book.refunds.iter().map(|refund| refund.version.saturating_add(1));
    let attempts = book.attempts.iter().map(|attempt| attempt.wonders.saturating_add(1));
    let operations = book.operations.iter().map(|_| 1);
    crate::aggregate::sum([book.payment.version].into_iter().chain(refunds).chain(attempts).chain(operations))
}

fn with_money(book: &PaymentAggregate) -> impl Iterator<Item = &Attempt> {
    book.attempts.iter().filter(|attempt| attempt.captured > 0 || attempt.held() > 0)
}

fn fact(book: &PaymentAggregate) -> PaymentFact {
    let p = &book.payment;
    PaymentFact {
        payment_id: p.id,
        order_id: p.order_id,
        state: p.state,
        currency: p.currency,
        figures: Some(view::figures(book)),
        secured: Vec::new(),
        authorized: p.authorized,
        captured: p.captured,
        surplus: book.surplus(),
        offline: p.offline,
        refunded: p.refunded.saturating_sub(p.refunded_offline),
        refunded_offline: p.refunded_offline,
        claimed: p.claimed,
        charges: with_money(book).filter_map(|attempt| attempt.charge.clone()).collect(),
        unsettled: is_unsettled(book)
            || book.refunds.iter().any(|refund| refund.claims() && !refund.is_offline()),
        under_way: under_way(book),
        keys: Some(submitted(book).map(|operation| operation.key.clone()).collect()),
        changes: changes(book),
    }
}
