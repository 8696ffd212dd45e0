//! `PATCH /v1/baskets/{id}`: sets how many pieces are in a basket.

use crate::{Orders, work::filling};
use contracts::orders::UpdateBasket;
use endpoint::{Body, Path};
use ordo_http::{Answered, Call};

pub(super) async fn update_basket(s: Orders, call: Call, asked: UpdateBasket) -> Answered<UpdateBasket> {
    let UpdateBasket { id: Path(id), based_on, change: Body(change) } = asked;
    filling::set(&s, &call, id, based_on, change).await
}
