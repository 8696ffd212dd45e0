//! `GET /internal/state`: how this service does, for the page of the system.

use crate::{NAME, Orders, store::audit_reports};
use contracts::system::{GetServiceStatus, ServiceStatus};
use endpoint::Json;
use ordo_http::{Call, HandlerResult, metrics::recent_stats};

pub(super) async fn get_service_status(
    s: Orders,
    _: Call,
    _: GetServiceStatus,
) -> HandlerResult<GetServiceStatus> {
    let answered = recent_stats(NAME, s.env.now());
    let (state, _) = flow::service_status::read(&s.journal, answered, None).await?;
    let audit = audit_reports::last(&s.db).await?;
    Ok(Json(ServiceStatus { audit, ..state }))
}
