//! What a request wants to be ordered, read as far as that needs nobody else.

use crate::order::RequestedLine;
use contracts::orders::{Adjustment, AdjustmentKind, NewAdjustment, NewLine};
use endpoint::FieldError;
use kernel::{Currency, Money, MoneyError, MoneyInput};

/// Lines, without those that are wrong in form: these are told in `errors`.
pub(crate) fn lines(new: &[NewLine], currency: Currency, errors: &mut Vec<FieldError>) -> Vec<RequestedLine> {
    new.iter().enumerate().filter_map(|(index, new)| line(index, new, currency, errors)).collect()
}

/// The same of one of them.
pub(crate) fn line(
    index: usize,
    line: &NewLine,
    currency: Currency,
    errors: &mut Vec<FieldError>,
) -> Option<RequestedLine> {
    let quantity = line.quantity;
    if let Some(product_id) = line.product_id {
        return Some(RequestedLine::Product { product_id, quantity });
    }
    let unit_price = match &line.unit_price {
        Some(price) => money(price, &format!("/lines/{index}/unit_price"), currency, errors)?,
        None => Money::zero(currency),
    };
    Some(RequestedLine::Custom { title: line.title.clone().unwrap_or_default(), unit_price, quantity })
}

/// Adjustments, each with its sign.
pub(crate) fn adjustments(
    new: &[NewAdjustment],
    currency: Currency,
    errors: &mut Vec<FieldError>,
) -> Vec<Adjustment> {
    let mut adjustments = Vec::with_capacity(new.len());
    for (index, one) in new.iter().enumerate() {
        let pointer = format!("/adjustments/{index}/amount");
        // a discount is told with its sign, and may be sent back so
        if let Some(amount) = or_told(one.amount.read_signed(currency), &pointer, errors) {
            let amount = match one.kind {
                AdjustmentKind::Discount => Money { minor: -amount.minor.abs(), ..amount },
                AdjustmentKind::Shipping | AdjustmentKind::Tax => amount,
            };
            adjustments.push(Adjustment { kind: one.kind, title: one.title.clone(), amount });
        }
    }
    adjustments
}

/// What is wrong with adjustments that take from the total and are no discounts.
pub(crate) fn below_zero(adjustments: &[Adjustment]) -> Vec<FieldError> {
    let is_wrong = |one: &Adjustment| one.kind != AdjustmentKind::Discount && one.amount.minor < 0;
    let wrong = adjustments.iter().enumerate().filter(|(_, one)| is_wrong(one));
    let fault = |(index, _)| {
        let why = "0 or more: only a discount takes from the total";
        FieldError::range(format!("/adjustments/{index}/amount"), why)
    };
    wrong.map(fault).collect()
}

/// An amount in the shop's currency.
pub(crate) fn money(
    money: &MoneyInput,
    pointer: &str,
    currency: Currency,
    errors: &mut Vec<FieldError>,
) -> Option<Money> {
    or_told(money.read(currency), pointer, errors)
}

fn or_told(read: Result<Money, MoneyError>, pointer: &str, errors: &mut Vec<FieldError>) -> Option<Money> {
    read.map_err(|error| errors.push(FieldError::of_amount(pointer, &error))).ok()
}
