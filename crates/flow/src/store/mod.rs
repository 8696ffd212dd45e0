//! All SQL of the event flow.

pub mod audit;
pub mod events;
pub mod heard;
pub mod keys;
pub mod letters;
pub mod secret_print;
pub mod state;
pub mod timers;
pub mod word_refresh;

/// Every statement of this crate, for the test that prepares them on both engines.
pub fn statements() -> Vec<(&'static str, db::Sql)> {
    [audit::ALL, events::ALL, heard::ALL, keys::ALL, letters::ALL, secret_print::ALL, state::ALL, timers::ALL]
        .concat()
}
