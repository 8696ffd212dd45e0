//! `POST /v1/fulfilments/{id}/pack`: notes that a fulfilment is packed.

use super::ship_fulfilment::step;
use crate::{Orders, transition::fulfilment::FulfilmentTrigger};
use contracts::fulfilments::{PackFulfilment, Shipment};
use endpoint::Path;
use ordo_http::{Call, HandlerResult};

pub(super) async fn pack_fulfilment(
    s: Orders,
    call: Call,
    asked: PackFulfilment,
) -> HandlerResult<PackFulfilment> {
    let PackFulfilment { id: Path(id), key } = asked;
    step(&s, &call, id, FulfilmentTrigger::Pack, key, Shipment::default()).await
}
