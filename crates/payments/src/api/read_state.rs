//! `GET /internal/state`: how this service does, for the page of the system.

use crate::{
    NAME, Payments,
    store::{payments, unknown_charges},
};
use contracts::system::{ReadState, ServiceState, Unanswered};
use endpoint::Json;
use ordo_http::{Answered, Call, meters::lately};
use std::time::Duration;

/// The page is asked for every few seconds.
const MINUTE: Duration = Duration::from_secs(60);

pub(super) async fn read_state(s: Payments, _: Call, _: ReadState) -> Answered<ReadState> {
    let answered = lately(NAME, s.env.now());
    let (state, now) = flow::state::read(&s.journal, answered, None).await?;
    let mut unanswered = payments::unanswered(&s.db, now).await?;
    let stuck = i64::try_from(unanswered.len()).unwrap_or(i64::MAX);
    unanswered.truncate(Unanswered::MOST);
    // where no loss was found or accepted, no charge is listed
    let unknown_charges = match s.read_epoch_of(MINUTE).await? {
        Some(_) => unknown_charges::count(&s.db).await?,
        None => 0,
    };
    Ok(Json(ServiceState { stuck, unanswered, unknown_charges, ..state }))
}
