//! Products, for staff.

use crate::texts::keys::console::{self as keys, *};
use contracts::stock::Reason;

pub(crate) fn parcel_had(n: usize, pieces: i64) -> String {
    keys::parcel_had(n, &crate::texts::units(pieces))
}
pub(crate) fn still_reserved(pieces: i64) -> String {
    keys::still_reserved(&crate::texts::units(pieces))
}
pub(crate) fn reserved_for_orders(reserved: i64) -> String {
    keys::reserved_for_orders(&crate::texts::units(reserved))
}
/// The stock has changed during a count.
pub(crate) fn stock_has_changed(on_hand: i64) -> String {
    keys::stock_has_changed(&crate::texts::units(on_hand))
}
pub(crate) fn only_on_hand(on_hand: i64) -> String {
    keys::only_on_hand(&crate::texts::units(on_hand))
}
pub(crate) fn reason(reason: Reason) -> &'static str {
    let text = match reason {
        Reason::Receipt => RECEIPT,
        Reason::Adjustment => ADJUSTMENT,
        Reason::Count => COUNT,
        Reason::Sale => SALE,
        Reason::Found => FOUND_AGAIN,
        Reason::Restock => RESTOCK,
    };
    text.text()
}
pub(crate) fn product_done(name: &str) -> Option<&'static str> {
    let text = match name {
        "saved" => PRODUCT_SAVED,
        "unchanged" => NOT_DONE,
        "added" => PRODUCT_ADDED,
        "booked" => STOCK_BOOKED,
        "counted" => STOCK_AS_COUNTED,
        "pictures" => PICTURES_SAVED,
        _ => return None,
    };
    Some(text.text())
}
