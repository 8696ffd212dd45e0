//! All SQL of this service.

pub(crate) mod attention;
pub(crate) mod audit;
pub(crate) mod audit_stock;
pub(crate) mod baskets;
pub(crate) mod beside;
pub(crate) mod candidates;
pub(crate) mod fulfilments;
pub(crate) mod guests;
mod keyset;
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
pub(crate) mod word_refresh;
pub(crate) mod words;

/// Every statement of this crate's own.
pub(crate) fn statements() -> Vec<(&'static str, db::Sql)> {
    [
        attention::ALL,
        audit::ALL,
        audit_stock::ALL,
        baskets::ALL,
        beside::ALL,
        fulfilments::ALL,
        guests::ALL,
        keyset::ALL,
        &keyset::of_lists(),
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
        word_refresh::ALL,
        words::ALL,
    ]
    .concat()
}
