//! What an order consumes of its stock. What none of its open units needs does not concern it.

use super::{ChangeSet, Order};
use crate::transition::order::{OrderState, OrderTrigger};
use contracts::orders::CancelCode;
use kernel::id::ProductId;

impl Order {
    /// Less of a product is on hand than is reserved: it waits. Whether that changed it.
    pub(crate) fn hold_short(&mut self, product: ProductId, change: &mut ChangeSet) -> bool {
        self.waits_for(product)
            && !self.holds.stock_short
            && self.step(change, OrderTrigger::StockShort, |_| {}).is_ok()
    }

    /// There is enough again.
    pub(crate) fn end_short(&mut self, change: &mut ChangeSet) -> bool {
        self.step(change, OrderTrigger::StockBack, |_| {}).is_ok()
    }

    /// Its reservation of a product is lost, and cannot be made again.
    pub(crate) fn lose_stock(&mut self, product: ProductId, change: &mut ChangeSet) -> bool {
        let told_already = self.state == OrderState::Confirmed && self.holds.stock_missing;
        let is_cancelled = self.state != OrderState::Confirmed;
        let lose = |order: &mut Order| {
            if is_cancelled {
                order.cancel_code = Some(CancelCode::StockLost);
            }
        };
        self.waits_for(product) && !told_already && self.step(change, OrderTrigger::StockLost, lose).is_ok()
    }

    /// A lost reservation was made again, or nothing is open any more that it was for: it goes on where it waits for
    /// none of those that are still lost.
    pub(crate) fn mend_stock(&mut self, lost: &[ProductId], change: &mut ChangeSet) -> bool {
        let waits = lost.iter().any(|product| self.waits_for(*product));
        !waits && self.step(change, OrderTrigger::ReservationRestored, |_| {}).is_ok()
    }

    fn waits_for(&self, product: ProductId) -> bool {
        self.lines.iter().any(|line| line.product_id == Some(product) && line.open > 0)
    }
}
