//! What works behind the endpoints and the events.

pub(crate) mod assign_log_positions;
