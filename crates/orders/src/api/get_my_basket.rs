//! `GET /v1/baskets/mine`: the open basket of whoever is signed in.

use crate::{Orders, workflows::filling};
use contracts::orders::GetMyBasket;
use ordo_http::{Answered, Call};

pub(super) async fn get_my_basket(s: Orders, call: Call, asked: GetMyBasket) -> Answered<GetMyBasket> {
    let GetMyBasket {} = asked;
    filling::mine(&s, &call).await
}
