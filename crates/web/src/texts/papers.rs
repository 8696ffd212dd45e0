//! The texts of an order's documents.

use super::keys::papers as keys;
pub(crate) use super::keys::papers::*;

/// The label of a parcel, of so many where known.
pub(crate) fn parcel_of(n: usize, of: Option<usize>) -> String {
    keys::parcel_of(n, of.unwrap_or(0))
}
/// How and when an order was paid.
pub(crate) fn paid(by: PaidBy, day: &str) -> String {
    let by = match by {
        PaidBy::Card => "card",
        PaidBy::Hand => "hand",
        PaidBy::Other => "other",
    };
    keys::paid(by, day)
}
/// How an order was paid, as the customer sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PaidBy {
    Card,
    /// Offline: in cash, or by transfer.
    Hand,
    /// By a method that only the provider names.
    Other,
}
