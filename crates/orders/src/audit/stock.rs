//! What orders has heard of the stock of products (I7): whom a shortfall concerns is written down, and their orders are held
//! for it.

use super::finding;
use crate::{order::Order, store::audit_stock as store, transition::order::OrderState};
use contracts::{
    audit::{Finding, Invariant},
    audit_queries::StockFact,
};
use db::{Db, Result};
use kernel::id::{PlacementId, ProductId};

/// What was consumed of the stock of these products.
///
/// # Errors
/// What the database says.
pub async fn heard_of_stock(db: &Db, products: &[ProductId]) -> Result<Vec<StockFact>> {
    let db = &db.snapshot().await?;
    store::heard(db, products).await
}

/// An order that is held because something is short waits for a product of which that is written down: otherwise nothing
/// would ever let it go.
pub(super) async fn held(db: &Db, orders: &[&Order]) -> Result<Vec<Finding>> {
    let waits = |order: &&&Order| {
        let goes_on = matches!(
            order.state,
            OrderState::Pending | OrderState::CancellingIfUnpaid | OrderState::Confirmed
        );
        goes_on && order.holds.stock_short
    };
    let held: Vec<(&Order, PlacementId)> =
        orders.iter().filter(waits).filter_map(|order| Some((*order, order.placement_id?))).collect();
    let placements: Vec<PlacementId> = held.iter().map(|(_, placement)| *placement).collect();
    let concerned = store::concerned(db, &placements).await?;
    let forgotten = held.into_iter().filter(|(_, placement)| !concerned.contains(placement));
    let detail = "it waits for stock that is short, and no product is noted that it waits for";
    Ok(forgotten.map(|(order, _)| finding(Invariant::I7, order.id, detail.to_owned())).collect())
}
