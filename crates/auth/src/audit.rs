//! What this service can tell by itself of the invariants: I8, nothing waits for ever.

use crate::{NAME, store::audit as store};
use contracts::audit::{Audited, Finding, Invariant};
use db::Db;
use kernel::Timestamp;
use std::time::Duration;

/// An event is published within this.
const PUBLISHED_WITHIN: Duration = Duration::from_secs(60);

/// What is broken in this service's database.
///
/// # Errors
/// What the database says.
pub async fn audit(db: &Db, now: Timestamp) -> db::Result<Audited> {
    let finding = |subject: String, detail: String| Finding { invariant: Invariant::I8, subject, detail };
    let mut findings = Vec::new();
    for (event, since) in store::unpublished(db, now.minus(PUBLISHED_WITHIN)).await? {
        findings.push(finding(event.to_string(), format!("{NAME} has not published it since {since}")));
    }
    for (event, since) in store::dead_letters(db).await? {
        findings.push(finding(
            event.to_string(),
            format!("{NAME} put it aside at {since}, and nobody has looked"),
        ));
    }
    Ok(Audited { findings, ..Audited::default() })
}
