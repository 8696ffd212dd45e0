//! Restoring payments, after the database of payments was put back to an older copy: orders knows that there was more.

use crate::{
    Orders,
    order::{Order, PaymentCopy, PaymentUpdate},
    store,
    workflows::kinds,
};
use contracts::{
    events::EventType,
    payments::PaymentState,
    settlement::{
        CloseMode, CloseOutcome, ClosePayment, CloseRequest, OfflineRequest, RecordOffline, RestorePayment,
        RestoreRequest, SettlementResponse,
    },
};
use endpoint::{Body, Context, Json};
use flow::{Cause, ConsumeError, DueTimer, timer};
use kernel::id::OrderId;

impl Orders {
    /// Has payments find out from the provider how an order's payment stands, and takes that in instead of what was consumed
    /// before.
    ///
    /// # Errors
    /// When payments cannot be asked, or the answer cannot be written down.
    pub(crate) async fn restore_payment(
        &self,
        cx: &Context,
        id: OrderId,
        due: &DueTimer,
        cause: &Cause,
    ) -> Result<(), ConsumeError> {
        if let Some((order, _)) = store::orders::find(&self.db, id).await?
            && let Some(copy) = &order.payment
        {
            let SettlementResponse { payment, figures, event_id } = self.restored(cx, &order, copy).await?;
            let heard = PaymentUpdate::of(figures, payment).told_by(event_id);
            let heard = PaymentUpdate { instead_of: Some(copy.figures.version), ..heard };
            self.apply_payment_response(id, &heard, cause).await?;
            // what payments has told since it answered was still taken for old news
            self.hear_once_more(cx, &order, cause).await?;
        }
        let mut tx = self.db.begin().await?;
        timer::done(&mut tx, kinds::RESTORE_PAYMENT, due).await?;
        Ok(tx.commit("orders.restore_payment").await?)
    }

    async fn restored(
        &self,
        cx: &Context,
        order: &Order,
        copy: &PaymentCopy,
    ) -> Result<SettlementResponse, ConsumeError> {
        let restore = RestoreRequest {
            order_id: order.id,
            user_id: order.payer(),
            payment_id: copy.figures.payment_id,
            amount: order.total,
            owed: order.owed,
            attempts: copy.payment.iter().flat_map(|payment| payment.attempts.clone()).collect(),
        };
        let Json(answer) = self.payments.call(cx, RestorePayment { restore: Body(restore) }).await?;
        let is_in_hand = copy.figures.offline.minor > 0 && copy.kept() > 0;
        if !is_in_hand || answer.figures.state != PaymentState::Open || answer.figures.pending {
            return Ok(answer);
        }
        let Some(actor) = self.confirmed_by(order.id).await? else { return Ok(answer) };
        let offline = OfflineRequest {
            order_id: order.id,
            user_id: order.payer(),
            amount: order.total,
            owed: order.owed,
            actor,
        };
        let Json(answer) = self.payments.call(cx, RecordOffline { offline: Body(offline) }).await?;
        Ok(answer)
    }

    /// Who said that the money is in hand.
    async fn confirmed_by(&self, id: OrderId) -> Result<Option<String>, ConsumeError> {
        let events = self.journal.history(id, 0, HISTORY_MAX).await?;
        let confirmed = events.into_iter().find(|event| event.kind == EventType::OrderConfirmed);
        Ok(confirmed.map(|event| event.actor))
    }

    /// Asks payments again, also to close what was closed and is open again.
    async fn hear_once_more(&self, cx: &Context, order: &Order, cause: &Cause) -> Result<(), ConsumeError> {
        if !order.state.is_terminal() {
            return self.sync_amount_due(cx, order.id, cause).await;
        }
        let close = CloseRequest {
            order_id: order.id,
            user_id: order.payer(),
            amount: order.total,
            mode: CloseMode::Always,
        };
        let Json(answer) = self.payments.call(cx, ClosePayment { close: Body(close) }).await?;
        let heard = PaymentUpdate::of(answer.figures, answer.payment).told_by(answer.event_id);
        self.apply_payment_response(order.id, &heard, cause).await?;
        match answer.outcome {
            CloseOutcome::Closed => Ok(()),
            _ => Err(ConsumeError::Retryable("the payment is being closed".to_owned())),
        }
    }
}

/// Events of an order among which its confirmation is.
const HISTORY_MAX: i64 = 100;
