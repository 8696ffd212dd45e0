//! `POST /internal/placements/look-up`: the orders that placings became.

use crate::{Orders, store};
use contracts::placements::{FoundPlacements, LookUpPlacements};
use endpoint::{Body, Json};
use ordo_http::{Answered, Call};

pub(super) async fn look_up_placements(
    s: Orders,
    _: Call,
    LookUpPlacements { wanted: Body(wanted) }: LookUpPlacements,
) -> Answered<LookUpPlacements> {
    Ok(Json(FoundPlacements { items: store::placements::placed(&s.db, &wanted.ids).await? }))
}
