//! Cancelling an order, or some of its units.

use crate::{
    Orders,
    order::{ByLine, CancelError, ChangeSet, Order, Shortfall, units},
    store,
    transition::order::{Effect, OrderTrigger},
    workflows::{
        access,
        base_version::BaseVersion,
        errors::OrderError,
        idempotency::{BoundKey, KeyLookup, claimed, nameless},
        or_refuse,
    },
};
use contracts::orders::{CancelCode, Cancellation, Order as View, TargetStatus};
use db::Tx;
use endpoint::{BufferedResponse, CommonError, FieldError, HandlerError, Json, Permission};
use flow::{Cause, ConsumeError, idempotency::settle};
use kernel::id::OrderId;
use ordo_http::Call;

type Error = HandlerError<OrderError>;

/// Cancels, and asks payments at once; the order as it is then, `cancelling` while payments is away.
pub(crate) async fn cancel(
    s: &Orders,
    call: &Call,
    id: OrderId,
    key: Option<BoundKey>,
    based: &BaseVersion,
    wanted: Cancellation,
) -> Result<View, Error> {
    let cause = Cause::request(call.user()?, &call.context);
    let mut tx = s.db.begin().await?;
    let ((known, mut order), mut tx) = or_refuse(found(s, &mut tx, call, id, key).await, tx).await?;
    if let KeyLookup::Replay { answer, .. } = known {
        tx.rollback().await?;
        return again(s, call, id, key, answer, &cause).await;
    }
    let mut change = s.change(&mut tx, &order).await?;
    let decided = decide(&mut tx, call, &mut order, based, wanted, &mut change).await;
    let ((), mut tx) = or_refuse(decided, tx).await?;
    s.save(&mut tx, &order, &change, &cause).await?;
    tx.commit("orders.cancel_order").await?;
    s.wake(&change);
    request_payment_close(s, call, id, &change, &cause).await;
    answer(s, call, id, key).await
}

/// What the key says, and the order, if it is there for the caller.
async fn found(
    s: &Orders,
    tx: &mut Tx,
    call: &Call,
    id: OrderId,
    key: Option<BoundKey>,
) -> Result<(KeyLookup, Order), Error> {
    let known = claimed(s, tx, key).await?;
    Ok((known, access::locked(tx, call, id).await?))
}

/// Moves the order.
async fn decide(
    tx: &mut Tx,
    call: &Call,
    order: &mut Order,
    based: &BaseVersion,
    Cancellation { reason, lines }: Cancellation,
    change: &mut ChangeSet,
) -> Result<(), Error> {
    let is_staff = call.holds(Permission::Orders);
    let is_owner = order.is_of(call.who.user());
    // some of the units: staff only; and staff for payments do not cancel other people's orders
    if !is_staff && !is_owner {
        return Err(CommonError::lacks(&[Permission::Orders]).into());
    }
    if !is_staff && lines.is_some() {
        return Err(CommonError::for_staff(Permission::Orders, ["/lines".to_owned()]).into());
    }
    based.check(order)?;
    if !is_staff && order.facts().shipped {
        return Err(illegal(call, order).into());
    }
    // again, under another key: what is so already stays
    if lines.is_none() && order.is_at(TargetStatus::Cancelled) {
        return Ok(());
    }
    let by = if is_owner { CancelCode::Customer } else { CancelCode::Staff };
    let done = match lines {
        Some(lines) => order.cancel_items(&lines, &allocated(tx, order).await?, (by, reason), change),
        None => order.cancel((by, reason), change).map_err(CancelError::from),
    };
    done.map_err(|not| match not {
        CancelError::NotAllowed => illegal(call, order).into(),
        CancelError::PartialNotAllowed => OrderError::WholeOnly.into(),
        CancelError::NotOpen(short) => not_open(&short),
    })?;
    wait_no_longer(tx, order, change).await.map_err(Into::into)
}

