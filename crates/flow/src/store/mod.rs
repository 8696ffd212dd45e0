//! All SQL of the event flow.

pub mod audit;
pub mod consumer_positions;
pub mod dead_letters;
pub mod events;
pub mod keys;
pub mod secret_fingerprint;
pub mod service_status;
pub mod timers;

/// Every statement of this crate, for the test that prepares them on both engines.
pub fn statements() -> Vec<(&'static str, db::Sql)> {
    [
        audit::ALL,
        events::ALL,
        consumer_positions::ALL,
        keys::ALL,
        dead_letters::ALL,
        secret_fingerprint::ALL,
        service_status::ALL,
        timers::ALL,
    ]
    .concat()
}
