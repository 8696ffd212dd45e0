//! What works behind the endpoints and the events.

pub(crate) mod place_events;
