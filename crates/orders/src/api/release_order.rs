//! `POST /v1/orders/{id}/release`: ends the hold that staff have set.

use crate::workflows::refusal::told;
use crate::{
    Orders,
    workflows::{correcting::release, targeting::Based},
};
use contracts::orders::ReleaseOrder;
use endpoint::Path;
use ordo_http::{Answered, Call};

pub(super) async fn release_order(s: Orders, call: Call, asked: ReleaseOrder) -> Answered<ReleaseOrder> {
    let ReleaseOrder { id: Path(id), based_on } = asked;
    release(&s, &call, id, Based { etag: based_on, version: None }).await.map_err(told)
}
