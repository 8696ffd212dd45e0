//! Closes an order's payment, so that nothing can be charged for it any more.

use super::{actor, plain_amounts};
use crate::{
    Payments, payment::Payment, store::payments, timer_plan::QueriedSubject, view, workflows::LostPayment,
};
use contracts::{
    payments::PaymentState,
    settlement::{CloseOutcome, ClosePayment, CloseResponse},
};
use endpoint::{Body, Json};
use flow::Cause;
use ordo_http::{Call, HandlerResult};

pub(crate) async fn close_payment(
    s: Payments,
    call: Call,
    ClosePayment { close: Body(ask) }: ClosePayment,
) -> HandlerResult<ClosePayment> {
    plain_amounts(&[("/amount", ask.amount)], ask.amount.currency)?;
    let cause = Cause::request(actor(&call), &call.context);
    // where there is none, a closed one is inserted: a late pay finds it (R10)
    let new = Payment::new(s.env.id(), ask.order_id, ask.user_id, ask.amount, s.env.now());
    s.take_over_payment(&new, new.owed, &cause, &call.context).await?;
    s.find_lost_charges(LostPayment { new: &new, known: None }, &cause).await?;
    let mut tx = s.db.begin().await?;
    let mut book = payments::open(&mut tx, new).await?;
    s.change(&mut tx, &mut book, &cause, QueriedSubject::Nobody, |book, stamp| book.close(ask.mode, stamp))
        .await?;
    tx.commit("payments.close").await?;
    s.committed();
    if !book.asks.is_empty() {
        s.ask_and_wait(book.to_ask(), &cause, &call.context).await;
        book = s.read(book.payment.id).await?;
    }
    let outcome = match book.payment.state {
        PaymentState::Closed => CloseOutcome::Closed,
        PaymentState::Secured => CloseOutcome::Secured,
        PaymentState::Open | PaymentState::ClosingIfUnpaid | PaymentState::ClosingAlways => {
            CloseOutcome::Closing
        }
    };
    let view::View { payment, figures } = view::view(&book);
    Ok(Json(CloseResponse { outcome, payment, figures, event_id: s.told_by(&book).await }))
}
