//! `GET /internal/orders/{id}`: reads an order for a façade, whoever's it is.

use crate::{Orders, order::Viewer, store};
use contracts::facades::LookUpOrder;
use endpoint::{CommonError, Json, Path};
use ordo_http::{Call, HandlerResult};

pub(super) async fn look_up_order(
    s: Orders,
    _: Call,
    LookUpOrder { id: Path(id) }: LookUpOrder,
) -> HandlerResult<LookUpOrder> {
    let (order, person) = store::orders::find(&s.db, id).await?.ok_or(CommonError::NotFound)?;
    Ok(Json(order.view(&person, Viewer::Customer)))
}
