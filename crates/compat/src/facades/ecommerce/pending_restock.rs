//! A cancellation is answered once its stock is on sale again: products hears of it a moment after orders has noted it, and
//! who asks right after the answer must not find the old stock.

use super::products::find;
use crate::Compat;
use contracts::orders::Order;
use endpoint::Context;
use kernel::id::ProductId;
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// Nobody waits for longer: the order is cancelled in any case.
const WITHIN: Duration = Duration::from_secs(1);
/// The first look is after this, each further one after twice as long.
const LOOK_AFTER: Duration = Duration::from_millis(10);

/// What an order that must be cancelled holds of a product.
pub(super) struct PendingRestock {
    product: ProductId,
    open: i64,
    /// The most that was seen reserved of it, for all orders.
    most: i64,
}

impl PendingRestock {
    /// Of one product: those of an order are given back in one transaction. None where it holds none.
    pub(super) async fn by(compat: &Compat, cx: &Context, order: &Order) -> Option<PendingRestock> {
        for product in order.lines.iter().filter(|line| line.open > 0).filter_map(|line| line.product_id) {
            let of_it = order.lines.iter().filter(|line| line.product_id == Some(product));
            let open = of_it.map(|line| line.open).sum();
            // one that is deleted is shown to nobody
            if let Ok(found) = find(compat, cx, product).await {
                return Some(PendingRestock { product, open, most: found.reserved });
            }
        }
        None
    }

    /// Waits until so much less is reserved. Nobody tells of one reservation, so what another order gives back in the same
    /// moment is taken for it, and what another one takes can hide it until the time is up.
    pub(super) async fn until_back(mut self, compat: &Compat, cx: &Context) {
        let looking = async {
            let mut pause = LOOK_AFTER;
            while let Ok(found) = find(compat, cx, self.product).await {
                if found.reserved <= self.most - self.open {
                    return;
                }
                self.most = self.most.max(found.reserved);
                sleep(pause).await;
                pause *= 2;
            }
        };
        if timeout(WITHIN.min(cx.left() / 2), looking).await.is_err() {
            tracing::warn!(product = %self.product, "restock after cancellation pending");
        }
    }
}
