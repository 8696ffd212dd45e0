//! `POST /v1/orders/{id}/release`: ends the hold that staff have set.

use crate::workflows::errors::told;
use crate::{
    Orders,
    workflows::{base_version::BaseVersion, holds_and_edits::release},
};
use contracts::orders::ReleaseOrder;
use endpoint::Path;
use ordo_http::{Call, HandlerResult};

pub(super) async fn release_order(s: Orders, call: Call, asked: ReleaseOrder) -> HandlerResult<ReleaseOrder> {
    let ReleaseOrder { id: Path(id), based_on } = asked;
    release(&s, &call, id, BaseVersion { etag: based_on, version: None }).await.map_err(told)
}
