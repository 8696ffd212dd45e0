//! Bringing an order into a state that staff name: a view of the machine.

use crate::{
    Orders,
    fulfilment::{self, advance},
    order::{ChangeSet, Order, PaymentUpdate, PersonalData},
    store,
    transition::{
        fulfilment::FulfilmentTrigger as Way,
        order::{OrderState, OrderTrigger},
    },
    workflows::{
        access,
        base_version::BaseVersion,
        cancellation::{self, allocated, illegal},
        errors::OrderError,
        fulfilments::{not_shippable, write_moved, write_new},
        or_refuse,
    },
};
use contracts::{
    orders::{Cancellation, TargetStatus},
    settlement::{OfflineError, SettlementResponse},
};
use db::Tx;
use endpoint::{CommonError, HandlerError, Permission, client::CallError};
use flow::Cause;
use kernel::id::OrderId;
use ordo_http::Call;

type Error = HandlerError<OrderError>;

/// Brings the order there, unless it is there already.
pub(crate) async fn bring(
    s: &Orders,
    call: &Call,
    id: OrderId,
    based: BaseVersion,
    target: TargetStatus,
) -> Result<(), Error> {
    let (order, person) = access::visible(s, call, id).await?;
    based.check(&order)?;
    if order.is_at(target) {
        return Ok(());
    }
    let cause = Cause::request(call.user()?, &call.context);
    match target {
        TargetStatus::Confirmed => confirm(s, call, &order, &cause).await,
        TargetStatus::Shipped => ship(s, call, &(order, person), &based, &cause).await,
        TargetStatus::Delivered => deliver(s, call, id, &based, &cause).await,
        TargetStatus::Completed => complete(s, call, id, &based, &cause).await,
        TargetStatus::Cancelled => {
            cancellation::cancel(s, call, id, None, &based, Cancellation::default()).await.map(drop)
        }
    }
}

/// Whether what was asked for still stands in what is answered. Of all that can be asked for, only money in hand is taken
/// down elsewhere before the order moves: who cancels it in between has won, and what was taken goes back.
///
/// # Errors
/// 409, as if it had been asked for a moment later.
pub(crate) fn check_stands(call: &Call, order: &Order, target: TargetStatus) -> Result<(), Error> {
    let is_over = !matches!(order.state, OrderState::Confirmed | OrderState::Completed);
    match target {
        TargetStatus::Confirmed if is_over => Err(refuse(call, order)),
        _ => Ok(()),
    }
}

fn refuse(call: &Call, order: &Order) -> Error {
    illegal(call, order).into()
}

/// Records that the order was paid offline. It is money: it takes the permission for that, too.
async fn confirm(s: &Orders, call: &Call, order: &Order, cause: &Cause) -> Result<(), Error> {
    if !call.holds(Permission::Payments) {
        return Err(CommonError::for_staff(Permission::Payments, ["/status".to_owned()]).into());
    }
    if !order.can(OrderTrigger::Secured) || order.state.close_mode().is_some() {
        return Err(refuse(call, order));
    }
    let heard = match s.record_offline(call, order, call.user()?).await {
        Ok(SettlementResponse { payment, figures, event_id }) => {
            PaymentUpdate::of(figures, payment).told_by(event_id)
        }
        // it is on its way there: the order has not consumed yet
        Err(CallError::Refused(OfflineError::AlreadyPaid { figures })) => PaymentUpdate::figures(*figures),
        Err(CallError::Refused(OfflineError::PaymentInProgress)) => {
            return Err(OrderError::PaymentInProgress.into());
        }
        Err(CallError::Refused(OfflineError::PaymentClosed)) => return Err(refuse(call, order)),
        Err(error) => return Err(error.into()),
    };
    s.apply_payment_response(order.id, &heard, cause).await?;
    Ok(())
}

