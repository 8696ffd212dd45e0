//! Captures what is owed of what is authorized, before a shipment.

use super::{actor, plain_amounts, refuse};
use crate::{
    Payments,
    aggregate::{ChangeContext, PaymentAggregate},
    attempt::AttemptState,
    commands::CaptureDecision,
    operation::OperationKind,
    store::payments,
    timer_plan::QueriedSubject,
    view,
};
use contracts::{
    payments::PROVIDER_RETRY_AFTER_S,
    settlement::{CaptureAmountDue, CaptureRejected, SettlementResponse},
};
use endpoint::{Body, CommonError, Json};
use flow::Cause;
use kernel::id::AttemptId;
use ordo_http::{Call, HandlerResult};

pub(crate) async fn capture_amount_due(
    s: Payments,
    call: Call,
    CaptureAmountDue { capture: Body(ask) }: CaptureAmountDue,
) -> HandlerResult<CaptureAmountDue> {
    let cause = Cause::request(actor(&call), &call.context);
    let mut tx = s.db.begin().await?;
    let Some(mut book) = payments::lock_by_order(&mut tx, ask.order_id).await? else {
        return refuse(tx, CaptureRejected::CaptureFailed).await;
    };
    if let Err(wrong) = plain_amounts(&[("/owed", ask.owed)], book.payment.currency) {
        return refuse(tx, wrong).await;
    }
    let rule = |book: &mut PaymentAggregate, stamp: &mut ChangeContext<'_>| {
        book.owe(ask.owed.minor, stamp);
        book.capture(None, stamp)
    };
    let capturing = s.change(&mut tx, &mut book, &cause, QueriedSubject::Nobody, rule).await?;
    tx.commit("payments.capture_owed").await?;
    s.committed();
    match capturing {
        CaptureDecision::Nothing => s.ask_and_wait(book.to_ask(), &cause, &call.context).await,
        CaptureDecision::InProgress => return Err(CaptureRejected::PaymentInProgress.into()),
        CaptureDecision::NothingAuthorized => return Err(CaptureRejected::CaptureFailed.into()),
        CaptureDecision::Begun => {
            let asked = book.asks.first().map(|(id, _)| *id);
            s.ask_and_wait(book.to_ask(), &cause, &call.context).await;
            book = s.read(book.payment.id).await?;
            match asked.and_then(|id| book.attempt(id)).map(|attempt| attempt.state) {
                Some(AttemptState::Captured) => {}
                Some(state) if state.is_asking() => return Err(CaptureRejected::PaymentInProgress.into()),
                _ if capture_was_unsent(&book, asked) => {
                    return Err(CommonError::Unavailable { retry_after: PROVIDER_RETRY_AFTER_S }.into());
                }
                _ => return Err(CaptureRejected::CaptureFailed.into()),
            }
        }
    }
    let view::View { payment, figures } = view::view(&book);
    Ok(Json(SettlementResponse { payment, figures, event_id: s.told_by(&book).await }))
}

/// Whether the newest capture of the attempt did not reach the provider.
fn capture_was_unsent(book: &PaymentAggregate, attempt: Option<AttemptId>) -> bool {
    let newest = attempt.and_then(|id| book.operation(id.uuid(), OperationKind::Capture));
    newest.is_some_and(|operation| operation.unsent)
}
