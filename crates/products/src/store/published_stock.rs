//! What an audit reads of the news of products' stock.

use contracts::{audit_queries::StockFact, events::StockEvent};
use db::{Db, Result, Row, params, statements};
use flow::row_reader::{is_last, mark};
use kernel::id::ProductId;
use serde_json::Value;
use std::collections::BTreeMap;

statements! {
    PRODUCTS = "select id from product where id > $1 order by id limit $2";
    NEWS = "select e.subject, e.sequence, e.data from event e join
                (select subject, max(sequence) as newest from event
                 where subject = any($1) and position <= $2
                   and type in ('stock.adjusted', 'stock.low', 'stock.out', 'stock.back', 'stock.short')
                 group by subject) as known
            on known.subject = e.subject and known.newest = e.sequence";
}

/// Products after this one, by their ids.
pub(crate) async fn products(db: &Db, after: ProductId, at_most: i64) -> Result<Vec<ProductId>> {
    if is_last(after) {
        return Ok(Vec::new());
    }
    Ok(db.query(&PRODUCTS, params![after, at_most]).await?.iter().map(|row| mark(row, "id")).collect())
}

/// The newest news of the stock of each of these that have a place in the feed up to here.
pub(crate) async fn of(db: &Db, products: &[ProductId], position: i64) -> Result<Vec<StockFact>> {
    let subjects: Vec<String> = products.iter().map(ToString::to_string).collect();
    let rows = db.query(&NEWS, params![subjects, position]).await?;
    let known: BTreeMap<String, StockFact> =
        rows.iter().filter_map(|row| Some((row.get("subject").ok()?, told(row)?))).collect();
    let of_product = |id: &ProductId| {
        known.get(&id.to_string()).cloned().unwrap_or(StockFact {
            product_id: *id,
            version: 0,
            concerned: Vec::new(),
        })
    };
    Ok(products.iter().map(of_product).collect())
}

/// None where it cannot be read: then nothing was told that could be acted on.
fn told(row: &Row) -> Option<StockFact> {
    let event: StockEvent = serde_json::from_value(row.get::<Value>("data").ok()?).ok()?;
    let mut concerned = if event.short > 0 { event.placement_ids } else { Vec::new() };
    concerned.sort();
    concerned.dedup();
    Some(StockFact { product_id: event.product_id, version: row.get("sequence").ok()?, concerned })
}
