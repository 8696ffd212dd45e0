//! All SQL of this service.

pub(crate) mod attention;
pub(crate) mod audit;
pub(crate) mod audit_stock;
pub(crate) mod baskets;
pub(crate) mod candidates;
pub(crate) mod fulfilments;
pub(crate) mod guests;
mod keyset;
pub(crate) mod newest;
pub(crate) mod notes;
pub(crate) mod order_page;
pub(crate) mod orders;
pub(crate) mod personal_data;
pub(crate) mod placement_times;
pub(crate) mod placements;
mod row;
pub(crate) mod sales_totals;
pub(crate) mod stock;
pub(crate) mod word_filter;
pub(crate) mod word_refresh;
pub(crate) mod words;

/// Every statement of this crate's own.
pub(crate) fn statements() -> Vec<(&'static str, db::Sql)> {
    [
        attention::ALL,
        audit::ALL,
        audit_stock::ALL,
        baskets::ALL,
        order_page::ALL,
        fulfilments::ALL,
        guests::ALL,
        keyset::ALL,
        &keyset::of_lists(),
        &newest::statements(),
        notes::ALL,
        orders::ALL,
        personal_data::ALL,
        placement_times::ALL,
        placements::ALL,
        stock::ALL,
        sales_totals::ALL,
        &word_filter::statements(),
        word_refresh::ALL,
        words::ALL,
    ]
    .concat()
}
