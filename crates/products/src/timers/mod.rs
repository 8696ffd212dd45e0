//! What this service does by itself, at its time.

pub(crate) mod reconcile_reservations;
pub(crate) mod refresh_search_index;
