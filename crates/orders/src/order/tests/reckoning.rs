//! What an order comes to, what is owed of it, and which units can be had.

use super::world::*;
use crate::{
    order::{ByLine, Lines, PricedLines, RequestedLine, Shortfall},
    pricing::PricingError,
};
use contracts::orders::{Adjustment, AdjustmentKind, LineQuantity};
use kernel::money::LARGEST_TOTAL;
use proptest::prelude::*;
use std::collections::BTreeMap;

#[test]
fn adjustments_stay_owed_unless_all_is_cancelled() {
    let (mut order, _) = placed();
    order.lines.cancel(&BTreeMap::from([(id(1), 1)]));
    assert_eq!(order.lines.owed(order.total), eur(2500));
    order.lines.release_open();
    assert_eq!(order.lines.owed(order.total), eur(0));
}

#[test]
fn wishes_for_one_line_are_added_up() {
    let (order, _) = placed();
    let wish = |line: u128, quantity| LineQuantity { line_id: id(line), quantity };
    let short = order.lines.pick(&[wish(1, 2), wish(1, 2), wish(5, 1)], &ByLine::new()).unwrap_err();
    let expected = [Shortfall { index: 1, available: Some(1) }, Shortfall { index: 2, available: None }];
    assert_eq!(short, expected);
    let allocated = BTreeMap::from([(id(1), 2)]);
    assert_eq!(order.lines.pick(&[wish(1, 1)], &allocated), Ok(BTreeMap::from([(id(1), 1)])));
    assert!(order.lines.pick(&[wish(1, 2)], &allocated).is_err());
}

#[test]
fn a_total_is_reckoned_exactly_or_refused() {
    let custom = |price: i64, quantity| RequestedLine::Custom {
        title: "c".to_owned(),
        unit_price: eur(price),
        quantity,
    };
    let adjustment =
        |minor| Adjustment { kind: AdjustmentKind::Tax, title: "t".to_owned(), amount: eur(minor) };
    let total = |lines: &[RequestedLine], adjustments: &[Adjustment]| {
        let priced = PricedLines::of(lines, &[], adjustments.to_vec(), EUR, || id(1));
        priced.map(|priced| priced.quote.total())
    };
    assert_eq!(total(&[custom(150, 2)], &[adjustment(50)]), Ok(eur(350)));
    assert_eq!(total(&[custom(150, 2)], &[adjustment(-300)]), Ok(eur(0)));
    assert_eq!(total(&[custom(150, 2)], &[adjustment(-301)]), Err(PricingError::BelowZero));
    let huge = custom(LARGEST_TOTAL / 1000, 100);
    let at = |pointer: &str| Err(PricingError::TooLarge { pointer: pointer.to_owned() });
    let eleven = vec![huge; 11];
    assert_eq!(total(&eleven, &[]), at("/lines/10/quantity"));
    assert_eq!(total(&eleven[..10], &[]), Ok(eur(LARGEST_TOTAL)));
    for too_much in [1, i64::MAX] {
        assert_eq!(total(&eleven[..10], &[adjustment(too_much)]), at("/adjustments/0/amount"));
    }
    assert_eq!(total(&[custom(LARGEST_TOTAL / 1000, i64::MAX)], &[]), at("/lines/0/quantity"));
    let unknown = RequestedLine::Product { product_id: id(5), quantity: 1 };
    assert_eq!(total(&[unknown], &[]), Err(PricingError::NoPrice(id(5))));
}

proptest! {
    #[test]
    fn what_has_shipped_is_worth_at_most_what_is_owed(
        shipped in 0..4i64, cancelled in 0..4i64, price in 0..1000i64, adjustment in -3000..3000i64,
    ) {
        let quantity = 7;
        let mut lines = Lines(vec![line(1, quantity, price)]);
        let total = eur((price * quantity + adjustment).max(0));
        lines.ship(&BTreeMap::from([(id(1), shipped)]));
        lines.cancel(&BTreeMap::from([(id(1), cancelled)]));
        let owed = lines.owed(total);
        let value = lines.shipped_value(total, owed);
        prop_assert!((0..=owed.minor).contains(&value));
        prop_assert!(shipped > 0 || value == 0);
    }
}
