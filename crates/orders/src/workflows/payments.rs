//! Paying an order: an attempt by its owner or staff, or money that staff have in hand.

use crate::{
    Orders,
    order::{Order, PaymentUpdate},
    store,
    transition::order::{OrderState, OrderTrigger},
    workflows::{
        access,
        idempotency::{BoundKey, KeyLookup, claimed_ahead, replay, settled_ahead, unbind_refused},
        or_refuse,
    },
};
use contracts::{
    orders::{PayOrderError, PaymentMethod},
    payments::{EXISTING_CHARGE, PROVIDER_RETRY_AFTER_S, Payment, PaymentStatus},
    settlement::{
        OfflineError, OfflineRequest, Pay, PayError, PayRequest, PayResponse, RecordOffline,
        SettlementResponse,
    },
};
use db::Tx;
use endpoint::{
    Body, CommonError, CreatedWithoutEtag, FieldError, HandlerError, Json, Permission, client::CallError,
};
use flow::{Cause, idempotency::digest};
use kernel::id::{OrderId, UserId};
use ordo_http::Call;

/// The method of money that staff have in hand.
pub(crate) const OFFLINE: &str = "offline";

type Error = HandlerError<PayOrderError>;

/// Pays an order.
pub(crate) async fn pay(
    s: &Orders,
    call: &Call,
    id: OrderId,
    key: &str,
    bound: BoundKey,
    method: PaymentMethod,
) -> Result<CreatedWithoutEtag<Payment>, Error> {
    let user = call.user()?;
    let (order, _) = access::visible::<PayOrderError>(s, call, id).await?;
    let is_for_staff = matches!(method.method.as_str(), OFFLINE | EXISTING_CHARGE);
    if is_for_staff && !call.holds(Permission::Payments) {
        return Err(CommonError::for_staff(Permission::Payments, ["/method".to_owned()]).into());
    }
    if let Some(created) = bind(s, call, id, bound).await? {
        return Ok(created);
    }
    let cause = Cause::request(user, &call.context);
    let payment = match method.method.as_str() {
        OFFLINE => {
            let answer = s.record_offline(call, &order, user).await;
            unbind_refused(s, bound, &answer).await?;
            let SettlementResponse { payment, figures, event_id } = match answer {
                Ok(answer) => answer,
                Err(error) => return Err(offline_refused(s, call, &order, error, &cause).await),
            };
            let heard = PaymentUpdate::of(figures, payment.clone()).told_by(event_id);
            s.apply_payment_response(id, &heard, &cause).await?;
            payment
        }
        _ => attempt(s, call, &order, (bound, attempt_key(id, user, key)), method, &cause).await?,
    };
    let is_open = matches!(payment.status, PaymentStatus::Processing | PaymentStatus::RequiresAction);
    let created = CreatedWithoutEtag { location: format!("/v1/payments/{}", payment.id), body: payment };
    // one that is open, kept, would hide the outcome from every repeat of a day: it may yet be declined
    settle(s, id, bound, (!is_open).then(|| created.clone())).await?;
    Ok(created)
}

/// Payments has made something under this key, which binds it for good.
async fn settle(
    s: &Orders,
    id: OrderId,
    bound: BoundKey,
    kept: Option<CreatedWithoutEtag<Payment>>,
) -> db::Result<()> {
    let mut tx = s.db.begin().await?;
    settled_ahead(s, &mut tx, bound, id, kept).await?;
    tx.commit("orders.answer_payment").await
}

/// The key under which payments knows this attempt forever.
fn attempt_key(order: OrderId, caller: UserId, key: &str) -> String {
    format!("pay:{}", digest(&[&order.to_string(), &caller.to_string(), key]))
}

/// Binds the key, if the order can be paid. A key that is bound goes on to payments whatever has become of the
/// order since: there it is the same attempt. The stored answer, where there is one.
async fn bind(
    s: &Orders,
    call: &Call,
    id: OrderId,
    bound: BoundKey,
) -> Result<Option<CreatedWithoutEtag<Payment>>, Error> {
    let mut tx = s.db.begin().await?;
    let (kept, tx) = or_refuse(claim_payable(s, &mut tx, call, id, bound).await, tx).await?;
    match kept {
        Some(_) => tx.rollback().await?,
        None => tx.commit("orders.bind_payment").await?,
    }
    Ok(kept)
}

async fn claim_payable(
    s: &Orders,
    tx: &mut Tx,
    call: &Call,
    id: OrderId,
    bound: BoundKey,
) -> Result<Option<CreatedWithoutEtag<Payment>>, Error> {
    if let KeyLookup::Replay { answer, .. } = claimed_ahead(s, tx, bound).await? {
        return Ok(answer.as_ref().and_then(replay));
    }
    let order = store::orders::lock(tx, id).await?.ok_or(CommonError::NotFound)?;
    check_payable(call, &order)?;
    Ok(None)
}

