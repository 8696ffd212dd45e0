//! The price of an order, calculated in one step: lines, adjustments and a currency become a [`Quote`]. The values of some of
//! the units of a placed order are in [`reversal`]. No database, no clock, no floating point.

mod allocation;
mod reversal;

#[cfg(test)]
mod tests;

pub(crate) use reversal::{PlacedPrice, list_price};

use allocation::allocate;
use contracts::orders::Adjustment;
use kernel::{Currency, Money, MoneyError, id::ProductId};
use std::fmt;

/// The price of an order. The totals of its lines add up to its total.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Quote {
    pub(crate) lines: Vec<LineQuote>,
    /// The sum of the lines, without adjustments.
    pub(crate) subtotal: Money,
    /// The sum of the adjustments.
    pub(crate) adjustments: Money,
}

/// The price of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LineQuote {
    /// The price of its units, without adjustments.
    pub(crate) subtotal: Money,
    /// Its share of the adjustments, in proportion to its subtotal.
    pub(crate) adjustments: Money,
}

impl Quote {
    /// The amount to pay.
    pub(crate) fn total(&self) -> Money {
        added(self.subtotal, self.adjustments)
    }
}

impl LineQuote {
    /// The price of its units, with its share of the adjustments.
    pub(crate) fn total(self) -> Money {
        added(self.subtotal, self.adjustments)
    }
}

/// The sum of two amounts of one quote. It does not overflow, because the amounts of a quote are limited.
fn added(one: Money, other: Money) -> Money {
    Money { minor: one.minor + other.minor, ..one }
}

/// Reason why there is no price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PricingError {
    /// A sum is too large, at this pointer into the request.
    TooLarge { pointer: String },
    /// The discounts exceed all other amounts.
    BelowZero,
    /// An amount is not in this currency, the currency of the order.
    MixedCurrencies(Currency),
    /// A product has no price.
    NoPrice(ProductId),
}

impl fmt::Display for PricingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PricingError::TooLarge { pointer } => write!(f, "the sum at {pointer} is too large"),
            PricingError::BelowZero => f.write_str("the discounts exceed all other amounts"),
            PricingError::MixedCurrencies(currency) => write!(f, "an amount is not in {currency}"),
            PricingError::NoPrice(product) => write!(f, "{product} has no price"),
        }
    }
}

/// Prices lines, each with its unit price and quantity.
pub(crate) fn price(
    lines: impl IntoIterator<Item = (Money, i64)>,
    adjustments: &[Adjustment],
    currency: Currency,
) -> Result<Quote, PricingError> {
    let (mut subtotal, mut prices) = (Money::zero(currency), Vec::new());
    for (index, (unit_price, quantity)) in lines.into_iter().enumerate() {
        let price = unit_price.times(quantity);
        let sum = price.clone().and_then(|price| subtotal.plus(price)?.in_a_total());
        subtotal = sum.map_err(|error| not_priced(&error, currency, format!("/lines/{index}/quantity")))?;
        prices.extend(price.map(|price| price.minor));
    }
    let mut total = subtotal;
    for (index, adjustment) in adjustments.iter().enumerate() {
        let sum = total.plus(adjustment.amount).and_then(Money::in_a_total);
        total = sum.map_err(|error| not_priced(&error, currency, format!("/adjustments/{index}/amount")))?;
    }
    if total.minor < 0 {
        return Err(PricingError::BelowZero);
    }
    let adjusted = total.minor - subtotal.minor;
    let of = |minor| Money::new(minor, currency);
    let line = |(price, share): (&i64, i64)| LineQuote { subtotal: of(*price), adjustments: of(share) };
    let lines = prices.iter().zip(allocate(adjusted, &prices)).map(line).collect();
    Ok(Quote { lines, subtotal, adjustments: of(adjusted) })
}

fn not_priced(error: &MoneyError, currency: Currency, pointer: String) -> PricingError {
    match error {
        MoneyError::CurrencyMismatch(_) => PricingError::MixedCurrencies(currency),
        _ => PricingError::TooLarge { pointer },
    }
}
