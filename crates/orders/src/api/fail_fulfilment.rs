//! `POST /v1/fulfilments/{id}/fail`: notes that a fulfilment could not be delivered.

use super::ship_fulfilment::step;
use crate::{Orders, transition::fulfilment::Trigger};
use contracts::fulfilments::{FailFulfilment, Shipment};
use endpoint::Path;
use ordo_http::{Answered, Call};

pub(super) async fn fail_fulfilment(
    s: Orders,
    call: Call,
    asked: FailFulfilment,
) -> Answered<FailFulfilment> {
    let FailFulfilment { id: Path(id), key } = asked;
    step(&s, &call, id, Trigger::Fail, key, Shipment::default()).await
}
