//! Divides an amount in proportion to weights, without losing a minor unit.

use std::cmp::Reverse;

/// Divides `amount` in proportion to `weights`, by largest remainder: each share is rounded towards zero, and the remaining minor
/// units go, one each, to the shares with the largest remainders, ties to the first share. If all weights are 0, the first share
/// is the whole amount. A negative amount is divided like a positive one. The shares add up to the amount, each is less than one
/// minor unit from the exact share, and none exceeds its weight unless the amount exceeds the sum of the weights.
pub(super) fn allocate(amount: i64, weights: &[i64]) -> Vec<i64> {
    let weight = |weight: &i64| i128::from((*weight).max(0));
    let all: i128 = weights.iter().map(weight).sum();
    if all == 0 {
        return weights.iter().enumerate().map(|(n, _)| if n == 0 { amount } else { 0 }).collect();
    }
    let part = |each: &i64| i128::from(amount) * weight(each);
    let mut shares: Vec<i128> = weights.iter().map(|each| part(each) / all).collect();
    let left = i128::from(amount) - shares.iter().sum::<i128>();
    let mut by_remainder: Vec<(&i64, &mut i128)> = weights.iter().zip(&mut shares).collect();
    by_remainder.sort_by_key(|(each, _)| Reverse((part(each) % all).abs()));
    for ((_, share), _) in by_remainder.into_iter().zip(0..left.abs()) {
        *share += left.signum();
    }
    // each share is between 0 and the amount
    shares.into_iter().map(|share| i64::try_from(share).unwrap_or(amount)).collect()
}
