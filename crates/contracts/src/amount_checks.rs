//! What can be wrong with the amounts of a body, in the currency of the shop.

use endpoint::FieldError;
use kernel::{Currency, MoneyInput};

/// Names what is wrong with an amount from 0 on, where one is sent.
pub(crate) fn check_amount(
    amount: Option<&MoneyInput>,
    pointer: impl Into<String>,
    currency: Currency,
    faults: &mut Vec<FieldError>,
) {
    if let Some(Err(error)) = amount.map(|amount| amount.read(currency)) {
        faults.push(FieldError::of_amount(pointer, &error));
    }
}
