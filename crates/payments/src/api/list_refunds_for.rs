//! Lists the refunds of an order's payment, for orders, which knows who may see them.

use super::list_refunds::refunds;
use crate::{Payments, store::books};
use contracts::settlement::ListRefundsFor;
use endpoint::{Json, Page, Path};
use ordo_http::{Answered, Call};

pub(crate) async fn list_refunds_for(
    s: Payments,
    _: Call,
    ListRefundsFor { id: Path(order), slice }: ListRefundsFor,
) -> Answered<ListRefundsFor> {
    match books::find_by_order(&s.db, order).await? {
        Some(book) => Ok(Json(refunds(&s, &book, &("list_refunds_for", order), &slice)?)),
        None => Ok(Json(Page { items: Vec::new(), next_cursor: None })),
    }
}
