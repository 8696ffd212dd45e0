//! One page of payments with all that belongs to them, as it was at one moment.

use super::{
    PaymentFindings, UNTRIED_MAX, attempts, check_balances, check_closed, check_currency, check_money,
    check_offline, check_versions, fact, postings,
    replay::{self, ReplayedJournal},
};
use crate::{
    aggregate::PaymentAggregate,
    store::audit::{self as store, PostingRow},
    timer_plan::waits,
};
use contracts::audit::{Finding, ServiceFacts, VersionFact};
use db::{Db, Result};
use flow::row_reader::{self, RowReader};
use kernel::id::PaymentId;
use std::collections::BTreeMap;

/// Checks these payments.
pub(super) async fn audit(
    db: &Db,
    books: &[PaymentAggregate],
    reading: &mut RowReader,
) -> Result<ServiceFacts> {
    let mut audited = ServiceFacts::default();
    let about =
        |book: &PaymentAggregate| vec![book.payment.id.to_string(), book.payment.order_id.to_string()];
    for part in row_reader::each(books, reading, about, |books| look_at(db, books)).await? {
        audited.findings.extend(part.findings);
        audited.payments.extend(part.payments);
        audited.versions.extend(part.versions);
    }
    Ok(audited)
}

async fn look_at(db: &Db, books: &[PaymentAggregate]) -> Result<ServiceFacts> {
    let ids: Vec<PaymentId> = books.iter().map(|book| book.payment.id).collect();
    let mut posted: BTreeMap<PaymentId, Vec<PostingRow>> = BTreeMap::new();
    for posting in store::posted(db, &ids).await? {
        posted.entry(posting.payment).or_default().push(posting);
    }
    let refunds = books.iter().flat_map(|book| &book.refunds);
    let refunds: Vec<String> = refunds.map(|refund| refund.id.to_string()).collect();
    let payments: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let journals = replay::journals(db, &payments, &refunds).await?;
    let mut audited = ServiceFacts::default();
    let awaited = books.iter().flat_map(waits).map(|(_, key)| key);
    let timers = store::timers(db, &awaited.collect::<Vec<_>>()).await?;
    let at_latest = db.now().await?.plus(UNTRIED_MAX);
    for book in books {
        audited.findings.extend(attempts::forgotten(book, &timers, at_latest));
        let findings = look(book, posted.get(&book.payment.id).map_or(&[], Vec::as_slice), &journals);
        show(book, &journals, findings, &mut audited);
    }
    Ok(audited)
}

fn look(book: &PaymentAggregate, posted: &[PostingRow], journals: &replay::Journals) -> Vec<Finding> {
    let mut found = PaymentFindings { findings: Vec::new(), subject: book.payment.id.to_string() };
    let mut reckoned = book.clone();
    reckoned.reckon();
    check_money(book, &reckoned, &mut found);
    attempts::check(book, &reckoned, &mut found);
    // what its events tell, one by one, is checked below
    if let Some(owed) = journals.payments.get(&book.payment.id.to_string()).and_then(ReplayedJournal::owed) {
        attempts::asked_for(book, owed, &mut found);
    }
    postings::balanced(posted, &mut found);
    check_balances(book, posted, &mut found);
    postings::check(book, posted, &mut found);
    check_currency(book, posted, &mut found);
    check_closed(book, &mut found);
    check_offline(book, journals, &mut found);
    check_versions(book, journals, &mut found);
    found.findings
}

/// A payment's facts, beside what was found.
fn show(
    book: &PaymentAggregate,
    journals: &replay::Journals,
    findings: Vec<Finding>,
    audited: &mut ServiceFacts,
) {
    let mut fact = fact(book);
    let journal = journals.payments.get(&fact.payment_id.to_string());
    // what an older version told without its surplus, orders know without it
    let told = journal.and_then(|journal| journal.newest());
    fact.figures = told.map(|told| told.figures.clone()).or(fact.figures).filter(|_| findings.is_empty());
    fact.secured = journal.map(|journal| journal.secured.iter().copied().collect()).unwrap_or_default();
    let versions = book.refunds.iter().map(|refund| (refund.id.to_string(), refund.version));
    let versions = versions.chain([(book.payment.id.to_string(), book.payment.version)]);
    audited.versions.extend(versions.map(|(subject, version)| VersionFact { subject, version }));
    audited.findings.extend(findings);
    audited.payments.push(fact);
}
