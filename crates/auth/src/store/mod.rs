//! All SQL of this service.

pub(crate) mod account_document;
pub(crate) mod accounts;
pub(crate) mod addresses;
pub(crate) mod api_keys;
pub(crate) mod failures;
pub(crate) mod networks;
pub(crate) mod password_resets;
pub(crate) mod refresh_tokens;
pub(crate) mod revocations;
pub(crate) mod search_index;
pub(crate) mod sessions;
pub(crate) mod setup;
pub(crate) mod signing_keys;
pub(crate) mod verifications;

/// Every statement of this crate, for the test that prepares them on both engines.
pub(crate) fn statements() -> Vec<(&'static str, db::Sql)> {
    let ours = [
        accounts::ALL,
        addresses::ALL,
        api_keys::ALL,
        failures::ALL,
        networks::ALL,
        refresh_tokens::ALL,
        password_resets::ALL,
        revocations::ALL,
        search_index::ALL,
        sessions::ALL,
        setup::ALL,
        signing_keys::ALL,
        verifications::ALL,
    ];
    ours.concat()
}
