//! `ordo audit`: is anything lost, oversold or charged twice?

pub(crate) mod answering;
mod books;
mod cross;
mod feeds;
mod looking;
mod telling;

pub use books::{Books, Services};
pub use cross::check;
use looking::look_into;
pub use looking::{Looked, PAGE, look};

use crate::{clients::Network, config::Config, exit::Failure, folder, say, secret, shape, shop};
use contracts::audit::{Finding, Invariant, Note};
use kernel::Env;
use std::{
    collections::{BTreeMap, BTreeSet},
    process::ExitCode,
    time::Duration,
};
use tokio::time::{Instant, sleep};

/// Before the second look; each pause is longer by as much than the one before it.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// Audits the shop in the data folder or on PostgreSQL, running or not; exit code 1 if something is broken.
///
/// Where the databases are not all named, and the addresses of all services are, or where `ask` says so, each service is
/// asked for its part.
///
/// While the shop works, what looks broken may only be under way: it is looked at again and again for as long as
/// `patience` lasts, and named only if it is broken each time. Where nobody runs the shop, it is looked at as it was
/// when it was last written.
///
/// # Errors
/// When there is no shop, or it cannot be read, or a service does not answer.
pub async fn run(config: &Config, patience: Duration, ask: bool) -> Result<ExitCode, Failure> {
    let env = host::env();
    let is_there = ask || (!shape::is_on_postgres(config) && shape::names_all(config));
    let books = match is_there {
        true => Books::There(Services::of(&network(config, &env)?, &env)),
        false => Books::Here(Box::new(shop::Databases::look_at(config, &env).await?)),
    };
    let is_embedded = !is_there && !shape::is_on_postgres(config);
    let written = is_embedded.then(|| folder::last_written(&config.data)).flatten();
    let Looked { mut findings, mut notes, .. } = look_into(&books, books.now().await?, PAGE).await?;
    let mut patience = patience;
    if is_embedded && !findings.is_empty() && matches!(folder::holder(&config.data), Ok(None)) {
        // what stands still will be the same at another look, and nobody could do what has fallen due since it stands
        patience = Duration::ZERO;
        let since = written.map_or(env.now(), |written| written.min(env.now()));
        Looked { findings, notes, .. } = look_into(&books, since, PAGE).await?;
    }
    if !findings.is_empty() && !patience.is_zero() {
        let first = Looked { findings, notes, ..Looked::default() };
        Looked { findings, notes, .. } = look_again(&books, patience, first).await?;
    }
    say::text(format_args!("{}{}", report(&findings), remarks(&notes)));
    Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The way to the services, as a gateway has it.
fn network(config: &Config, env: &Env) -> Result<Network, Failure> {
    let secret = config.secret.as_ref().ok_or_else(|| {
        Failure::Config("`secret`: the services answer nobody else: set ORDO_SECRET to theirs".to_owned())
    })?;
    Ok(Network::with(env, &secret::set(secret)?, shape::all_others(config)?))
}

/// The same of a shop beside its work: what is broken however often it is looked at.
///
/// # Errors
/// When a database cannot be read.
pub async fn beside(books: &Books, patience: Duration) -> Result<Vec<Finding>, Failure> {
    let first = look_into(books, books.now().await?, PAGE).await?;
    Ok(look_again(books, patience, first).await?.findings)
}

/// What of the first look is broken at each other one, too.
async fn look_again(books: &Books, patience: Duration, mut looked: Looked) -> Result<Looked, Failure> {
    let begun = Instant::now();
    let mut pause = FIRST_PAUSE;
    while !looked.findings.is_empty() && begun.elapsed() < patience {
        sleep(pause.min(patience.saturating_sub(begun.elapsed()))).await;
        let again = look_into(books, books.now().await?, PAGE).await?;
        looked = Looked { findings: still_broken(looked.findings, &again), ..again };
        pause += FIRST_PAUSE;
    }
    Ok(looked)
}

/// What was found, a line for each, and what it comes to.
fn report(findings: &[Finding]) -> String {
    if findings.is_empty() {
        return "the audit is clean: I1 to I10 hold\n".to_owned();
    }
    let line =
        |Finding { invariant, subject, detail }: &Finding| format!("{invariant:?} {subject}: {detail}\n");
    let mut text: String = findings.iter().map(line).collect();
    let broken: BTreeSet<Invariant> = findings.iter().map(|finding| finding.invariant).collect();
    let broken: Vec<String> = broken.iter().map(|invariant| format!("{invariant:?}")).collect();
    let count = findings.len();
    let findings = if count == 1 { "finding" } else { "findings" };
    text.push_str(&format!(
        "{count} {findings}; broken: {}. docs/lifecycle.md tells what that means.\n",
        broken.join(", ")
    ));
    text
}

/// What is allowed and worth a look, a line for each.
fn remarks(notes: &[Note]) -> String {
    notes.iter().map(|Note { subject, detail }| format!("note: {subject}: {detail}\n")).collect()
}

/// What was broken at an earlier look and still is: the same is wrong with the same resource, in whatever numbers. At each
/// look what is broken is told apart from what happens meanwhile; but what is under way hides some of it, so that nothing
/// that was found is taken back by that.
fn still_broken(before: Vec<Finding>, again: &Looked) -> Vec<Finding> {
    let now: BTreeMap<_, _> = again.findings.iter().map(|found| (what(found), found)).collect();
    let is_hidden = |found: &Finding| again.under_way.contains(&(found.invariant, found.subject.clone()));
    let still =
        |found: Finding| now.get(&what(&found)).copied().cloned().or(is_hidden(&found).then_some(found));
    before.into_iter().filter_map(still).collect()
}

/// What is wrong, without its numbers.
fn what(found: &Finding) -> (Invariant, &str, String) {
    let words = found.detail.chars().filter(|letter| !letter.is_ascii_digit()).collect();
    (found.invariant, &found.subject, words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(invariant: Invariant, subject: &str, detail: &str) -> Finding {
        Finding { invariant, subject: subject.to_owned(), detail: detail.to_owned() }
    }

    #[test]
    fn a_report_has_a_line_for_each_finding_and_a_sum() {
        assert_eq!(report(&[]), "the audit is clean: I1 to I10 hold\n");
        let one = finding(Invariant::I4, "pay_1", "captured: 2 in the books, 1 in the provider's ledger");
        assert_eq!(
            report(std::slice::from_ref(&one)),
            "I4 pay_1: captured: 2 in the books, 1 in the provider's ledger\n\
             1 finding; broken: I4. docs/lifecycle.md tells what that means.\n"
        );
        let others = [finding(Invariant::I1, "prd_1", "x"), finding(Invariant::I4, "pay_1", "y"), one];
        assert!(
            report(&others)
                .ends_with("3 findings; broken: I1, I4. docs/lifecycle.md tells what that means.\n")
        );
    }

    #[test]
    fn notes_come_after_the_verdict() {
        let note = Note { subject: "prd_1".into(), detail: "2 units were found".into() };
        assert_eq!(remarks(&[note]), "note: prd_1: 2 units were found\n");
        assert_eq!(remarks(&[]), "");
    }

    #[test]
    fn what_was_only_under_way_is_not_named() {
        let first = vec![
            finding(Invariant::I2, "plc_1", "1 of 2"),
            finding(Invariant::I3, "ord_1", "x"),
            finding(Invariant::I7, "ord_2", "version 1, and 2 events"),
        ];
        let second = vec![
            finding(Invariant::I2, "plc_1", "0 of 2"),
            finding(Invariant::I2, "plc_2", "it is new"),
            finding(Invariant::I5, "ord_1", "it is new"),
            finding(Invariant::I7, "ord_2", "its last event tells other figures than its row"),
        ];
        let again = Looked { findings: second, ..Looked::default() };
        assert_eq!(still_broken(first, &again), [finding(Invariant::I2, "plc_1", "0 of 2")]);
    }

    #[test]
    fn what_is_broken_is_not_hidden_by_what_is_done_to_it() {
        let broken = finding(Invariant::I4, "pay_1", "refunded: 2 in the books, 3 in the provider's ledger");
        let under_way = BTreeSet::from([(Invariant::I4, "pay_1".to_owned())]);
        let again = Looked { under_way, ..Looked::default() };
        let still = still_broken(vec![broken.clone()], &again);
        assert_eq!(still, std::slice::from_ref(&broken));
        assert_eq!(still_broken(still, &Looked::default()), [], "it was looked at as it rests");
    }
}
