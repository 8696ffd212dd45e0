//! How the last audit ended that was run from the console.

use super::orders::json;
use contracts::system::AuditReport;
use db::{Db, Result, Row, Tx, params, statements};
use serde_json::Value;

statements! {
    KEEP_REPORT = "insert into audit_report (single, at, report) values (1, $1, $2)
                   on conflict (single) do update set at = excluded.at, report = excluded.report";
    LAST_REPORT = "select report from audit_report where single = 1";
}

/// Keeps one, dated by the clock of the database: those of gateways may differ. One that could not check everything takes
/// nothing back of what the one before it has found.
pub(crate) async fn keep(tx: &mut Tx, report: AuditReport) -> Result<()> {
    let before = match report.failed {
        Some(_) => tx.query_opt(&LAST_REPORT, params![]).await?.as_ref().and_then(read),
        None => None,
    };
    let (at, broken) = (tx.now().await?, before.map_or(report.broken, |before| before.broken));
    let report = AuditReport { at, broken, ..report };
    tx.run(&KEEP_REPORT, params![at, json(&report)?]).await.map(drop)
}

/// The last one.
pub(crate) async fn last(db: &Db) -> Result<Option<AuditReport>> {
    Ok(db.query_opt(&LAST_REPORT, params![]).await?.as_ref().and_then(read))
}

/// None where it cannot be read, or was kept by a newer program in words that this one does not know: nothing else of the
/// service's state is lost by that.
fn read(row: &Row) -> Option<AuditReport> {
    serde_json::from_value(row.get::<Value>("report").ok()?).ok()
}
