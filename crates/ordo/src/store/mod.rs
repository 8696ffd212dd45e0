//! What is read of a database beside the tables of services.

pub(crate) mod connections;
