//! `PATCH /v1/fulfilments/{id}`: corrects who carries a fulfilment, and its number there.

use crate::{
    Orders,
    workflows::{fulfilling::correct, refusal::told},
};
use contracts::fulfilments::UpdateFulfilment;
use endpoint::{Body, Json, Path};
use ordo_http::{Answered, Call};

pub(super) async fn update_fulfilment(
    s: Orders,
    call: Call,
    asked: UpdateFulfilment,
) -> Answered<UpdateFulfilment> {
    let UpdateFulfilment { id: Path(id), change: Body(change) } = asked;
    correct(&s, &call, id, change).await.map(Json).map_err(told)
}
