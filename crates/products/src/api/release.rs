//! `POST /internal/reservations/release`: releases a placement that was abandoned, forever.

use crate::{
    Products,
    workflows::apply_outcome::{OutcomeSource, apply_outcome},
};
use contracts::{placements::PlacementOutcome, reservations::Release};
use endpoint::{Body, NoContent};
use flow::Cause;
use ordo_http::{Call, HandlerResult};

pub(super) async fn release(s: Products, call: Call, asked: Release) -> HandlerResult<Release> {
    let Release { release: Body(request) } = asked;
    let placement_id = request.placement_id;
    let cause = Cause::request("orders", &call.context);
    apply_outcome(
        &s,
        placement_id,
        &PlacementOutcome::NeverPlaced { placement_id },
        (OutcomeSource::Query, &cause),
    )
    .await?;
    Ok(NoContent)
}
