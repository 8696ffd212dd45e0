//! What this service does by itself, at its time.

pub(crate) mod ask_fates;
pub(crate) mod refresh_search_index;
