//! What stands on the papers of an order.

use super::keys::papers as keys;
pub(crate) use super::keys::papers::*;

/// Which parcel, of so many where that is known.
pub(crate) fn parcel_of(n: usize, of: Option<usize>) -> String {
    keys::parcel_of(n, of.unwrap_or(0))
}
/// How an order was paid, and when.
pub(crate) fn paid(by: PaidBy, day: &str) -> String {
    let by = match by {
        PaidBy::Card => "card",
        PaidBy::Hand => "hand",
        PaidBy::Other => "other",
    };
    keys::paid(by, day)
}
/// By what an order was paid, as far as its customer cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PaidBy {
    Card,
    /// Past the provider: in cash, or by transfer.
    Hand,
    /// By what only the provider has a name for.
    Other,
}
