//! Captures the money that was authorized, as staff wish.

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
use uuid::Uuid;

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
    if book.begun_with(key).is_some() {
        tx.rollback().await?;
        let capturing = |book: &Book| {
            book.begun_with(key).is_some_and(|(_, attempt)| attempt.state == AttemptState::Capturing)
        };
        return outcome(&s.wait_while(id, &call.context, capturing).await?, key);
    }
    let rule = |book: &mut Book, stamp: &mut Stamp<'_>| book.capture(Some(key), stamp);
    let capturing = s.change(&mut tx, &mut book, &cause, Heard::Nobody, rule).await?;
    if capturing != Capturing::Begun {
        let status = view::payment(&book).status;
        return refuse(tx, ChangePaymentError::IllegalPaymentTransition { status }).await;
    }
    tx.commit("payments.capture").await?;
    s.committed();
    s.ask_and_wait(book.to_ask(), &cause, &call.context).await;
    outcome(&s.read(id).await?, key)
}

/// What became of it.
fn outcome(book: &Book, key: Uuid) -> Answered<CapturePayment> {
    let payment = view::payment(book);
    let (operation, attempt) = book.begun_with(key).ok_or(Common::NotFound)?;
    match attempt.state {
        AttemptState::Captured => Ok(Json(payment)),
        state if state.is_asking() && !operation.refused => Ok(Json(payment)),
        _ => Err(ChangePaymentError::PaymentDeclined { payment: Box::new(payment) }.into()),
    }
}
