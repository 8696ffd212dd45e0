//! `POST /v1/fulfilments/{id}/deliver`: notes that a fulfilment has arrived.

use super::ship_fulfilment::step;
use crate::{Orders, transition::fulfilment::FulfilmentTrigger};
use contracts::fulfilments::{DeliverFulfilment, Shipment};
use endpoint::Path;
use ordo_http::{Call, HandlerResult};

pub(super) async fn deliver_fulfilment(
    s: Orders,
    call: Call,
    asked: DeliverFulfilment,
) -> HandlerResult<DeliverFulfilment> {
    let DeliverFulfilment { id: Path(id), key } = asked;
    step(&s, &call, id, FulfilmentTrigger::Deliver, key, Shipment::default()).await
}
