//! `POST /v1/fulfilments/{id}/ship`: ships a fulfilment.

use crate::{
    Orders,
    transition::fulfilment::Trigger,
    work::{fulfilling::move_on, keys::bind},
};
use contracts::fulfilments::ShipFulfilment;
use endpoint::{Body, Json, Path};
use ordo_http::{Answered, Call};

pub(super) async fn ship_fulfilment(
    s: Orders,
    call: Call,
    asked: ShipFulfilment,
) -> Answered<ShipFulfilment> {
    let ShipFulfilment { id: Path(id), key, shipment: Body(shipment) } = asked;
    let route = format!("POST /v1/fulfilments/{id}/ship");
    let key = key.0.map(|key| bind(&s, &call, &route, &key, &shipment)).transpose()?;
    move_on(&s, &call, id, Trigger::Ship, key, shipment).await.map(Json)
}
