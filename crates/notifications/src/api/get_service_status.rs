//! `GET /internal/state`: how this service does, for the page of the system.

use crate::{NAME, Notifications, store::audit_reports, timers};
use contracts::system::{GetServiceStatus, ServiceStatus};
use endpoint::Json;
use ordo_http::{Call, HandlerResult, metrics::recent_stats};

pub(super) async fn get_service_status(
    s: Notifications,
    _: Call,
    _: GetServiceStatus,
) -> HandlerResult<GetServiceStatus> {
    let answered = recent_stats(NAME, s.env.now());
    let (state, _) = flow::service_status::read(&s.journal, answered, Some(timers::WRITE_EMAILS)).await?;
    let audit = audit_reports::last(&s.db).await?;
    Ok(Json(ServiceStatus { audit, ..state }))
}
