//! `PUT /internal/orders/{id}`: brings an order into a state for a user of a façade, as staff do.

use crate::{
    Orders,
    transition::order::OrderState,
    workflows::{
        access, base_version::BaseVersion, cancellation::illegal, errors::told, target_status::bring,
    },
};
use contracts::facades::SetOrderStatusOnBehalf;
use endpoint::{Body, Path};
use ordo_http::{Call, HandlerResult};

pub(super) async fn set_order_status_on_behalf(
    s: Orders,
    call: Call,
    SetOrderStatusOnBehalf { id: Path(id), target: Body(target) }: SetOrderStatusOnBehalf,
) -> HandlerResult<SetOrderStatusOnBehalf> {
    let call = access::as_staff(call)?;
    if let Some(status) = target.status {
        bring(&s, &call, id, BaseVersion::default(), status).await.map_err(told)?;
    }
    let (order, person) = access::visible(&s, &call, id).await?;
    if target.status.is_none() && order.state != OrderState::Pending {
        return Err(told(illegal(&call, &order).into()));
    }
    Ok(access::changed(&call, &order, &person))
}
