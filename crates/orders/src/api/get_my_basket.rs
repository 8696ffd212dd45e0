//! `GET /v1/baskets/mine`: the open basket of whoever is signed in.

use crate::{Orders, workflows::baskets};
use contracts::orders::GetMyBasket;
use ordo_http::{Call, HandlerResult};

pub(super) async fn get_my_basket(s: Orders, call: Call, asked: GetMyBasket) -> HandlerResult<GetMyBasket> {
    let GetMyBasket {} = asked;
    baskets::mine(&s, &call).await
}
