//! How much of a product's stock unpaid orders can reserve: plain totals in, plain totals out (decision 45).
//!
//! The shares are of the *free stock*: units on hand that are not reserved for a paid order, or for one of staff. Small stock is not
//! shared out: the floors may always be reserved where they are available. Products sold on backorder have no limit, since a reservation
//! takes nothing from others there.

use crate::stock::Stock;

/// How much of a product's stock unpaid orders can reserve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnpaidLimits {
    /// Percent of the free stock that all unpaid orders together can reserve; 100: no limit.
    pub all: u32,
    /// Percent that all unpaid orders of guests together can reserve.
    pub guests: u32,
    /// Percent that the unpaid orders of one guest or account can reserve.
    pub customer: u32,
    /// Units that the first two of these leave at least.
    pub floor: i64,
    /// Units that the last one leaves at least; more than `floor` has no effect.
    pub customer_floor: i64,
}

impl Default for UnpaidLimits {
    fn default() -> Self {
        UnpaidLimits { all: 80, guests: 60, customer: 30, floor: 10, customer_floor: 5 }
    }
}

/// Units of a product that unpaid orders have reserved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct UnpaidUnits {
    /// By all of them.
    pub(crate) all: i64,
    pub(crate) guests: i64,
    /// By the guest or account that orders now.
    pub(crate) own: i64,
}

impl UnpaidLimits {
    /// Whether no limit can be in the way of so many units, whoever has reserved what: most orders need no closer look.
    pub(crate) fn allows_anyway(&self, stock: Stock, quantity: i64) -> bool {
        // whatever is reserved may be unpaid, and the free stock is at least what nobody has reserved
        let free = stock.on_hand.saturating_sub(stock.reserved);
        let limits = [self.limit(self.all, free), self.limit(self.guests, free), self.customer_limit(free)];
        stock.backorder || limits.into_iter().all(|limit| stock.reserved.saturating_add(quantity) <= limit)
    }

    /// How many units a guest or an account can reserve now, as far as the limits go.
    pub(crate) fn room(&self, stock: Stock, unpaid: UnpaidUnits, is_guest: bool) -> i64 {
        let free = stock.on_hand.saturating_sub(stock.reserved).saturating_add(unpaid.all);
        let left = |percent, units: i64| self.limit(percent, free).saturating_sub(units);
        let own = self.customer_limit(free).saturating_sub(unpaid.own);
        let room = own.min(left(self.all, unpaid.all));
        let room = if is_guest { room.min(left(self.guests, unpaid.guests)) } else { room };
        room.max(0)
    }

    fn limit(&self, percent: u32, free: i64) -> i64 {
        share(percent, free).max(self.floor)
    }
    fn customer_limit(&self, free: i64) -> i64 {
        share(self.customer, free).max(self.customer_floor.min(self.floor))
    }
}

fn share(percent: u32, free: i64) -> i64 {
    if percent >= 100 {
        return i64::MAX;
    }
    let share = i128::from(free) * i128::from(percent) / 100;
    i64::try_from(share).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LIMITS: UnpaidLimits =
        UnpaidLimits { all: 80, guests: 60, customer: 30, floor: 10, customer_floor: 5 };

    fn stock(on_hand: i64, reserved: i64) -> Stock {
        Stock { on_hand, reserved, backorder: false }
    }
    fn units(all: i64, guests: i64, own: i64) -> UnpaidUnits {
        UnpaidUnits { all, guests, own }
    }

    #[test]
    fn the_smallest_limit_counts() {
        for (stock, unpaid, is_guest, room) in [
            (stock(60, 0), units(0, 0, 0), true, 18),
            (stock(60, 18), units(18, 18, 18), true, 0),
            (stock(60, 18), units(18, 18, 0), true, 18),
            (stock(60, 36), units(36, 36, 0), true, 0),
            (stock(60, 36), units(36, 36, 0), false, 12),
            (stock(60, 48), units(48, 36, 0), false, 0),
            // what is paid is no longer part of what is shared
            (stock(60, 40), units(0, 0, 0), true, 6),
            (stock(100, 50), units(10, 10, 0), true, 18),
            // small stock is not shared out, but among customers
            (stock(1, 0), units(0, 0, 0), true, 5),
            (stock(12, 0), units(0, 0, 0), false, 5),
            (stock(12, 5), units(5, 5, 5), true, 0),
            (stock(12, 5), units(5, 5, 0), true, 5),
            (stock(12, 8), units(8, 8, 0), true, 2),
            (stock(12, 10), units(10, 10, 0), true, 0),
            (stock(0, 0), units(0, 0, 0), true, 5),
        ] {
            assert_eq!(LIMITS.room(stock, unpaid, is_guest), room, "{stock:?} {unpaid:?} {is_guest}");
        }
    }

    #[test]
    fn a_hundred_percent_is_no_limit() {
        let none = UnpaidLimits { all: 100, guests: 100, customer: 100, floor: 0, customer_floor: 0 };
        assert_eq!(none.room(stock(5, 5), units(5, 5, 5), true), i64::MAX - 5);
        assert!(none.allows_anyway(stock(5, 5), 1_000_000));
    }

    #[test]
    fn the_floor_of_a_customer_is_at_most_that_of_all() {
        let limits = UnpaidLimits { floor: 2, customer_floor: 5, ..LIMITS };
        assert_eq!(limits.room(stock(4, 0), units(0, 0, 0), false), 2);
    }

    proptest! {
        #[test]
        fn what_is_allowed_without_a_look_is_allowed_with_one(
            on_hand in 0..2_000i64,
            reserved in 0..2_000i64,
            unpaid in 0..2_000i64,
            guests in 0..2_000i64,
            own in 0..2_000i64,
            quantity in 1..100i64,
            is_guest: bool,
        ) {
            let unpaid = unpaid.min(reserved);
            let (guests, own) = (guests.min(unpaid), own.min(unpaid));
            let stock = stock(on_hand, reserved);
            if LIMITS.allows_anyway(stock, quantity) {
                prop_assert!(quantity <= LIMITS.room(stock, units(unpaid, guests, own), is_guest));
            }
        }
    }
}
