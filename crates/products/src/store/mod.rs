//! All SQL of this service.

pub(crate) mod audit;
pub(crate) mod lists;
pub(crate) mod movements;
pub(crate) mod placements;
mod product_document;
pub(crate) mod products;
pub(crate) mod published_stock;
pub(crate) mod reservations;
pub(crate) mod search_index;

/// Every statement of this service.
pub(crate) fn statements() -> Vec<(&'static str, db::Sql)> {
    [
        audit::ALL,
        lists::ALL,
        movements::ALL,
        placements::ALL,
        products::ALL,
        reservations::ALL,
        search_index::ALL,
        published_stock::ALL,
    ]
    .concat()
}

/// A row that was locked, or whose version was read, must be there to be changed. Where it is not, somebody
/// was faster, and the transaction is made again from its beginning.
fn one_row(changed: u64) -> db::Result<()> {
    match changed {
        1 => Ok(()),
        _ => Err(db::Error::new(db::ErrorKind::Retry, "somebody else was faster")),
    }
}
