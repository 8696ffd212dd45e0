//! Fulfilments: made, and moved on their way together with their order.

use crate::{
    Orders,
    fulfilment::{self, FulfilmentError, FulfilmentRecord, advance},
    order::{ChangeSet, Order, ShipError},
    store,
    transition::fulfilment::{FulfilmentTrigger, find},
    workflows::{
        base_version::BaseVersion,
        cancellation::{allocated, illegal, not_open},
        errors::OrderError,
        idempotency::{BoundKey, KeyLookup, claimed, peek, replay},
        or_refuse,
    },
};
use contracts::{
    fulfilments::{Fulfilment, FulfilmentChange, FulfilmentStatus, NewFulfilment, Shipment},
    orders::{Hold, LineQuantity},
};
use db::Tx;
use endpoint::{BufferedResponse, CommonError, CreatedWithoutEtag, FieldError, HandlerError, Json};
use flow::{Cause, idempotency::settle};
use kernel::id::{FulfilmentId, OrderId};
use ordo_http::Call;

type Error = HandlerError<OrderError>;

/// Makes a fulfilment of the wanted units, or of all that are open and in no other.
pub(crate) async fn make(
    s: &Orders,
    call: &Call,
    id: OrderId,
    key: BoundKey,
    new: NewFulfilment,
) -> Result<CreatedWithoutEtag<Fulfilment>, Error> {
    let cause = Cause::request(call.user()?, &call.context);
    let mut tx = s.db.begin().await?;
    let (known, mut tx) = or_refuse(claimed(s, &mut tx, Some(key)).await, tx).await?;
    if let KeyLookup::Replay { resource, answer } = known {
        tx.rollback().await?;
        return again(s, &resource, answer.as_ref()).await;
    }
    let (mut order, mut tx) = or_refuse(locked(&mut tx, id).await, tx).await?;
    let mut change = s.change(&mut tx, &order).await?;
    let begun = begin((s, call), &mut tx, &mut order, new, &mut change).await;
    let (step, mut tx) = or_refuse(begun, tx).await?;
    let made = created(step.fulfilment.clone());
    write_new(s, &mut tx, &order, step, &cause).await?;
    s.save(&mut tx, &order, &change, &cause).await?;
    settle(&mut tx, key.id, made.body.id, Some(made.clone())).await?;
    tx.commit("orders.make_fulfilment").await?;
    s.wake(&change);
    Ok(made)
}

async fn locked<X>(tx: &mut Tx, id: OrderId) -> Result<Order, HandlerError<X>> {
    store::orders::lock(tx, id).await?.ok_or(CommonError::NotFound.into())
}

/// The stored answer, or after a day the fulfilment as it is now.
async fn again(
    s: &Orders,
    made: &str,
    answer: Option<&BufferedResponse>,
) -> Result<CreatedWithoutEtag<Fulfilment>, Error> {
    if let Some(created) = answer.and_then(replay) {
        return Ok(created);
    }
    let id: FulfilmentId = made.parse().map_err(HandlerError::internal)?;
    Ok(created(store::fulfilments::find(&s.db, id).await?.ok_or(CommonError::NotFound)?))
}

fn created(fulfilment: Fulfilment) -> CreatedWithoutEtag<Fulfilment> {
    CreatedWithoutEtag { location: format!("/v1/fulfilments/{}", fulfilment.id), body: fulfilment }
}

async fn begin(
    (s, call): (&Orders, &Call),
    tx: &mut Tx,
    order: &mut Order,
    new: NewFulfilment,
    change: &mut ChangeSet,
) -> Result<FulfilmentRecord, Error> {
    order.check_shippable().map_err(|not| not_shippable(call, not, order))?;
    store::fulfilments::count(tx, order).await?;
    let allocated = allocated(tx, order).await?;
    let lines = match &new.lines {
        None => order.lines.unallocated(&allocated),
        Some(wanted) => match order.lines.pick(wanted, &allocated) {
            Ok(units) => by_line(units),
            Err(short) => return Err(not_open(&short)),
        },
    };
    if lines.is_empty() {
        let errors = vec![FieldError::not_open("", "nothing is open that is in no other fulfilment")];
        return Err(OrderError::NotOpen { errors }.into());
    }
    let carried = (new.carrier, new.tracking_number);
    let made = fulfilment::make(order, s.env.id(), lines, carried, change);
    made.map_err(|_| illegal(call, order).into())
}

