//! Gives the promise of money back before it is taken, as staff wish.

use super::{actor, refuse};
use crate::{Payments, agenda::Heard, store::books, view};
use contracts::payments::{ChangePaymentError, VoidPayment};
use endpoint::{Common, Json, Key, Path};
use flow::{Cause, idempotency::digest};
use ordo_http::{Answered, Call};

pub(crate) async fn void_payment(
    s: Payments,
    call: Call,
    VoidPayment { id: Path(id), key: Key(key) }: VoidPayment,
) -> Answered<VoidPayment> {
    let cause = Cause::request(actor(&call), &call.context);
    let key = digest(&[&call.user()?.to_string(), &format!("POST /v1/payments/{id}/void"), &key]);
    let mut tx = s.db.begin().await?;
    let Some(mut book) = books::lock(&mut tx, id).await? else {
        return refuse(tx, Common::NotFound).await;
    };
    if book.operations.iter().any(|operation| operation.client_key == Some(key)) {
        tx.rollback().await?;
        return Ok(Json(view::payment(&book)));
    }
    let begun =
        s.change(&mut tx, &mut book, &cause, Heard::Nobody, |book, stamp| book.void(key, stamp)).await?;
    if !begun {
        let status = view::payment(&book).status;
        return refuse(tx, ChangePaymentError::IllegalPaymentTransition { status }).await;
    }
    tx.commit("payments.void").await?;
    s.committed();
    s.ask_and_wait(book.asks, &cause, &call.context).await;
    Ok(Json(view::payment(&s.read(id).await?)))
}
