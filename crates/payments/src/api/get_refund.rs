//! Reads a refund.

use super::may_see;
use crate::{Payments, store::payments, view};
use contracts::payments::GetRefund;
use endpoint::{CommonError, Json, Path};
use ordo_http::{Call, HandlerResult};

pub(crate) async fn get_refund(
    s: Payments,
    call: Call,
    GetRefund { id: Path(id) }: GetRefund,
) -> HandlerResult<GetRefund> {
    let book = payments::find_by_refund(&s.db, id).await?.ok_or(CommonError::NotFound)?;
    may_see(&s, &call, &book.payment).await?;
    let refund = book.refund(id).ok_or(CommonError::NotFound)?;
    Ok(Json(view::refund(&book.payment, refund)))
}
