//! `PUT /v1/orders/{id}`: brings an order into a state, by staff.

use crate::workflows::errors::told;
use crate::{
    Orders,
    workflows::{
        access,
        base_version::BaseVersion,
        target_status::{bring, check_stands},
    },
};
use contracts::orders::SetOrderStatus;
use endpoint::{Body, Path};
use ordo_http::{Call, HandlerResult};

pub(super) async fn set_order_status(
    s: Orders,
    call: Call,
    asked: SetOrderStatus,
) -> HandlerResult<SetOrderStatus> {
    let SetOrderStatus { id: Path(id), based_on, target: Body(target) } = asked;
    let based = BaseVersion { etag: based_on, version: target.version };
    bring(&s, &call, id, based, target.status).await.map_err(told)?;
    let (order, person) = access::visible(&s, &call, id).await?;
    check_stands(&call, &order, target.status).map_err(told)?;
    Ok(access::changed(&call, &order, &person))
}
