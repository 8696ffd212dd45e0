//! `POST /v1/fulfilments/{id}/cancel`: cancels a fulfilment that has not been shipped.

use crate::{
    Orders,
    transition::fulfilment::Trigger,
    work::{fulfilling::move_on, keys::bind},
};
use contracts::fulfilments::{CancelFulfilment, Shipment};
use endpoint::{Json, Path};
use ordo_http::{Answered, Call};

pub(super) async fn cancel_fulfilment(
    s: Orders,
    call: Call,
    asked: CancelFulfilment,
) -> Answered<CancelFulfilment> {
    let CancelFulfilment { id: Path(id), key } = asked;
    let route = format!("POST /v1/fulfilments/{id}/cancel");
    let key = key.0.map(|key| bind(&s, &call, &route, &key, &())).transpose()?;
    move_on(&s, &call, id, Trigger::Cancel, key, Shipment::default()).await.map(Json)
}
