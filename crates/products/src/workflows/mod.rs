//! Transactions that endpoints, events and timers share.
//!
//! Rows are locked in one order, so that transactions cannot deadlock: placements by their IDs, then products by their IDs.
//! The lock of a placement's row covers its reservations.

pub(crate) mod apply_outcome;
pub(crate) mod change_product;
pub(crate) mod consume_again;
pub(crate) mod idempotency;
pub(crate) mod import;
pub(crate) mod product_list;
pub(crate) mod reserve;
pub(crate) mod stock_records;

/// Maximum attempts of a transaction that was rolled back by a failed neighbour or a deadlock.
pub(crate) const TRIES: u32 = 8;
