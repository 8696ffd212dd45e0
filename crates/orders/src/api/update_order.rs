//! `PATCH /v1/orders/{id}`: corrects an order, by its owner and by staff.

use crate::workflows::refusal::told;
use crate::{
    Orders,
    workflows::{correcting::correct, targeting::Based},
};
use contracts::orders::UpdateOrder;
use endpoint::{Body, Path};
use ordo_http::{Answered, Call};

pub(super) async fn update_order(s: Orders, call: Call, asked: UpdateOrder) -> Answered<UpdateOrder> {
    let UpdateOrder { id: Path(id), based_on, change: Body(change) } = asked;
    let based = Based { etag: based_on, version: change.version };
    correct(&s, &call, id, based, change).await.map_err(told)
}
