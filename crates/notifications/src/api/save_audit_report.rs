//! `PUT /internal/audit/last`: stores the result of an audit for the system page.

use crate::{NAME, Notifications, store::audit_reports};
use contracts::system::SaveAuditReport;
use endpoint::{Body, NoContent};
use ordo_http::{Call, HandlerResult};

pub(super) async fn save_audit_report(
    s: Notifications,
    _: Call,
    SaveAuditReport { report: Body(report) }: SaveAuditReport,
) -> HandlerResult<SaveAuditReport> {
    let mut tx = s.db.begin().await?;
    audit_reports::keep(&mut tx, report).await?;
    tx.commit_in(NAME, "notifications.save_audit_report").await?;
    Ok(NoContent)
}
