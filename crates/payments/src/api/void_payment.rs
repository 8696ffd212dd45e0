//! Voids an authorization before it is captured, as staff wish.

use super::{actor, provider_unavailable, refuse};
use crate::{
    Payments,
    aggregate::PaymentAggregate,
    attempt::{Attempt, AttemptState},
    operation::{Operation, OperationKind},
    store::payments,
    timer_plan::QueriedSubject,
    view,
};
use contracts::payments::{ChangePaymentError, VoidPayment};
use endpoint::{CommonError, IdempotencyKey, Json, Path};
use flow::{Cause, idempotency::digest};
use ordo_http::{Call, HandlerResult};
use uuid::Uuid;

pub(crate) async fn void_payment(
    s: Payments,
    call: Call,
    VoidPayment { id: Path(id), key: IdempotencyKey(key) }: VoidPayment,
) -> HandlerResult<VoidPayment> {
    let cause = Cause::request(actor(&call), &call.context);
    let key = digest(&[&call.user()?.to_string(), &format!("POST /v1/payments/{id}/void"), &key]);
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
        let voiding = |book: &PaymentAggregate| {
            book.begun_with(key).is_some_and(|(_, attempt)| attempt.state == AttemptState::Voiding)
        };
        return outcome(&s.wait_while(id, &call.context, voiding).await?, key);
    }
    let void_key = (!is_known).then_some(key);
    let begun = s
        .change(&mut tx, &mut book, &cause, QueriedSubject::Nobody, |book, stamp| book.void(void_key, stamp))
        .await?;
    if !begun {
        let status = view::payment(&book).status;
        return refuse(tx, ChangePaymentError::IllegalPaymentTransition { status }).await;
    }
    tx.commit("payments.void").await?;
    s.committed();
    s.ask_and_wait(book.to_ask(), &cause, &call.context).await;
    outcome(&s.read(id).await?, key)
}

/// The newest void of the attempt whose void was begun with this key.
fn newest(book: &PaymentAggregate, key: Uuid) -> Option<(&Operation, &Attempt)> {
    let (begun, attempt) = book.begun_with(key)?;
    let newest = book.operation(attempt.id.uuid(), OperationKind::Void).filter(|_| begun.unsent);
    Some((newest.unwrap_or(begun), attempt))
}

/// What became of it. A refusal says no more than that this try had no effect.
fn outcome(book: &PaymentAggregate, key: Uuid) -> HandlerResult<VoidPayment> {
    let payment = view::payment(book);
    let (operation, attempt) = newest(book, key).ok_or(CommonError::NotFound)?;
    match attempt.state {
        AttemptState::Captured => {
            let status = payment.status;
            Err(ChangePaymentError::IllegalPaymentTransition { status }.into())
        }
        state if operation.unsent && !state.is_over() => Err(provider_unavailable(payment).into()),
        state if operation.refused && !state.is_over() => {
            Err(ChangePaymentError::VoidRefused { payment: Box::new(payment) }.into())
        }
        _ => Ok(Json(payment)),
    }
}
