//! What can be wrong with the amounts of a body, in the currency of the shop.

use endpoint::Fault;
use kernel::{Currency, MoneyIn};

/// Names what is wrong with an amount from 0 on, where one is sent.
pub(crate) fn check_amount(
    amount: Option<&MoneyIn>,
    pointer: impl Into<String>,
    currency: Currency,
    faults: &mut Vec<Fault>,
) {
    if let Some(Err(error)) = amount.map(|amount| amount.read(currency)) {
        faults.push(Fault::of_amount(pointer, &error));
    }
}
