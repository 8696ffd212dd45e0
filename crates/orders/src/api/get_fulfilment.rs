//! `GET /v1/fulfilments/{id}`: a fulfilment, to the order's owner and to staff.

use crate::{Orders, store, workflows::access};
use contracts::fulfilments::GetFulfilment;
use endpoint::{CommonError, Json, Path};
use ordo_http::{Call, HandlerResult};

pub(super) async fn get_fulfilment(
    s: Orders,
    call: Call,
    asked: GetFulfilment,
) -> HandlerResult<GetFulfilment> {
    let GetFulfilment { id: Path(id) } = asked;
    let found = store::fulfilments::find(&s.db, id).await?.ok_or(CommonError::NotFound)?;
    access::visible(&s, &call, found.order_id).await?;
    Ok(Json(found))
}
