//! Telling payments what an order owes, after units of it were cancelled: until payments has answered.

use crate::{Orders, order::PaymentUpdate, store, workflows::kinds};
use contracts::settlement::{AmountDueRequest, SetAmountDue};
use endpoint::{Body, Context, Json};
use flow::{Cause, ConsumeError, timer};
use kernel::id::OrderId;

impl Orders {
    /// Tells payments what is owed; takes its answer in.
    ///
    /// # Errors
    /// When it cannot be told, or the answer cannot be written down.
    pub(crate) async fn sync_amount_due(
        &self,
        cx: &Context,
        id: OrderId,
        cause: &Cause,
    ) -> Result<(), ConsumeError> {
        let found = store::orders::find(&self.db, id).await?;
        let mut heard = None;
        // closing tells it too, with a figure of 0
        if let Some((order, _)) =
            found.filter(|(order, _)| order.payment.is_some() && !order.state.is_terminal())
        {
            let owed = AmountDueRequest { order_id: id, owed: order.owed };
            let Json(answer) = self.payments.call(cx, SetAmountDue { owed: Body(owed) }).await?;
            heard = Some(PaymentUpdate::of(answer.figures, answer.payment).told_by(answer.event_id));
        }
        let mut tx = self.db.begin().await?;
        let taken = self.store_payment_update(&mut tx, id, heard.as_ref(), cause).await?;
        let told = taken.as_ref().is_none_or(|(order, _)| {
            order.state.is_terminal()
                || order.payment.as_ref().is_none_or(|copy| copy.figures.owed.minor <= order.owed.minor)
        });
        if told {
            timer::clear(&mut tx, kinds::SETTLE_OWED, id).await?;
        }
        tx.commit("orders.settle_owed").await?;
        if let Some((_, change)) = taken {
            self.wake(&change);
        }
        Ok(())
    }
}
