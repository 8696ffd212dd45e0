//! `POST /v1/fulfilments/{id}/deliver`: notes that a fulfilment has arrived.

use crate::{
    Orders,
    transition::fulfilment::Trigger,
    work::{fulfilling::move_on, keys::bind},
};
use contracts::fulfilments::{DeliverFulfilment, Shipment};
use endpoint::{Json, Path};
use ordo_http::{Answered, Call};

pub(super) async fn deliver_fulfilment(
    s: Orders,
    call: Call,
    asked: DeliverFulfilment,
) -> Answered<DeliverFulfilment> {
    let DeliverFulfilment { id: Path(id), key } = asked;
    let route = format!("POST /v1/fulfilments/{id}/deliver");
    let key = key.0.map(|key| bind(&s, &call, &route, &key, &())).transpose()?;
    move_on(&s, &call, id, Trigger::Deliver, key, Shipment::default()).await.map(Json)
}
