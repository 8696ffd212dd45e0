//! After a database was put back to an older state: what others need to know of orders, and what orders has heard of stock since
//! then. Nobody may be at work in the meantime.

use crate::{
    store::{audit, orders, placements, stock},
    workflows::kinds,
};
use contracts::{audit_queries::PaymentCopyFact, events::OrderSnapshot};
use db::{Db, Result};
use flow::timer;
use kernel::id::{OrderId, PlacementId, ProductId};
use std::collections::BTreeMap;

/// The versions of the orders that these placements became.
///
/// # Errors
/// What the database says.
pub async fn versions_of_placements(
    db: &Db,
    placements: &[PlacementId],
) -> Result<BTreeMap<PlacementId, i64>> {
    placements::versions(db, placements).await
}

/// Products after this one of whose stock something was consumed, with the newest version that was.
///
/// # Errors
/// What the database says.
pub async fn heard_stock(db: &Db, after: ProductId, at_most: i64) -> Result<Vec<(ProductId, i64)>> {
    stock::heard(db, after, at_most).await
}

/// Has the stock of these products count as heard up to these versions, which are all that products has.
///
/// # Errors
/// What the database says.
pub async fn consume_stock_again(db: &Db, versions: &[(ProductId, i64)]) -> Result<()> {
    if versions.is_empty() {
        return Ok(());
    }
    let mut tx = db.begin().await?;
    stock::forget_versions(&mut tx, versions).await?;
    tx.commit("orders.consume_stock_again").await
}

/// The products of whose reservations something was consumed, with the newest version that was.
///
/// # Errors
/// What the database says.
pub async fn heard_reservations(db: &Db) -> Result<Vec<(ProductId, i64)>> {
    stock::heard_reservations(db).await
}

/// Has the reservations of these products count as heard up to these versions, which are all that products has.
///
/// # Errors
/// What the database says.
pub async fn consume_reservations_again(db: &Db, versions: &[(ProductId, i64)]) -> Result<()> {
    if versions.is_empty() {
        return Ok(());
    }
    let mut tx = db.begin().await?;
    stock::forget_reservation_versions(&mut tx, versions).await?;
    tx.commit("orders.consume_reservations_again").await
}

/// What the orders after this one have heard of their payments, as far as they have one.
///
/// # Errors
/// What the database says.
pub async fn payment_copies(db: &Db, after: OrderId, at_most: i64) -> Result<Vec<PaymentCopyFact>> {
    let ids = orders::with_payment(db, after, at_most).await?;
    let mut copies = audit::copies(db, &ids).await?;
    copies.sort_by_key(|copy| copy.order_id);
    Ok(copies)
}

/// Has payments asked to restore the payments of these orders, whose copies tell of more than it has.
///
/// # Errors
/// What the database says.
pub async fn restore_payments(db: &Db, ids: &[OrderId]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let mut tx = db.begin().await?;
    let now = tx.now().await?;
    for id in ids {
        timer::set(&mut tx, kinds::RESTORE_PAYMENT, *id, now, &()).await?;
    }
    tx.commit("orders.ask_to_restore_payments").await
}

/// The orders after this one that were placed, each with its placement and its version.
///
/// # Errors
/// What the database says.
pub async fn placed_versions(
    db: &Db,
    after: OrderId,
    at_most: i64,
) -> Result<Vec<(OrderId, PlacementId, i64)>> {
    orders::placed_versions(db, after, at_most).await
}

/// The totals of these orders, in the order of their IDs.
///
/// # Errors
/// What the database says.
pub async fn figures(db: &Db, ids: &[OrderId]) -> Result<Vec<OrderSnapshot>> {
    let mut found = orders::find_many(db, ids).await?;
    found.sort_by_key(|order| order.id);
    Ok(found.iter().map(|order| order.figures()).collect())
}

/// The orders with the products of which their reservation is known to be lost.
///
/// # Errors
/// What the database says.
pub async fn lost_reservations(db: &Db) -> Result<Vec<(OrderSnapshot, ProductId)>> {
    let lost = stock::all_lost(db).await?;
    let ids: Vec<OrderId> = lost.iter().map(|(order, _)| *order).collect();
    let orders = figures(db, &ids).await?;
    let with = |(id, product): (OrderId, ProductId)| {
        let figures = orders.iter().find(|figures| figures.order_id == id)?;
        Some((figures.clone(), product))
    };
    Ok(lost.into_iter().filter_map(with).collect())
}
