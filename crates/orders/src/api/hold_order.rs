//! `POST /v1/orders/{id}/hold`: keeps an order from being shipped, by staff.

use crate::workflows::errors::told;
use crate::{
    Orders,
    workflows::{base_version::BaseVersion, holds_and_edits::hold},
};
use contracts::orders::HoldOrder;
use endpoint::{Body, Path};
use ordo_http::{Call, HandlerResult};

pub(super) async fn hold_order(s: Orders, call: Call, asked: HoldOrder) -> HandlerResult<HoldOrder> {
    let HoldOrder { id: Path(id), based_on, hold: Body(new) } = asked;
    hold(&s, &call, id, BaseVersion { etag: based_on, version: None }, new.reason).await.map_err(told)
}
