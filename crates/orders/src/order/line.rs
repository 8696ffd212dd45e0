//! The lines of an order. For each of them, always (I3): quantity = open + cancelled + shipped, and
//! shipped ≥ delivered ≥ returned. Delivered is what has come to the end of its way: a parcel that nobody took and that
//! came back counts as delivered, as returned, and as undelivered.

use crate::pricing::{PlacedPrice, list_price};
use contracts::orders::LineQuantity;
use kernel::{Currency, Money, id::*};
use std::collections::BTreeMap;

/// A line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) id: LineId,
    /// None for a custom line.
    pub(crate) product_id: Option<ProductId>,
    pub(crate) title: String,
    pub(crate) sku: Option<String>,
    pub(crate) quantity: i64,
    pub(crate) unit_price: Money,
    pub(crate) open: i64,
    pub(crate) cancelled: i64,
    pub(crate) shipped: i64,
    pub(crate) delivered: i64,
    pub(crate) returned: i64,
    /// The part of `returned` that never arrived.
    pub(crate) undelivered: i64,
}

impl Line {
    /// The price of so many units of the line.
    pub(crate) fn price_of(&self, units: i64) -> Money {
        list_price([(self.unit_price, units)], self.unit_price.currency)
    }
    /// The unit price and the ordered quantity.
    pub(crate) fn priced_units(&self) -> (Money, i64) {
        (self.unit_price, self.quantity)
    }
    /// Whether its equation holds (I3).
    pub(crate) fn is_sound(&self) -> bool {
        i128::from(self.quantity)
            == i128::from(self.open) + i128::from(self.cancelled) + i128::from(self.shipped)
            && self.open >= 0
            && self.cancelled >= 0
            && self.shipped >= self.delivered
            && self.delivered >= self.returned
            && self.returned >= self.undelivered
            && self.undelivered >= 0
    }
}

/// The lines of an order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Lines(pub(crate) Vec<Line>);

/// Units of all lines together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct UnitTotals {
    pub(crate) ordered: i64,
    pub(crate) open: i64,
    pub(crate) cancelled: i64,
    pub(crate) shipped: i64,
    pub(crate) delivered: i64,
    pub(crate) undelivered: i64,
}

impl UnitTotals {
    /// What is with the customer, or was.
    pub(crate) fn arrived(&self) -> i64 {
        self.delivered - self.undelivered
    }
    /// Whether all ordered units are cancelled.
    pub(crate) fn are_cancelled(&self) -> bool {
        self.ordered > 0 && self.cancelled == self.ordered
    }
}

/// A wish for more units of a line than can be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shortfall {
    /// Its place in the list of wishes.
    pub(crate) index: usize,
    /// How many can be had; none where the order has no such line.
    pub(crate) available: Option<i64>,
}

/// Units by line.
pub(crate) type ByLine = BTreeMap<LineId, i64>;

impl Lines {
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Line> {
        self.0.iter()
    }
    pub(crate) fn units(&self) -> UnitTotals {
        self.iter().fold(UnitTotals::default(), |sum, line| UnitTotals {
            ordered: sum.ordered.saturating_add(line.quantity),
            open: sum.open.saturating_add(line.open),
            cancelled: sum.cancelled.saturating_add(line.cancelled),
            shipped: sum.shipped.saturating_add(line.shipped),
            delivered: sum.delivered.saturating_add(line.delivered),
            undelivered: sum.undelivered.saturating_add(line.undelivered),
        })
    }

    /// The price of these units of each line.
    pub(crate) fn price_of(&self, units: fn(&Line) -> i64, currency: Currency) -> Money {
        list_price(self.iter().map(|line| (line.unit_price, units(line))), currency)
    }

    fn placed_price(&self, total: Money) -> PlacedPrice {
        PlacedPrice { total, subtotal: self.price_of(|line| line.quantity, total.currency) }
    }

    /// The amount due of an order with this total.
    pub(crate) fn owed(&self, total: Money) -> Money {
        let cancelled = self.price_of(|line| line.cancelled, total.currency);
        self.placed_price(total).due(cancelled, self.units().are_cancelled())
    }

    /// The amount that must have been captured for the shipped units, in minor units.
    pub(crate) fn shipped_value(&self, total: Money, owed: Money) -> i64 {
        let shipped = self.price_of(|line| line.shipped, total.currency);
        self.placed_price(total).shipped_value(shipped, owed)
    }

    /// The amount to refund for the units that were returned undelivered.
    pub(crate) fn undelivered_value(&self, total: Money) -> Money {
        self.placed_price(total).returned_value(self.price_of(|line| line.undelivered, total.currency))
    }

    /// Cancels every open unit.
    pub(crate) fn release_open(&mut self) {
        for line in &mut self.0 {
            line.cancelled += line.open;
            line.open = 0;
        }
    }

    /// What is open and not in `allocated`.
    pub(crate) fn unallocated(&self, allocated: &ByLine) -> Vec<LineQuantity> {
        let free = |line: &Line| line.open - allocated.get(&line.id).copied().unwrap_or(0);
        let lines = self.iter().map(|line| LineQuantity { line_id: line.id, quantity: free(line) });
        lines.filter(|line| line.quantity > 0).collect()
    }

    /// Sums the wishes by line, and checks that so much is open and not in `allocated`.
    pub(crate) fn pick(&self, wanted: &[LineQuantity], allocated: &ByLine) -> Result<ByLine, Vec<Shortfall>> {
        let mut picked = ByLine::new();
        let mut short = Vec::new();
        for (index, wish) in wanted.iter().enumerate() {
            let Some(line) = self.iter().find(|line| line.id == wish.line_id) else {
                short.push(Shortfall { index, available: None });
                continue;
            };
            let so_far = picked.entry(line.id).or_insert(0);
            let available = line.open - allocated.get(&line.id).copied().unwrap_or(0) - *so_far;
            if wish.quantity > available {
                short.push(Shortfall { index, available: Some(available.max(0)) });
            } else {
                *so_far += wish.quantity;
            }
        }
        if short.is_empty() { Ok(picked) } else { Err(short) }
    }

    pub(super) fn cancel(&mut self, units: &ByLine) {
        self.each(units, |line, quantity| {
            line.open -= quantity;
            line.cancelled += quantity;
        });
    }
    pub(super) fn ship(&mut self, units: &ByLine) {
        self.each(units, |line, quantity| {
            line.open -= quantity;
            line.shipped += quantity;
        });
    }
    pub(super) fn deliver(&mut self, units: &ByLine) {
        self.each(units, |line, quantity| line.delivered += quantity);
    }
    /// Units whose way has ended back here, and who never arrived.
    pub(super) fn come_back(&mut self, units: &ByLine) {
        self.each(units, |line, quantity| {
            line.delivered += quantity;
            line.returned += quantity;
            line.undelivered += quantity;
        });
    }

    fn each(&mut self, units: &ByLine, act: impl Fn(&mut Line, i64)) {
        for line in &mut self.0 {
            if let Some(quantity) = units.get(&line.id) {
                act(line, *quantity);
            }
        }
    }
}
