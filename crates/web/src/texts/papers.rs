//! What stands on the papers of an order.

use super::said::{say, texts};

texts! {
    in PAPER;
    INVOICE, PACKING_SLIP, PRINT, BACK, LINES, ARTICLE, QUANTITY, EACH, DATE, ORDERED_ON, PARCEL, CARRIER,
    TRACKING_NUMBER, NOTE, NO_ADDRESS, BACK_TO_LIST, THEIR_SLIPS, NONE_HAS_A_SLIP, SLIPS_ON_ITS_PAGE, NOTHING_TO_PAY, THANK_YOU,
}

pub(crate) fn invoice_title(number: i64) -> String {
    say("paper-invoice-title", [("number", number.to_string().into())])
}
pub(crate) fn slip_title(number: i64) -> String {
    say("paper-slip-title", [("number", number.to_string().into())])
}
/// That so many of the orders that were picked have no packing slip.
pub(crate) fn so_many_without(orders: usize) -> String {
    say("paper-so-many-without", [("orders", orders.into())])
}
/// That the slips of so many more orders are on the next page.
pub(crate) fn so_many_later(orders: usize) -> String {
    say("paper-so-many-later", [("orders", orders.into())])
}
pub(crate) fn not_all_parcels(number: i64) -> String {
    say("paper-not-all-parcels", [("number", number.to_string().into())])
}
/// Which parcel, of so many where that is known.
pub(crate) fn parcel_of(n: usize, of: Option<usize>) -> String {
    say("paper-parcel-of", [("n", n.into()), ("of", of.unwrap_or(0).into())])
}
/// How an order was paid, and when.
pub(crate) fn paid(by: PaidBy, day: &str) -> String {
    let by = match by {
        PaidBy::Card => "card",
        PaidBy::Hand => "hand",
        PaidBy::Other => "other",
    };
    say("paper-paid", [("by", by.into()), ("day", day.into())])
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
/// That so much went back, and when.
pub(crate) fn refunded(amount: &str, day: &str) -> String {
    say("paper-refunded", [("amount", amount.into()), ("day", day.into())])
}
