//! `POST /v1/baskets/{id}/lines`: puts something into a basket.

use crate::{Orders, workflows::baskets};
use contracts::orders::AddToBasket;
use endpoint::{Body, Path};
use ordo_http::{Call, HandlerResult};

pub(super) async fn add_to_basket(s: Orders, call: Call, asked: AddToBasket) -> HandlerResult<AddToBasket> {
    let AddToBasket { id: Path(id), key, item: Body(item) } = asked;
    baskets::add(&s, &call, id, key.0, item).await
}
