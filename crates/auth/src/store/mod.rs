//! All SQL of this service.

pub(crate) mod accounts;
pub(crate) mod failures;
pub(crate) mod networks;
pub(crate) mod refresh_tokens;
pub(crate) mod revocations;
pub(crate) mod sessions;
pub(crate) mod setup;
pub(crate) mod signing_keys;

/// Every statement of this crate, for the test that prepares them on both engines.
pub(crate) fn statements() -> Vec<(&'static str, db::Sql)> {
    let ours = [
        accounts::ALL,
        failures::ALL,
        networks::ALL,
        refresh_tokens::ALL,
        revocations::ALL,
        sessions::ALL,
        setup::ALL,
        signing_keys::ALL,
    ];
    ours.concat()
}
