//! `PUT /internal/audit/last`: how an audit ended is kept for whoever looks next.

use crate::{NAME, Orders, store::reports};
use contracts::system::KeepAudit;
use endpoint::{Body, Done};
use ordo_http::{Answered, Call};

pub(super) async fn keep_audit(s: Orders, _: Call, asked: KeepAudit) -> Answered<KeepAudit> {
    let Body(report) = asked.report;
    let mut tx = s.db.begin().await?;
    reports::keep(&mut tx, report).await?;
    tx.commit_in(NAME, "orders.keep_audit").await?;
    Ok(Done)
}
