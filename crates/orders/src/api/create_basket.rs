//! `POST /v1/baskets`: makes a basket.

use crate::{Orders, workflows::baskets};
use contracts::orders::{CreateBasket, NewBasket};
use endpoint::Body;
use ordo_http::{Call, HandlerResult};

pub(super) async fn create_basket(s: Orders, call: Call, asked: CreateBasket) -> HandlerResult<CreateBasket> {
    let CreateBasket { basket: Body(NewBasket { id }) } = asked;
    baskets::make(&s, &call, id).await
}