fn check_payable(call: &Call, order: &Order) -> Result<(), PayOrderError> {
    if order.can(OrderTrigger::Secured) && order.state.close_mode().is_none() {
        return Ok(());
    }
    Err(match order.state {
        OrderState::Confirmed | OrderState::Completed => PayOrderError::AlreadyPaid,
        _ => illegal(call, order),
    })
}

fn illegal(call: &Call, order: &Order) -> PayOrderError {
    PayOrderError::IllegalTransition { status: order.state.status(), allowed: access::allowed(call, order) }
}

async fn attempt(
    s: &Orders,
    call: &Call,
    order: &Order,
    (bound, key): (BoundKey, String),
    method: PaymentMethod,
    cause: &Cause,
) -> Result<Payment, Error> {
    let unknown = match method.method.as_str() {
        EXISTING_CHARGE => "the provider has no charge of this order that was forgotten",
        _ => "this method of payment is not known",
    };
    let pay = PayRequest {
        order_id: order.id,
        user_id: order.payer(),
        amount: order.total,
        owed: order.owed,
        method: method.method,
        capture: method.capture,
        key,
    };
    let answer = s.payments.call(&call.context, Pay { pay: Body(pay) }).await;
    unbind_refused(s, bound, &answer).await?;
    match answer {
        Ok(Json(PayResponse { declined, payment, figures, event_id })) => {
            let heard = PaymentUpdate::of(figures, payment.clone()).told_by(event_id);
            s.apply_payment_response(order.id, &heard, cause).await?;
            if declined.is_none() {
                return Ok(payment);
            }
            settle(s, order.id, bound, None).await?;
            let payment = Box::new(payment);
            if declined.is_some_and(|failure| failure.is_provider_unavailable()) {
                let retry_after = PROVIDER_RETRY_AFTER_S;
                return Err(PayOrderError::ProviderUnavailable { payment, retry_after }.into());
            }
            Err(PayOrderError::PaymentDeclined { payment }.into())
        }
        Err(CallError::Refused(refused)) => {
            Err(attempt_refused(s, call, order, (refused, unknown), cause).await?.into())
        }
        Err(CallError::Problem(problem)) if problem.status == 422 => Err(CommonError::KeyReused.into()),
        Err(error) => Err(error.into()),
    }
}

async fn attempt_refused(
    s: &Orders,
    call: &Call,
    order: &Order,
    (refused, unknown): (PayError, &'static str),
    cause: &Cause,
) -> Result<PayOrderError, Error> {
    Ok(match refused {
        PayError::UnknownPaymentMethod => {
            let fault = FieldError::unknown_payment_method("/method", unknown);
            PayOrderError::UnknownPaymentMethod { errors: vec![fault] }
        }
        PayError::PaymentInProgress => PayOrderError::PaymentInProgress,
        PayError::TooManyAttempts => PayOrderError::TooManyAttempts,
        PayError::AlreadyPaid { figures } => {
            s.apply_payment_response(order.id, &PaymentUpdate::figures(*figures), cause).await?;
            PayOrderError::AlreadyPaid
        }
        PayError::PaymentClosed { figures } => {
            let heard = s.apply_payment_response(order.id, &PaymentUpdate::figures(*figures), cause).await?;
            illegal(call, heard.as_ref().unwrap_or(order))
        }
    })
}

async fn offline_refused(
    s: &Orders,
    call: &Call,
    order: &Order,
    error: CallError<OfflineError>,
    cause: &Cause,
) -> Error {
    match error {
        CallError::Refused(OfflineError::AlreadyPaid { figures }) => {
            let heard = s.apply_payment_response(order.id, &PaymentUpdate::figures(*figures), cause).await;
            heard.map_or_else(Error::from, |_| PayOrderError::AlreadyPaid.into())
        }
        CallError::Refused(OfflineError::PaymentInProgress) => PayOrderError::PaymentInProgress.into(),
        CallError::Refused(OfflineError::PaymentClosed) => illegal(call, order).into(),
        error => error.into(),
    }
}

impl Orders {
    /// Has money recorded that `actor`, a member of staff, has in hand.
    ///
    /// # Errors
    /// What payments says.
    pub(crate) async fn record_offline(
        &self,
        call: &Call,
        order: &Order,
        actor: UserId,
    ) -> Result<SettlementResponse, CallError<OfflineError>> {
        let offline = OfflineRequest {
            order_id: order.id,
            user_id: order.payer(),
            amount: order.total,
            owed: order.owed,
            actor: actor.to_string(),
        };
        let Json(answer) =
            self.payments.call(&call.context, RecordOffline { offline: Body(offline) }).await?;
        Ok(answer)
    }
}
