//! A fulfilment on its way, and what each step of it means for its order. No I/O.

use crate::{
    order::{ChangeSet, Order, ShipError, units},
    transition::{
        fulfilment::{FulfilmentTrigger, TransitionNotAllowed, find, next},
        order as order_machine,
    },
};
use contracts::{
    events::EventType,
    fulfilments::{Fulfilment, FulfilmentChange, FulfilmentStatus, FulfilmentStep},
    orders::{Hold, LineQuantity},
};
use kernel::{Timestamp, id::*};

/// Why a fulfilment stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FulfilmentError {
    /// It cannot happen to the fulfilment.
    Fulfilment(TransitionNotAllowed),
    /// It cannot happen to the order.
    Order,
    OnHold(Hold),
    NotPaid,
}
impl From<TransitionNotAllowed> for FulfilmentError {
    fn from(not: TransitionNotAllowed) -> Self {
        FulfilmentError::Fulfilment(not)
    }
}
impl From<order_machine::TransitionNotAllowed> for FulfilmentError {
    fn from(order_machine::TransitionNotAllowed: order_machine::TransitionNotAllowed) -> Self {
        FulfilmentError::Order
    }
}
impl From<ShipError> for FulfilmentError {
    fn from(not: ShipError) -> Self {
        match not {
            ShipError::NotAllowed => FulfilmentError::Order,
            ShipError::OnHold(hold) => FulfilmentError::OnHold(hold),
            ShipError::NotPaid => FulfilmentError::NotPaid,
        }
    }
}

/// A step of a fulfilment: its event, and how it stood then.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FulfilmentRecord {
    pub(crate) kind: EventType,
    pub(crate) fulfilment: Fulfilment,
}

/// So many steps of a fulfilment are kept: who sends one again more often than that loses what is between the first and the others.
/// Of its corrections the newest are kept.
const STEPS_MOST: usize = 100;

/// A new fulfilment of `order`.
pub(crate) fn make(
    order: &mut Order,
    id: FulfilmentId,
    mut lines: Vec<LineQuantity>,
    (carrier, tracking_number): (Option<String>, Option<String>),
    change: &mut ChangeSet,
) -> Result<FulfilmentRecord, FulfilmentError> {
    order.make_fulfilment(change)?;
    // as they are read later
    lines.sort_by_key(|line| line.line_id);
    order.allocated += lines.iter().map(|line| line.quantity).sum::<i64>();
    let fulfilment = Fulfilment {
        id,
        order_id: order.id,
        status: FulfilmentStatus::Pending,
        lines,
        carrier,
        tracking_number,
        shipping_address: None,
        version: 1,
        corrections: 0,
        corrected_at: None,
        corrected_with: Vec::new(),
        created_at: change.now(),
        updated_at: change.now(),
        steps: vec![FulfilmentStep {
            status: FulfilmentStatus::Pending,
            at: change.now(),
            order_version: Some(order.version),
        }],
        to_unpack: false,
    };
    Ok(FulfilmentRecord { kind: EventType::FulfilmentCreated, fulfilment })
}

/// Lets `trigger` happen to a fulfilment and its order. Shipping a pending one packs it first.
pub(crate) fn advance(
    order: &mut Order,
    fulfilment: &mut Fulfilment,
    trigger: FulfilmentTrigger,
    change: &mut ChangeSet,
) -> Result<Vec<FulfilmentRecord>, FulfilmentError> {
    let mut steps = Vec::new();
    let before = fulfilment.status;
    // its order goes one step with it
    let when = (change.now(), order.version + 1);
    if trigger == FulfilmentTrigger::Ship && before == FulfilmentStatus::Pending {
        steps.push(step(fulfilment, FulfilmentTrigger::Pack, when)?);
    }
    steps.push(step(fulfilment, trigger, when)?);
    let units = units(fulfilment);
    match trigger {
        FulfilmentTrigger::Ship if before == FulfilmentStatus::Failed => {
            // its units have left the stock already
            order.check_shippable()?;
            order.change_fulfilment(change)?;
        }
        FulfilmentTrigger::Ship => order.ship(&units, change)?,
        FulfilmentTrigger::Deliver => order.deliver(&units, change)?,
        FulfilmentTrigger::Return => order.come_back(&units, change)?,
        FulfilmentTrigger::Pack => {
            order.check_shippable()?;
            order.change_fulfilment(change)?;
        }
        FulfilmentTrigger::Cancel => order.change_fulfilment(change)?,
        FulfilmentTrigger::Fail => order.fail(change)?,
    }
    let pieces: i64 = units.values().sum();
    for (status, sign) in [(before, -1), (fulfilment.status, 1)] {
        match status {
            FulfilmentStatus::Pending => order.allocated += sign * pieces,
            FulfilmentStatus::Packed => {
                order.allocated += sign * pieces;
                order.packed += sign;
            }
            FulfilmentStatus::Failed => order.failed += sign * pieces,
            FulfilmentStatus::Shipped
            | FulfilmentStatus::Delivered
            | FulfilmentStatus::Returned
            | FulfilmentStatus::Cancelled => {}
        }
    }
    Ok(steps)
}

