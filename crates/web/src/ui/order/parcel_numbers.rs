//! Which parcels of an order the customer sees, and their numbers.

use contracts::{
    fulfilments::{Fulfilment, FulfilmentStatus},
    orders::Order,
};

/// The customer's parcels, oldest first, each with the number that staff see, too. A cancelled parcel is left out, and the others
/// keep their numbers.
pub(crate) fn theirs(fulfilments: &[Fulfilment]) -> impl Iterator<Item = (usize, &Fulfilment)> {
    (1..).zip(fulfilments).filter(|(_, one)| one.status != FulfilmentStatus::Cancelled)
}

/// The numbers of the cancelled parcels among them.
pub(crate) fn undone(fulfilments: &[Fulfilment]) -> Vec<usize> {
    let last = theirs(fulfilments).last().map_or(0, |(n, _)| n);
    let gone = (1..last).zip(fulfilments).filter(|(_, one)| one.status == FulfilmentStatus::Cancelled);
    gone.map(|(n, _)| n).collect()
}

/// How many parcels there are; “your parcel” is the only one. None while that is not known, or where a number is left out.
pub(crate) fn count(order: &Order, fulfilments: &[Fulfilment]) -> Option<usize> {
    let packed: i64 = theirs(fulfilments).flat_map(|(_, one)| &one.lines).map(|inside| inside.quantity).sum();
    let all: i64 = order.lines.iter().map(|line| line.quantity - line.cancelled).sum();
    let (count, last) = (theirs(fulfilments).count(), theirs(fulfilments).last().map_or(0, |(n, _)| n));
    Some(count).filter(|count| packed >= all && (*count == 1 || *count == last))
}
