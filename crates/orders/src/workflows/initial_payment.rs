//! The initial payment that an order was placed with: carried out at once by the request, and by a timer should the
//! process end. The key of its attempt is the placement's, so that it is one attempt however often it is tried.

use crate::{
    Orders,
    order::{Order, PaymentCopy, PaymentUpdate, PersonalData, Viewer},
    store,
    transition::order::Trigger,
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

/// How to pay an order, as it was placed; what the timer keeps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct InitialPayment {
    pub(crate) placement_id: PlacementId,
    pub(crate) method: String,
    pub(crate) capture: CaptureMode,
    /// Whether staff have placed it: the stored answer shows what they can do.
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

/// The answer to placing or drafting an order that looks like this, with the address at which it can be worked on.
pub(crate) fn created(order: wire::Order) -> Created<wire::Order> {
    let kind = if order.status == wire::OrderStatus::Draft { "orders/drafts" } else { "orders" };
    Created { location: format!("/v1/{kind}/{}", order.id), etag: access::tag(&order), body: order }
}

/// The same, as it may be stored. An orders of version 0.1.0, which may run beside this one, repeats it too, and cannot read
/// actions that it does not know: `annotate` is left out, and comes back where it is shown ([`access::limit`]).
pub(crate) fn answer(order: &Order, viewer: Viewer) -> Option<String> {
    let mut view = nameless(&order.view(&PersonalData::default(), viewer));
    view.allowed.retain(|action| *action != wire::Action::Annotate);
    created(view).keep()
}

/// What came of trying to pay.
enum InitialPaymentOutcome {
    /// This is how the payment stands.
    Recorded(Box<PaymentUpdate>),
    /// There is no attempt under this key: another one is under way, or there were too many.
    NoAttempt,
    /// The provider does not know the method.
    UnknownMethod,
}

impl Orders {
    /// Carries the wish out, and stores the answer to placing once it has an outcome.
    ///
    /// # Errors
    /// When the outcome is not known, or cannot be written down.
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
        // paid or abandoned already: then only the answer is missing
        let tried = if order.can(Trigger::Secured) && order.state.close_mode().is_none() {
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
        // an attempt that is under way is payments' to end
        timer::clear(&mut tx, kinds::PAY, id).await?;
        tx.commit("orders.carry_out_wish").await?;
        if let Some((_, change)) = taken {
            self.wake(&change);
        }
        Ok(())
    }

    /// The request that had a head start could not: the timer is due at once.
    ///
    /// # Errors
    /// What the database says.
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
        // whoever carries it out does the same: nobody has come back to pay again, which would end another attempt that
        // waits for the customer
        let cx = Context { act_for: None, ..cx.clone() };
        match self.payments.call(&cx, Pay { pay: Body(pay) }).await {
            Ok(Json(answer)) => Ok(InitialPaymentOutcome::Recorded(Box::new(
                PaymentUpdate::of(answer.figures, answer.payment).told_by(answer.event_id),
            ))),
            // each of these is final: under this key there is no attempt
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

    /// Stores the answer, unless an attempt is under way: kept, it would hide the outcome from every repeat of a day.
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
