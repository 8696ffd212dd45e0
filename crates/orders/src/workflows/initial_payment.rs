//! The initial payment of an order: executed by the request, and by a timer if the process ends. The key of its attempt is
//! derived from the placement, so that all executions are one attempt.

use crate::{
    Orders,
    order::{Order, PaymentCopy, PaymentUpdate, PersonalData, Viewer},
    store,
    transition::order::OrderTrigger,
    workflows::{access, idempotency::nameless, kinds},
};
use contracts::{
    orders::{self as wire, PaymentRejection},
    payments::CaptureMode,
    settlement::{Pay, PayError, PayRequest},
};
use db::Tx;
use endpoint::{Body, Context, Created, Json, Reply, client::CallError};
use flow::{Cause, ConsumeError, timer};
use kernel::id::{OrderId, PlacementId};
use serde::{Deserialize, Serialize};

/// The payment instruction of a placed order; also the payload of the timer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct InitialPayment {
    pub(crate) placement_id: PlacementId,
    pub(crate) method: String,
    pub(crate) capture: CaptureMode,
    /// Whether staff have placed the order: the stored response shows their allowed actions.
    pub(crate) staff: bool,
}

impl InitialPayment {
    fn key(&self) -> String {
        format!("inline:{}", self.placement_id)
    }
    fn viewer(&self) -> Viewer {
        if self.staff { Viewer::Staff } else { Viewer::Customer }
    }
}

/// The response to placing or drafting an order, with its location.
pub(crate) fn created(order: wire::Order) -> Created<wire::Order> {
    let kind = if order.status == wire::OrderStatus::Draft { "orders/drafts" } else { "orders" };
    Created { location: format!("/v1/{kind}/{}", order.id), etag: access::tag(&order), body: order }
}

/// The same, for storage. A replica of version 0.1.0 may return it too, and cannot read actions that it does not know:
/// `annotate` is left out, and added again when it is returned ([`access::limit`]).
pub(crate) fn answer(order: &Order, viewer: Viewer) -> Option<String> {
    let mut view = nameless(&order.view(&PersonalData::default(), viewer));
    view.allowed.retain(|action| *action != wire::Action::Annotate);
    created(view).keep()
}

/// The outcome of an initial payment.
enum InitialPaymentOutcome {
    /// The current payment.
    Recorded(Box<PaymentUpdate>),
    /// There is no attempt under this key: another one is in progress, or the limit is reached.
    NoAttempt,
    /// The provider does not know the method.
    UnknownMethod,
}

impl Orders {
    /// Executes the initial payment, and stores the response to the placement once there is an outcome.
    ///
    /// # Errors
    /// When the outcome is unknown, or cannot be stored.
    pub(crate) async fn execute_initial_payment(
        &self,
        cx: &Context,
        id: OrderId,
        wish: &InitialPayment,
        cause: &Cause,
    ) -> Result<(), ConsumeError> {
        let Some((order, _)) = store::orders::find(&self.db, id).await? else {
            return Err(ConsumeError::Permanent(format!("{id} is not there")));
        };
        // paid or abandoned already: only the response is missing
        let tried = if order.can(OrderTrigger::Secured) && order.state.close_mode().is_none() {
            self.try_to_pay(cx, &order, wish).await?
        } else {
            InitialPaymentOutcome::NoAttempt
        };
        let heard = if let InitialPaymentOutcome::Recorded(heard) = &tried { Some(&**heard) } else { None };
        let mut tx = self.db.begin().await?;
        let mut taken = self.store_payment_update(&mut tx, id, heard, cause).await?;
        if let Some((order, change)) = &mut taken {
            if matches!(tried, InitialPaymentOutcome::UnknownMethod)
                && order.refuse_payment(PaymentRejection::UnknownPaymentMethod, change)
            {
                self.save(&mut tx, order, change, cause).await?;
            }
            self.answer_placing(&mut tx, order, wish).await?;
        }
        // an attempt in progress is left to payments
        timer::clear(&mut tx, kinds::PAY, id).await?;
        tx.commit("orders.carry_out_wish").await?;
        if let Some((_, change)) = taken {
            self.wake(&change);
        }
        Ok(())
    }

    /// The request could not execute it: makes the timer due now.
    ///
    /// # Errors
    /// A database error.
    pub(crate) async fn leave_to_timer(&self, id: OrderId) -> db::Result<()> {
        let mut tx = self.db.begin().await?;
        timer::expedite(&mut tx, kinds::PAY, id).await?;
        tx.commit("orders.hasten_wish").await?;
        self.timers.wake();
        Ok(())
    }

    async fn try_to_pay(
        &self,
        cx: &Context,
        order: &Order,
        wish: &InitialPayment,
    ) -> Result<InitialPaymentOutcome, ConsumeError> {
        let pay = PayRequest {
            order_id: order.id,
            user_id: order.payer(),
            amount: order.total,
            owed: order.owed,
            method: wish.method.clone(),
            capture: wish.capture,
            key: wish.key(),
        };
        // every execution does the same: the customer did not start another payment, which would end an attempt that waits
        // for them
        let cx = Context { act_for: None, ..cx.clone() };
        match self.payments.call(&cx, Pay { pay: Body(pay) }).await {
            Ok(Json(answer)) => Ok(InitialPaymentOutcome::Recorded(Box::new(
                PaymentUpdate::of(answer.figures, answer.payment).told_by(answer.event_id),
            ))),
            // final errors: there is no attempt under this key
            Err(CallError::Refused(refused)) => {
                tracing::info!(order = %order.id, ?refused, "initial payment rejected");
                Ok(match refused {
                    PayError::AlreadyPaid { figures } | PayError::PaymentClosed { figures } => {
                        InitialPaymentOutcome::Recorded(Box::new(PaymentUpdate::figures(*figures)))
                    }
                    PayError::UnknownPaymentMethod => InitialPaymentOutcome::UnknownMethod,
                    PayError::PaymentInProgress | PayError::TooManyAttempts => {
                        InitialPaymentOutcome::NoAttempt
                    }
                })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Stores the response, unless an attempt is in progress: a stored response would hide the outcome from repeats for a day.
    async fn answer_placing(&self, tx: &mut Tx, order: &Order, wish: &InitialPayment) -> db::Result<()> {
        if order.payment.as_ref().is_some_and(PaymentCopy::is_under_way) {
            return Ok(());
        }
        if let Some(answer) = answer(order, wish.viewer()) {
            store::placements::answer(tx, wish.placement_id, &answer).await?;
        }
        Ok(())
    }
}
