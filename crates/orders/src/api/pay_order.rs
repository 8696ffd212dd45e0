//! `POST /v1/orders/{id}/payments`: pays an order.

use crate::{
    Orders,
    workflows::{idempotency::bind, payments},
};
use contracts::orders::PayOrder;
use endpoint::{Body, IdempotencyKey, Path};
use ordo_http::{Call, HandlerResult};

pub(super) async fn pay_order(s: Orders, call: Call, asked: PayOrder) -> HandlerResult<PayOrder> {
    let PayOrder { id: Path(id), key: IdempotencyKey(key), method: Body(method) } = asked;
    let bound = bind(&s, &call, &format!("POST /v1/orders/{id}/payments"), &key, &method)?;
    payments::pay(&s, &call, id, &key, bound, method).await
}
