//! All SQL of this service.

pub(crate) mod audit;
pub(crate) mod audit_reports;
pub(crate) mod emails;
pub(crate) mod log;
pub(crate) mod queue;

/// Every statement of this service.
pub(crate) fn statements() -> Vec<(&'static str, db::Sql)> {
    [audit::ALL, audit_reports::ALL, log::ALL, emails::ALL, queue::ALL].concat()
}
