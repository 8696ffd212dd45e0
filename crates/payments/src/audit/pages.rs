//! One page of payments, looked at beside the work of the shop: what belongs to a payment is read in several statements,
//! and a change that comes in between makes it look broken.

use super::{
    Found, attempts, check_balances, check_closed, check_money, check_offline, check_versions, fact, replay,
    sets,
};
use crate::{book::Book, store::audit as store};
use contracts::audit::{Audited, Finding, Invariant, PaymentFact, VersionFact};
use db::{Db, Result};
use flow::reading::{self, Reading};
use kernel::id::PaymentId;
use std::collections::BTreeMap;

/// A payment that has changed each time that it was looked at is busy, and let be until somebody looks again.
const LOOKS_MAX: usize = 5;

/// What one payment shows by itself.
struct Looked {
    id: PaymentId,
    findings: Vec<Finding>,
    fact: PaymentFact,
    versions: Vec<VersionFact>,
}

impl Looked {
    fn add_to(self, audited: &mut Audited) {
        audited.findings.extend(self.findings);
        audited.payments.push(self.fact);
        audited.versions.extend(self.versions);
    }
}

/// Looks at these payments. One that looks broken is named if it still is as it was read, and else looked at again.
pub(super) async fn audit(db: &Db, mut books: Vec<Book>, reading: &mut Reading) -> Result<Audited> {
    let mut audited = Audited::default();
    for look in 1..=LOOKS_MAX {
        let about = |book: &Book| vec![book.payment.id.to_string(), book.payment.order_id.to_string()];
        let looked = reading::each(&books, reading, about, |books| look_at(db, books)).await?;
        let looked: Vec<Looked> = looked.into_iter().flatten().collect();
        let suspects = looked.iter().filter(|one| !one.findings.is_empty()).map(|one| one.id);
        let mut changed = store::books(db, &suspects.collect::<Vec<_>>(), reading).await?;
        changed.retain(|book| !books.contains(book));
        for mut one in looked {
            let is_changed = changed.iter().any(|book| book.payment.id == one.id);
            if is_changed && look < LOOKS_MAX {
                continue;
            }
            if is_changed {
                // what was read does not belong together: it says nothing but that something is under way
                one.findings.clear();
                one.fact.unsettled = true;
            }
            one.add_to(&mut audited);
        }
        if changed.is_empty() {
            break;
        }
        books = changed;
    }
    Ok(audited)
}

async fn look_at(db: &Db, books: &[Book]) -> Result<Vec<Looked>> {
    let ids: Vec<PaymentId> = books.iter().map(|book| book.payment.id).collect();
    let balances = store::balances(db, &ids).await?;
    let unbalanced = store::unbalanced(db, &ids).await?;
    let strange = store::strange(db, &ids).await?;
    let mut posted: BTreeMap<PaymentId, Vec<store::Posted>> = BTreeMap::new();
    for posting in store::posted(db, &ids).await? {
        posted.entry(posting.payment).or_default().push(posting);
    }
    let refunds = books.iter().flat_map(|book| &book.refunds);
    let refunds: Vec<String> = refunds.map(|refund| refund.id.to_string()).collect();
    let payments: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let journals = replay::journals(db, &payments, &refunds).await?;
    let look = |book: &Book| {
        let mut found = Found { findings: Vec::new(), subject: book.payment.id.to_string() };
        check_money(book, &mut found);
        attempts::check(book, &mut found);
        for (_, reason, amount) in unbalanced.iter().filter(|(id, _, _)| *id == book.payment.id) {
            found.find(Invariant::I4, format!("a set of postings ({reason}) sums to {amount}"));
        }
        check_balances(book, &balances, &mut found);
        sets::check(book, posted.get(&book.payment.id).map_or(&[], Vec::as_slice), &mut found);
        for (_, currency) in strange.iter().filter(|(id, _)| *id == book.payment.id) {
            let detail = format!("it is in {}, and there are postings in {currency}", book.payment.currency);
            found.find(Invariant::I4, detail);
        }
        check_closed(book, &mut found);
        check_offline(book, &journals, &mut found);
        check_versions(book, &journals, &mut found);
        shown(book, &journals, found.findings)
    };
    Ok(books.iter().map(look).collect())
}

/// A payment's facts, beside what was found.
fn shown(book: &Book, journals: &replay::Journals, findings: Vec<Finding>) -> Looked {
    let mut fact = fact(book);
    let journal = journals.payments.get(&fact.payment_id.to_string());
    // what an older version told without its surplus, orders know without it
    let told = journal.and_then(|journal| journal.newest());
    fact.figures = told.map(|told| told.figures.clone()).or(fact.figures).filter(|_| findings.is_empty());
    fact.secured = journal.map(|journal| journal.secured.iter().copied().collect()).unwrap_or_default();
    let versions = book.refunds.iter().map(|refund| (refund.id.to_string(), refund.version));
    let versions = versions.chain([(book.payment.id.to_string(), book.payment.version)]);
    let versions = versions.map(|(subject, version)| VersionFact { subject, version }).collect();
    Looked { id: book.payment.id, findings, fact, versions }
}
