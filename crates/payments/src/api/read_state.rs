//! `GET /internal/state`: how this service does, for the page of the system.

use crate::{NAME, Payments, store::books};
use contracts::system::{ReadState, ServiceState};
use endpoint::Json;
use ordo_http::{Answered, Call, meters::lately};

pub(super) async fn read_state(s: Payments, _: Call, _: ReadState) -> Answered<ReadState> {
    let answered = lately(NAME, s.env.now());
    let stuck = books::unanswered(&s.db).await?;
    Ok(Json(ServiceState { stuck, ..flow::state::read(&s.journal, answered).await? }))
}
