//! `POST /v1/baskets/{id}/place`: makes a basket an order.

use crate::{Orders, workflows::placement::place_basket as place_basket_once};
use contracts::orders::PlaceBasket;
use endpoint::{Body, Path};
use ordo_http::{Call, HandlerResult};

pub(super) async fn place_basket(s: Orders, call: Call, asked: PlaceBasket) -> HandlerResult<PlaceBasket> {
    let PlaceBasket { id: Path(id), based_on, placing: Body(placing) } = asked;
    place_basket_once(&s, &call, id, &based_on, &placing).await
}
