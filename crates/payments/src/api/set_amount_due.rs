//! Notes what an order owes now; what was captured beyond it is refunded, and an authorization is voided once nothing is owed.

use super::{actor, plain_amounts, refuse};
use crate::{Payments, store::payments, timer_plan::QueriedSubject, view};
use contracts::settlement::{SetAmountDue, SettlementResponse};
use endpoint::{Body, CommonError, Json};
use flow::Cause;
use ordo_http::{Call, HandlerResult};

pub(crate) async fn set_amount_due(
    s: Payments,
    call: Call,
    SetAmountDue { owed: Body(ask) }: SetAmountDue,
) -> HandlerResult<SetAmountDue> {
    let cause = Cause::request(actor(&call), &call.context);
    let mut tx = s.db.begin().await?;
    let Some(mut book) = payments::lock_by_order(&mut tx, ask.order_id).await? else {
        return refuse(tx, CommonError::NotFound).await;
    };
    if let Err(wrong) = plain_amounts(&[("/owed", ask.owed)], book.payment.currency) {
        return refuse(tx, wrong).await;
    }
    s.change(&mut tx, &mut book, &cause, QueriedSubject::Nobody, |book, stamp| {
        book.owe(ask.owed.minor, stamp)
    })
    .await?;
    tx.commit("payments.set_owed").await?;
    s.committed();
    if !book.asks.is_empty() {
        s.ask_and_wait(book.to_ask(), &cause, &call.context).await;
        book = s.read(book.payment.id).await?;
    }
    let view::View { payment, figures } = view::view(&book);
    Ok(Json(SettlementResponse { payment, figures, event_id: s.told_by(&book).await }))
}