fn by_line(units: crate::order::ByLine) -> Vec<LineQuantity> {
    units.into_iter().map(|(line_id, quantity)| LineQuantity { line_id, quantity }).collect()
}

pub(crate) fn not_shippable(call: &Call, not: ShipError, order: &Order) -> OrderError {
    match not {
        ShipError::NotAllowed => illegal(call, order),
        ShipError::OnHold(hold) => on_hold(hold, order),
        ShipError::NotPaid => OrderError::CaptureFailed,
    }
}

/// It is on hold: for the gravest reason, and beside it all others, which have to end, too.
fn on_hold(hold: Hold, order: &Order) -> OrderError {
    OrderError::OnHold { hold, holds: order.holds.iter().collect() }
}

/// Writes a fulfilment that was made in this transaction, and its event.
pub(crate) async fn write_new(
    s: &Orders,
    tx: &mut Tx,
    order: &Order,
    step: FulfilmentRecord,
    cause: &Cause,
) -> db::Result<()> {
    store::fulfilments::insert(tx, &step.fulfilment).await?;
    s.record_fulfilment(tx, order, step, cause).await
}

/// Writes a fulfilment that was moved in this transaction, and its events.
pub(crate) async fn write_moved(
    s: &Orders,
    tx: &mut Tx,
    order: &Order,
    (moved, from_version): (&Fulfilment, i64),
    steps: Vec<FulfilmentRecord>,
    cause: &Cause,
) -> db::Result<()> {
    store::fulfilments::update(tx, moved, from_version).await?;
    for step in steps {
        s.record_fulfilment(tx, order, step, cause).await?;
    }
    Ok(())
}

/// Moves a fulfilment on; shipping takes the money first, where it is not taken yet.
pub(crate) async fn move_on(
    s: &Orders,
    call: &Call,
    id: FulfilmentId,
    trigger: FulfilmentTrigger,
    key: Option<BoundKey>,
    shipment: Shipment,
) -> Result<Fulfilment, Error> {
    let cause = Cause::request(call.user()?, &call.context);
    let found = store::fulfilments::find(&s.db, id).await?.ok_or(CommonError::NotFound)?;
    if let KeyLookup::Replay { answer, .. } = peek(s, key).await? {
        return Ok(answered_again(found, answer.as_ref()));
    }
    let based = match trigger {
        FulfilmentTrigger::Ship => take_the_money(s, call, &found, shipment.order_version, &cause).await?,
        _ => BaseVersion::default(),
    };
    let mut tx = s.db.begin().await?;
    let (known, mut tx) = or_refuse(claimed(s, &mut tx, key).await, tx).await?;
    if let KeyLookup::Replay { .. } = known {
        // the same key at the same moment, and it was faster
        tx.rollback().await?;
        return store::fulfilments::find(&s.db, id).await?.ok_or(CommonError::NotFound.into());
    }
    let locked = locked(&mut tx, found.order_id).await;
    let still = locked.and_then(|order| based.check(&order).map(|()| order));
    let (mut order, mut tx) = or_refuse(still, tx).await?;
    store::fulfilments::count(&mut tx, &mut order).await?;
    let read = store::fulfilments::read(&mut tx, id).await?.ok_or(CommonError::NotFound);
    let (mut moved, mut tx) = or_refuse(read.map_err(Error::from), tx).await?;
    let (mut change, from_version) = (s.change(&mut tx, &order).await?, moved.version);
    let sent_to = moved.shipping_address.take();
    moved.carrier = shipment.carrier.or(moved.carrier);
    // what is sent again has a number of its own, or none that is known
    let known = moved
        .tracking_number
        .take()
        .filter(|_| !(trigger == FulfilmentTrigger::Ship && moved.status == FulfilmentStatus::Failed));
    moved.tracking_number = shipment.tracking_number.or(known);
    let steps = advance(&mut order, &mut moved, trigger, &mut change);
    let steps = steps.map_err(|not| refused(call, not, &order).into());
    let (steps, mut tx) = or_refuse(steps, tx).await?;
    write_moved(s, &mut tx, &order, (&moved, from_version), steps, &cause).await?;
    s.save(&mut tx, &order, &change, &cause).await?;
    if let Some(key) = key {
        settle(&mut tx, key.id, id, Some(Json(moved.nameless()))).await?;
    }
    moved.shipping_address = match trigger {
        FulfilmentTrigger::Ship => store::personal_data::read(&mut tx, order.id).await?.address,
        _ => sent_to,
    };
    tx.commit("orders.move_fulfilment").await?;
    s.wake(&change);
    Ok(moved)
}

