//! The SQL statements of the index.

pub(crate) mod correction;
pub(crate) mod index;
pub(crate) mod rebuild;

/// Every statement.
pub(crate) fn statements() -> Vec<(&'static str, db::Sql)> {
    [index::ALL, correction::ALL, rebuild::ALL].concat()
}
