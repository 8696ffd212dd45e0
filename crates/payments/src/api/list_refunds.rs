//! Lists a payment's refunds.

use super::may_see;
use crate::{Payments, store::books, view};
use contracts::payments::ListRefunds;
use endpoint::{Common, Json, Page, Path};
use ordo_http::{Answered, Call};

pub(crate) async fn list_refunds(
    s: Payments,
    call: Call,
    ListRefunds { id: Path(id) }: ListRefunds,
) -> Answered<ListRefunds> {
    let book = books::find(&s.db, id).await?.ok_or(Common::NotFound)?;
    may_see(&call, book.payment.user_id)?;
    let items = book.refunds.iter().map(|refund| view::refund(&book.payment, refund)).collect();
    Ok(Json(Page { items, next_cursor: None }))
}
