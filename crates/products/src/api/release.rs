//! `POST /internal/reservations/release`: releases a placing that was given up, for ever.

use crate::{
    Products,
    workflows::apply_outcome::{Heard, apply_outcome},
};
use contracts::{placements::Fate, reservations::Release};
use endpoint::{Body, Done};
use flow::Cause;
use ordo_http::{Answered, Call};

pub(super) async fn release(s: Products, call: Call, asked: Release) -> Answered<Release> {
    let Release { release: Body(request) } = asked;
    let placement_id = request.placement_id;
    let cause = Cause::request("orders", &call.context);
    apply_outcome(&s, placement_id, &Fate::Never { placement_id }, (Heard::AsAnswer, &cause)).await?;
    Ok(Done)
}
