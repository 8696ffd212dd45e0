//! Checks of amounts in request bodies, in the shop's currency.

use endpoint::FieldError;
use kernel::{Currency, MoneyInput};

/// Adds a field error if an amount is given that is invalid or negative.
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
