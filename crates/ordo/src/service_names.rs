//! The names of the services.

/// The services of a shop, in the order of their starts.
pub const SERVICES: [&str; 5] =
    [auth::NAME, products::NAME, orders::NAME, payments::NAME, notifications::NAME];
