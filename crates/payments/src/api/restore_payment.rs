//! Restores an order's payment, after the database was put back to an older copy.

use super::{actor, plain_amounts};
use crate::{
    Payments, payment::Payment, store::payments, timer_plan::QueriedSubject, view, workflows::LostPayment,
};
use contracts::settlement::{RestorePayment, SettlementResponse};
use endpoint::{Body, Json};
use flow::Cause;
use ordo_http::{Call, HandlerResult};

pub(crate) async fn restore_payment(
    s: Payments,
    call: Call,
    RestorePayment { restore: Body(ask) }: RestorePayment,
) -> HandlerResult<RestorePayment> {
    plain_amounts(&[("/amount", ask.amount), ("/owed", ask.owed)], ask.amount.currency)?;
    let cause = Cause::request(actor(&call), &call.context);
    let new = Payment::new(ask.payment_id, ask.order_id, ask.user_id, ask.amount, s.env.now());
    s.take_over_payment(&new, ask.owed.minor, &cause, &call.context).await?;
    s.find_lost_charges(LostPayment { new: &new, known: Some(&ask.attempts) }, &cause).await?;
    let mut tx = s.db.begin().await?;
    let mut book = payments::open(&mut tx, new).await?;
    let owed = ask.owed.minor;
    s.change(&mut tx, &mut book, &cause, QueriedSubject::Nobody, |book, stamp| book.restore(owed, stamp))
        .await?;
    tx.commit("payments.restore_payment").await?;
    s.committed();
    // an authorization may have been captured or voided in the time that is lost
    match book.live().filter(|_| book.is_unsettled()).map(|live| live.id) {
        Some(live) if book.asks.is_empty() => s.look(live).await?,
        _ => s.ask_and_wait(book.to_ask(), &cause, &call.context).await,
    }
    let book = s.read(book.payment.id).await?;
    let view::View { payment, figures } = view::view(&book);
    Ok(Json(SettlementResponse { payment, figures, event_id: s.told_by(&book).await }))
}