/// Of what was cancelled nobody tells again that it is there: an order that was held for that alone goes on.
async fn wait_no_longer(tx: &mut Tx, order: &mut Order, change: &mut ChangeSet) -> db::Result<()> {
    let Some(placement) = order.placement_id.filter(|_| order.holds.stock_missing) else { return Ok(()) };
    let lost = store::stock::lost(tx, placement).await?;
    order.mend_stock(&lost, change);
    Ok(())
}

/// Units that are in fulfilments which have not been shipped.
pub(crate) async fn allocated(tx: &mut Tx, order: &Order) -> db::Result<ByLine> {
    let mut allocated = ByLine::new();
    for fulfilment in store::fulfilments::unshipped(tx, order.id).await? {
        for (line, quantity) in units(&fulfilment) {
            *allocated.entry(line).or_insert(0) += quantity;
        }
    }
    Ok(allocated)
}

/// That cannot be done to the order now; what the caller can do.
pub(crate) fn illegal(call: &Call, order: &Order) -> OrderError {
    let (allowed, targets) = (access::allowed(call, order), access::targets(call, order));
    OrderError::IllegalTransition { status: order.state.status(), allowed, targets }
}

/// Why so many units cannot be had: 422 for lines that are not there, 409 for too many.
pub(crate) fn not_open(short: &[Shortfall]) -> Error {
    let unknown: Vec<FieldError> = short
        .iter()
        .filter(|short| short.available.is_none())
        .map(|short| {
            FieldError::no_such_line(format!("/lines/{}/line_id", short.index), "the order has no such line")
        })
        .collect();
    if !unknown.is_empty() {
        return CommonError::Unprocessable { errors: unknown }.into();
    }
    let fault = |short: &Shortfall| {
        let available = short.available.unwrap_or(0);
        let detail = format!("{available} are open and in no fulfilment");
        FieldError::not_open(format!("/lines/{}/quantity", short.index), detail).with("available", available)
    };
    OrderError::NotOpen { errors: short.iter().map(fault).collect() }.into()
}

/// What the timers would do, at once.
async fn request_payment_close(s: &Orders, call: &Call, id: OrderId, change: &ChangeSet, cause: &Cause) {
    let mut told: Result<(), ConsumeError> = Ok(());
    if change.effects.contains(&Effect::ClosePayment) {
        told = s.close_payment(&call.context, id, cause).await;
    } else if change.effects.contains(&Effect::SyncAmountDue) {
        told = s.sync_amount_due(&call.context, id, cause).await;
    }
    if let Err(error) = told {
        tracing::info!(order = %id, %error, "payment update failed; timer will retry");
    }
}

/// The same key again: the stored answer; or one more try to bring the cancellation to its end.
async fn again(
    s: &Orders,
    call: &Call,
    id: OrderId,
    key: Option<BoundKey>,
    stored: Option<BufferedResponse>,
    cause: &Cause,
) -> Result<View, Error> {
    if let Some(Json(mut order)) =
        stored.as_ref().and_then(crate::workflows::idempotency::replay::<Json<View>>)
    {
        store::personal_data::get(&s.db, id).await?.fill(&mut order, access::viewer(call));
        return Ok(order);
    }
    if let Err(error) = s.close_payment(&call.context, id, cause).await {
        tracing::info!(order = %id, %error, "payment update failed; timer will retry");
    }
    answer(s, call, id, key).await
}

/// The order as it is now, kept for the key's repeats once it is final.
async fn answer(s: &Orders, call: &Call, id: OrderId, key: Option<BoundKey>) -> Result<View, Error> {
    let (order, person) = access::visible(s, call, id).await?;
    let view = access::shown(call, &order, &person);
    let is_final = !order.can(OrderTrigger::PaymentClosed);
    if let Some(key) = key.filter(|_| is_final) {
        let mut tx = s.db.begin().await?;
        settle(&mut tx, key.id, id, Some(Json(nameless(&view)))).await?;
        tx.commit("orders.answer_cancel").await?;
    }
    Ok(view)
}
