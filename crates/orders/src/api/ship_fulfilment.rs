//! `POST /v1/fulfilments/{id}/ship`: ships a fulfilment.

use crate::{
    Orders,
    transition::fulfilment::FulfilmentTrigger,
    workflows::{
        errors::{FromOrderError, told},
        fulfilments::move_on,
        idempotency::bind,
    },
};
use contracts::fulfilments::{Fulfilment, ShipFulfilment, Shipment};
use endpoint::{Body, HandlerError, Json, OptionalIdempotencyKey, Path};
use kernel::id::FulfilmentId;
use ordo_http::{Call, HandlerResult};

pub(super) async fn ship_fulfilment(
    s: Orders,
    call: Call,
    asked: ShipFulfilment,
) -> HandlerResult<ShipFulfilment> {
    let ShipFulfilment { id: Path(id), key, shipment: Body(shipment) } = asked;
    step(&s, &call, id, FulfilmentTrigger::Ship, key, shipment).await
}

/// Lets a fulfilment go a step further, on the route that is named after the step.
pub(super) async fn step<X: FromOrderError>(
    s: &Orders,
    call: &Call,
    id: FulfilmentId,
    trigger: FulfilmentTrigger,
    key: OptionalIdempotencyKey,
    shipment: Shipment,
) -> Result<Json<Fulfilment>, HandlerError<X>> {
    let route = format!("POST /v1/fulfilments/{id}/{}", trigger.name());
    // a repeat may be based on what its order has become by the first one
    let wanted = Shipment { order_version: None, ..shipment.clone() };
    let key = key.0.map(|key| bind(s, call, &route, &key, &wanted)).transpose()?;
    move_on(s, call, id, trigger, key, shipment).await.map(Json).map_err(told)
}
