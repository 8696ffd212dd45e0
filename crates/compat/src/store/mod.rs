//! All SQL of the façades.

pub(crate) mod addresses;
pub(crate) mod numbers;

/// Every statement of this crate, for the test that prepares them on both engines.
pub(crate) fn statements() -> Vec<(&'static str, db::Sql)> {
    [addresses::ALL, numbers::ALL].concat()
}
