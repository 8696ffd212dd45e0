//! Gives money of a payment back, as staff wish.

use super::{actor, refuse};
use crate::{
    Payments,
    aggregate::{ChangeContext, PaymentAggregate},
    commands::StaffRefund,
    store::payments,
    timer_plan::QueriedSubject,
    view,
};
use contracts::payments::{Refund, RefundError, RefundPayment, RefundStatus};
use db::Tx;
use endpoint::{
    Body, CHANGES_NOTHING, CommonError, Context, CreatedWithoutEtag, FieldError, HandlerError,
    IdempotencyKey, Path,
};
use flow::{
    Cause,
    idempotency::{body_hash, digest},
};
use kernel::id::RefundId;
use ordo_http::{Call, HandlerResult};

pub(crate) async fn refund_payment(
    s: Payments,
    call: Call,
    RefundPayment { id: Path(id), key: IdempotencyKey(key), refund: Body(ask) }: RefundPayment,
) -> HandlerResult<RefundPayment> {
    let cause = Cause::request(actor(&call), &call.context);
    let route = format!("POST /v1/payments/{id}/refunds");
    let client_key = (digest(&[&call.user()?.to_string(), &route, &key]), body_hash(&ask));
    let mut tx = s.db.begin().await?;
    let Some(book) = payments::lock(&mut tx, id).await? else {
        return refuse(tx, CommonError::NotFound).await;
    };
    let amount = match ask.amount_in(book.payment.currency) {
        Ok(amount) => amount.map(|money| money.minor),
        Err(fault) => return refuse(tx, bad_amount(fault)).await,
    };
    let new = StaffRefund { client_key, amount, reason: ask.reason };
    let (id, book) = request(&s, tx, book, new, &cause, &call.context).await?;
    let refund = shown(&book, id)?;
    Ok(CreatedWithoutEtag { location: format!("/v1/refunds/{id}"), body: refund })
}

/// Writes a refund down, sends it, and waits for its outcome for as long as the caller does.
pub(super) async fn request(
    s: &Payments,
    mut tx: Tx,
    mut book: PaymentAggregate,
    new: StaffRefund,
    cause: &Cause,
    context: &Context,
) -> Result<(RefundId, PaymentAggregate), HandlerError<RefundError>> {
    let (key, hash) = new.client_key;
    let made = |book: &PaymentAggregate| {
        book.refunds.iter().find_map(|r| r.client_key.filter(|k| k.0 == key).map(|k| (r.id, k.1)))
    };
    if let Some((id, known)) = made(&book) {
        tx.rollback().await?;
        if known != hash {
            return Err(CommonError::KeyReused.into());
        }
        let book = s.wait_while(book.payment.id, context, |book| is_under_way(book, id)).await?;
        return Ok((id, book));
    }
    if new.amount == Some(0) {
        return refuse(tx, bad_amount(FieldError::range("/amount", CHANGES_NOTHING))).await;
    }
    let rule = |book: &mut PaymentAggregate, stamp: &mut ChangeContext<'_>| book.refund_for_staff(new, stamp);
    match s.change(&mut tx, &mut book, cause, QueriedSubject::Nobody, rule).await? {
        Err(left) => {
            tx.rollback().await?;
            Err(RefundError::RefundExceedsCaptured { left: book.payment.money(left) }.into())
        }
        Ok(id) => {
            tx.commit("payments.request_refund").await?;
            s.committed();
            let (sender, sending) = (s.clone(), cause.clone());
            let work = async move {
                if let Err(error) = sender.send_refund(id, &sending).await {
                    // the timer that was committed with it sends it
                    tracing::warn!(refund = %id, %error, "refund postponed");
                }
            };
            s.run_and_wait(context, work).await;
            Ok((id, s.read(book.payment.id).await?))
        }
    }
}

/// A repeat gets what the first request gets, also while that one still waits; nobody waits for people.
fn is_under_way(book: &PaymentAggregate, id: RefundId) -> bool {
    let sent = book.refund(id).filter(|refund| !refund.is_offline());
    let state = sent.map(|refund| refund.state);
    matches!(state, Some(RefundStatus::Requested | RefundStatus::Submitting))
}

pub(super) fn shown(book: &PaymentAggregate, id: RefundId) -> Result<Refund, CommonError> {
    Ok(view::refund(&book.payment, book.refund(id).ok_or(CommonError::NotFound)?))
}

pub(super) fn bad_amount(fault: FieldError) -> CommonError {
    CommonError::InvalidRequest { errors: vec![fault] }
}
