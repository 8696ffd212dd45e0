//! `GET /v1/orders/{id}/payments`: the payment of an order, where it has one.

use crate::{Orders, work::access};
use contracts::orders::ListPaymentsOfOrder;
use endpoint::{Json, Page, Path};
use ordo_http::{Answered, Call};

pub(super) async fn list_payments_of_order(
    s: Orders,
    call: Call,
    ListPaymentsOfOrder { id: Path(id) }: ListPaymentsOfOrder,
) -> Answered<ListPaymentsOfOrder> {
    let (order, person) = access::visible(&s, &call, id).await?;
    let payment = order.view(&person, access::viewer(&call)).payment;
    Ok(Json(Page { items: payment.into_iter().collect(), next_cursor: None }))
}
