//! The result of the last audit that was run from the console.

use contracts::system::AuditReport;
use db::{Db, Error, Result, Row, Tx, params, statements};
use serde_json::Value;

statements! {
    KEEP_REPORT = "insert into audit_report (single, at, report) values (1, $1, $2)
                   on conflict (single) do update set at = excluded.at, report = excluded.report";
    LAST_REPORT = "select report from audit_report where single = 1";
}

/// Stores a report, dated by the clock of the database, since those of gateways can differ. A report of an audit that failed keeps
/// the violations of the report before it.
pub(crate) async fn keep(tx: &mut Tx, report: AuditReport) -> Result<()> {
    let before = match report.failed {
        Some(_) => tx.query_opt(&LAST_REPORT, params![]).await?.as_ref().and_then(read),
        None => None,
    };
    let (at, broken) = (tx.now().await?, before.map_or(report.broken, |before| before.broken));
    let report = AuditReport { at, broken, ..report };
    let report = serde_json::to_value(&report).map_err(|error| Error::other(error.to_string()))?;
    tx.run(&KEEP_REPORT, params![at, report]).await.map(drop)
}

pub(crate) async fn last(db: &Db) -> Result<Option<AuditReport>> {
    Ok(db.query_opt(&LAST_REPORT, params![]).await?.as_ref().and_then(read))
}

/// None if it cannot be read, for example because a newer version has stored it: the rest of the service's status can still be read.
fn read(row: &Row) -> Option<AuditReport> {
    serde_json::from_value(row.get::<Value>("report").ok()?).ok()
}
