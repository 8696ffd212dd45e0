//! The values of some of the units of a placed order: the amount due after a cancellation (`docs/lifecycle.md`), and the values
//! of shipped and returned units (`docs/decisions/0058-one-quote-per-order.md`).
//!
//! Each amount is calculated from cumulative counts of units, and is never a sum of earlier results. So rounding does not add up:
//! the value of all units is exactly the agreed total. No calculation overflows, because the audit also reads rows that were
//! tampered with.

use kernel::{Currency, Money};

/// The price of so many units of lines, without adjustments.
pub(crate) fn list_price(lines: impl IntoIterator<Item = (Money, i64)>, currency: Currency) -> Money {
    let price = |(unit_price, units): (Money, i64)| unit_price.minor.saturating_mul(units);
    Money::new(lines.into_iter().map(price).fold(0, i64::saturating_add), currency)
}

/// The price that was agreed when an order was placed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PlacedPrice {
    pub(crate) total: Money,
    /// The price of all lines, without adjustments.
    pub(crate) subtotal: Money,
}

impl PlacedPrice {
    /// The amount due after units at this price were cancelled. Adjustments stay due unless all units are cancelled.
    pub(crate) fn due(self, cancelled: Money, is_all: bool) -> Money {
        let left = self.total.minor.saturating_sub(cancelled.minor).max(0);
        Money { minor: if is_all { 0 } else { left }, ..self.total }
    }

    /// The amount that must have been captured for shipped units, in minor units: their price with their share of the adjustments,
    /// at most the amount due.
    pub(crate) fn shipped_value(self, price: Money, due: Money) -> i64 {
        price.minor.saturating_add(self.share(price)).min(due.minor).max(0)
    }

    /// The amount to refund for units that were returned undelivered: their price less their share of discounts. Whether shipping
    /// and tax are refunded is for staff to decide.
    pub(crate) fn returned_value(self, price: Money) -> Money {
        Money { minor: price.minor.saturating_add(self.share(price).min(0)).max(0), ..self.total }
    }

    /// The share of units at this price in the adjustments, in minor units.
    fn share(self, price: Money) -> i64 {
        let [total, subtotal, price] =
            [self.total, self.subtotal, price].map(|money| i128::from(money.minor));
        let share = ((total - subtotal) * price).checked_div(subtotal).unwrap_or(0);
        i64::try_from(share).unwrap_or(if share < 0 { i64::MIN } else { i64::MAX })
    }
}
