//! The contract between services, and with clients: endpoints and events, each declared once, and nothing else.
//!
//! From one declaration come the server's route, the typed client and the operation in the OpenAPI document,
//! so that they cannot diverge. Request bodies use no `flatten`, `tag` or `untagged`: those silently accept
//! unknown members and lose the pointers of errors.

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

/// Implements `endpoint::ValidateRequest` by the rules that `garde` derived.
macro_rules! checked {
    ($($body:ty),* $(,)?) => {$(
        impl endpoint::ValidateRequest for $body {
            fn check(&self, faults: &mut Vec<endpoint::FieldError>) {
                endpoint::garde(self, faults);
            }
        }
    )*};
}
/// Implements `endpoint::ValidateRequest` for bodies whose types say all there is to say.
macro_rules! unchecked {
    ($($body:ty),* $(,)?) => {$(impl endpoint::ValidateRequest for $body {})*};
}
pub(crate) use amount_checks::check_amount;
pub(crate) use text_patterns::*;
pub(crate) use {checked, unchecked};
