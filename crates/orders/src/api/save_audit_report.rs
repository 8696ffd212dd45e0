//! `PUT /internal/audit/last`: how an audit ended is kept for whoever looks next.

use crate::{NAME, Orders, store::audit_reports};
use contracts::system::SaveAuditReport;
use endpoint::{Body, NoContent};
use ordo_http::{Call, HandlerResult};

pub(super) async fn save_audit_report(
    s: Orders,
    _: Call,
    asked: SaveAuditReport,
) -> HandlerResult<SaveAuditReport> {
    let Body(report) = asked.report;
    let mut tx = s.db.begin().await?;
    audit_reports::keep(&mut tx, report).await?;
    tx.commit_in(NAME, "orders.keep_audit").await?;
    Ok(NoContent)
}
