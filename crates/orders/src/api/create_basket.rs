//! `POST /v1/baskets`: makes a basket.

use crate::{Orders, workflows::filling};
use contracts::orders::{CreateBasket, NewBasket};
use endpoint::Body;
use ordo_http::{Answered, Call};

pub(super) async fn create_basket(s: Orders, call: Call, asked: CreateBasket) -> Answered<CreateBasket> {
    let CreateBasket { basket: Body(NewBasket { id }) } = asked;
    filling::make(&s, &call, id).await
}
