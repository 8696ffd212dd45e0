//! What the clients do: buyers who place, pay and cancel, staff who ship and refund; each repeats with its key
//! until it knows. What they were told is kept in their own books.

mod buyer;
pub(crate) mod caller;
pub(crate) mod client_ledger;
pub(crate) mod setup;
mod staff;

pub(crate) use buyer::Buyer;
pub(crate) use client_ledger::ClientLedger;
pub(crate) use staff::Staff;

/// The clients' name, where they can be cut off.
pub(crate) const CLIENTS: &str = "clients";
