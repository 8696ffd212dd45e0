//! Takes the money that was promised, as staff wish.

use super::{actor, refuse};
use crate::{
    Payments,
    agenda::Heard,
    ask::Capturing,
    attempt::AttemptState,
    book::{Book, Stamp},
    store::books,
    view,
};
use contracts::payments::{CapturePayment, ChangePaymentError};
use endpoint::{Common, Json, Key, Path};
use flow::{Cause, idempotency::digest};
use ordo_http::{Answered, Call};

pub(crate) async fn capture_payment(
    s: Payments,
    call: Call,
    CapturePayment { id: Path(id), key: Key(key) }: CapturePayment,
) -> Answered<CapturePayment> {
    let cause = Cause::request(actor(&call), &call.context);
    let key = digest(&[&call.user()?.to_string(), &format!("POST /v1/payments/{id}/capture"), &key]);
    let mut tx = s.db.begin().await?;
    let Some(mut book) = books::lock(&mut tx, id).await? else {
        return refuse(tx, Common::NotFound).await;
    };
    if book.operations.iter().any(|operation| operation.client_key == Some(key)) {
        tx.rollback().await?;
        return Ok(Json(view::payment(&book)));
    }
    let rule = |book: &mut Book, stamp: &mut Stamp<'_>| book.capture(Some(key), stamp);
    let capturing = s.change(&mut tx, &mut book, &cause, Heard::Nobody, rule).await?;
    if capturing != Capturing::Begun {
        let status = view::payment(&book).status;
        return refuse(tx, ChangePaymentError::IllegalPaymentTransition { status }).await;
    }
    tx.commit("payments.capture").await?;
    s.committed();
    let asked = book.asks.first().map(|(id, _)| *id);
    s.ask_and_wait(book.asks, &cause, &call.context).await;
    let book = s.read(id).await?;
    let payment = view::payment(&book);
    match asked.and_then(|id| book.attempt(id)).map(|attempt| attempt.state) {
        Some(state) if state == AttemptState::Captured || state.is_asking() => Ok(Json(payment)),
        _ => Err(ChangePaymentError::PaymentDeclined { payment: Box::new(payment) }.into()),
    }
}
