//! Gives up a refund that staff asked for, before it goes out.

use super::{actor, refund_payment::shown, refuse};
use crate::{
    Payments,
    aggregate::{ChangeContext, PaymentAggregate},
    store::payments,
    timer_plan::QueriedSubject,
};
use contracts::payments::{RefundStatus, WithdrawError, WithdrawRefund};
use endpoint::{CommonError, Json, Path};
use flow::Cause;
use ordo_http::{Call, HandlerResult};

/// Whoever sends it contends for the payment's row: it has gone out, or it never will.
pub(crate) async fn withdraw_refund(
    s: Payments,
    call: Call,
    WithdrawRefund { id: Path(id) }: WithdrawRefund,
) -> HandlerResult<WithdrawRefund> {
    let cause = Cause::request(actor(&call), &call.context);
    let mut tx = s.db.begin().await?;
    let Some(mut book) = payments::lock_by_refund(&mut tx, id).await? else {
        return refuse(tx, CommonError::NotFound).await;
    };
    let status = shown(&book, id)?.status;
    if status == RefundStatus::Withdrawn {
        tx.rollback().await?;
        return Ok(Json(shown(&book, id)?));
    }
    let rule = |book: &mut PaymentAggregate, stamp: &mut ChangeContext<'_>| book.withdraw(id, stamp);
    if let Err(withdrawable_in) = s.change(&mut tx, &mut book, &cause, QueriedSubject::Nobody, rule).await? {
        return refuse(tx, WithdrawError::IllegalRefundTransition { status, withdrawable_in }).await;
    }
    tx.commit("payments.withdraw_refund").await?;
    s.committed();
    Ok(Json(shown(&book, id)?))
}
