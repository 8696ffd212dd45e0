//! After a database was put back to an older state. Where it was that of orders, what was consumed of its orders since then is no
//! longer so; where it was our own, what orders has must be reserved again before anybody else can have it. Nobody may be at work
//! in the meantime.

use super::{
    TRIES,
    apply_outcome::{OutcomeSource, apply_outcome},
    stock_records::publish_lost_reservation,
};
use crate::{
    ProductsSettings, Warehouse,
    reservation::OrderDemand,
    store::{
        placements::{self, Placement},
        reservations,
    },
};
use contracts::{
    events::{EventType, OrderSnapshot, ReservationEvent},
    placements::PlacementOutcome,
};
use db::{Db, Result};
use flow::Cause;
use kernel::{
    Env,
    id::{PlacementId, ProductId},
};
use std::collections::BTreeMap;

/// Placements after this one whose orders were consumed of, with the newest version that was.
///
/// # Errors
/// What the database says.
pub async fn heard_orders(db: &Db, after: PlacementId, at_most: i64) -> Result<Vec<(PlacementId, i64)>> {
    placements::heard(db, after, at_most).await
}

/// Has the orders of these placements count as heard up to these versions, which are all that orders has, and 0 where it has no
/// such order; and orders be asked what became of them.
///
/// # Errors
/// What the database says.
pub async fn consume_again(db: &Db, versions: &[(PlacementId, i64)]) -> Result<()> {
    if versions.is_empty() {
        return Ok(());
    }
    let mut tx = db.begin().await?;
    placements::forget_versions(&mut tx, versions).await?;
    tx.commit("products.consume_again").await
}

/// The newest version that was consumed of the orders of those of these placements that are known.
///
/// # Errors
/// What the database says.
pub async fn versions_of(db: &Db, placements: &[PlacementId]) -> Result<BTreeMap<PlacementId, i64>> {
    placements::versions(db, placements).await
}

/// Follows orders of whose newest state nothing was consumed, in this order: what they need and is not reserved is reserved, or
/// told to be lost where it cannot be had.
///
/// # Errors
/// What the database says.
pub async fn catch_up(
    db: &Db,
    env: &Env,
    settings: &ProductsSettings,
    orders: Vec<OrderSnapshot>,
) -> Result<()> {
    let warehouse = Warehouse::new(env.clone(), db.clone(), settings.clone());
    for figures in orders {
        let Some(placement) = figures.placement_id else { continue };
        let fate = PlacementOutcome::Placed { figures };
        apply_outcome(&warehouse, placement, &fate, (OutcomeSource::Event, &Cause::system())).await?;
    }
    Ok(())
}

/// Tells of these reservations, which orders takes to be lost, that they are there, as far as they are.
///
/// # Errors
/// What the database says.
pub async fn tell_not_lost(
    db: &Db,
    env: &Env,
    settings: &ProductsSettings,
    lost: &[(OrderSnapshot, ProductId)],
) -> Result<()> {
    let warehouse = Warehouse::new(env.clone(), db.clone(), settings.clone());
    for (figures, product) in lost {
        db.with_retry(TRIES, || tell_one(&warehouse, figures, *product)).await?;
    }
    Ok(())
}

async fn tell_one(warehouse: &Warehouse, figures: &OrderSnapshot, product_id: ProductId) -> Result<()> {
    let Some(placement_id) = figures.placement_id else { return Ok(()) };
    let Some(said) = figures.products.iter().find(|said| said.product_id == product_id) else {
        return Ok(());
    };
    let mut tx = warehouse.db.begin().await?;
    let (_, is_new) = placements::enter(&mut tx, Placement::new(placement_id)).await?;
    let there = reservations::of_placement(&mut tx, placement_id).await?;
    let held = there.get(&product_id).map(|reservation| reservation.held);
    let Some(held) = held.filter(|held| !is_new && held.open > 0 && !held.is_behind(OrderDemand::from(said)))
    else {
        return tx.rollback().await;
    };
    let data = ReservationEvent { placement_id, product_id, quantity: held.open };
    let kind = (EventType::ReservationMended, true);
    publish_lost_reservation(warehouse, &mut tx, &Cause::system(), kind, &data).await?;
    tx.commit("products.tell_not_lost").await
}
