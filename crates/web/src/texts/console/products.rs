//! Products, for staff.

use contracts::stock::Reason;

pub(crate) const PRODUCTS: &str = "Products";
pub(crate) const PRODUCT: &str = "Product";
pub(crate) const NEW_PRODUCT: &str = "New product";
pub(crate) const ADD_PRODUCT: &str = "Add the product";
pub(crate) const NO_PRODUCTS: &str = "No products yet";
pub(crate) const NO_PRODUCTS_MORE: &str = "Add the first one: a name, a price, and how many there are.";
pub(crate) const NO_SUCH_PRODUCTS: &str = "No products fit";
pub(crate) const FILTER_PRODUCTS: &str = "Filter products";
pub(crate) const SEARCH_PRODUCTS: &str = "Name, article, description";
pub(crate) const STATE: &str = "State";
pub(crate) const STOCK: &str = "Stock";
pub(crate) const ON_SALE: &str = "On sale";
pub(crate) const DELETED: &str = "Deleted";
pub(crate) const CAN_BE_ORDERED: &str = "Can be ordered";
pub(crate) const CANNOT_BE_ORDERED: &str = "Sold out";
pub(crate) const BY_NAME: &str = "Name";
pub(crate) const CHEAPEST_FIRST: &str = "Price, low first";
pub(crate) const HIGHEST_PRICE_FIRST: &str = "Price, high first";
pub(crate) const ON_HAND: &str = "On hand";
pub(crate) const RESERVED: &str = "Reserved";
pub(crate) const AVAILABLE: &str = "Available";
pub(crate) const PRICE: &str = "Price";
pub(crate) const IN_THE_SHOP: &str = "In the shop";
pub(crate) const DELETE: &str = "Delete…";
pub(crate) const DELETE_IT: &str = "Delete it";
pub(crate) const KEEP_IT: &str = "Keep it";
pub(crate) const DELETING: &str = "Delete";
pub(crate) const DELETE_CONSEQUENCE: &str = "It is taken off sale for good. Orders that name it keep it, and its article number becomes free. This cannot be undone.";
pub(crate) const LAST_SAVED: &str = "Last saved ";
pub(crate) const ABOUT_THIS_PRODUCT: &str = "Stock and pictures";
pub(crate) const WHAT_IT_IS: &str = "What it is";
pub(crate) const NAME: &str = "Name";
pub(crate) const DESCRIPTION: &str = "Description";
pub(crate) const ARTICLE_NUMBER: &str = "Article number";
pub(crate) const SHOWN_IN_SHOP: &str = "Shown in the shop";
pub(crate) const BACKORDER: &str = "Sell when out of stock";
pub(crate) const SAVE: &str = "Save";
pub(crate) const DISCARD: &str = "Discard";
pub(crate) const SAVE_AS_CHOSEN: &str = "Save as chosen";
pub(crate) const TAKE_THEIRS: &str = "Take their version";
pub(crate) const SOMEBODY_SAVED: &str = "Somebody saved this product while you were editing";
pub(crate) const SOMEBODY_SAVED_MORE: &str = "Nothing of yours was saved yet, and nothing is lost. What only one of you changed is merged; choose the rest below.";
pub(crate) const BOTH_CHANGED: &str = "You both changed";
pub(crate) const CHOOSE: &str = "Choose which stays. What you typed still stands in the fields beneath.";
pub(crate) const CHOOSE_ABOVE: &str = "Changed by somebody else, too. Choose above.";
pub(crate) const WAS: &str = "Was: ";
pub(crate) const YOURS: &str = "Yours: ";
pub(crate) const THEIRS: &str = "Theirs: ";
pub(crate) const YES: &str = "yes";
pub(crate) const NO: &str = "no";
pub(crate) const EMPTY: &str = "(empty)";
pub(crate) const SKU_TAKEN: &str = "Another product has this article number. Choose another one";
pub(crate) const ENTER_NAME: &str = "Enter a name, such as Side-handle teapot";
pub(crate) const ENTER_PRICE: &str = "Enter a price, such as 12.50";
pub(crate) const LEDGER: &str = "Stock ledger";
pub(crate) const ALL_MOVEMENTS: &str = "All movements";
pub(crate) const NO_MOVEMENTS: &str = "Nothing has come or gone yet.";
pub(crate) const WHEN: &str = "When";
pub(crate) const MOVEMENT: &str = "Movement";
pub(crate) const REMARK: &str = "Remark";
pub(crate) const CHANGE: &str = "Change";
pub(crate) const CHANGE_BY: &str = "Change by";
pub(crate) const BECAUSE_OF: &str = "Because of";
pub(crate) const RECEIPT: &str = "Receipt";
pub(crate) const COUNT: &str = "Count";
pub(crate) const ADJUSTMENT: &str = "Adjustment";
pub(crate) const RESTOCK: &str = "Restock";
pub(crate) const BOOK: &str = "Book it";
pub(crate) const ENTER_DELTA: &str = "Enter a whole number other than 0, such as 5 or -2";
pub(crate) const ACCEPT_SHORTFALL: &str =
    "Book it all the same: the newest orders wait until there is enough";
pub(crate) const PICTURES: &str = "Pictures";
pub(crate) const CHANGE_PICTURES: &str = "Change pictures";
pub(crate) const SAVE_PICTURES: &str = "Save pictures";
pub(crate) const ADDRESS: &str = "Address";
pub(crate) const ADDRESS_EXAMPLE: &str = "/pictures/teapot.jpg";
pub(crate) const ALT: &str = "What is to be seen";

pub(crate) fn picture_n(n: usize) -> String {
    format!("Picture {n}")
}
pub(crate) fn delete_question(name: &str) -> String {
    format!("Delete {name}?")
}
pub(crate) fn still_reserved(pieces: i64) -> String {
    format!("{} of it are reserved by open orders, which stay as they are.", crate::texts::pieces(pieces))
}
pub(crate) fn of_hand(available: i64, reserved: i64, on_hand: i64) -> String {
    format!("{available} available, {reserved} reserved, of {on_hand} on hand")
}
pub(crate) fn reserved_for_orders(reserved: i64) -> String {
    format!("Orders have reserved {}. Nothing was booked.", crate::texts::pieces(reserved))
}
pub(crate) fn only_on_hand(on_hand: i64) -> String {
    format!("Only {} on hand", crate::texts::pieces(on_hand))
}
pub(crate) fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::Receipt => RECEIPT,
        Reason::Adjustment => ADJUSTMENT,
        Reason::Count => COUNT,
        Reason::Sale => "Sale",
        Reason::Found => "Found",
        Reason::Restock => RESTOCK,
    }
}
pub(crate) fn product_done(name: &str) -> Option<&'static str> {
    Some(match name {
        "saved" => "Saved.",
        "unchanged" => "Nothing was changed.",
        "added" => "Added.",
        "booked" => "Booked.",
        "pictures" => "Pictures saved.",
        _ => return None,
    })
}
