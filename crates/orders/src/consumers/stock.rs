//! `stock.*`: stock that is short, is there again, or is lost.
//!
//! A shortfall is a figure of its product (R3): only what is newest counts, and whom it concerns is written down,
//! so that an order which waits for two products goes on only when both are there. Placing reads what is written;
//! on each product, the two come one after the other.

use crate::{Orders, order::ChangeSet, order::Order, store};
use contracts::events::{Event, EventType, ReservationEvent, StockEvent};
use db::Tx;
use flow::{Cause, ConsumeError};
use kernel::id::{PlacementId, ProductId};
use std::collections::BTreeSet;

/// What the catalogue tells is for others: an order keeps the name and the price that it was placed with.
pub(crate) const HANDLED: &[EventType] = &[
    EventType::StockShort,
    EventType::StockAdjusted,
    EventType::StockLow,
    EventType::StockOut,
    EventType::StockBack,
    EventType::ReservationLost,
    EventType::ReservationMended,
];

pub(crate) async fn stock(s: Orders, event: Event) -> Result<(), ConsumeError> {
    match event.kind {
        EventType::ReservationLost | EventType::ReservationMended => reservation(&s, &event).await,
        _ => shortfall(&s, &event).await,
    }
}

/// Brings the orders that wait for a product in line with its newest shortfall.
async fn shortfall(s: &Orders, event: &Event) -> Result<(), ConsumeError> {
    let StockEvent { product_id, short, placement_ids, .. } = event.read()?;
    let mut tx = s.db.begin().await?;
    store::stock::move_on(&mut tx, product_id).await?;
    if !store::stock::hear(&mut tx, product_id, event.version()).await? {
        return Ok(tx.rollback().await?);
    }
    // each event names them all, whatever was consumed before it
    let concerned: BTreeSet<PlacementId> =
        if short > 0 { placement_ids.into_iter().collect() } else { BTreeSet::new() };
    let before = store::stock::concerned(&mut tx, product_id).await?;
    let cause = Cause::event(event);
    let mut changes = Vec::new();
    // in the order of their ids, so that two products do not wait for each other
    for placement in before.into_iter().chain(concerned.iter().copied()).collect::<BTreeSet<_>>() {
        let is_short = concerned.contains(&placement);
        changes.extend(follow(s, &mut tx, placement, product_id, is_short, &cause).await?);
    }
    tx.commit("orders.hear_stock").await?;
    changes.iter().for_each(|change| s.wake(change));
    Ok(())
}

/// Notes whether the shortfall of a product concerns a placement, and brings its order in line with that.
async fn follow(
    s: &Orders,
    tx: &mut Tx,
    placement: PlacementId,
    product: ProductId,
    is_short: bool,
    cause: &Cause,
) -> db::Result<Option<ChangeSet>> {
    // the order first: another product's shortfall may end at the same moment, and one of both lets it go
    let order = store::orders::lock_of_placement(tx, placement).await?;
    if is_short {
        store::stock::concern(tx, product, placement).await?;
        return change(s, tx, order, cause, |order, change| order.hold_short(product, change)).await;
    }
    store::stock::relieve(tx, product, placement).await?;
    if store::stock::is_concerned(tx, placement).await? {
        return Ok(None);
    }
    change(s, tx, order, cause, Order::end_short).await
}

/// Changes the order of a placement, where there is one and it is concerned.
async fn change(
    s: &Orders,
    tx: &mut Tx,
    order: Option<Order>,
    cause: &Cause,
    act: impl FnOnce(&mut Order, &mut ChangeSet) -> bool,
) -> db::Result<Option<ChangeSet>> {
    let Some(mut order) = order else { return Ok(None) };
    let mut change = s.change(tx, &order).await?;
    if !act(&mut order, &mut change) {
        return Ok(None);
    }
    s.save(tx, &order, &change, cause).await?;
    Ok(Some(change))
}

/// A reservation is lost: the order waits for people, or is cancelled where it is not paid yet. Or it was made
/// again: the order goes on, if nothing else of it is lost that it still needs.
async fn reservation(s: &Orders, event: &Event) -> Result<(), ConsumeError> {
    let ReservationEvent { placement_id, product_id, quantity } = event.read()?;
    let lost = event.kind == EventType::ReservationLost;
    tracing::error!(placement = %placement_id, product = %product_id, quantity, lost, "reservation of active order lost");
    let mut tx = s.db.begin().await?;
    // the order first: what is lost of its other products does not change in the meantime
    let order = store::orders::lock_of_placement(&mut tx, placement_id).await?;
    let which = (product_id, placement_id);
    if !store::stock::store_reservation_copy(&mut tx, which, event.version(), lost).await? {
        return Ok(tx.rollback().await?);
    }
    let cause = Cause::event(event);
    let changed = if lost {
        change(s, &mut tx, order, &cause, |order, change| order.lose_stock(product_id, change)).await?
    } else {
        let lost = store::stock::lost(&mut tx, placement_id).await?;
        change(s, &mut tx, order, &cause, |order, change| order.mend_stock(&lost, change)).await?
    };
    tx.commit("orders.hear_reservation").await?;
    changed.iter().for_each(|change| s.wake(change));
    Ok(())
}
