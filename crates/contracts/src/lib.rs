//! What services say to one another and to clients: endpoints and events, each declared once, and nothing else.
//!
//! From one declaration come the server's route, the typed client and the operation in the OpenAPI document,
//! so that they cannot drift apart. Request bodies use no `flatten`, `tag` or `untagged`: those silently accept
//! unknown members and lose the pointers of errors.

mod amounts;
pub mod audit;
pub mod auditing;
pub mod auth;
pub mod calls;
pub mod catalogue;
pub mod countries;
pub mod events;
pub mod facades;
pub mod feed;
pub mod forms;
pub mod fulfilments;
pub mod notifications;
pub mod orders;
pub mod payments;
pub mod placements;
pub mod products;
mod provider_webhooks;
pub mod reservations;
pub mod settlement;
pub mod slips;
pub mod stock;
pub mod stock_display;
pub mod system;
mod unknown_charges;
pub mod vocabulary;

pub use vocabulary::*;

/// Implements `endpoint::Check` by the rules that `garde` derived.
macro_rules! checked {
    ($($body:ty),* $(,)?) => {$(
        impl endpoint::Check for $body {
            fn check(&self, faults: &mut Vec<endpoint::Fault>) {
                endpoint::garde(self, faults);
            }
        }
    )*};
}
/// Implements `endpoint::Check` for bodies whose types say all there is to say.
macro_rules! unchecked {
    ($($body:ty),* $(,)?) => {$(impl endpoint::Check for $body {})*};
}
pub(crate) use amounts::check_amount;
pub(crate) use forms::*;
pub(crate) use {checked, unchecked};
