//! What several endpoints and timers ask of other services.

pub(crate) mod order_key;
pub(crate) mod recipient;
pub(crate) mod reset_code;
pub(crate) mod verification_code;
