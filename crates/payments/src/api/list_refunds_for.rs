//! Lists the refunds of an order's payment, for orders, which knows who may see them.

use super::list_refunds::refunds;
use crate::{Payments, store::books, view};
use contracts::settlement::ListRefundsFor;
use endpoint::{Common, Json, Path};
use ordo_http::{Answered, Call};

pub(crate) async fn list_refunds_for(
    s: Payments,
    _: Call,
    ListRefundsFor { id: Path(order), slice }: ListRefundsFor,
) -> Answered<ListRefundsFor> {
    let found = books::refunds_of_order(&s.db, order).await?.ok_or(Common::NotFound)?;
    let shown = |(payment, currency, refund)| view::refund_of((payment, order), currency, &refund);
    let all = found.into_iter().map(shown).collect();
    Ok(Json(refunds(&s, all, &("list_refunds_for", order), &slice)?))
}
