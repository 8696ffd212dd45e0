//! `GET /v1/baskets/{id}`: reads a basket.

use crate::{Orders, workflows::baskets};
use contracts::orders::GetBasket;
use endpoint::Path;
use ordo_http::{Call, HandlerResult};

pub(super) async fn get_basket(s: Orders, call: Call, asked: GetBasket) -> HandlerResult<GetBasket> {
    let GetBasket { id: Path(id) } = asked;
    baskets::read(&s, &call, id).await
}
