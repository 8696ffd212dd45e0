//! `POST /v1/orders/{id}/cancel`: cancels an order, or some of its units.

use crate::workflows::refusal::told;
use crate::{
    Orders,
    workflows::{access::tag, cancelling::cancel, keys::bind, targeting::Based},
};
use contracts::orders::CancelOrder;
use endpoint::{Body, Key, Path, Tagged};
use ordo_http::{Answered, Call};

pub(super) async fn cancel_order(s: Orders, call: Call, asked: CancelOrder) -> Answered<CancelOrder> {
    let CancelOrder { id: Path(id), key: Key(key), based_on, cancellation: Body(cancellation) } = asked;
    let based = Based { etag: based_on, version: None };
    let key = bind(&s, &call, &format!("POST /v1/orders/{id}/cancel"), &key, &cancellation)?;
    let body = cancel(&s, &call, id, Some(key), &based, cancellation).await.map_err(told)?;
    Ok(Tagged { etag: tag(&body), body })
}
