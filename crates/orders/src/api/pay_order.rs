//! `POST /v1/orders/{id}/payments`: pays an order.

use crate::{
    Orders,
    workflows::{keys::bind, paying},
};
use contracts::orders::PayOrder;
use endpoint::{Body, Key, Path};
use ordo_http::{Answered, Call};

pub(super) async fn pay_order(s: Orders, call: Call, asked: PayOrder) -> Answered<PayOrder> {
    let PayOrder { id: Path(id), key: Key(key), method: Body(method) } = asked;
    let bound = bind(&s, &call, &format!("POST /v1/orders/{id}/payments"), &key, &method)?;
    paying::pay(&s, &call, id, &key, bound, method).await
}
