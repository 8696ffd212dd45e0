//! An order that was lost, and was placed again by a repeat of its request, has another ID (but for its tail). Where only the database
//! of orders was put back, the payment of the lost order is still here: it becomes that of the repeat, so that nobody pays twice.

use crate::{
    Payments, aggregate::PaymentAggregate, payment::Payment, store::payments, timer_plan::QueriedSubject,
};
use contracts::payments::PaymentState;
use endpoint::{CommonError, Context, HandlerError};
use flow::Cause;

impl Payments {
    /// Makes the payment of a lost order that of the order that repeats it, which owes `owed`; whether there was one. One that cannot
    /// pay for that order is closed instead, and all of its money goes back. Without an epoch, too: only orders can know of its loss.
    ///
    /// # Errors
    /// While the payment of the lost order is being closed.
    pub(crate) async fn take_over_payment<X>(
        &self,
        new: &Payment,
        owed: i64,
        cause: &Cause,
        context: &Context,
    ) -> Result<bool, HandlerError<X>> {
        while let Some(id) = payments::of_lost_order(&self.db, new.order_id).await? {
            let mut tx = self.db.begin().await?;
            let locked = payments::lock(&mut tx, id).await?;
            // another request may have been faster
            let is_free = |book: &PaymentAggregate| {
                book.payment.order_id != new.order_id && book.payment.state != PaymentState::Closed
            };
            let Some(mut book) = locked.filter(is_free) else {
                tx.rollback().await?;
                continue;
            };
            let lost = book.payment.order_id;
            let is_taken_over = self
                .change(&mut tx, &mut book, cause, QueriedSubject::Nobody, |book, stamp| {
                    book.take_over(new, owed, stamp)
                })
                .await?;
            tx.commit("payments.take_over_payment").await?;
            self.committed();
            tracing::warn!(%lost, order = %new.order_id, payment = %id, is_taken_over,
                "the order repeats a lost one that has a payment, which pays for it or is refunded");
            self.ask_and_wait(book.to_ask(), cause, context).await;
            if is_taken_over {
                return Ok(true);
            }
            if self.read(id).await?.payment.state != PaymentState::Closed {
                return Err(CommonError::Unavailable { retry_after: 1 }.into());
            }
        }
        Ok(false)
    }
}
