//! The contracts between services and clients: endpoints and events, each declared once, and nothing else.
//!
//! The server's route, the typed client and the operation in the OpenAPI document are all derived from one declaration, so
//! that they cannot diverge. Request bodies use no `flatten`, `tag` or `untagged`: those silently accept unknown members
//! and lose the pointers of errors.

mod amount_checks;
pub mod audit;
pub mod audit_queries;
pub mod auth;
pub mod catalogue;
pub mod countries;
pub mod dependencies;
pub mod events;
pub mod facades;
pub mod feed;
pub mod fulfilments;
pub mod notifications;
pub mod orders;
pub mod packing_slips;
pub mod payments;
pub mod placements;
pub mod products;
mod provider_webhooks;
pub mod reservations;
pub mod settlement;
pub mod stock;
pub mod stock_display;
pub mod system;
pub mod text_patterns;
pub mod types;
mod unknown_charges;

pub use types::*;

/// Implements `endpoint::ValidateRequest` with the rules that `garde` derives.
macro_rules! checked {
    ($($body:ty),* $(,)?) => {$(
        impl endpoint::ValidateRequest for $body {
            fn check(&self, faults: &mut Vec<endpoint::FieldError>) {
                endpoint::garde(self, faults);
            }
        }
    )*};
}
/// Implements `endpoint::ValidateRequest` for bodies that need no checks beyond their types.
macro_rules! unchecked {
    ($($body:ty),* $(,)?) => {$(impl endpoint::ValidateRequest for $body {})*};
}
pub(crate) use amount_checks::check_amount;
pub(crate) use text_patterns::*;
pub(crate) use {checked, unchecked};
