//! `POST /v1/orders/{id}/refunds`: gives money of an order back.

use crate::{
    Orders,
    workflows::{idempotency::bind, refunds::refund},
};
use contracts::orders::RefundOrder;
use endpoint::{Body, IdempotencyKey, Path};
use ordo_http::{Call, HandlerResult};

pub(super) async fn refund_order(s: Orders, call: Call, asked: RefundOrder) -> HandlerResult<RefundOrder> {
    let RefundOrder { id: Path(id), key: IdempotencyKey(key), refund: Body(new) } = asked;
    let bound = bind(&s, &call, &format!("POST /v1/orders/{id}/refunds"), &key, &new)?;
    refund(&s, &call, id, &key, bound, new).await
}
