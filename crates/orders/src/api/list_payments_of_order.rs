//! `GET /v1/orders/{id}/payments`: the payment of an order, where it has one.

use crate::{Orders, workflows::access};
use contracts::orders::ListPaymentsOfOrder;
use endpoint::{Json, Page, Path};
use kernel::id::PaymentId;
use ordo_http::{Call, HandlerResult};

pub(super) async fn list_payments_of_order(
    s: Orders,
    call: Call,
    asked: ListPaymentsOfOrder,
) -> HandlerResult<ListPaymentsOfOrder> {
    let ListPaymentsOfOrder { id: Path(id), slice } = asked;
    let (order, person) = access::visible(&s, &call, id).await?;
    if let Some(cursor) = &slice.cursor {
        // there is no second page, and so no cursor of this list
        s.cursors.open::<PaymentId>(&("list_payments_of_order", id), cursor)?;
    }
    let payment = order.view(&person, access::viewer(&call)).payment;
    Ok(Json(Page { items: payment.into_iter().collect(), next_cursor: None }))
}
