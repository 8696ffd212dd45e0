//! `GET /v1/orders/{id}/refunds`: the refunds of an order, as payments has them.

use crate::{
    Orders,
    order::Viewer,
    workflows::access::{self, viewer},
};
use contracts::{
    orders::ListRefundsOfOrder,
    settlement::{ListRefundsFor, RefundsOfOrder},
};
use endpoint::{CommonError, FieldError, Json, Page, Path, client::CallError};
use ordo_http::{Call, HandlerResult};

pub(super) async fn list_refunds_of_order(
    s: Orders,
    call: Call,
    asked: ListRefundsOfOrder,
) -> HandlerResult<ListRefundsOfOrder> {
    let ListRefundsOfOrder { id: Path(id), slice } = asked;
    // staff see every order: one that has a payment need not be read
    let sees_all = viewer(&call) == Viewer::Staff;
    if !sees_all {
        access::visible(&s, &call, id).await?;
    }
    match s.payments.call(&call.context, ListRefundsFor { id: Path(id), slice }).await {
        Ok(Json(RefundsOfOrder { items, next_cursor, has_payment })) => {
            // an older payments does not say that there is one; what was refunded had one
            if sees_all && !has_payment && items.is_empty() {
                access::visible(&s, &call, id).await?;
            }
            Ok(Json(Page { items, next_cursor }))
        }
        // payments has sealed the cursor, and knows it
        Err(CallError::Problem(problem)) if problem.status == 400 => {
            let fault =
                FieldError::invalid("?cursor", "send a next_cursor of this list, with the same filters");
            Err(CommonError::InvalidRequest { errors: vec![fault] }.into())
        }
        Err(error) => Err(error.into()),
    }
}
