//! What an order tells others about itself: the totals of its events (R3).

use super::Order;
use contracts::events::{OrderSnapshot, ProductTotals};
use kernel::id::ProductId;
use std::collections::BTreeMap;

impl Order {
    pub(crate) fn figures(&self) -> OrderSnapshot {
        OrderSnapshot {
            order_id: self.id,
            number: self.number,
            user_id: self.user_id,
            placement_id: self.placement_id,
            version: self.version,
            status: self.state.status(),
            hold: self.holds.first(),
            cancel_code: self.cancel_code,
            confirmed: self.confirmation.is_some(),
            terminal: self.state.is_terminal(),
            payment_status: self.payment_status(),
            fulfilment_status: self.fulfilment_status(),
            total: self.total,
            owed: self.owed,
            products: self.product_figures(),
        }
    }

    fn product_figures(&self) -> Vec<ProductTotals> {
        let mut products: BTreeMap<ProductId, ProductTotals> = BTreeMap::new();
        for line in self.lines.iter() {
            let Some(product_id) = line.product_id else { continue };
            let new = ProductTotals { product_id, ordered: 0, cancelled: 0, shipped: 0, returned: 0 };
            let sums = products.entry(product_id).or_insert(new);
            // a row that was meddled with can say anything: the audit checks it, too
            sums.ordered = sums.ordered.saturating_add(line.quantity);
            sums.cancelled = sums.cancelled.saturating_add(line.cancelled);
            sums.shipped = sums.shipped.saturating_add(line.shipped);
            sums.returned = sums.returned.saturating_add(line.returned);
        }
        products.into_values().collect()
    }
}
