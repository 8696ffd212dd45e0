//! What several endpoints and timers ask of other services.

pub(crate) mod reset_code;
