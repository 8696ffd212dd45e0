//! `POST /v1/fulfilments/{id}/fail`: notes that a fulfilment could not be delivered.

use crate::{
    Orders,
    transition::fulfilment::Trigger,
    work::{fulfilling::move_on, keys::bind},
};
use contracts::fulfilments::{FailFulfilment, Shipment};
use endpoint::{Json, Path};
use ordo_http::{Answered, Call};

pub(super) async fn fail_fulfilment(
    s: Orders,
    call: Call,
    asked: FailFulfilment,
) -> Answered<FailFulfilment> {
    let FailFulfilment { id: Path(id), key } = asked;
    let route = format!("POST /v1/fulfilments/{id}/fail");
    let key = key.0.map(|key| bind(&s, &call, &route, &key, &())).transpose()?;
    move_on(&s, &call, id, Trigger::Fail, key, Shipment::default()).await.map(Json)
}
