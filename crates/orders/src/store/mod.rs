//! All SQL of this service.

pub(crate) mod audit;
pub(crate) mod fulfilments;
pub(crate) mod lists;
pub(crate) mod orders;
pub(crate) mod persons;
pub(crate) mod placements;
mod row;
pub(crate) mod stock;

/// Every statement of this crate's own.
pub(crate) fn statements() -> Vec<(&'static str, db::Sql)> {
    [audit::ALL, fulfilments::ALL, lists::ALL, orders::ALL, persons::ALL, placements::ALL, stock::ALL]
        .concat()
}