/// Corrects who carries a fulfilment, and its number there. Its order comes to another version by that, for whoever follows it.
pub(crate) async fn correct(
    s: &Orders,
    call: &Call,
    id: FulfilmentId,
    wanted: FulfilmentChange,
) -> Result<Fulfilment, Error> {
    let cause = Cause::request(call.user()?, &call.context);
    let found = store::fulfilments::find(&s.db, id).await?.ok_or(CommonError::NotFound)?;
    let mut tx = s.db.begin().await?;
    let (mut order, mut tx) = or_refuse(locked(&mut tx, found.order_id).await, tx).await?;
    let read = store::fulfilments::read(&mut tx, id).await?.ok_or(CommonError::NotFound);
    let (mut corrected, mut tx) = or_refuse(read.map_err(Error::from), tx).await?;
    let (mut change, from_version) = (s.change(&mut tx, &order).await?, corrected.version);
    let based_on = wanted.version.filter(|version| *version != from_version);
    let step = fulfilment::correct(&mut order, &mut corrected, wanted, &mut change);
    let step = step.map_err(|not| Error::from(refused(call, not, &order)));
    // what it says already is no change, whoever made it
    let step = step.and_then(|step| match (&step, based_on) {
        (Some(_), Some(_)) => Err(OrderError::VersionConflict { current_version: from_version }.into()),
        _ => Ok(step),
    });
    let (step, mut tx) = or_refuse(step, tx).await?;
    let Some(step) = step else {
        tx.rollback().await?;
        return Ok(corrected);
    };
    write_moved(s, &mut tx, &order, (&corrected, from_version), vec![step], &cause).await?;
    s.save(&mut tx, &order, &change, &cause).await?;
    store::orders::count_to_unpack(&mut tx, order.id).await?;
    tx.commit("orders.correct_fulfilment").await?;
    s.wake(&change);
    Ok(corrected)
}

/// The stored answer, or after a day the fulfilment as it is now. Where it was sent is in no stored answer: it comes from where
/// it can be erased, unless it has been sent again since.
fn answered_again(now: Fulfilment, answer: Option<&BufferedResponse>) -> Fulfilment {
    let Some(Json(then)) = answer.and_then(replay::<Json<Fulfilment>>) else { return now };
    let is_same_time = fulfilment::shipped_at(&then) == fulfilment::shipped_at(&now);
    Fulfilment { shipping_address: now.shipping_address.filter(|_| is_same_time), ..then }
}

/// Before shipping: refuses what could not be shipped anyway, and takes the money. What the order must still be then.
async fn take_the_money(
    s: &Orders,
    call: &Call,
    found: &Fulfilment,
    version: Option<i64>,
    cause: &Cause,
) -> Result<BaseVersion, Error> {
    let based = BaseVersion { version, ..BaseVersion::default() };
    let read = store::orders::find(&s.db, found.order_id).await?.ok_or(CommonError::NotFound)?;
    let order = &read.0;
    based.check(order)?;
    if found.status != FulfilmentStatus::Pending {
        find(found.status, FulfilmentTrigger::Ship).map_err(|not| refused(call, not.into(), order))?;
    }
    order.check_shippable().map_err(|not| refused(call, not.into(), order))?;
    let captured = s.capture_owed(call, order, cause).await;
    captured.map_err(|not| not.into_fail(OrderError::CaptureFailed))?;
    if version.is_none() || order.is_captured() {
        return Ok(based);
    }
    let now = store::orders::find(&s.db, found.order_id).await?.ok_or(CommonError::NotFound)?;
    Ok(based.after_capture(&read, &now))
}

fn refused(call: &Call, not: FulfilmentError, order: &Order) -> OrderError {
    match not {
        FulfilmentError::Fulfilment(not) => {
            OrderError::IllegalFulfilmentTransition { status: not.status, next: not.next }
        }
        FulfilmentError::Order => illegal(call, order),
        FulfilmentError::OnHold(hold) => on_hold(hold, order),
        FulfilmentError::NotPaid => OrderError::CaptureFailed,
    }
}
