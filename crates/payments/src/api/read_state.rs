//! `GET /internal/state`: how this service does, for the page of the system.

use crate::{
    NAME, Payments,
    store::{payments, unknown_charges},
};
use contracts::system::{ReadState, ServiceState, Unanswered};
use endpoint::Json;
use ordo_http::{Answered, Call, meters::lately};

pub(super) async fn read_state(s: Payments, _: Call, _: ReadState) -> Answered<ReadState> {
    let answered = lately(NAME, s.env.now());
    let (state, now) = flow::state::read(&s.journal, answered, None).await?;
    let mut unanswered = payments::unanswered(&s.db, now).await?;
    let stuck = i64::try_from(unanswered.len()).unwrap_or(i64::MAX);
    unanswered.truncate(Unanswered::MOST);
    let unknown_charges = unknown_charges::count(&s.db).await?;
    Ok(Json(ServiceState { stuck, unanswered, unknown_charges, ..state }))
}
