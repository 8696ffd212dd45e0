//! `POST /internal/placements/fate`: what became of placements.

use crate::Orders;
use contracts::placements::{PlacementOutcomes, ResolvePlacements};
use endpoint::{Body, Json};
use ordo_http::{Call, HandlerResult};

pub(super) async fn resolve_placements(
    s: Orders,
    _: Call,
    asked: ResolvePlacements,
) -> HandlerResult<ResolvePlacements> {
    let ResolvePlacements { ask: Body(question) } = asked;
    Ok(Json(PlacementOutcomes { fates: s.fates(&question.placement_ids).await? }))
}
