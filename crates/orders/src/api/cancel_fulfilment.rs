//! `POST /v1/fulfilments/{id}/cancel`: cancels a fulfilment that has not been shipped.

use super::ship_fulfilment::step;
use crate::{Orders, transition::fulfilment::FulfilmentTrigger};
use contracts::fulfilments::{CancelFulfilment, Shipment};
use endpoint::Path;
use ordo_http::{Call, HandlerResult};

pub(super) async fn cancel_fulfilment(
    s: Orders,
    call: Call,
    asked: CancelFulfilment,
) -> HandlerResult<CancelFulfilment> {
    let CancelFulfilment { id: Path(id), key } = asked;
    step(&s, &call, id, FulfilmentTrigger::Cancel, key, Shipment::default()).await
}
