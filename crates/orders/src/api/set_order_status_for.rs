//! `PUT /internal/orders/{id}`: brings an order into a state for a user of a façade, as staff do.

use crate::{
    Orders,
    transition::order::State,
    workflows::{
        access,
        cancelling::illegal,
        refusal::told,
        targeting::{Based, bring},
    },
};
use contracts::facades::SetOrderStatusFor;
use endpoint::{Body, Path};
use ordo_http::{Answered, Call};

pub(super) async fn set_order_status_for(
    s: Orders,
    call: Call,
    SetOrderStatusFor { id: Path(id), target: Body(target) }: SetOrderStatusFor,
) -> Answered<SetOrderStatusFor> {
    let call = access::as_staff(call)?;
    if let Some(status) = target.status {
        bring(&s, &call, id, Based::default(), status).await.map_err(told)?;
    }
    let (order, person) = access::visible(&s, &call, id).await?;
    if target.status.is_none() && order.state != State::Pending {
        return Err(told(illegal(&call, &order).into()));
    }
    Ok(access::changed(&call, &order, &person))
}
