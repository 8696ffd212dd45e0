//! All SQL of this service.

pub(crate) mod audit;
pub(crate) mod audit_stock;
pub(crate) mod baskets;
pub(crate) mod beside;
pub(crate) mod few;
pub(crate) mod fulfilments;
pub(crate) mod guests;
pub(crate) mod lists;
pub(crate) mod newest;
pub(crate) mod notes;
pub(crate) mod orders;
pub(crate) mod persons;
pub(crate) mod placed;
pub(crate) mod placements;
pub(crate) mod reports;
mod row;
pub(crate) mod spelled;
pub(crate) mod stock;
pub(crate) mod sums;
pub(crate) mod waiting;
pub(crate) mod walks;
pub(crate) mod word_refresh;
pub(crate) mod words;

/// Every statement of this crate's own.
pub(crate) fn statements() -> Vec<(&'static str, db::Sql)> {
    [
        audit::ALL,
        audit_stock::ALL,
        baskets::ALL,
        beside::ALL,
        few::ALL,
        fulfilments::ALL,
        guests::ALL,
        lists::ALL,
        newest::ALL,
        notes::ALL,
        orders::ALL,
        persons::ALL,
        placed::ALL,
        placements::ALL,
        reports::ALL,
        spelled::ALL,
        stock::ALL,
        sums::ALL,
        waiting::ALL,
        walks::ALL,
        word_refresh::ALL,
        words::ALL,
    ]
    .concat()
}
