//! What this service can tell by itself of the invariants: I8, nothing waits for ever.

use crate::NAME;
use contracts::audit::{Audited, Finding, Invariant};
use db::Db;
use flow::audit as flow_audit;
use kernel::Timestamp;

/// What is broken in this service's database.
///
/// # Errors
/// What the database says.
pub async fn audit(db: &Db, now: Timestamp) -> db::Result<Audited> {
    let finding = |subject: String, detail: String| Finding { invariant: Invariant::I8, subject, detail };
    let mut findings = Vec::new();
    for flow_audit::Unpublished { event, since } in flow_audit::unpublished(db, now).await? {
        findings.push(finding(event.to_string(), format!("{NAME} has not published it since {since}")));
    }
    for flow_audit::Letter { event, at, .. } in flow_audit::unseen_letters(db).await? {
        findings
            .push(finding(event.to_string(), format!("{NAME} put it aside at {at}, and nobody has looked")));
    }
    findings.extend(flow_audit::timers(NAME, db, now).await?);
    Ok(Audited { findings, ..Audited::default() })
}
