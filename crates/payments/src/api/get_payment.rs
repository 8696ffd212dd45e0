//! Reads a payment.

use super::may_see;
use crate::{Payments, store::payments, view};
use contracts::payments::GetPayment;
use endpoint::{Common, Json, Path};
use ordo_http::{Answered, Call};

pub(crate) async fn get_payment(
    s: Payments,
    call: Call,
    GetPayment { id: Path(id) }: GetPayment,
) -> Answered<GetPayment> {
    let book = payments::find(&s.db, id).await?.ok_or(Common::NotFound)?;
    may_see(&s, &call, &book.payment).await?;
    Ok(Json(view::payment(&book)))
}
