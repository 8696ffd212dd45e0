//! Lists the refunds of an order's payment, for orders, which knows who may see them.

use super::list_refunds::refunds;
use crate::{Payments, store::payments, store::payments::RefundWithPayment, view};
use contracts::settlement::{ListRefundsFor, RefundsOfOrder};
use endpoint::{Json, Page, Path};
use ordo_http::{Call, HandlerResult};

pub(crate) async fn list_refunds_for(
    s: Payments,
    _: Call,
    ListRefundsFor { id: Path(order), slice }: ListRefundsFor,
) -> HandlerResult<ListRefundsFor> {
    let found = payments::refunds_of_order(&s.db, order).await?;
    let has_payment = found.is_some();
    let shown =
        |of: RefundWithPayment| view::refund_of((of.payment, order), of.currency, of.state, &of.refund);
    let all = found.into_iter().flatten().map(shown).collect();
    let Page { items, next_cursor } = refunds(&s, all, &("list_refunds_for", order), &slice)?;
    Ok(Json(RefundsOfOrder { items, next_cursor, has_payment }))
}
