//! Reservations of a placement, and how they follow the totals of the order (R3, see `docs/lifecycle.md`).
//!
//! Reserved = open + consumed + released. Open units become consumed when they are shipped, and released
//! when they are cancelled; nothing else happens to them.

use crate::{catalogue::Product, stock::Stock};
use contracts::{
    events::ProductTotals,
    products::ProductStatus,
    reservations::{InsufficientLine, ReserveOutcome},
};
use kernel::id::ProductId;
use std::collections::BTreeMap;

/// Upper limit of units, more than any order can have; keeps sums in range.
const FIGURE_MAX: i64 = 1_000_000_000_000;

/// Reserved units of one product for one placement, split by state (R3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReservationCounts {
    /// Open units: reserved and not shipped.
    pub open: i64,
    /// Consumed units: shipped.
    pub consumed: i64,
    /// Released units.
    pub released: i64,
}

/// An order's demand for one product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderDemand {
    /// The order has ended, or never was: nothing but what was shipped until then.
    Ended {
        /// Units shipped so far.
        shipped: i64,
    },
    /// The order lives.
    Active {
        /// Units ordered.
        ordered: i64,
        /// Units cancelled so far.
        cancelled: i64,
        /// Units shipped so far.
        shipped: i64,
    },
}

/// What became of a reservation and of the stock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReservationChange {
    /// Units newly shipped: a sale.
    pub sold: i64,
    /// Units that the books did not have when they were shipped.
    pub found: i64,
    /// Units newly given back.
    pub freed: i64,
    /// Units that the order waits for, that were not held, and now are.
    pub mended: i64,
    /// Units that the order waits for, that were not held, and cannot be had.
    pub lost: i64,
}

impl ReservationCounts {
    /// All units that were ever reserved.
    pub fn quantity(self) -> i64 {
        self.open + self.consumed + self.released
    }

    /// A reservation that is not there: as if all of it had been given back.
    pub fn missing(ordered: i64) -> ReservationCounts {
        ReservationCounts { released: ordered.max(0), ..ReservationCounts::default() }
    }

    /// Brings a reservation and the stock to what the order says; whether anything changes is told by
    /// [`ReservationCounts::is_behind`].
    ///
    /// What is open beyond what the order waits for is given back, whether the order has cancelled it or never had it.
    /// Units that were shipped although they were not held count as consumed. Units that a live order waits
    /// for, but that are not held, are reserved again under the usual guard, all of them or none.
    pub fn follow(&mut self, wanted: OrderDemand, stock: &mut Stock) -> ReservationChange {
        let (shipped, freed, waited_for) = self.steps(wanted);
        let reserved = shipped.min(self.open);
        self.open -= reserved;
        self.consumed += shipped;
        self.released = (self.released - (shipped - reserved)).max(0);
        let found = stock.ship(shipped, reserved);
        self.open -= freed;
        self.released += freed;
        stock.release(freed);
        let missing = (waited_for - self.open).max(0);
        let mended = if missing > 0 && stock.reserve(missing) { missing } else { 0 };
        self.open += mended;
        self.released = (self.released - mended).max(0);
        ReservationChange { sold: shipped, found, freed, mended, lost: missing - mended }
    }

    /// Whether the order says something that the reservation has not followed yet.
    pub fn is_behind(self, wanted: OrderDemand) -> bool {
        let (shipped, freed, waited_for) = self.steps(wanted);
        shipped > 0 || freed > 0 || waited_for > self.open
    }

    /// Units newly shipped, units newly given back, and the units that should be open afterwards.
    fn steps(self, wanted: OrderDemand) -> (i64, i64, i64) {
        let (ordered, cancelled, shipped) = match wanted {
            OrderDemand::Ended { shipped } => (0, 0, shipped),
            OrderDemand::Active { ordered, cancelled, shipped } => (ordered, cancelled, shipped),
        };
        let newly_shipped = (shipped - self.consumed).max(0);
        let open = self.open - newly_shipped.min(self.open);
        let waited_for = (ordered - cancelled - shipped.max(self.consumed)).max(0);
        (newly_shipped, (open - waited_for).max(0), waited_for)
    }
}

impl OrderDemand {
    /// Units ordered; none of an order that has ended.
    pub fn ordered(self) -> i64 {
        match self {
            OrderDemand::Ended { .. } => 0,
            OrderDemand::Active { ordered, .. } => ordered,
        }
    }

