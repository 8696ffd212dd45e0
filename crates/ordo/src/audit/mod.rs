//! `ordo audit`: is anything lost, oversold or charged twice?

mod client;
mod cross;
mod feeds;
mod propagation;
mod run;
pub(crate) mod server;
mod sources;
mod stock;

pub use client::Services;
pub use cross::check;
use run::look_into;
pub use run::{AuditResult, PAGE, look};
pub use sources::AuditSources;

use crate::{
    anchor::{self, IdlePeriod},
    changed_files::changed_in,
    clients::Network,
    config::Config,
    data_dir,
    databases::Databases,
    exit_code::Failure,
    output, secret_check, topology,
};
use contracts::audit::{Finding, Invariant, Note};
use db::sqlite::Depth;
use kernel::Env;
use std::{collections::BTreeSet, process::ExitCode, time::Duration};
use tokio::time::{Instant, sleep};

/// What looks broken while the shop works is checked again for so long, unless something else is asked for.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);
/// Before the second look; each pause is longer by as much than the one before it.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// Audits the shop in the data folder or on PostgreSQL, running or not; exit code 1 if something is broken.
///
/// Where the databases are not all named, and the addresses of all services are, or where `ask` says so, each service is
/// asked for its part.
///
/// While the shop works, what looks broken may only be under way: it is checked again and again for as long as `patience`
/// lasts, and named only if it is broken each time. Where no process runs the shop, it is checked as of the time at which it
/// last worked. Its rows contain that time; the age of its files does not, since a copy has the age of the copying.
///
/// # Errors
/// When there is no shop, or it cannot be read, or a service does not answer.
pub async fn run(config: &Config, patience: Duration, ask: bool) -> Result<ExitCode, Failure> {
    let env = host::env();
    let is_there = ask || (!topology::is_on_postgres(config) && topology::names_all(config));
    let is_embedded = !is_there && !topology::is_on_postgres(config);
    let (books, damaged, behind) = match is_there {
        true => {
            let there = AuditSources::there(Services::of(&network(config, &env)?, &env));
            (there.in_parallel(&env), Vec::new(), Vec::new())
        }
        false => {
            // before they are opened here: a process that closes a file releases all its locks on it
            let changed = if is_embedded { changed_in(&config.data)? } else { Vec::new() };
            let databases = Databases::look_at(config, &env).await?;
            let damaged = databases.damage(Depth::Quick).await?;
            let behind = if is_embedded && damaged.is_empty() {
                behind(config, &databases, changed).await?
            } else {
                Vec::new()
            };
            (AuditSources::here(databases).in_parallel(&env), damaged, behind)
        }
    };
    if !damaged.is_empty() {
        return Ok(tell(&of_damaged(&books, &damaged).await, &[]));
    }
    let AuditResult { mut findings, mut notes, .. } = look_into(&books, books.now().await?, PAGE).await?;
    let mut patience = patience;
    if is_embedded && !findings.is_empty() && matches!(data_dir::holder(&config.data), Ok(None)) {
        // what stands still will be the same at another look
        patience = Duration::ZERO;
        let rest = anchor::rest(&config.data)?;
        AuditResult { findings, notes, .. } = look_as_it_stands(&books, rest).await?;
    }
    if !findings.is_empty() && !patience.is_zero() {
        let first = AuditResult { findings, notes, ..AuditResult::default() };
        AuditResult { findings, notes, .. } = look_again(&books, patience, first).await?;
    }
    findings.extend(behind);
    Ok(tell(&findings, &notes))
}

/// What an embedded shop has lost, by its anchor (I7): histories that end too early, or are others; and which files are not as they
/// were written.
async fn behind(
    config: &Config,
    databases: &Databases,
    changed: Vec<String>,
) -> Result<Vec<Finding>, Failure> {
    let folder = data_dir::DataDir::look_at(&config.data)?;
    let faults = anchor::faults(&folder, databases, false).await?;
    let finding =
        |subject: &str, detail| Finding { invariant: Invariant::I7, subject: subject.to_owned(), detail };
    let behind = faults.into_iter().map(|fault| finding("anchor", fault));
    Ok(behind.chain(changed.into_iter().map(|line| finding("pages", line))).collect())
}

