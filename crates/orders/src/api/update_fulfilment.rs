//! `PATCH /v1/fulfilments/{id}`: corrects who carries a fulfilment, and its number there.

use crate::{
    Orders,
    workflows::{errors::told, fulfilments::correct},
};
use contracts::fulfilments::UpdateFulfilment;
use endpoint::{Body, Json, Path};
use ordo_http::{Call, HandlerResult};

pub(super) async fn update_fulfilment(
    s: Orders,
    call: Call,
    asked: UpdateFulfilment,
) -> HandlerResult<UpdateFulfilment> {
    let UpdateFulfilment { id: Path(id), change: Body(change) } = asked;
    correct(&s, &call, id, change).await.map(Json).map_err(told)
}
