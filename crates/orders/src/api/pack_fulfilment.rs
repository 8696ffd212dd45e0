//! `POST /v1/fulfilments/{id}/pack`: notes that a fulfilment is packed.

use crate::{
    Orders,
    transition::fulfilment::Trigger,
    work::{fulfilling::move_on, keys::bind},
};
use contracts::fulfilments::{PackFulfilment, Shipment};
use endpoint::{Json, Path};
use ordo_http::{Answered, Call};

pub(super) async fn pack_fulfilment(
    s: Orders,
    call: Call,
    asked: PackFulfilment,
) -> Answered<PackFulfilment> {
    let PackFulfilment { id: Path(id), key } = asked;
    let route = format!("POST /v1/fulfilments/{id}/pack");
    let key = key.0.map(|key| bind(&s, &call, &route, &key, &())).transpose()?;
    move_on(&s, &call, id, Trigger::Pack, key, Shipment::default()).await.map(Json)
}
