//! Which parcels of an order are the customer's, and their numbers.

use contracts::{
    fulfilments::{Fulfilment, FulfilmentStatus},
    orders::Order,
};

/// The parcels of whoever bought, each with the number that it has for staff, too, in the order of their making: one that was
/// undone is none of theirs, and the others keep their numbers.
pub(crate) fn theirs(fulfilments: &[Fulfilment]) -> impl Iterator<Item = (usize, &Fulfilment)> {
    (1..).zip(fulfilments).filter(|(_, one)| one.status != FulfilmentStatus::Cancelled)
}

/// The numbers that are missing among theirs.
pub(crate) fn undone(fulfilments: &[Fulfilment]) -> Vec<usize> {
    let last = theirs(fulfilments).last().map_or(0, |(n, _)| n);
    let gone = (1..last).zip(fulfilments).filter(|(_, one)| one.status == FulfilmentStatus::Cancelled);
    gone.map(|(n, _)| n).collect()
}

/// How many parcels there are: “your parcel” is what all of it is in. None as long as nobody knows how many there will be, or
/// where one that was undone is left out of their numbers.
pub(crate) fn count(order: &Order, fulfilments: &[Fulfilment]) -> Option<usize> {
    let packed: i64 = theirs(fulfilments).flat_map(|(_, one)| &one.lines).map(|inside| inside.quantity).sum();
    let all: i64 = order.lines.iter().map(|line| line.quantity - line.cancelled).sum();
    let (count, last) = (theirs(fulfilments).count(), theirs(fulfilments).last().map_or(0, |(n, _)| n));
    Some(count).filter(|count| packed >= all && (*count == 1 || *count == last))
}
