//! Captures what is owed of what is authorized, before a shipment.

use super::{actor, plain_amounts, refuse};
use crate::{
    Payments,
    aggregate::{ChangeContext, PaymentAggregate},
    attempt::AttemptState,
    commands::Capturing,
    operation::OperationKind,
    store::payments,
    timer_plan::QueriedSubject,
    view,
};
use contracts::{
    payments::PROVIDER_RETRY_AFTER_S,
    settlement::{CaptureOwed, SettleError, SettlementAnswer},
};
use endpoint::{Body, Common, Json};
use flow::Cause;
use kernel::id::AttemptId;
use ordo_http::{Answered, Call};

pub(crate) async fn capture_owed(
    s: Payments,
    call: Call,
    CaptureOwed { capture: Body(ask) }: CaptureOwed,
) -> Answered<CaptureOwed> {
    let cause = Cause::request(actor(&call), &call.context);
    let mut tx = s.db.begin().await?;
    let Some(mut book) = payments::lock_by_order(&mut tx, ask.order_id).await? else {
        return refuse(tx, SettleError::CaptureFailed).await;
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
        Capturing::Nothing => s.ask_and_wait(book.to_ask(), &cause, &call.context).await,
        Capturing::InProgress => return Err(SettleError::PaymentInProgress.into()),
        Capturing::NothingAuthorized => return Err(SettleError::CaptureFailed.into()),
        Capturing::Begun => {
            let asked = book.asks.first().map(|(id, _)| *id);
            s.ask_and_wait(book.to_ask(), &cause, &call.context).await;
            book = s.read(book.payment.id).await?;
            match asked.and_then(|id| book.attempt(id)).map(|attempt| attempt.state) {
                Some(AttemptState::Captured) => {}
                Some(state) if state.is_asking() => return Err(SettleError::PaymentInProgress.into()),
                _ if capture_was_unsent(&book, asked) => {
                    return Err(Common::Unavailable { retry_after: PROVIDER_RETRY_AFTER_S }.into());
                }
                _ => return Err(SettleError::CaptureFailed.into()),
            }
        }
    }
    let view::View { payment, figures } = view::view(&book);
    Ok(Json(SettlementAnswer { payment, figures, event_id: s.told_by(&book).await }))
}

/// Whether the newest capture of the attempt did not reach the provider.
fn capture_was_unsent(book: &PaymentAggregate, attempt: Option<AttemptId>) -> bool {
    let newest = attempt.and_then(|id| book.operation(id.uuid(), OperationKind::Capture));
    newest.is_some_and(|operation| operation.unsent)
}
