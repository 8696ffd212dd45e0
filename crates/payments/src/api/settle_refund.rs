//! Records that money which was paid offline was handed back.

use super::{actor, refund_payment::shown, refuse};
use crate::{
    Payments,
    aggregate::{ChangeContext, PaymentAggregate},
    store::payments,
    timer_plan::QueriedSubject,
};
use contracts::payments::{SettleRefund, SettleRefundError};
use endpoint::{CommonError, Json, Path};
use flow::Cause;
use ordo_http::{Call, HandlerResult};

pub(crate) async fn settle_refund(
    s: Payments,
    call: Call,
    SettleRefund { id: Path(id) }: SettleRefund,
) -> HandlerResult<SettleRefund> {
    let cause = Cause::request(actor(&call), &call.context);
    let mut tx = s.db.begin().await?;
    let Some(mut book) = payments::lock_by_refund(&mut tx, id).await? else {
        return refuse(tx, CommonError::NotFound).await;
    };
    let rule = |book: &mut PaymentAggregate, stamp: &mut ChangeContext<'_>| book.hand_over(id, stamp);
    if !s.change(&mut tx, &mut book, &cause, QueriedSubject::Nobody, rule).await? {
        let status = shown(&book, id)?.status;
        return refuse(tx, SettleRefundError::NotHandedOver { status }).await;
    }
    tx.commit("payments.settle_refund").await?;
    s.committed();
    Ok(Json(shown(&book, id)?))
}
