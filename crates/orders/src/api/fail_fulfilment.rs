//! `POST /v1/fulfilments/{id}/fail`: notes that a fulfilment could not be delivered.

use super::ship_fulfilment::step;
use crate::{Orders, transition::fulfilment::FulfilmentTrigger};
use contracts::fulfilments::{FailFulfilment, Shipment};
use endpoint::Path;
use ordo_http::{Call, HandlerResult};

pub(super) async fn fail_fulfilment(
    s: Orders,
    call: Call,
    asked: FailFulfilment,
) -> HandlerResult<FailFulfilment> {
    let FailFulfilment { id: Path(id), key } = asked;
    step(&s, &call, id, FulfilmentTrigger::Fail, key, Shipment::default()).await
}
