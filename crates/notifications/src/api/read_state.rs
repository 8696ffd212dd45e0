//! `GET /internal/state`: how this service does, for the page of the system.

use crate::{NAME, Notifications, timers};
use contracts::system::ReadState;
use endpoint::Json;
use ordo_http::{Answered, Call, meters::lately};

pub(super) async fn read_state(s: Notifications, _: Call, _: ReadState) -> Answered<ReadState> {
    let answered = lately(NAME, s.env.now());
    let (state, _) = flow::state::read(&s.journal, answered, Some(timers::WRITE_EMAILS)).await?;
    Ok(Json(state))
}
