//! How the last audit ended that was run from the console.

use super::orders::json;
use contracts::system::AuditReport;
use db::{Db, Result, Tx, params, statements};

statements! {
    KEEP_REPORT = "insert into audit_report (single, at, report) values (1, $1, $2)
                   on conflict (single) do update set at = excluded.at, report = excluded.report
                   where audit_report.at < excluded.at";
    LAST_REPORT = "select report from audit_report where single = 1";
}

/// Keeps one, unless a later one is kept.
pub(crate) async fn keep(tx: &mut Tx, report: &AuditReport) -> Result<()> {
    tx.run(&KEEP_REPORT, params![report.at, json(report)?]).await.map(drop)
}

/// The last one; none, too, where it was kept by a newer program in words that this one does not know.
pub(crate) async fn last(db: &Db) -> Result<Option<AuditReport>> {
    let Some(row) = db.query_opt(&LAST_REPORT, params![]).await? else { return Ok(None) };
    Ok(serde_json::from_value(row.get("report")?).ok())
}