/// One step of the fulfilment itself, and the version to which its order comes. One step is one version.
pub(crate) fn step(
    fulfilment: &mut Fulfilment,
    trigger: FulfilmentTrigger,
    (now, order_version): (Timestamp, i64),
) -> Result<FulfilmentRecord, TransitionNotAllowed> {
    let row = find(fulfilment.status, trigger)?;
    fulfilment.status = row.to;
    fulfilment.version += 1;
    fulfilment.updated_at = now;
    if fulfilment.steps.len() >= STEPS_MOST {
        fulfilment.steps.remove(1);
    }
    fulfilment.steps.push(FulfilmentStep { status: row.to, at: now, order_version: Some(order_version) });
    Ok(FulfilmentRecord { kind: row.event, fulfilment: fulfilment.clone() })
}

/// Corrects who carries it, and its number there, or notes that it was taken apart: no step, its state stays as it is, and so do
/// its order's totals. None where it is so already.
pub(crate) fn correct(
    order: &mut Order,
    fulfilment: &mut Fulfilment,
    wanted: FulfilmentChange,
    change: &mut ChangeSet,
) -> Result<Option<FulfilmentRecord>, FulfilmentError> {
    let with = |known: &Option<String>, new: Option<String>| {
        new.map_or_else(|| known.clone(), |new| Some(new).filter(|new| !new.is_empty()))
    };
    let carrier = with(&fulfilment.carrier, wanted.carrier);
    let tracking_number = with(&fulfilment.tracking_number, wanted.tracking_number);
    let status = fulfilment.status;
    let is_renumbered = (&carrier, &tracking_number) != (&fulfilment.carrier, &fulfilment.tracking_number);
    let is_unpacked = fulfilment.to_unpack && wanted.to_unpack == Some(false);
    if is_renumbered && !status.can_be_corrected() {
        return Err(TransitionNotAllowed { status, next: next(status) }.into());
    }
    if !is_renumbered && !is_unpacked {
        return Ok(None);
    }
    order.correct_fulfilment(change)?;
    (fulfilment.carrier, fulfilment.tracking_number) = (carrier, tracking_number);
    fulfilment.to_unpack &= !is_unpacked;
    fulfilment.version += 1;
    fulfilment.corrections += 1;
    fulfilment.corrected_at = Some(change.now());
    if fulfilment.corrected_with.len() >= STEPS_MOST {
        fulfilment.corrected_with.remove(0);
    }
    fulfilment.corrected_with.push(order.version);
    Ok(Some(FulfilmentRecord { kind: EventType::FulfilmentUpdated, fulfilment: fulfilment.clone() }))
}

/// How many steps a fulfilment has gone, its making among them: a correction is a change, and no step.
pub(crate) fn steps(fulfilment: &Fulfilment) -> i64 {
    fulfilment.version - fulfilment.corrections
}

/// Adds to the steps that a fulfilment has kept what its other data tell: a version that kept none of them may have made or moved
/// it.
pub(crate) fn complete_steps(fulfilment: &mut Fulfilment) {
    let Fulfilment { steps, status, created_at, updated_at, .. } = fulfilment;
    if steps.is_empty() {
        let made = FulfilmentStatus::Pending;
        steps.push(FulfilmentStep { status: made, at: *created_at, order_version: None });
    }
    if steps.last().is_none_or(|last| (last.status, last.at) != (*status, *updated_at)) {
        steps.push(FulfilmentStep { status: *status, at: *updated_at, order_version: None });
    }
}

/// At which of its steps a fulfilment was last shipped; none of one that never was.
pub(crate) fn shipped_at(fulfilment: &Fulfilment) -> Option<i64> {
    let steps_since = match fulfilment.status {
        FulfilmentStatus::Pending | FulfilmentStatus::Packed | FulfilmentStatus::Cancelled => return None,
        FulfilmentStatus::Shipped => 0,
        FulfilmentStatus::Delivered | FulfilmentStatus::Failed => 1,
        FulfilmentStatus::Returned => 2,
    };
    Some(steps(fulfilment) - steps_since)
}
