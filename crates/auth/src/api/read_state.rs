//! `GET /internal/state`: how this service does, for the page of the system.

use crate::{NAME, state::Auth};
use contracts::system::ReadState;
use endpoint::Json;
use ordo_http::{Answered, Call, meters::lately};

pub(super) async fn read_state(s: Auth, _: Call, _: ReadState) -> Answered<ReadState> {
    let answered = lately(NAME, s.env.now());
    let (state, _) = flow::state::read(&s.journal, answered, None).await?;
    Ok(Json(state))
}
