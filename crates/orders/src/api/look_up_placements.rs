//! `POST /internal/placements/look-up`: the orders that placements became.

use crate::{Orders, store};
use contracts::placements::{LookUpPlacements, PlacementList};
use endpoint::{Body, Json};
use ordo_http::{Call, HandlerResult};

pub(super) async fn look_up_placements(
    s: Orders,
    _: Call,
    LookUpPlacements { wanted: Body(wanted) }: LookUpPlacements,
) -> HandlerResult<LookUpPlacements> {
    Ok(Json(PlacementList { items: store::placements::placed(&s.db, &wanted.ids).await? }))
}
