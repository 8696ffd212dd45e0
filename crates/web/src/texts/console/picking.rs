//! What is done with the orders that are picked in a list.

use super::super::said::{say, texts};

texts! {
    in CONSOLE;
    PICK, PICK_ALL, WITH_PICKED, NONE_PICKED, ONE_PICKED, PACK_PICKED, SLIPS, PICKS, PICK_FIRST, PICK_FIRST_MORE, NOTHING_LEFT_TO_PACK,
    PICKED_IS_GONE, THEIR_SLIPS, NOT_KNOWN_OF_PICKED, PACKED_ONCE_PLACED, IS_CALLED_OFF, NOT_SIGNED_IN,
}

pub(crate) fn pick_order(number: i64) -> String {
    say("console-pick-order", [("number", number.to_string().into())])
}
/// Several are picked; a script writes how many in the place of `n`.
pub(crate) fn so_many_picked(n: &str) -> String {
    say("console-so-many-picked", [("n", n.into())])
}
pub(crate) fn so_many_packed(n: usize) -> String {
    say("console-so-many-packed", [("n", n.into())])
}
/// That of so many orders nobody knows whether they were packed.
pub(crate) fn of_so_many_not_known(n: usize) -> String {
    say("console-of-so-many-not-known", [("n", n.into())])
}
pub(crate) fn so_many_not_packed(n: usize) -> String {
    say("console-so-many-not-packed", [("n", n.into())])
}
