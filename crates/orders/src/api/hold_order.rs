//! `POST /v1/orders/{id}/hold`: keeps an order from being shipped, by staff.

use crate::workflows::refusal::told;
use crate::{
    Orders,
    workflows::{correcting::hold, targeting::Based},
};
use contracts::orders::HoldOrder;
use endpoint::{Body, Path};
use ordo_http::{Answered, Call};

pub(super) async fn hold_order(s: Orders, call: Call, asked: HoldOrder) -> Answered<HoldOrder> {
    let HoldOrder { id: Path(id), based_on, hold: Body(new) } = asked;
    hold(&s, &call, id, Based { etag: based_on, version: None }, new.reason).await.map_err(told)
}
