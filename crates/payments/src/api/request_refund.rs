//! Refunds money of an order, as staff ask orders for.

use super::{plain_amounts, refund_payment, refuse};
use crate::{Payments, commands::StaffRefund, store::payments, view};
use contracts::settlement::{RefundResponse, RequestRefund};
use endpoint::{Body, CommonError, Json};
use flow::{
    Cause,
    idempotency::{body_hash, digest},
};
use ordo_http::{Call, HandlerResult};

pub(crate) async fn request_refund(
    s: Payments,
    call: Call,
    RequestRefund { refund: Body(ask) }: RequestRefund,
) -> HandlerResult<RequestRefund> {
    let cause = Cause::request(&ask.actor, &call.context);
    let key = digest(&["refund", &ask.order_id.to_string(), &ask.key]);
    let mut tx = s.db.begin().await?;
    let Some(book) = payments::lock_by_order(&mut tx, ask.order_id).await? else {
        return refuse(tx, CommonError::NotFound).await;
    };
    let amounts: Vec<_> = ask.amount.map(|amount| ("/amount", amount)).into_iter().collect();
    if let Err(wrong) = plain_amounts(&amounts, book.payment.currency) {
        return refuse(tx, wrong).await;
    }
    let new = StaffRefund {
        client_key: (key, body_hash(&(ask.amount, &ask.reason))),
        amount: ask.amount.map(|money| money.minor),
        reason: ask.reason,
    };
    let (id, book) = refund_payment::request(&s, tx, book, new, &cause, &call.context).await?;
    let refund = refund_payment::shown(&book, id)?;
    let view::View { payment, figures } = view::view(&book);
    Ok(Json(RefundResponse { refund, payment, figures, event_id: s.told_by(&book).await }))
}
