//! `POST /internal/placements/fate`: what became of placings.

use crate::Orders;
use contracts::placements::{AskFate, Fates};
use endpoint::{Body, Json};
use ordo_http::{Answered, Call};

pub(super) async fn ask_fate(s: Orders, _: Call, asked: AskFate) -> Answered<AskFate> {
    let AskFate { ask: Body(question) } = asked;
    Ok(Json(Fates { fates: s.fates(&question.placement_ids).await? }))
}
