//! `POST /v1/orders/{id}/cancel`: cancels an order, or some of its units.

use crate::work::refusal::told;
use crate::{
    Orders,
    work::{cancelling::cancel, keys::bind, targeting::Based},
};
use contracts::orders::CancelOrder;
use endpoint::{Body, Json, Key, Path};
use ordo_http::{Answered, Call};

pub(super) async fn cancel_order(s: Orders, call: Call, asked: CancelOrder) -> Answered<CancelOrder> {
    let CancelOrder { id: Path(id), key: Key(key), cancellation: Body(cancellation) } = asked;
    let key = bind(&s, &call, &format!("POST /v1/orders/{id}/cancel"), &key, &cancellation)?;
    cancel(&s, &call, id, Some(key), &Based::default(), cancellation).await.map(Json).map_err(told)
}
