//! Whole transactions that endpoints, events and timers share.
//!
//! Rows are taken in one order, so that no two transactions wait for each other: placements by their ids, then products
//! by their ids. A placement's reservations belong to whoever has its row.

pub(crate) mod apply_outcome;
pub(crate) mod change_product;
pub(crate) mod consume_again;
pub(crate) mod idempotency;
pub(crate) mod import;
pub(crate) mod product_list;
pub(crate) mod reserve;
pub(crate) mod stock_records;

/// How often a transaction is made that a neighbour's failure or a deadlock took back.
pub(crate) const TRIES: u32 = 8;
