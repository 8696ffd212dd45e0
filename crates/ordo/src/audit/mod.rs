//! `ordo audit`: is anything lost, oversold or charged twice?

mod cross;

pub use cross::check;

use crate::{config::Config, exit::Failure, folder::Folder, shop};
use contracts::audit::{Audited, Finding};
use kernel::Env;
use payments::providers::simulator;
use std::{collections::BTreeSet, process::ExitCode, time::Duration};

/// While the shop works, what looks broken may only be under way: it is looked at again after this.
const LOOK_AGAIN: Duration = Duration::from_secs(10);

/// Audits the shop in the data folder, running or not; exit code 1 if something is broken.
///
/// # Errors
/// When there is no shop, or it cannot be read.
pub async fn run(config: &Config) -> Result<ExitCode, Failure> {
    let env = host::env();
    let folder = Folder::look_at(&config.data)?;
    let databases = shop::Databases::open_existing(&folder, &env).await?;
    let mut findings = look(&databases, &env).await?;
    if !findings.is_empty() {
        tokio::time::sleep(LOOK_AGAIN).await;
        findings = still_broken(&findings, look(&databases, &env).await?);
    }
    for Finding { invariant, subject, detail } in &findings {
        println!("{invariant:?} {subject}: {detail}");
    }
    match findings.len() {
        0 => println!("the audit is clean: I1 to I10 hold"),
        broken => println!("{broken} broken; docs/lifecycle.md says what each invariant means"),
    }
    Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Everything that is not as it must be at this moment.
///
/// # Errors
/// When a database cannot be read.
pub async fn look(databases: &shop::Databases, env: &Env) -> Result<Vec<Finding>, Failure> {
    let now = env.now();
    let mut all = Audited::default();
    // stock and money first, orders last: an order that was placed in between is not yet missed by the others
    let parts = [
        products::audit(&databases.products, now).await?,
        payments::audit(&databases.payments, now).await?,
        Audited { charges: simulator::audit(&databases.simulator).await?, ..Audited::default() },
        orders::audit(&databases.orders, now).await?,
        auth::audit(&databases.auth, now).await?,
        notifications::audit(&databases.notifications, now).await?,
    ];
    for part in parts {
        all.findings.extend(part.findings);
        all.orders.extend(part.orders);
        all.reservations.extend(part.reservations);
        all.payments.extend(part.payments);
        all.charges.extend(part.charges);
    }
    let mut findings = check(&all, now);
    findings.append(&mut all.findings);
    findings.sort();
    Ok(findings)
}

/// What was broken at the first look and still is: the same invariant of the same resource.
fn still_broken(first: &[Finding], second: Vec<Finding>) -> Vec<Finding> {
    let first: BTreeSet<_> = first.iter().map(|f| (f.invariant, &f.subject)).collect();
    second.into_iter().filter(|f| first.contains(&(f.invariant, &f.subject))).collect()
}