/// Audits a shop that is not running as of the time at which it last worked; exit code 1 if something is broken.
///
/// # Errors
/// When it cannot be read.
pub(crate) async fn as_it_stands(
    databases: &Databases,
    env: &Env,
    rest: Option<IdlePeriod>,
) -> Result<ExitCode, Failure> {
    let damaged = databases.damage(Depth::Quick).await?;
    let books = AuditSources::here(databases.clone()).in_parallel(env);
    if !damaged.is_empty() {
        return Ok(tell(&of_damaged(&books, &damaged).await, &[]));
    }
    let AuditResult { findings, notes, .. } = look_as_it_stands(&books, rest).await?;
    Ok(tell(&findings, &notes))
}

/// Checks a folder that was copied while the shop ran, whose files may be of several moments, from end to end.
///
/// # Errors
/// [`Failure::Data`] with what is broken.
pub(crate) async fn check_copy(
    databases: &Databases,
    env: &Env,
    rest: Option<IdlePeriod>,
) -> Result<(), Failure> {
    const SHOWN: usize = 5;
    tracing::info!("data folder was copied while the shop ran; running a full check");
    let mut faults: Vec<String> = databases.damage(Depth::Deep).await?.iter().map(of_file).collect();
    if faults.is_empty() {
        let books = AuditSources::here(databases.clone()).in_parallel(env);
        let listed = payments::unknown_charges(&databases.payments).await? > 0;
        // what staff have not settled yet is no fault of the copy: dead letters, and charges that are listed for staff
        let is_old = |found: &Finding| match found.invariant {
            Invariant::I8 => true,
            Invariant::I4 => listed,
            _ => false,
        };
        let found = look_as_it_stands(&books, rest).await?.findings;
        faults.extend(found.iter().filter(|found| !is_old(found)).map(line));
    }
    if faults.is_empty() {
        tracing::info!("copy is intact");
        return Ok(());
    }
    let more = faults.len().saturating_sub(SHOWN);
    faults.truncate(SHOWN);
    if more > 0 {
        faults.push(format!("… and {more} more: `ordo audit` names them\n"));
    }
    Err(Failure::Data(format!(
        "{}The data folder was copied while the shop ran, and its files do not go together. Use the original folder, or stop the \
         shop and copy it again; `ordo backup` copies a shop that runs. To go on with this copy, start once with \
         `ordo serve --accept-loss`: docs/backup-and-restore.md says what that means.",
        faults.concat()
    )))
}

fn of_file((file, damage): &(&str, String)) -> String {
    format!("{file} is damaged: {damage}\n")
}

fn line(Finding { invariant, subject, detail }: &Finding) -> String {
    format!("{invariant:?} {subject}: {detail}\n")
}

/// Work that has fallen due since the shop stopped is not overdue.
async fn look_as_it_stands(books: &AuditSources, rest: Option<IdlePeriod>) -> Result<AuditResult, Failure> {
    let now = books.now().await?;
    let since = books.last_at_work().await?.map_or(now, |then| IdlePeriod::last_worked(rest, then).min(now));
    look_into(books, since, PAGE).await
}

