//! What this service has told of its products (I7): events are numbered without a gap, and the newest news of a stock say
//! whom its shortfall concerns.

use super::finding;
use crate::store::{audit as store, told as news};
use contracts::{
    audit::{Finding, Invariant},
    auditing::StockFact,
};
use db::{Db, Result};
use flow::reading::Reading;
use kernel::{Id, id::ProductId};

/// Products that are read together.
const PAGE: i64 = 500;

/// What was told by this position of the feed of the products after `after`: at most so many, and the last one of them.
/// None: there are no more.
///
/// # Errors
/// What the database says.
pub async fn told(
    db: &Db,
    after: ProductId,
    at_most: i64,
    position: i64,
) -> Result<Option<(ProductId, Vec<StockFact>)>> {
    let products = news::products(db, after, at_most).await?;
    let Some(last) = products.last().copied() else { return Ok(None) };
    Ok(Some((last, news::of(db, &products, position).await?)))
}

/// What was told of these products, as far as the feed goes.
///
/// # Errors
/// What the database says.
pub async fn told_of(db: &Db, products: &[ProductId]) -> Result<Vec<StockFact>> {
    news::of(db, products, i64::MAX).await
}

/// Looks at every product: whether it can be read, and whether it counts as many events as there are of it. Where it counts
/// fewer, whoever hears the next ones takes them for old news.
pub(super) async fn numbers(db: &Db, reading: &mut Reading) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let mut after = Id::from_uuid(uuid::Uuid::nil());
    loop {
        // a product and its events are of one moment
        let db = &db.at_one_moment().await?;
        let Some((last, counted)) = store::catalogue(db, after, PAGE, reading).await? else { break };
        after = last;
        let products: Vec<ProductId> = counted.iter().map(|(product, _)| *product).collect();
        let numbered = store::numbered(db, &products).await?;
        for (product, counted) in counted {
            let (events, newest) = numbered.get(&product.to_string()).copied().unwrap_or((0, 0));
            if (events, newest) != (counted, counted) {
                let detail = format!(
                    "it has told {counted} events, as it says; there are {events}, the newest is {newest}"
                );
                findings.push(finding(Invariant::I7, product, detail));
            }
        }
    }
    Ok(findings)
}
