//! Reads a payment.

use super::may_see;
use crate::{Payments, store::payments, view};
use contracts::payments::GetPayment;
use endpoint::{CommonError, Json, Path};
use ordo_http::{Call, HandlerResult};

pub(crate) async fn get_payment(
    s: Payments,
    call: Call,
    GetPayment { id: Path(id) }: GetPayment,
) -> HandlerResult<GetPayment> {
    let book = payments::find(&s.db, id).await?.ok_or(CommonError::NotFound)?;
    may_see(&s, &call, &book.payment).await?;
    Ok(Json(view::payment(&book)))
}
