//! `stock.*`: stock that is short, is there again, or is lost.
//!
//! A shortfall is a figure of its product (R3): only what is newest counts, and whom it concerns is written down,
//! so that an order which waits for two products goes on only when both are there.

use crate::{Orders, order::Change, order::Order, store};
use contracts::events::{Event, EventType, ReservationEvent, StockEvent};
use db::Tx;
use flow::{Cause, HearError};
use kernel::id::{PlacementId, ProductId};
use std::collections::BTreeSet;

/// What the catalogue tells is for others: an order keeps the name and the price that it was placed with.
pub(crate) const ACTS_ON: &[EventType] = &[
    EventType::StockShort,
    EventType::StockAdjusted,
    EventType::StockLow,
    EventType::StockOut,
    EventType::StockBack,
    EventType::ReservationLost,
    EventType::ReservationMended,
];

pub(crate) async fn stock(s: Orders, event: Event) -> Result<(), HearError> {
    match event.kind {
        EventType::ReservationLost | EventType::ReservationMended => reservation(&s, &event).await,
        _ => shortfall(&s, &event).await,
    }
}

/// Brings the orders that wait for a product in line with its newest shortfall.
async fn shortfall(s: &Orders, event: &Event) -> Result<(), HearError> {
    let StockEvent { product_id, short, placement_ids, .. } = event.read()?;
    let mut tx = s.db.begin().await?;
    if !store::stock::hear(&mut tx, product_id, event.version()).await? {
        return Ok(tx.rollback().await?);
    }
    let before: BTreeSet<PlacementId> =
        store::stock::concerned(&mut tx, product_id).await?.into_iter().collect();
    let after: BTreeSet<PlacementId> = match (short, event.kind) {
        (..=0, _) => BTreeSet::new(),
        (_, EventType::StockShort) => placement_ids.into_iter().collect(),
        // it does not say whom the shortfall concerns
        _ => before.clone(),
    };
    let cause = Cause::event(event);
    let mut changes = Vec::new();
    for placement in after.difference(&before) {
        store::stock::concern(&mut tx, product_id, *placement).await?;
        changes.extend(hold(s, &mut tx, *placement, product_id, &cause).await?);
    }
    for placement in before.difference(&after) {
        store::stock::relieve(&mut tx, product_id, *placement).await?;
        if !store::stock::is_concerned(&mut tx, *placement).await? {
            changes.extend(let_go(s, &mut tx, *placement, &cause).await?);
        }
    }
    tx.commit("orders.hear_stock").await?;
    changes.iter().for_each(|change| s.wake(change));
    Ok(())
}

async fn hold(
    s: &Orders,
    tx: &mut Tx,
    placement: PlacementId,
    product: ProductId,
    cause: &Cause,
) -> db::Result<Option<Change>> {
    change(s, tx, placement, cause, |order, change| order.hold_short(product, change)).await
}

async fn let_go(
    s: &Orders,
    tx: &mut Tx,
    placement: PlacementId,
    cause: &Cause,
) -> db::Result<Option<Change>> {
    change(s, tx, placement, cause, |order, change| order.end_short(change)).await
}

/// Changes the order of a placing, where there is one and it is concerned.
async fn change(
    s: &Orders,
    tx: &mut Tx,
    placement: PlacementId,
    cause: &Cause,
    act: impl FnOnce(&mut Order, &mut Change) -> bool,
) -> db::Result<Option<Change>> {
    let Some(mut order) = store::orders::lock_of_placement(tx, placement).await? else { return Ok(None) };
    let mut change = s.change(&order);
    if !act(&mut order, &mut change) {
        return Ok(None);
    }
    s.save(tx, &order, &change, cause).await?;
    Ok(Some(change))
}

/// A reservation is lost: the order waits for people, or is cancelled where it is not paid yet. Or it was made
/// again: the order goes on, if nothing else of it is lost.
async fn reservation(s: &Orders, event: &Event) -> Result<(), HearError> {
    let ReservationEvent { placement_id, product_id, quantity } = event.read()?;
    let lost = event.kind == EventType::ReservationLost;
    tracing::error!(placement = %placement_id, product = %product_id, quantity, lost, "a live order's stock was gone");
    let mut tx = s.db.begin().await?;
    let which = (product_id, placement_id);
    if !store::stock::hear_reservation(&mut tx, which, event.version(), lost).await? {
        return Ok(tx.rollback().await?);
    }
    let cause = Cause::event(event);
    let changed = if lost {
        change(s, &mut tx, placement_id, &cause, Order::lose_stock).await?
    } else if !store::stock::is_lost(&mut tx, placement_id).await? {
        change(s, &mut tx, placement_id, &cause, Order::mend_stock).await?
    } else {
        None
    };
    tx.commit("orders.hear_reservation").await?;
    changed.iter().for_each(|change| s.wake(change));
    Ok(())
}
