//! What this service can tell by itself of the invariants: I8, nothing waits for ever; and which accounts cannot be read.

use crate::{NAME, store::accounts};
use contracts::audit::{Audited, Finding, Invariant};
use db::Db;
use flow::{audit as flow_audit, reading::Reading};
use kernel::{Timestamp, id::UserId};

/// Accounts that are read together.
const PAGE: i64 = 500;

/// What is broken in this service's database.
///
/// # Errors
/// What the database says.
pub async fn audit(db: &Db, now: Timestamp) -> db::Result<Audited> {
    let finding = |subject: String, detail: String| Finding { invariant: Invariant::I8, subject, detail };
    let (mut findings, mut reading) = (Vec::new(), Reading::default());
    let mut after = UserId::from_uuid(uuid::Uuid::nil());
    while let Some(last) = accounts::audit(db, after, PAGE, &mut reading).await? {
        after = last;
    }
    for flow_audit::Unpublished { event, since } in flow_audit::unpublished(db, now, &mut reading).await? {
        findings.push(finding(event.to_string(), format!("{NAME} has not published it since {since}")));
    }
    for flow_audit::Letter { event, at, .. } in flow_audit::unseen_letters(db, &mut reading).await? {
        findings
            .push(finding(event.to_string(), format!("{NAME} put it aside at {at}, and nobody has looked")));
    }
    findings.extend(flow_audit::timers(NAME, db, now).await?);
    let mut audited = Audited { findings, ..Audited::default() };
    reading.add_to(&mut audited);
    Ok(audited)
}
