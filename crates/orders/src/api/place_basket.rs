//! `POST /v1/baskets/{id}/place`: makes a basket an order.

use crate::{Orders, workflows::placing::place_basket as place_basket_once};
use contracts::orders::PlaceBasket;
use endpoint::{Body, Path};
use ordo_http::{Answered, Call};

pub(super) async fn place_basket(s: Orders, call: Call, asked: PlaceBasket) -> Answered<PlaceBasket> {
    let PlaceBasket { id: Path(id), based_on, placing: Body(placing) } = asked;
    place_basket_once(&s, &call, id, &based_on, &placing).await
}
