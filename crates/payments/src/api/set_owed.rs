//! Notes what an order owes now; what was captured beyond it is refunded, and an authorization is voided once nothing is owed.

use super::{actor, plain_amounts, refuse};
use crate::{Payments, store::payments, timer_plan::QueriedSubject, view};
use contracts::settlement::{SetOwed, SettlementAnswer};
use endpoint::{Body, Common, Json};
use flow::Cause;
use ordo_http::{Answered, Call};

pub(crate) async fn set_owed(
    s: Payments,
    call: Call,
    SetOwed { owed: Body(ask) }: SetOwed,
) -> Answered<SetOwed> {
    let cause = Cause::request(actor(&call), &call.context);
    let mut tx = s.db.begin().await?;
    let Some(mut book) = payments::lock_by_order(&mut tx, ask.order_id).await? else {
        return refuse(tx, Common::NotFound).await;
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
    Ok(Json(SettlementAnswer { payment, figures, event_id: s.told_by(&book).await }))
}
