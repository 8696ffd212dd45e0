//! What an order hears of its stock.

use super::{Change, Order};
use crate::transition::order::{State, Trigger};
use contracts::orders::CancelCode;
use kernel::id::ProductId;

impl Order {
    /// Less of a product is on hand than is reserved: it waits. Whether that changed it.
    pub(crate) fn hold_short(&mut self, product: ProductId, change: &mut Change) -> bool {
        let concerned = self.lines.iter().any(|line| line.product_id == Some(product) && line.open > 0);
        concerned && !self.holds.stock_short && self.step(change, Trigger::StockShort, |_| {}).is_ok()
    }

    /// There is enough again.
    pub(crate) fn end_short(&mut self, change: &mut Change) -> bool {
        self.step(change, Trigger::StockBack, |_| {}).is_ok()
    }

    /// Its reservation is lost, and cannot be made again.
    pub(crate) fn lose_stock(&mut self, change: &mut Change) -> bool {
        let told_already = self.state == State::Confirmed && self.holds.stock_missing;
        let is_cancelled = self.state != State::Confirmed;
        let lose = |order: &mut Order| {
            if is_cancelled {
                order.cancel_code = Some(CancelCode::StockLost);
            }
        };
        !told_already && self.step(change, Trigger::StockLost, lose).is_ok()
    }

    /// Its lost reservation was made again.
    pub(crate) fn mend_stock(&mut self, change: &mut Change) -> bool {
        self.step(change, Trigger::StockMended, |_| {}).is_ok()
    }
}
