//! Captures the money that was authorized, as staff wish.

use super::{actor, provider_unavailable, refuse};
use crate::{
    Payments,
    aggregate::{ChangeContext, PaymentAggregate},
    attempt::{Attempt, AttemptState},
    commands::CaptureDecision,
    operation::{Operation, OperationKind},
    store::payments,
    timer_plan::QueriedSubject,
    view,
};
use contracts::payments::{CapturePayment, ChangePaymentError};
use endpoint::{CommonError, IdempotencyKey, Json, Path};
use flow::{Cause, idempotency::digest};
use ordo_http::{Call, HandlerResult};
use uuid::Uuid;

pub(crate) async fn capture_payment(
    s: Payments,
    call: Call,
    CapturePayment { id: Path(id), key: IdempotencyKey(key) }: CapturePayment,
) -> HandlerResult<CapturePayment> {
    let cause = Cause::request(actor(&call), &call.context);
    let key = digest(&[&call.user()?.to_string(), &format!("POST /v1/payments/{id}/capture"), &key]);
    let mut tx = s.db.begin().await?;
    let Some(mut book) = payments::lock(&mut tx, id).await? else {
        return refuse(tx, CommonError::NotFound).await;
    };
    let begun = newest(&book, key);
    let is_known = begun.is_some();
    // what did not reach the provider is tried again
    if begun
        .is_some_and(|(operation, attempt)| !operation.unsent || attempt.state != AttemptState::Authorized)
    {
        tx.rollback().await?;
        let capturing = |book: &PaymentAggregate| {
            book.begun_with(key).is_some_and(|(_, attempt)| attempt.state == AttemptState::Capturing)
        };
        return outcome(&s.wait_while(id, &call.context, capturing).await?, key);
    }
    let rule = |book: &mut PaymentAggregate, stamp: &mut ChangeContext<'_>| {
        book.capture((!is_known).then_some(key), stamp)
    };
    let capturing = s.change(&mut tx, &mut book, &cause, QueriedSubject::Nobody, rule).await?;
    if capturing != CaptureDecision::Begun {
        let status = view::payment(&book).status;
        return refuse(tx, ChangePaymentError::IllegalPaymentTransition { status }).await;
    }
    tx.commit("payments.capture").await?;
    s.committed();
    s.ask_and_wait(book.to_ask(), &cause, &call.context).await;
    outcome(&s.read(id).await?, key)
}

/// The newest capture of the attempt whose capture was begun with this key.
fn newest(book: &PaymentAggregate, key: Uuid) -> Option<(&Operation, &Attempt)> {
    let (begun, attempt) = book.begun_with(key)?;
    let newest = book.operation(attempt.id.uuid(), OperationKind::Capture).filter(|_| begun.unsent);
    Some((newest.unwrap_or(begun), attempt))
}

/// What became of it.
fn outcome(book: &PaymentAggregate, key: Uuid) -> HandlerResult<CapturePayment> {
    let payment = view::payment(book);
    let (operation, attempt) = newest(book, key).ok_or(CommonError::NotFound)?;
    match attempt.state {
        AttemptState::Captured => Ok(Json(payment)),
        state if state.is_asking() && !operation.refused => Ok(Json(payment)),
        AttemptState::Authorized if operation.unsent => Err(provider_unavailable(payment).into()),
        _ => Err(ChangePaymentError::PaymentDeclined { payment: Box::new(payment) }.into()),
    }
}
