//! What this service has told of its products (I7): events are numbered without a gap, and the newest news of a stock say
//! whom its shortfall concerns.

use super::finding;
use crate::{
    catalogue::Product,
    store::{
        audit::{self as store, EventSequence},
        products::currencies,
        published_stock as news,
    },
};
use contracts::{
    audit::{Finding, Invariant},
    audit_queries::StockFact,
};
use db::{Db, Result};
use flow::{audit::LARGEST, row_reader::RowReader};
use kernel::{Currency, Id, id::ProductId};

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

/// The currency that most prices are in: a shop has one.
async fn usual_currency(db: &Db) -> Result<Option<Currency>> {
    Ok(currencies(db).await?.into_iter().next())
}

/// What a product says of itself that none was ever told to be: such a one can neither be shown, changed nor sold.
fn odd(product: &Product, usual: Option<Currency>) -> Option<String> {
    let price = product.catalogue.price;
    if price.minor < 0 {
        return Some(format!("its price is {price}"));
    }
    if let Some(usual) = usual.filter(|usual| *usual != price.currency) {
        return Some(format!("its price is {price}, and the shop's prices are in {usual}"));
    }
    let versions = [("version", product.version), ("stock_version", product.stock_version)];
    let beyond = versions.into_iter().find(|(_, version)| !(1..=LARGEST).contains(version));
    beyond.map(|(column, version)| format!("{column} is {version}, which nothing has ever come to"))
}

/// Checks every product: whether it can be read, and whether it counts as many events as there are of it. Where it counts
/// fewer, consumers take the next events for outdated ones.
pub(super) async fn numbers(db: &Db, reading: &mut RowReader) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let mut after = Id::from_uuid(uuid::Uuid::nil());
    let usual = usual_currency(db).await?;
    loop {
        // a product and its events are of one moment
        let db = &db.snapshot().await?;
        let Some((last, counted)) = store::catalogue(db, after, PAGE, reading).await? else { break };
        after = last;
        let products: Vec<ProductId> = counted.iter().map(|(product, _)| product.id).collect();
        let numbered = store::numbered(db, &products, reading).await?;
        for (product, counted) in counted {
            findings.extend(odd(&product, usual).map(|why| finding(Invariant::I7, product.id, why)));
            let product = product.id;
            let found = numbered.get(&product.to_string()).copied().unwrap_or_default();
            let EventSequence { events, versions, oldest, newest } = found;
            if [events, versions, newest] != [counted; 3] || oldest != counted.min(1) {
                let detail = format!(
                    "it has told {counted} events, as it says; there are {events} with {versions} numbers from \
                     {oldest} to {newest}"
                );
                findings.push(finding(Invariant::I7, product, detail));
            }
        }
    }
    Ok(findings)
}