    /// The same, of an order that has ended.
    pub fn ended(self) -> OrderDemand {
        match self {
            OrderDemand::Ended { shipped } | OrderDemand::Active { shipped, .. } => {
                OrderDemand::Ended { shipped }
            }
        }
    }
}

impl From<&ProductTotals> for OrderDemand {
    fn from(figures: &ProductTotals) -> Self {
        let sane = |figure: i64| figure.clamp(0, FIGURE_MAX);
        OrderDemand::Active {
            ordered: sane(figures.ordered),
            cancelled: sane(figures.cancelled),
            shipped: sane(figures.shipped),
        }
    }
}

/// Whether these lines can be reserved together; the refusal if not. `products` has every product that is known, and `rooms` how many
/// units of a product the limits of unpaid orders allow, where they are closer than the stock may be.
///
/// # Errors
/// The answer that lists each line in the way.
pub fn can_all_be_had(
    lines: &BTreeMap<ProductId, i64>,
    products: &BTreeMap<ProductId, Product>,
    rooms: &BTreeMap<ProductId, i64>,
) -> Result<(), ReserveOutcome> {
    let on_sale = |id: &ProductId| products.get(id).filter(|p| p.catalogue.status == ProductStatus::Active);
    let product_ids: Vec<_> = lines.keys().filter(|id| on_sale(id).is_none()).copied().collect();
    if !product_ids.is_empty() {
        return Err(ReserveOutcome::NotOnSale { product_ids });
    }
    let short = lines.iter().filter_map(|(id, quantity)| {
        let stock = on_sale(id)?.stock;
        let room = rooms.get(id).copied().unwrap_or(i64::MAX);
        let available = stock.available().min(room);
        let short = InsufficientLine { product_id: *id, available, limited: available < stock.available() };
        (!stock.can_reserve(*quantity) || room < *quantity).then_some(short)
    });
    let short: Vec<_> = short.collect();
    if short.is_empty() { Ok(()) } else { Err(ReserveOutcome::Insufficient { short }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn live(ordered: i64, cancelled: i64, shipped: i64) -> OrderDemand {
        OrderDemand::Active { ordered, cancelled, shipped }
    }
    fn held(open: i64, consumed: i64, released: i64) -> ReservationCounts {
        ReservationCounts { open, consumed, released }
    }

    #[test]
    fn the_figures_of_an_order_are_followed_as_differences() {
        let stock = Stock { on_hand: 10, reserved: 5, backorder: false };
        for (before, wanted, after, on_hand, reserved) in [
            (held(5, 0, 0), live(5, 0, 0), held(5, 0, 0), 10, 5),
            (held(5, 0, 0), live(5, 0, 2), held(3, 2, 0), 8, 3),
            (held(5, 0, 0), live(5, 2, 3), held(0, 3, 2), 7, 0),
            (held(3, 2, 0), live(5, 0, 2), held(3, 2, 0), 10, 5),
            (held(3, 2, 0), live(5, 1, 2), held(2, 2, 1), 10, 4),
            (held(3, 2, 0), OrderDemand::Ended { shipped: 2 }, held(0, 2, 3), 10, 2),
            (held(5, 0, 0), OrderDemand::Ended { shipped: 0 }, held(0, 0, 5), 10, 0),
            // what the order has no need of, and never had
            (held(5, 0, 0), live(2, 0, 0), held(2, 0, 3), 10, 2),
            (held(3, 2, 0), live(2, 0, 2), held(0, 2, 3), 10, 2),
            // what was shipped stays shipped
            (held(1, 3, 1), live(5, 1, 2), held(1, 3, 1), 10, 5),
        ] {
            let (mut it, mut stock) = (before, stock);
            it.follow(wanted, &mut stock);
            assert_eq!(
                (it, stock.on_hand, stock.reserved),
                (after, on_hand, reserved),
                "{before:?} {wanted:?}"
            );
        }
    }

    #[test]
    fn a_live_orders_missing_reservation_is_made_again_or_lost() {
        let plenty = Stock { on_hand: 10, reserved: 0, backorder: false };
        let (mut it, mut stock) = (ReservationCounts::missing(5), plenty);
        let followed = it.follow(live(5, 1, 2), &mut stock);
        assert_eq!(followed, ReservationChange { sold: 2, mended: 2, ..ReservationChange::default() });
        assert_eq!((it, stock.on_hand, stock.reserved), (held(2, 2, 1), 8, 2));

        let (mut it, mut stock) = (ReservationCounts::missing(5), Stock { on_hand: 4, ..plenty });
        let followed = it.follow(live(5, 0, 0), &mut stock);
        assert_eq!(followed, ReservationChange { lost: 5, ..ReservationChange::default() });
        assert_eq!((it, stock.reserved), (held(0, 0, 5), 0));

        // items came in, and the order was consumed of again
        stock.on_hand = 5;
        assert!(it.is_behind(live(5, 0, 0)));
        assert_eq!(it.follow(live(5, 0, 0), &mut stock).mended, 5);
        assert_eq!((it, stock.reserved), (held(5, 0, 0), 5));
    }

    #[test]
    fn an_ended_order_needs_nothing_back() {
        assert!(!ReservationCounts::missing(5).is_behind(OrderDemand::Ended { shipped: 0 }));
        assert!(!held(0, 2, 3).is_behind(OrderDemand::Ended { shipped: 2 }));
    }

    /// One step of somebody's.
    #[derive(Debug, Clone)]
    enum ReservationStep {
        Reserve(usize, i64),
        Follow(usize, i64, i64, i64),
        End(usize),
        Set(i64, bool, bool),
    }

    fn step() -> impl Strategy<Value = ReservationStep> {
        let who = 0..4_usize;
        prop_oneof![
            (who.clone(), 1..8_i64).prop_map(|(who, quantity)| ReservationStep::Reserve(who, quantity)),
            (who.clone(), 0..8_i64, 0..8_i64, 0..8_i64)
                .prop_map(|(w, o, c, s)| ReservationStep::Follow(w, o, c, s)),
            who.prop_map(ReservationStep::End),
            (-2..20_i64, any::<bool>(), any::<bool>())
                .prop_map(|(n, back, accept)| ReservationStep::Set(n, back, accept)),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]
        #[test]
        fn stock_is_never_reserved_twice(steps in prop::collection::vec(step(), 1..60)) {
            let mut stock = Stock::default();
            let mut all = [ReservationCounts::default(); 4];
            let mut ledger = 0;
            for step in steps {
                let before = stock;
                match step {
                    ReservationStep::Reserve(who, quantity) => {
                        if stock.reserve(quantity) {
                            all[who].open += quantity;
                            prop_assert!(before.backorder || quantity <= before.available());
                        }
                    }
                    ReservationStep::Follow(who, ordered, cancelled, shipped) => {
                        let wanted = live(ordered, cancelled, shipped);
                        let behind = all[who].is_behind(wanted);
                        let was = all[who];
                        let followed = all[who].follow(wanted, &mut stock);
                        ledger += followed.found - followed.sold;
                        prop_assert_eq!(behind, followed != ReservationChange::default());
                        prop_assert_eq!(all[who].consumed, was.consumed.max(shipped));
                        // heard again, it changes nothing, unless something is lost and looked for again
                        let again = all[who].is_behind(wanted);
                        prop_assert_eq!(again, followed.lost > 0);
                        prop_assert!(followed.mended == 0 || before.backorder || stock.short() == 0);
                    }
                    ReservationStep::End(who) => {
                        let shipped = all[who].consumed;
                        all[who].follow(OrderDemand::Ended { shipped }, &mut stock);
                        prop_assert_eq!(all[who].open, 0);
                    }
                    ReservationStep::Set(on_hand, backorder, accept) => {
                        if let Ok(set) = stock.set(on_hand, backorder, accept) {
                            ledger += set.on_hand - stock.on_hand;
                            prop_assert!(accept || set.short() <= stock.short());
                            stock = set;
                        }
                    }
                }
                prop_assert_eq!(stock.reserved, all.iter().map(|held| held.open).sum::<i64>(), "I1");
                prop_assert_eq!(stock.on_hand, ledger, "I2");
                prop_assert!(stock.on_hand >= 0 && stock.available() >= 0);
                prop_assert!(stock.backorder || stock.reserved <= stock.on_hand + stock.short());
                prop_assert!(all.iter().all(|h| h.open >= 0 && h.consumed >= 0 && h.released >= 0));
            }
        }
    }
}