/// Prints what was found; 1 if anything was.
pub(crate) fn tell(findings: &[Finding], notes: &[Note]) -> ExitCode {
    output::text(format_args!("{}{}", report(findings), remarks(notes)));
    if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The findings of a shop whose files are damaged (I7): all that can be read in one pass, which may be nothing.
async fn of_damaged(books: &AuditSources, damaged: &[(&str, String)]) -> Vec<Finding> {
    let finding = |(file, damage): &(&str, String)| {
        let damage = damage.split_whitespace().collect::<Vec<_>>().join(" ");
        let detail = format!(
            "the file is damaged ({damage}): what stands in it cannot be trusted, and a copy that is whole is needed"
        );
        Finding { invariant: Invariant::I7, subject: (*file).to_owned(), detail }
    };
    let mut findings: Vec<Finding> = damaged.iter().map(finding).collect();
    if let Ok(now) = books.now().await
        && let Ok(looked) = look_into(books, now, PAGE).await
    {
        findings.extend(looked.findings);
    }
    findings
}

/// The way to the services, as a gateway has it.
fn network(config: &Config, env: &Env) -> Result<Network, Failure> {
    let secret = config.secret.as_ref().ok_or_else(|| {
        Failure::Config("`secret`: the services answer nobody else: set ORDO_SECRET to theirs".to_owned())
    })?;
    let (others, mutual) = (topology::all_others(config)?, topology::read_mutual(config)?);
    Ok(Network::with(env, &secret_check::set(secret)?, others, mutual))
}

/// What is broken in a shop, which runs or stands still.
///
/// # Errors
/// When it cannot be read.
pub(crate) async fn findings(
    databases: &Databases,
    env: &Env,
    runs: bool,
    rest: Option<IdlePeriod>,
) -> Result<Vec<Finding>, Failure> {
    let books = AuditSources::here(databases.clone()).in_parallel(env);
    match runs {
        true => beside(&books, PATIENCE).await,
        false => Ok(look_as_it_stands(&books, rest).await?.findings),
    }
}

/// The same of a shop beside its work: what is broken however often it is checked.
///
/// # Errors
/// When a database cannot be read.
pub async fn beside(books: &AuditSources, patience: Duration) -> Result<Vec<Finding>, Failure> {
    let first = look_into(books, books.now().await?, PAGE).await?;
    Ok(look_again(books, patience, first).await?.findings)
}

/// What of the first look is broken at each other one, too.
async fn look_again(
    books: &AuditSources,
    patience: Duration,
    mut looked: AuditResult,
) -> Result<AuditResult, Failure> {
    let begun = Instant::now();
    let mut pause = FIRST_PAUSE;
    while !looked.findings.is_empty() && begun.elapsed() < patience {
        sleep(pause.min(patience.saturating_sub(begun.elapsed()))).await;
        let again = look_into(books, books.now().await?, PAGE).await?;
        looked = AuditResult { findings: still_broken(looked.findings, &again), ..again };
        pause += FIRST_PAUSE;
    }
    Ok(looked)
}

/// What was found, a line for each, and what it comes to.
fn report(findings: &[Finding]) -> String {
    if findings.is_empty() {
        return "the audit is clean: I1 to I10 hold\n".to_owned();
    }
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

/// Whatever was broken at an earlier look and is broken now, in the words of this look. It is compared by what is broken, and
/// not by how: a payment whose second charge was given back, or a row that comes to other numbers, is no sounder for being
/// broken in another way. Where the same invariant is broken again, it alone is named; where none is, another one of the same
/// resource. Each look tells by itself what is broken from what happens in the meantime, so that a sound row would have to be
/// mistaken at every one of them to be named. But what is under way, or broken beside it, hides some of what is broken, so
/// that nothing that was found is taken back by that.
fn still_broken(before: Vec<Finding>, again: &AuditResult) -> Vec<Finding> {
    let was: BTreeSet<_> = before.iter().map(what).collect();
    let was_broken: BTreeSet<&str> = before.iter().map(|found| found.subject.as_str()).collect();
    let is_same = |found: &&Finding| was.contains(&what(found));
    let same: BTreeSet<&str> = again.findings.iter().filter(is_same).map(|found| &*found.subject).collect();
    let is_still = |found: &&Finding| {
        let subject = found.subject.as_str();
        is_same(found) || (was_broken.contains(subject) && !same.contains(subject))
    };
    let mut still: Vec<Finding> = again.findings.iter().filter(is_still).cloned().collect();
    let named: BTreeSet<_> = still.iter().map(what).collect();
    let is_sum = |found: &Finding| found.subject.starts_with(orders::audit::SUMS_OF);
    let is_hidden = |found: &Finding| {
        let is_out_of_sight = again.hidden.contains(&what(found)) || (again.hides_sums && is_sum(found));
        is_out_of_sight && !named.contains(&what(found))
    };
    let hidden: Vec<Finding> = before.iter().filter(|found| is_hidden(found)).cloned().collect();
    still.extend(hidden);
    still.sort();
    still
}

/// Which invariant is broken of which resource.
pub(super) fn what(found: &Finding) -> (Invariant, String) {
    (found.invariant, found.subject.clone())
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

    fn looked(findings: Vec<Finding>) -> AuditResult {
        AuditResult { findings, ..AuditResult::default() }
    }

    #[test]
    fn what_was_only_under_way_is_not_named() {
        let first = vec![finding(Invariant::I2, "plc_1", "1 of 2"), finding(Invariant::I3, "ord_1", "x")];
        let second = vec![
            finding(Invariant::I2, "plc_1", "0 of 2"),
            finding(Invariant::I2, "plc_2", "it is new"),
            finding(Invariant::I5, "ord_2", "it is new"),
        ];
        let still = still_broken(first, &looked(second));
        assert_eq!(still, [finding(Invariant::I2, "plc_1", "0 of 2")]);
    }

    #[test]
    fn what_is_broken_in_another_way_at_each_look_stays_named() {
        let mut still = vec![
            finding(
                Invariant::I4,
                "ord_1",
                "the provider has 2 charges of it: att_1-submit-1, att_2-submit-1",
            ),
            finding(Invariant::I4, "pay_2", "captured: 2 in the books, 1 in the provider's ledger"),
            finding(Invariant::I7, "ord_3", "version 1, and 2 events"),
            finding(Invariant::I8, "orders: timer pay", "1 are overdue by a minute"),
        ];
        let later = vec![
            finding(
                Invariant::I4,
                "ord_1",
                "the provider has 2 charges of it: att_1-submit-1, att_3-submit-1",
            ),
            finding(Invariant::I4, "pay_2", "authorized: 0 in the books, 1 in the provider's ledger"),
            finding(Invariant::I4, "pay_2", "refunded: 2 in the books, 1 in the provider's ledger"),
            // as it hides what else is wrong with the order
            finding(Invariant::I9, "ord_3", "its placing is not its own"),
            finding(Invariant::I8, "orders: timer pay", "1 are overdue by a minute, 1 cannot be done (x)"),
        ];
        still = still_broken(still, &looked(later.clone()));
        let mut expected = later;
        expected.sort();
        assert_eq!(still, expected);
        let last = vec![finding(Invariant::I4, "pay_2", "there is money, and no charge is named")];
        assert_eq!(still_broken(still, &looked(last.clone())), last, "the others were mended");
        // what is late beside it, and seen once, is not
        let late = vec![finding(Invariant::I4, "pay_2", "as before"), finding(Invariant::I8, "pay_2", "x")];
        assert_eq!(still_broken(last, &looked(late.clone())), late[..1]);
    }

    #[test]
    fn what_is_broken_is_not_hidden_by_what_is_done_to_it() {
        let broken = finding(Invariant::I4, "pay_1", "refunded: 2 in the books, 3 in the provider's ledger");
        let other = finding(Invariant::I8, "pay_1", "it is under way, and has no timer");
        let hidden = BTreeSet::from([(Invariant::I4, "pay_1".to_owned())]);
        let again = AuditResult { hidden, findings: vec![other.clone()], ..AuditResult::default() };
        let still = still_broken(vec![broken.clone()], &again);
        assert_eq!(still, [broken, other]);
        assert_eq!(still_broken(still, &AuditResult::default()), [], "it was looked at as it rests");
        let sum = finding(Invariant::I7, "sums of 2026-11-01T00:00:00Z", "1 orders are noted");
        let again = AuditResult { hides_sums: true, ..AuditResult::default() };
        let still = still_broken(vec![sum.clone()], &again);
        assert_eq!(still, std::slice::from_ref(&sum), "nobody has asked");
        assert_eq!(still_broken(vec![sum], &AuditResult::default()), []);
    }
}
