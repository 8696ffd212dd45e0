//! `POST /v1/orders`: places an order.

use crate::{
    Orders,
    workflows::placing::{self, Terms},
};
use contracts::orders::PlaceOrder;
use endpoint::{Body, Key};
use ordo_http::{Answered, Call};

pub(super) async fn place_order(s: Orders, call: Call, asked: PlaceOrder) -> Answered<PlaceOrder> {
    let PlaceOrder { key: Key(key), order: Body(new) } = asked;
    placing::place(&s, &call, &key, new, Terms::Usual).await
}
