//! Closing the payment of an order that is being cancelled: asked at once, and by a timer until the answer is final.

use crate::{Orders, order::PaymentUpdate, store, workflows::kinds};
use contracts::settlement::{CloseOutcome, ClosePayment, CloseRequest};
use endpoint::{Body, Context, Json};
use flow::{Cause, ConsumeError, timer};
use kernel::id::OrderId;

impl Orders {
    /// Asks payments to close; takes its answer in.
    ///
    /// # Errors
    /// When it cannot be asked, or the answer cannot be written down.
    pub(crate) async fn close_payment(
        &self,
        cx: &Context,
        id: OrderId,
        cause: &Cause,
    ) -> Result<(), ConsumeError> {
        let found = store::orders::find(&self.db, id).await?;
        let asked = found.and_then(|(order, _)| order.state.close_mode().map(|mode| (order, mode)));
        let Some((order, mode)) = asked else { return self.stop_closing(id).await };
        let close = CloseRequest { order_id: id, user_id: order.payer(), amount: order.total, mode };
        let Json(answer) = self.payments.call(cx, ClosePayment { close: Body(close) }).await?;
        tracing::info!(order = %id, outcome = ?answer.outcome, "payment close requested");
        self.apply_payment_response(
            id,
            &PaymentUpdate::of(answer.figures, answer.payment).told_by(answer.event_id),
            cause,
        )
        .await?;
        match answer.outcome {
            CloseOutcome::Closing => Err(ConsumeError::Retryable("the payment is being closed".to_owned())),
            CloseOutcome::Secured | CloseOutcome::Closed => Ok(()),
        }
    }

    /// Nothing is to be closed: the timer has outlived its order's cancellation.
    async fn stop_closing(&self, id: OrderId) -> Result<(), ConsumeError> {
        let mut tx = self.db.begin().await?;
        let order = store::orders::lock(&mut tx, id).await?;
        if order.is_some_and(|order| order.state.close_mode().is_some()) {
            return Ok(tx.rollback().await?);
        }
        timer::clear(&mut tx, kinds::CLOSE, id).await?;
        Ok(tx.commit("orders.stop_closing").await?)
    }
}
