//! `POST /v1/orders`: places an order.

use crate::{
    Orders,
    workflows::placement::{self, OrderOrigin},
};
use contracts::orders::PlaceOrder;
use endpoint::{Body, IdempotencyKey};
use ordo_http::{Call, HandlerResult};

pub(super) async fn place_order(s: Orders, call: Call, asked: PlaceOrder) -> HandlerResult<PlaceOrder> {
    let PlaceOrder { key: IdempotencyKey(key), order: Body(new) } = asked;
    placement::place(&s, &call, new, |caller| OrderOrigin::request(&s, caller, &key)).await
}
