//! The home page, products and the basket.

use super::keys;
use crate::texts::presentation;

/// The default name of a shop.
pub(crate) const SHOP: &str = "Ordo";
pub(crate) fn only_left(asked: i64, left: i64) -> String {
    match left > 0 && !presentation::shows_counts() {
        true => keys::fewer_left(asked),
        false => keys::only_left(asked, left),
    }
}
pub(crate) fn goods_of(pieces: i64) -> String {
    keys::goods_of(&keys::pieces(pieces))
}
