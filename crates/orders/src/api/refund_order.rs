//! `POST /v1/orders/{id}/refunds`: gives money of an order back.

use crate::{
    Orders,
    workflows::{keys::bind, refunding::refund},
};
use contracts::orders::RefundOrder;
use endpoint::{Body, Key, Path};
use ordo_http::{Answered, Call};

pub(super) async fn refund_order(s: Orders, call: Call, asked: RefundOrder) -> Answered<RefundOrder> {
    let RefundOrder { id: Path(id), key: Key(key), refund: Body(new) } = asked;
    let bound = bind(&s, &call, &format!("POST /v1/orders/{id}/refunds"), &key, &new)?;
    refund(&s, &call, id, &key, bound, new).await
}