/// Ships all open units: those in fulfilments, and the rest in a new one.
async fn ship(
    s: &Orders,
    call: &Call,
    read: &(Order, PersonalData),
    based: &BaseVersion,
    cause: &Cause,
) -> Result<(), Error> {
    let (order, _) = read;
    order.check_shippable().map_err(|not| not_shippable(call, not, order))?;
    let captured = s.capture_owed(call, order, cause).await;
    captured.map_err(|not| not.into_fail(OrderError::CaptureFailed))?;
    let based = match order.is_captured() {
        true => based.clone(),
        false => based.after_capture(read, &access::visible(s, call, order.id).await?),
    };
    let mut tx = s.db.begin().await?;
    let (mut order, mut tx) = or_refuse(access::locked(&mut tx, call, order.id).await, tx).await?;
    let mut change = s.change(&mut tx, &order).await?;
    let shipped = ship_all((s, call), &mut tx, &mut order, &based, &mut change, cause).await;
    let ((), mut tx) = or_refuse(shipped, tx).await?;
    s.save(&mut tx, &order, &change, cause).await?;
    tx.commit("orders.ship_all").await?;
    s.wake(&change);
    Ok(())
}

async fn ship_all(
    (s, call): (&Orders, &Call),
    tx: &mut Tx,
    order: &mut Order,
    based: &BaseVersion,
    change: &mut ChangeSet,
    cause: &Cause,
) -> Result<(), Error> {
    based.check(order)?;
    order.check_shippable().map_err(|not| not_shippable(call, not, order))?;
    store::fulfilments::count(tx, order).await?;
    let rest = order.lines.unallocated(&allocated(tx, order).await?);
    if !rest.is_empty() {
        let Ok(step) = fulfilment::make(order, s.env.id(), rest, (None, None), change) else {
            return Err(refuse(call, order));
        };
        write_new(s, tx, order, step, cause).await?;
    }
    let unshipped = store::fulfilments::unshipped(tx, order.id).await?;
    if unshipped.is_empty() {
        return Err(refuse(call, order));
    }
    for mut one in unshipped {
        let from_version = one.version;
        let Ok(steps) = advance(order, &mut one, Way::Ship, change) else {
            return Err(refuse(call, order));
        };
        write_moved(s, tx, order, (&one, from_version), steps, cause).await?;
    }
    Ok(())
}

/// Notes that all shipments have arrived; not where one of them could not be delivered.
async fn deliver(
    s: &Orders,
    call: &Call,
    id: OrderId,
    based: &BaseVersion,
    cause: &Cause,
) -> Result<(), Error> {
    let mut tx = s.db.begin().await?;
    let (mut order, mut tx) = or_refuse(access::locked(&mut tx, call, id).await, tx).await?;
    let mut change = s.change(&mut tx, &order).await?;
    let delivered = deliver_all((s, call), &mut tx, &mut order, based, &mut change, cause).await;
    let ((), mut tx) = or_refuse(delivered, tx).await?;
    s.save(&mut tx, &order, &change, cause).await?;
    tx.commit("orders.deliver_all").await?;
    s.wake(&change);
    Ok(())
}

async fn deliver_all(
    (s, call): (&Orders, &Call),
    tx: &mut Tx,
    order: &mut Order,
    based: &BaseVersion,
    change: &mut ChangeSet,
    cause: &Cause,
) -> Result<(), Error> {
    based.check(order)?;
    store::fulfilments::count(tx, order).await?;
    let shipped = store::fulfilments::shipped(tx, order.id).await?;
    if shipped.is_empty() || order.failed > 0 {
        return Err(refuse(call, order));
    }
    for mut one in shipped {
        let from_version = one.version;
        let Ok(steps) = advance(order, &mut one, Way::Deliver, change) else {
            return Err(refuse(call, order));
        };
        write_moved(s, tx, order, (&one, from_version), steps, cause).await?;
    }
    Ok(())
}

/// Completes it, if nothing is left to do. That mostly happens by itself; not where a parcel came back.
async fn complete(
    s: &Orders,
    call: &Call,
    id: OrderId,
    based: &BaseVersion,
    cause: &Cause,
) -> Result<(), Error> {
    let mut tx = s.db.begin().await?;
    let (mut order, mut tx) = or_refuse(access::locked(&mut tx, call, id).await, tx).await?;
    let mut change = s.change(&mut tx, &order).await?;
    let done = match based.check(&order) {
        Ok(()) if !order.finish(&mut change) => Err(refuse(call, &order)),
        checked => checked,
    };
    let ((), mut tx) = or_refuse(done, tx).await?;
    s.save(&mut tx, &order, &change, cause).await?;
    tx.commit("orders.complete_order").await?;
    s.wake(&change);
    Ok(())
}
