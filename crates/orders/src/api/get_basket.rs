//! `GET /v1/baskets/{id}`: reads a basket.

use crate::{Orders, workflows::filling};
use contracts::orders::GetBasket;
use endpoint::Path;
use ordo_http::{Answered, Call};

pub(super) async fn get_basket(s: Orders, call: Call, asked: GetBasket) -> Answered<GetBasket> {
    let GetBasket { id: Path(id) } = asked;
    filling::read(&s, &call, id).await
}
