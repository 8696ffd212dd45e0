//! What the audit reads of what was consumed of stock, and of the numbers that were given out.

use contracts::audit_queries::StockFact;
use db::{Db, Result, params, statements};
use kernel::id::{PlacementId, ProductId};
use std::collections::{BTreeMap, BTreeSet};

statements! {
    HEARD_OF_STOCK = "select product_id, version from stock_heard where product_id = any($1)";
    CONCERNED_BY = "select product_id, placement_id from shortfall where product_id = any($1)";
    CONCERNED_AMONG = "select placement_id from shortfall where placement_id = any($1)";
    /// A sequence is read as it is at the moment, and never behind the orders that are seen.
    NUMBERS = {
        sqlite: "select (select newest from order_number) as newest, (select max(number) from orders) as highest",
        postgres: "select case when is_called then last_value else last_value - 1 end as newest,
                          (select max(number) from orders) as highest from order_number",
    };
}

/// What was consumed of the stock of these products.
pub(crate) async fn heard(db: &Db, products: &[ProductId]) -> Result<Vec<StockFact>> {
    let mut concerned: BTreeMap<ProductId, BTreeSet<PlacementId>> = BTreeMap::new();
    for row in db.query(&CONCERNED_BY, params![products]).await? {
        concerned.entry(row.get("product_id")?).or_default().insert(row.get("placement_id")?);
    }
    let rows = db.query(&HEARD_OF_STOCK, params![products]).await?;
    let versions: BTreeMap<ProductId, i64> =
        rows.iter().map(|row| Ok((row.get("product_id")?, row.get("version")?))).collect::<Result<_>>()?;
    let of_product = |id: &ProductId| StockFact {
        product_id: *id,
        version: versions.get(id).copied().unwrap_or(0),
        concerned: concerned.remove(id).unwrap_or_default().into_iter().collect(),
    };
    Ok(products.iter().map(of_product).collect())
}

/// Those of these placements that a shortfall concerns.
pub(crate) async fn concerned(db: &Db, placements: &[PlacementId]) -> Result<BTreeSet<PlacementId>> {
    if placements.is_empty() {
        return Ok(BTreeSet::new());
    }
    db.query(&CONCERNED_AMONG, params![placements]).await?.iter().map(|row| row.get("placement_id")).collect()
}

/// The newest number that was given out, where that is noted, and the highest that an order has.
pub(crate) async fn numbers(db: &Db) -> Result<(Option<i64>, Option<i64>)> {
    let row = db.query_one(&NUMBERS, params![]).await?;
    // an order whose number cannot be read is named where the orders are checked
    Ok((row.get("newest")?, row.get("highest").unwrap_or_default()))
}
