//! `POST /v1/fulfilments/{id}/ship`: ships a fulfilment.

use crate::{
    Orders,
    transition::fulfilment::Trigger,
    workflows::{
        fulfilling::move_on,
        keys::bind,
        refusal::{Answer, told},
    },
};
use contracts::fulfilments::{Fulfilment, ShipFulfilment, Shipment};
use endpoint::{Body, Fail, Json, MaybeKey, Path};
use kernel::id::FulfilmentId;
use ordo_http::{Answered, Call};

pub(super) async fn ship_fulfilment(
    s: Orders,
    call: Call,
    asked: ShipFulfilment,
) -> Answered<ShipFulfilment> {
    let ShipFulfilment { id: Path(id), key, shipment: Body(shipment) } = asked;
    step(&s, &call, id, Trigger::Ship, key, shipment).await
}

/// Lets a fulfilment go a step further, on the route that is named after the step.
pub(super) async fn step<X: Answer>(
    s: &Orders,
    call: &Call,
    id: FulfilmentId,
    trigger: Trigger,
    key: MaybeKey,
    shipment: Shipment,
) -> Result<Json<Fulfilment>, Fail<X>> {
    let route = format!("POST /v1/fulfilments/{id}/{}", trigger.name());
    // a repeat may be based on what its order has become by the first one
    let wanted = Shipment { order_version: None, ..shipment.clone() };
    let key = key.0.map(|key| bind(s, call, &route, &key, &wanted)).transpose()?;
    move_on(s, call, id, trigger, key, shipment).await.map(Json).map_err(told)
}
