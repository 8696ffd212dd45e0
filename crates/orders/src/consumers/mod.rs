//! What this service acts on, one file for each family of events.

pub(crate) mod account;
pub(crate) mod payment;
pub(crate) mod stock;
