//! `GET /internal/state`: how this service does, for the page of the system.

use crate::{
    NAME, Payments,
    store::{payments, unknown_charges},
};
use contracts::system::{GetServiceStatus, ServiceStatus, UnresolvedProviderCall};
use endpoint::Json;
use ordo_http::{Call, HandlerResult, metrics::recent_stats};
use std::time::Duration;

/// The page is asked for every few seconds.
const MINUTE: Duration = Duration::from_secs(60);

pub(super) async fn get_service_status(
    s: Payments,
    _: Call,
    _: GetServiceStatus,
) -> HandlerResult<GetServiceStatus> {
    let answered = recent_stats(NAME, s.env.now());
    let (state, now) = flow::service_status::read(&s.journal, answered, None).await?;
    let mut unanswered = payments::unanswered(&s.db, now).await?;
    let stuck = i64::try_from(unanswered.len()).unwrap_or(i64::MAX);
    unanswered.truncate(UnresolvedProviderCall::MOST);
    // where no loss was found or accepted, no charge is listed
    let unknown_charges = match s.read_epoch_of(MINUTE).await? {
        Some(_) => unknown_charges::count(&s.db).await?,
        None => 0,
    };
    Ok(Json(ServiceStatus { stuck, unanswered, unknown_charges, ..state }))
}
