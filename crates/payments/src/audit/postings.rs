//! The ledger beside what it tells of (I4): each attempt, each refund and what was paid offline has its own postings, also
//! where those of a payment come to nothing together.

use super::PaymentFindings;
use crate::{
    aggregate::PaymentAggregate,
    attempt::{Attempt, AttemptState},
    ledger::{Account, PostingReason},
    refund::Refund,
    store::audit::PostingRow,
};
use contracts::audit::Invariant;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What an attempt, a refund or a payment must have posted.
struct ExpectedPostings {
    subject: Uuid,
    name: String,
    /// A set for each of them.
    reasons: BTreeSet<PostingReason>,
    /// What they come to, by account.
    accounts: [(Account, i128); 4],
}

/// What is broken about the postings of a payment.
pub(super) fn check(book: &PaymentAggregate, posted: &[PostingRow], found: &mut PaymentFindings) {
    let due = due(book);
    for ExpectedPostings { subject, name, reasons, accounts } in &due {
        let mine: Vec<&PostingRow> = posted.iter().filter(|posting| posting.subject == *subject).collect();
        let lacking = reasons.iter().find(|reason| mine.iter().all(|p| p.reason != reason.name()));
        if let Some(reason) = lacking {
            found.find(Invariant::I4, format!("{name}: there is no set of postings ({})", reason.name()));
            continue;
        }
        for (account, amount) in accounts {
            let of_account = mine.iter().filter(|p| p.account == account.name());
            let there: i128 = of_account.map(|p| i128::from(p.amount)).sum();
            if there != *amount {
                let account = account.name();
                found.find(
                    Invariant::I4,
                    format!("{name}: {there} is posted to the account {account}, {amount} should be"),
                );
            }
        }
    }
    let is_known = |posting: &&PostingRow| due.iter().any(|due| due.subject == posting.subject);
    if let Some(posting) = posted.iter().find(|posting| !is_known(posting)) {
        let PostingRow { reason, subject, .. } = posting;
        found.find(Invariant::I4, format!("postings ({reason}) are about {subject}, which is not there"));
    }
}

/// Each set sums to zero, in each currency.
pub(super) fn balanced(posted: &[PostingRow], found: &mut PaymentFindings) {
    let mut sets: BTreeMap<(&str, Uuid, &str), i128> = BTreeMap::new();
    for posting in posted {
        let set = (posting.reason.as_str(), posting.subject, posting.currency.as_str());
        *sets.entry(set).or_default() += i128::from(posting.amount);
    }
    for ((reason, ..), sum) in sets.into_iter().filter(|(_, sum)| *sum != 0) {
        found.find(Invariant::I4, format!("a set of postings ({reason}) sums to {sum}"));
    }
}

fn due(book: &PaymentAggregate) -> Vec<ExpectedPostings> {
    let offline = book.payment.offline;
    let paid = ExpectedPostings {
        subject: book.payment.id.uuid(),
        name: "paid offline".to_owned(),
        reasons: (offline > 0).then_some(PostingReason::Offline).into_iter().collect(),
        accounts: accounts(0, 0, offline),
    };
    let of_attempt = |attempt: &Attempt| ExpectedPostings {
        subject: attempt.id.uuid(),
        name: format!("{}, {}", attempt.id, attempt.state.name()),
        reasons: reasons(attempt),
        accounts: accounts(attempt.held(), attempt.captured, 0),
    };
    let of_refund = |refund: &Refund| {
        let gone = if refund.counts() && !refund.claims() { refund.amount } else { 0 };
        let (provider, cash) = if refund.is_by_people() { (0, gone) } else { (gone, 0) };
        ExpectedPostings {
            subject: refund.id.uuid(),
            name: refund.id.to_string(),
            reasons: (gone > 0).then_some(PostingReason::Refund).into_iter().collect(),
            accounts: accounts(0, provider, cash).map(|(account, amount)| (account, -amount)),
        }
    };
    let attempts = book.attempts.iter().map(of_attempt);
    attempts.chain(book.refunds.iter().map(of_refund)).chain([paid]).collect()
}

fn accounts(authorized: i64, provider: i64, cash: i64) -> [(Account, i128); 4] {
    let [authorized, provider, cash] = [authorized, provider, cash].map(i128::from);
    [
        (Account::Authorized, authorized),
        (Account::Provider, provider),
        (Account::Cash, cash),
        (Account::Customer, -authorized - provider - cash),
    ]
}

/// The sets that an attempt in its state has; what it passed through on its way is not known of one that was taken.
fn reasons(attempt: &Attempt) -> BTreeSet<PostingReason> {
    let of_state: &[PostingReason] = match attempt.state {
        AttemptState::Captured if attempt.captured > 0 => &[PostingReason::Capture],
        _ if attempt.held() > 0 => &[PostingReason::Authorize],
        AttemptState::Voided | AttemptState::Expired if attempt.authorized > 0 => {
            &[PostingReason::Authorize, PostingReason::Release]
        }
        _ => &[],
    };
    of_state.iter().copied().collect()
}
