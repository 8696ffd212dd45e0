//! `PATCH /v1/orders/{id}`: corrects an order, by its owner and by staff.

use crate::workflows::errors::told;
use crate::{
    Orders,
    workflows::{base_version::BaseVersion, holds_and_edits::correct},
};
use contracts::orders::UpdateOrder;
use endpoint::{Body, Path};
use ordo_http::{Call, HandlerResult};

pub(super) async fn update_order(s: Orders, call: Call, asked: UpdateOrder) -> HandlerResult<UpdateOrder> {
    let UpdateOrder { id: Path(id), based_on, change: Body(change) } = asked;
    let based = BaseVersion { etag: based_on, version: change.version };
    correct(&s, &call, id, based, change).await.map_err(told)
}
