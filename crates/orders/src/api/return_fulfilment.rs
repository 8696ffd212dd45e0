//! `POST /v1/fulfilments/{id}/return`: notes that a fulfilment came back.

use super::ship_fulfilment::step;
use crate::{Orders, transition::fulfilment::FulfilmentTrigger};
use contracts::fulfilments::{ReturnFulfilment, Shipment};
use endpoint::Path;
use ordo_http::{Call, HandlerResult};

pub(super) async fn return_fulfilment(
    s: Orders,
    call: Call,
    asked: ReturnFulfilment,
) -> HandlerResult<ReturnFulfilment> {
    let ReturnFulfilment { id: Path(id), key } = asked;
    step(&s, &call, id, FulfilmentTrigger::Return, key, Shipment::default()).await
}
