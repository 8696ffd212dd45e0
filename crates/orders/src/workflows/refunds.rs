//! Refunds that staff ask for: decided and made by payments, under a key of the order's.

use crate::{
    Orders,
    order::PaymentUpdate,
    workflows::{
        access,
        idempotency::{BoundKey, KeyLookup, claimed_ahead, replay, settled_ahead, unbind_refused},
        or_refuse,
    },
};
use contracts::{
    payments::{NewRefund, Refund, RefundError, RefundStatus},
    settlement::{RefundRequest, RefundResponse, RequestRefund},
};
use endpoint::{Body, CommonError, CreatedWithoutEtag, FieldError, HandlerError, Json, client::CallError};
use flow::{Cause, idempotency::digest};
use kernel::{Money, id::OrderId};
use ordo_http::Call;

type Error = HandlerError<RefundError>;

/// Gives money of an order back.
pub(crate) async fn refund(
    s: &Orders,
    call: &Call,
    id: OrderId,
    key: &str,
    bound: BoundKey,
    new: NewRefund,
) -> Result<CreatedWithoutEtag<Refund>, Error> {
    let user = call.user()?;
    let (order, _) = access::visible::<RefundError>(s, call, id).await?;
    let amount = new.amount_in(s.settings.currency).map_err(bad_amount)?;
    let mut tx = s.db.begin().await?;
    let (known, tx) = or_refuse(claimed_ahead::<RefundError>(s, &mut tx, bound).await, tx).await?;
    if let KeyLookup::Replay { answer: Some(answer), .. } = known
        && let Some(mut created) = replay::<CreatedWithoutEtag<Refund>>(&answer)
    {
        tx.rollback().await?;
        created.body.reason = new.reason;
        return Ok(created);
    }
    tx.commit("orders.bind_refund").await?;
    let request = RefundRequest {
        order_id: id,
        amount,
        reason: new.reason,
        key: format!("refund:{}", digest(&[&id.to_string(), &user.to_string(), key])),
        actor: user.to_string(),
    };
    let answer = s.payments.call(&call.context, RequestRefund { refund: Body(request) }).await;
    unbind_refused(s, bound, &answer).await?;
    let Json(RefundResponse { refund, payment, figures, event_id }) =
        answer.map_err(|error| refused(error, Money::zero(order.total.currency)))?;
    let heard = PaymentUpdate::of(figures, payment).told_by(event_id);
    s.apply_payment_response(id, &heard, &Cause::request(user, &call.context)).await?;
    let is_final = matches!(refund.status, RefundStatus::Succeeded | RefundStatus::Withdrawn);
    let created = CreatedWithoutEtag { location: format!("/v1/refunds/{}", refund.id), body: refund };
    // one that is under way, kept, would hide the outcome from every repeat of a day: payments tells how it stands now
    let mut kept = is_final.then(|| created.clone());
    if let Some(kept) = &mut kept {
        // what somebody wrote is not kept here; the key is bound to it, so a repeat brings it along
        kept.body.reason = None;
    }
    let mut tx = s.db.begin().await?;
    settled_ahead(s, &mut tx, bound, created.body.id, kept).await?;
    tx.commit("orders.answer_refund").await?;
    Ok(created)
}

fn bad_amount(fault: FieldError) -> CommonError {
    CommonError::InvalidRequest { errors: vec![fault] }
}

fn refused(error: CallError<RefundError>, nothing: Money) -> Error {
    match error {
        CallError::Refused(refused) => refused.into(),
        // no payment, so there is nothing to give back
        CallError::Problem(problem) if problem.status == 404 => {
            RefundError::RefundExceedsCaptured { left: nothing }.into()
        }
        CallError::Problem(problem) if problem.status == 422 => CommonError::KeyReused.into(),
        error => error.into(),
    }
}
