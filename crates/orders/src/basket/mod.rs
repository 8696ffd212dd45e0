//! A basket: what is put in adds up, what is moved from one to another is in neither twice nor lost.

mod view;

#[cfg(test)]
mod tests;

pub(crate) use view::{CurrentProducts, so_many_left};

use contracts::orders::{BasketItem, BasketStatus};
use kernel::{Money, Timestamp, id::*};
use std::time::Duration;

/// Different products in a basket: as many lines as an order can have.
pub(crate) const LINES_MAX: usize = 100;

/// What was shown of a product when it was put in. Of two prices that were shown the lower one stays, so that whoever changes
/// the number of units is told all the same that it has become dearer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct QuotedPrice {
    pub(crate) title: String,
    pub(crate) price: Money,
}

/// So many units of a product, as it was offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BasketLine {
    pub(crate) product_id: ProductId,
    pub(crate) quantity: i64,
    pub(crate) offer: QuotedPrice,
    /// Its place among the lines: what was put in later comes later.
    pub(crate) place: i64,
}

/// A basket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Basket {
    pub(crate) id: BasketId,
    /// None: a guest's.
    pub(crate) owner: Option<UserId>,
    pub(crate) status: BasketStatus,
    /// The order that it became.
    pub(crate) order_id: Option<OrderId>,
    pub(crate) lines: Vec<BasketLine>,
    pub(crate) version: i64,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    pub(crate) expires_at: Timestamp,
}

/// There is no room for that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BasketFull;

impl Basket {
    /// An empty one, forgotten after `kept` unless it is changed before.
    pub(crate) fn new(id: BasketId, owner: Option<UserId>, now: Timestamp, kept: Duration) -> Self {
        Basket {
            id,
            owner,
            status: BasketStatus::Open,
            order_id: None,
            lines: Vec::new(),
            version: 1,
            created_at: now,
            updated_at: now,
            expires_at: now.plus(kept),
        }
    }

    /// The line of a product.
    pub(crate) fn line(&self, product: ProductId) -> Option<&BasketLine> {
        self.lines.iter().find(|line| line.product_id == product)
    }

    /// Puts units to those that are in it, up to `most` of one product: all of them, or none where there is no room.
    pub(crate) fn add(
        &mut self,
        product: ProductId,
        quantity: i64,
        offer: QuotedPrice,
        most: i64,
    ) -> Result<(), BasketFull> {
        match self.room(product, most) >= quantity {
            true => {
                self.put(product, quantity, offer);
                Ok(())
            }
            false => Err(BasketFull),
        }
    }

    /// Sets how many units are in it, 0 for none. What is in it stays as it was offered.
    pub(crate) fn set(
        &mut self,
        product: ProductId,
        quantity: i64,
        offer: Option<QuotedPrice>,
        most: i64,
    ) -> Result<(), BasketFull> {
        if quantity == 0 {
            self.lines.retain(|line| line.product_id != product);
            return Ok(());
        }
        if quantity > most {
            return Err(BasketFull);
        }
        match (self.lines.iter_mut().find(|line| line.product_id == product), offer) {
            (Some(line), _) => {
                line.quantity = quantity;
                Ok(())
            }
            (None, Some(offer)) => self.add(product, quantity, offer, most),
            (None, None) => Ok(()),
        }
    }

    /// Moves what is in `from` into this one; what finds no room stays there.
    pub(crate) fn merge(&mut self, from: &mut Basket, most: i64) {
        for line in &mut from.lines {
            let moved = line.quantity.min(self.room(line.product_id, most));
            if moved > 0 {
                self.put(line.product_id, moved, line.offer.clone());
                line.quantity -= moved;
            }
        }
        from.lines.retain(|line| line.quantity > 0);
        if from.lines.is_empty() {
            from.status = BasketStatus::Merged;
        }
    }

    /// It has become an order, of whoever has placed it; a guest's stays a guest's.
    pub(crate) fn become_order(&mut self, order: OrderId, owner: Option<UserId>) {
        self.status = BasketStatus::Placed;
        self.order_id = Some(order);
        self.owner = owner;
    }

    /// The version that is placed, or was.
    pub(crate) fn version_placed(&self) -> i64 {
        if self.status == BasketStatus::Placed { self.version - 1 } else { self.version }
    }

    /// Notes that it is another one than before: from now on it is kept for so long.
    pub(crate) fn changed(&mut self, now: Timestamp, kept: Duration) {
        self.version += 1;
        self.updated_at = now;
        self.expires_at = now.plus(kept);
    }

    /// How many more units of a product it can have, where a line has `most`.
    fn room(&self, product: ProductId, most: i64) -> i64 {
        match self.line(product) {
            Some(line) => most - line.quantity,
            None if self.lines.len() < LINES_MAX => most,
            None => 0,
        }
    }

    fn put(&mut self, product: ProductId, quantity: i64, offer: QuotedPrice) {
        if let Some(line) = self.lines.iter_mut().find(|line| line.product_id == product) {
            line.quantity += quantity;
            if offer.price.minor < line.offer.price.minor {
                line.offer = offer;
            }
            return;
        }
        let place = self.lines.iter().map(|line| line.place + 1).max().unwrap_or(0);
        self.lines.push(BasketLine { product_id: product, quantity, offer, place });
    }

    /// What is in it, without prices.
    pub(crate) fn items(&self) -> Vec<BasketItem> {
        let item = |line: &BasketLine| BasketItem { product_id: line.product_id, quantity: line.quantity };
        self.lines.iter().map(item).collect()
    }
    /// Its products, each once.
    pub(crate) fn products(&self) -> Vec<ProductId> {
        self.lines.iter().map(|line| line.product_id).collect()
    }
}
