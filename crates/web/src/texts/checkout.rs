//! Checkout and orders.

use super::keys;
use contracts::fulfilments::FulfilmentStatus;

/// What happens after an order was placed; without an email address its page tells.
pub(crate) fn what_happens_next(email: Option<&str>) -> String {
    match email {
        Some(email) => keys::next_by_email(email),
        None => keys::NEXT_ON_THIS_PAGE.into(),
    }
}
/// A number of units and their status; within a sentence, it starts in lower case.
pub(crate) fn pieces_are(count: i64, state: &str) -> String {
    keys::pieces_are(&keys::pieces(count), &state.to_lowercase())
}
/// The label of parcel `n`, of so many where known.
pub(crate) fn parcel(n: usize, of: Option<usize>) -> String {
    keys::parcel(n, of.unwrap_or(0))
}
/// The outcome of a step of a parcel; none for the shop's own work on it.
pub(crate) fn parcel_became(status: FulfilmentStatus, n: usize, of: Option<usize>) -> Option<String> {
    let of = of.unwrap_or(0);
    match status {
        FulfilmentStatus::Packed => Some(keys::parcel_packed(n, of)),
        FulfilmentStatus::Shipped => Some(keys::parcel_shipped(n, of)),
        FulfilmentStatus::Delivered => Some(keys::parcel_delivered(n, of)),
        FulfilmentStatus::Failed => Some(keys::parcel_failed(n, of)),
        FulfilmentStatus::Returned => Some(keys::parcel_returned(n, of)),
        FulfilmentStatus::Pending | FulfilmentStatus::Cancelled => None,
    }
}
/// The news of a returned parcel, of so many where known.
pub(crate) fn parcel_is_back(of: Option<usize>) -> String {
    keys::parcel_is_back(of.unwrap_or(0))
}
/// How many of all units were shipped.
pub(crate) fn sent_of(sent: i64, all: i64) -> String {
    keys::sent_of(sent, &keys::pieces(all))
}
