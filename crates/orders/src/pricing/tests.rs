//! Properties of every quote, and of the values of units of a placed order.

use super::{allocation::allocate, *};
use contracts::orders::AdjustmentKind;
use kernel::money::{LARGEST_MINOR, LARGEST_TOTAL};
use proptest::prelude::*;

const EUR: Currency = Currency::EUR;

fn eur(minor: i64) -> Money {
    Money::new(minor, EUR)
}

fn adjustment(minor: i64) -> Adjustment {
    Adjustment { kind: AdjustmentKind::Discount, title: "a".to_owned(), amount: eur(minor) }
}

fn quote(lines: &[(i64, i64)], adjustments: &[i64]) -> Result<Quote, PricingError> {
    let adjustments: Vec<Adjustment> = adjustments.iter().copied().map(adjustment).collect();
    price(lines.iter().map(|(price, quantity)| (eur(*price), *quantity)), &adjustments, EUR)
}

#[test]
fn remaining_minor_units_go_to_the_largest_remainders() {
    assert_eq!(allocate(-1000, &[1000, 1000, 1000]), [-334, -333, -333]);
    assert_eq!(allocate(100, &[1, 1, 4]), [17, 17, 66]);
    assert_eq!(allocate(7, &[0, 0]), [7, 0], "without any weight, the first share is the whole amount");
    assert_eq!(allocate(5, &[0, 3]), [0, 5]);
    assert_eq!(allocate(5, &[]), [0; 0]);
    let quote = quote(&[(999, 3), (250, 2)], &[490, -100]).unwrap();
    let totals: Vec<Money> = quote.lines.iter().map(|line| line.total()).collect();
    assert_eq!((totals, quote.total()), (vec![eur(3331), eur(556)], eur(3887)));
}

#[test]
fn amounts_of_two_currencies_have_no_sum() {
    let usd: Currency = "USD".parse().unwrap();
    let mixed = Err(PricingError::MixedCurrencies(EUR));
    assert_eq!(price([(Money::new(1, usd), 1)], &[], EUR), mixed);
    let foreign = Adjustment { amount: Money::new(1, usd), ..adjustment(0) };
    assert_eq!(price([(eur(1), 1)], &[foreign], EUR), mixed);
}

/// Unit prices: small ones as often as any.
fn unit_price() -> impl Strategy<Value = i64> {
    prop_oneof![0..2000i64, 0..=LARGEST_MINOR]
}
fn lines() -> impl Strategy<Value = Vec<(i64, i64)>> {
    prop::collection::vec((unit_price(), 1..1000i64), 1..8)
}
fn amounts() -> impl Strategy<Value = Vec<i64>> {
    let amount = prop_oneof![-3000..3000i64, -LARGEST_MINOR..=LARGEST_MINOR];
    prop::collection::vec(amount, 0..4)
}
/// Numbers whose sums can overflow.
fn extreme() -> impl Strategy<Value = i64> {
    prop_oneof![-9..9i64, any::<i64>(), i64::MAX - 9..=i64::MAX, i64::MIN..=i64::MIN + 9]
}

