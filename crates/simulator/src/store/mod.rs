//! All SQL of the simulated provider.

pub(crate) mod audit;
pub(crate) mod charges;

use db::Sql;

/// Every statement of this crate, for the test that prepares them on both engines.
pub(crate) fn statements() -> Vec<(&'static str, Sql)> {
    [charges::ALL, audit::ALL].concat()
}
