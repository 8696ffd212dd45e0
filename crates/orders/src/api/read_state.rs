//! `GET /internal/state`: how this service does, for the page of the system.

use crate::{NAME, Orders, store::reports};
use contracts::system::{ReadState, ServiceState};
use endpoint::Json;
use ordo_http::{Answered, Call, meters::lately};

pub(super) async fn read_state(s: Orders, _: Call, _: ReadState) -> Answered<ReadState> {
    let answered = lately(NAME, s.env.now());
    let (state, _) = flow::state::read(&s.journal, answered, None).await?;
    let audit = reports::last(&s.db).await?;
    Ok(Json(ServiceState { audit, ..state }))
}
