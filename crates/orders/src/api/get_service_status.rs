//! `GET /internal/state`: how this service does, for the page of the system.

use crate::{NAME, Orders};
use contracts::system::GetServiceStatus;
use endpoint::Json;
use ordo_http::{Call, HandlerResult, metrics::recent_stats};

pub(super) async fn get_service_status(
    s: Orders,
    _: Call,
    _: GetServiceStatus,
) -> HandlerResult<GetServiceStatus> {
    let answered = recent_stats(NAME, s.env.now());
    let (state, _) = flow::service_status::read(&s.journal, answered, None).await?;
    Ok(Json(state))
}
