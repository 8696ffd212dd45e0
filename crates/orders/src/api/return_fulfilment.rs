//! `POST /v1/fulfilments/{id}/return`: notes that a fulfilment came back.

use crate::{
    Orders,
    transition::fulfilment::Trigger,
    work::{fulfilling::move_on, keys::bind},
};
use contracts::fulfilments::{ReturnFulfilment, Shipment};
use endpoint::{Json, Path};
use ordo_http::{Answered, Call};

pub(super) async fn return_fulfilment(
    s: Orders,
    call: Call,
    asked: ReturnFulfilment,
) -> Answered<ReturnFulfilment> {
    let ReturnFulfilment { id: Path(id), key } = asked;
    let route = format!("POST /v1/fulfilments/{id}/return");
    let key = key.0.map(|key| bind(&s, &call, &route, &key, &())).transpose()?;
    move_on(&s, &call, id, Trigger::Return, key, Shipment::default()).await.map(Json)
}
