//! Taking in what payments says: the one way for events and for answers to calls (R3).

use crate::{
    Orders,
    order::{ChangeSet, Order, PaymentUpdate, Viewer},
    store,
    workflows::TRIES,
};
use contracts::{events::PaymentSnapshot, payments::Payment};
use db::{Result, Tx};
use flow::Cause;
use kernel::id::{EventId, OrderId};

impl PaymentUpdate {
    /// What an answer or an event carries.
    pub(crate) fn of(figures: PaymentSnapshot, payment: Payment) -> Self {
        PaymentUpdate { figures, payment: Some(payment), told_by: None, instead_of: None }
    }
    /// The same from an answer, which says which event told it.
    pub(crate) fn told_by(self, event: Option<EventId>) -> Self {
        PaymentUpdate { told_by: event, ..self }
    }
    /// What a refusal carries.
    pub(crate) fn figures(figures: PaymentSnapshot) -> Self {
        PaymentUpdate { figures, payment: None, told_by: None, instead_of: None }
    }
}

impl Orders {
    /// Takes in what was consumed of an order's payment; the order, locked, if it is there.
    pub(crate) async fn store_payment_update(
        &self,
        tx: &mut Tx,
        id: OrderId,
        heard: Option<&PaymentUpdate>,
        cause: &Cause,
    ) -> Result<Option<(Order, ChangeSet)>> {
        let Some(mut order) = store::orders::lock(tx, id).await? else { return Ok(None) };
        let mut change = self.change(tx, &order).await?;
        let refundable_before = order.refundable();
        if let Some(heard) = heard.filter(|heard| heard.figures.order_id == id)
            && order.apply_payment_update(heard, &mut change)
        {
            if order.may_be_let_go(refundable_before) {
                let reason = store::personal_data::read(tx, id).await?.hold_reason(true, Viewer::Staff);
                order.release_refund_hold(reason.as_deref(), &mut change);
            }
            let causation = heard.told_by.or(cause.causation);
            self.save(tx, &order, &change, &Cause { causation, ..cause.clone() }).await?;
        }
        Ok(Some((order, change)))
    }

    /// The same in a transaction of its own, for answers that nothing else depends on.
    pub(crate) async fn apply_payment_response(
        &self,
        id: OrderId,
        heard: &PaymentUpdate,
        cause: &Cause,
    ) -> Result<Option<Order>> {
        self.db.with_retry(TRIES, || self.hear_once(id, heard, cause)).await
    }

    async fn hear_once(&self, id: OrderId, heard: &PaymentUpdate, cause: &Cause) -> Result<Option<Order>> {
        let mut tx = self.db.begin().await?;
        let Some((order, change)) = self.store_payment_update(&mut tx, id, Some(heard), cause).await? else {
            tx.rollback().await?;
            return Ok(None);
        };
        if change.is_empty() {
            tx.rollback().await?;
        } else {
            tx.commit("orders.hear_answer").await?;
            self.wake(&change);
        }
        Ok(Some(order))
    }
}
