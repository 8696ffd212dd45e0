//! What is done when something happened. All events are consumed in the same way, so there is one file.

pub(crate) mod all_events;
