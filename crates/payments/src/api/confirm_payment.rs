//! Goes on with a payment after the customer has done what was required.

use super::{actor, is_payer, provider_unavailable, refuse};
use crate::{
    Payments, aggregate::PaymentAggregate, attempt::AttemptState, operation::OperationKind, store::payments,
    timer_plan::QueriedSubject, view,
};
use contracts::payments::{ChangePaymentError, ConfirmPayment, PaymentStatus};
use endpoint::{CommonError, HandlerError, Json, Path};
use flow::Cause;
use ordo_http::{Call, HandlerResult};

/// The key is not needed: the same request again finds the attempt where the first one brought it.
pub(crate) async fn confirm_payment(
    s: Payments,
    call: Call,
    ConfirmPayment { id: Path(id), key: _ }: ConfirmPayment,
) -> HandlerResult<ConfirmPayment> {
    let cause = Cause::request(actor(&call), &call.context);
    let mut tx = s.db.begin().await?;
    let Some(mut book) = payments::lock(&mut tx, id).await? else {
        return refuse(tx, CommonError::NotFound).await;
    };
    if !is_payer(&mut tx, &call, &book.payment).await? {
        return refuse(tx, CommonError::NotFound).await;
    }
    let begun = s
        .change(&mut tx, &mut book, &cause, QueriedSubject::Nobody, |book, stamp| book.confirm(stamp))
        .await?;
    if !begun {
        tx.rollback().await?;
        let submitting =
            |book: &PaymentAggregate| book.live().is_some_and(|a| a.state == AttemptState::Submitting);
        return outcome(&s.wait_while(id, &call.context, submitting).await?);
    }
    tx.commit("payments.confirm").await?;
    s.committed();
    s.ask_and_wait(book.to_ask(), &cause, &call.context).await;
    outcome(&s.read(id).await?)
}

/// What became of the newest attempt.
fn outcome(book: &PaymentAggregate) -> HandlerResult<ConfirmPayment> {
    let payment = view::payment(book);
    let newest = book.attempts.last();
    let is_declined = newest
        .is_some_and(|attempt| attempt.state == AttemptState::Failed && !attempt.is_provider_unavailable());
    let submitted = newest.and_then(|attempt| book.operation(attempt.id.uuid(), OperationKind::Submit));
    match payment.status {
        PaymentStatus::Processing | PaymentStatus::Authorized | PaymentStatus::Captured => Ok(Json(payment)),
        PaymentStatus::Open if is_declined => {
            Err(HandlerError::Declared(ChangePaymentError::PaymentDeclined { payment: Box::new(payment) }))
        }
        // the attempt still waits, for the provider and not for the customer
        PaymentStatus::RequiresAction if submitted.is_some_and(|operation| operation.unsent) => {
            Err(provider_unavailable(payment).into())
        }
        status => Err(HandlerError::Declared(ChangePaymentError::IllegalPaymentTransition { status })),
    }
}
