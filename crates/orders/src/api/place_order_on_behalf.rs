//! `POST /internal/orders`: places an order for a user of a façade, with no time by which it must be paid.

use crate::{
    Orders,
    workflows::placement::{self, OrderOrigin},
};
use contracts::facades::PlaceOrderOnBehalf;
use endpoint::{Body, IdempotencyKey};
use ordo_http::{Call, HandlerResult};

pub(super) async fn place_order_on_behalf(
    s: Orders,
    call: Call,
    asked: PlaceOrderOnBehalf,
) -> HandlerResult<PlaceOrderOnBehalf> {
    let PlaceOrderOnBehalf { key: IdempotencyKey(key), order: Body(new) } = asked;
    placement::place(&s, &call, new, |caller| OrderOrigin::facade(&s, caller, &key)).await
}