proptest! {
    #[test]
    fn the_lines_of_a_quote_add_up_to_its_total(lines in lines(), adjustments in amounts()) {
        let exact: i64 = lines.iter().map(|(price, quantity)| price * quantity).sum();
        let total = exact + adjustments.iter().sum::<i64>();
        match quote(&lines, &adjustments) {
            Ok(quote) => {
                prop_assert_eq!((quote.subtotal, quote.total()), (eur(exact), eur(total)));
                let sum = |part: fn(&LineQuote) -> Money| -> i64 {
                    quote.lines.iter().map(|line| part(line).minor).sum()
                };
                prop_assert_eq!(sum(|line| line.subtotal), exact);
                prop_assert_eq!(sum(|line| line.adjustments), quote.adjustments.minor);
                prop_assert_eq!(sum(|line| line.total()), total);
                prop_assert!(quote.lines.iter().all(|line| line.total().minor >= 0), "{quote:?}");
            }
            Err(PricingError::BelowZero) => prop_assert!(total < 0),
            Err(PricingError::TooLarge { .. }) => prop_assert!(exact > LARGEST_TOTAL - 3 * LARGEST_MINOR),
            Err(other) => prop_assert!(false, "{other:?}"),
        }
    }

    #[test]
    fn a_share_is_within_a_minor_unit_of_the_exact_share(
        amount in extreme(), weights in prop::collection::vec(0..=i64::MAX / 8, 1..8),
    ) {
        let all: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
        let shares = allocate(amount, &weights);
        prop_assert_eq!(shares.iter().map(|share| i128::from(*share)).sum::<i128>(), i128::from(amount));
        for (share, weight) in shares.iter().zip(&weights) {
            let apart = i128::from(*share) * all - i128::from(amount) * i128::from(*weight);
            prop_assert!(all == 0 || apart.abs() < all, "{share} of {amount} for {weight} of {all}");
        }
    }

    #[test]
    fn the_order_of_lines_and_adjustments_changes_no_sum(
        mut lines in lines(), mut adjustments in amounts(), turn in 0..8usize,
    ) {
        let Ok(mut one) = quote(&lines, &adjustments) else { return Ok(()) };
        adjustments.reverse();
        // in another order, an intermediate sum can be too large
        let Ok(same) = quote(&lines, &adjustments) else { return Ok(()) };
        prop_assert_eq!(&one, &same);
        let turn = turn % lines.len();
        lines.rotate_left(turn);
        one.lines.rotate_left(turn);
        let other = quote(&lines, &adjustments).unwrap();
        prop_assert_eq!((one.subtotal, one.adjustments), (other.subtotal, other.adjustments));
        for (line, other) in one.lines.iter().zip(&other.lines) {
            prop_assert_eq!(line.subtotal, other.subtotal);
            prop_assert!((line.adjustments.minor - other.adjustments.minor).abs() <= 1);
        }
    }

    #[test]
    fn no_amount_overflows(
        lines in prop::collection::vec((extreme(), extreme()), 0..5),
        amounts in prop::collection::vec(extreme(), 0..3),
        total in extreme(),
    ) {
        let _ = quote(&lines, &amounts);
        let lines: Vec<(Money, i64)> = lines.iter().map(|(price, units)| (eur(*price), *units)).collect();
        let (subtotal, some) = (list_price(lines.clone(), EUR), list_price(lines.into_iter().skip(2), EUR));
        let placed = PlacedPrice { total: eur(total), subtotal };
        let due = placed.due(some, false);
        prop_assert!(due.minor >= 0 && placed.returned_value(some).minor >= 0);
        prop_assert!((0..=due.minor).contains(&placed.shipped_value(some, due)));
    }

    /// In any order of cancellations, the refunds add up to the amount paid.
    #[test]
    fn cancelling_all_units_in_steps_refunds_exactly_the_total(
        lines in lines(), adjustments in amounts(),
    ) {
        let Ok(quote) = quote(&lines, &adjustments) else { return Ok(()) };
        let placed = PlacedPrice { total: quote.total(), subtotal: quote.subtotal };
        let (mut cancelled, mut due, mut refunded) = (0, placed.total, 0);
        for (n, (price, quantity)) in lines.iter().enumerate() {
            for units in [quantity / 2, quantity - quantity / 2] {
                cancelled += price * units;
                let is_all = n + 1 == lines.len() && cancelled == quote.subtotal.minor;
                let left = placed.due(eur(cancelled), is_all);
                prop_assert!(left.minor <= due.minor, "what is due never rises");
                refunded += due.minor - left.minor;
                due = left;
            }
        }
        prop_assert_eq!((due, refunded), (eur(0), placed.total.minor));
    }

    /// The same for units that were returned in several parcels.
    #[test]
    fn the_value_of_returned_units_grows_to_the_total_and_not_beyond(
        lines in lines(), adjustments in amounts(),
    ) {
        let Ok(quote) = quote(&lines, &adjustments) else { return Ok(()) };
        let placed = PlacedPrice { total: quote.total(), subtotal: quote.subtotal };
        let (mut price, mut returned, mut shipped) = (0, eur(0), 0);
        for (unit_price, quantity) in &lines {
            for units in [quantity / 2, quantity - quantity / 2] {
                price += unit_price * units;
                let now = (placed.returned_value(eur(price)), placed.shipped_value(eur(price), placed.total));
                prop_assert!(now.0.minor >= returned.minor && now.1 >= shipped, "the value of more units is not lower");
                prop_assert!(now.0.minor <= placed.total.minor.min(quote.subtotal.minor));
                (returned, shipped) = now;
            }
        }
        prop_assert_eq!(returned.minor, placed.total.minor.min(quote.subtotal.minor));
        // units that cost nothing have no share
        prop_assert!(shipped == placed.total.minor || quote.subtotal.minor == 0);
    }
}
