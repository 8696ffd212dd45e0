//! The arithmetic of a product's stock (I1, I2, see `docs/lifecycle.md`): plain totals in, plain totals out.

use contracts::events::EventType;

/// A product's stock in totals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stock {
    /// Pieces on hand.
    pub on_hand: i64,
    /// Pieces that are reserved for orders, and still here.
    pub reserved: i64,
    /// Whether more may be reserved than is on hand.
    pub backorder: bool,
}

/// Why the stock was not set to what was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StockChangeError {
    /// Fewer than none cannot be on hand.
    BelowZero,
    /// More units would be missing for what is reserved than before, and nobody has accepted that.
    Reserved,
}

impl Stock {
    /// Pieces that can still be reserved without a back-order.
    pub fn available(self) -> i64 {
        (self.on_hand - self.reserved).max(0)
    }

    /// Pieces missing for what is reserved; none where back-orders are allowed.
    pub fn short(self) -> i64 {
        if self.backorder { 0 } else { (self.reserved - self.on_hand).max(0) }
    }

    /// Whether so many can be reserved.
    pub fn can_reserve(self, quantity: i64) -> bool {
        let fits = self.reserved.checked_add(quantity).is_some();
        quantity > 0 && fits && (self.backorder || quantity <= self.available())
    }

    /// Reserves so many, if that can be done.
    pub fn reserve(&mut self, quantity: i64) -> bool {
        let can = self.can_reserve(quantity);
        if can {
            self.reserved += quantity;
        }
        can
    }

    /// Releases a reservation of so many.
    pub fn release(&mut self, quantity: i64) {
        self.reserved -= quantity;
    }

    /// So many have left the house, `reserved` of them out of reservations. It has happened and is never refused:
    /// what the books do not have must have been there, and is what this returns.
    pub fn ship(&mut self, quantity: i64, reserved: i64) -> i64 {
        let found = (quantity - self.on_hand).max(0);
        self.on_hand += found - quantity;
        self.reserved -= reserved;
        found
    }

    /// Whether little is left, where `low` units are little.
    pub fn is_low(self, low: i64) -> bool {
        self.available() <= low
    }

    /// How much that many units are, roughly, as the index has it of which little is left: 0 for none, and one more for each
    /// doubling.
    pub fn level(available: i64) -> i64 {
        match available {
            ..=0 => 0,
            _ => i64::from(available.ilog2() + 1).min(Self::LEVEL_MAX),
        }
    }
    /// The level of all of which there is plenty.
    pub const LEVEL_MAX: i64 = 8;

    /// The stock with other totals, as staff say.
    ///
    /// # Errors
    /// [`StockChangeError`]; [`StockChangeError::Reserved`] only without `accept_shortfall`.
    pub fn set(
        self,
        on_hand: i64,
        backorder: bool,
        accept_shortfall: bool,
    ) -> Result<Stock, StockChangeError> {
        let next = Stock { on_hand, backorder, ..self };
        if on_hand < 0 {
            return Err(StockChangeError::BelowZero);
        }
        if next.short() > self.short() && !accept_shortfall {
            return Err(StockChangeError::Reserved);
        }
        Ok(next)
    }
}

/// What there is to tell when a product's stock went from `before` to `after`; `low` or fewer are little.
pub fn news(before: Stock, after: Stock, low: i64) -> Vec<EventType> {
    let mut news = Vec::new();
    if after.on_hand != before.on_hand {
        news.push(EventType::StockAdjusted);
    }
    match (before.available(), after.available()) {
        (0, 1..) => news.push(EventType::StockBack),
        (1.., 0) => news.push(EventType::StockOut),
        _ if after.is_low(low) && !before.is_low(low) => news.push(EventType::StockLow),
        _ => {}
    }
    if after.short() != before.short() {
        news.push(EventType::StockShort);
    }
    news
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stock(on_hand: i64, reserved: i64) -> Stock {
        Stock { on_hand, reserved, backorder: false }
    }

    #[test]
    fn only_what_is_available_can_be_reserved() {
        for (mut stock, quantity, can) in [
            (stock(5, 0), 5, true),
            (stock(5, 0), 6, false),
            (stock(5, 5), 1, false),
            (stock(5, 7), 1, false),
            (stock(5, 0), 0, false),
            (stock(5, 0), -1, false),
            (Stock { backorder: true, ..stock(0, 3) }, 100, true),
            (Stock { backorder: true, ..stock(0, i64::MAX) }, 1, false),
        ] {
            let before = stock;
            assert_eq!(stock.reserve(quantity), can, "{quantity} of {before:?}");
            assert_eq!(stock.reserved, before.reserved + if can { quantity } else { 0 });
        }
    }

    #[test]
    fn what_was_shipped_is_never_refused() {
        let mut some = stock(3, 5);
        assert_eq!(some.ship(4, 4), 1);
        assert_eq!((some, some.short()), (stock(0, 1), 1));
        let mut plenty = stock(9, 5);
        assert_eq!(plenty.ship(4, 4), 0);
        assert_eq!(plenty, stock(5, 1));
    }

    #[test]
    fn a_shortfall_must_be_accepted_only_where_it_grows() {
        assert_eq!(stock(5, 4).set(3, false, false), Err(StockChangeError::Reserved));
        assert_eq!(stock(5, 4).set(3, false, true), Ok(stock(3, 4)));
        assert_eq!(stock(1, 4).set(2, false, false), Ok(stock(2, 4)), "a receipt that is not enough");
        assert_eq!(stock(1, 4).set(0, false, false), Err(StockChangeError::Reserved));
        assert_eq!(stock(5, 4).set(-1, false, true), Err(StockChangeError::BelowZero));
        let back = Stock { backorder: true, ..stock(1, 4) };
        assert_eq!(back.set(0, true, false), Ok(Stock { on_hand: 0, ..back }));
        assert_eq!(
            back.set(1, false, false),
            Err(StockChangeError::Reserved),
            "switched off with back-orders open"
        );
        assert_eq!(back.set(4, false, false), Ok(stock(4, 4)), "switched off as the goods came in");
    }

    #[test]
    fn crossings_of_what_is_available_are_news() {
        use EventType::{StockAdjusted, StockBack, StockLow, StockOut, StockShort};
        let told = |before, after| news(before, after, 5);
        assert_eq!(told(stock(10, 0), stock(10, 4)), []);
        assert_eq!(told(stock(10, 4), stock(10, 5)), [StockLow]);
        assert_eq!(told(stock(10, 5), stock(10, 6)), []);
        assert_eq!(told(stock(10, 5), stock(10, 10)), [StockOut]);
        assert_eq!(told(stock(10, 0), stock(10, 10)), [StockOut]);
        assert_eq!(told(stock(10, 10), stock(10, 9)), [StockBack]);
        assert_eq!(told(stock(10, 10), stock(6, 6)), [StockAdjusted]);
        assert_eq!(told(stock(4, 4), stock(3, 4)), [StockAdjusted, StockShort]);
        assert_eq!(told(stock(3, 4), stock(9, 4)), [StockAdjusted, StockBack, StockShort]);
    }
}
