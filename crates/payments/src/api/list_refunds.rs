//! Lists a payment's refunds, oldest first.

use super::may_see;
use crate::{Payments, store::payments, view};
use contracts::payments::{ListRefunds, Refund};
use endpoint::{CommonError, Json, Page, PageParams, Path};
use kernel::id::RefundId;
use ordo_http::{Call, HandlerResult, page};
use serde::Serialize;

pub(crate) async fn list_refunds(
    s: Payments,
    call: Call,
    ListRefunds { id: Path(id), slice }: ListRefunds,
) -> HandlerResult<ListRefunds> {
    let book = payments::find(&s.db, id).await?.ok_or(CommonError::NotFound)?;
    may_see(&s, &call, &book.payment).await?;
    let all = book.refunds.iter().map(|refund| view::refund(&book.payment, refund)).collect();
    Ok(Json(refunds(&s, all, &("list_refunds", id), &slice)?))
}

/// A page of all of them; its cursors are for `purpose`.
pub(super) fn refunds(
    s: &Payments,
    all: Vec<Refund>,
    purpose: &impl Serialize,
    slice: &PageParams,
) -> Result<Page<Refund>, CommonError> {
    let last: Option<RefundId> =
        slice.cursor.as_ref().map(|cursor| s.cursors.open(purpose, cursor)).transpose()?;
    // none is ever taken away, and new ones come last
    let seen = last.and_then(|last| all.iter().position(|refund| refund.id == last));
    let rest = all.into_iter().skip(seen.map_or(0, |at| at + 1)).take(slice.count() + 1).collect();
    Ok(page(slice, rest, |last| s.cursors.seal(purpose, &last.id)))
}
