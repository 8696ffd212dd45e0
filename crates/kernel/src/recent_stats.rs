//! Recent request statistics, for operators: number, failures and durations of the requests of the last few minutes. Unlike
//! metrics, which only increase, they show the current state without stored history.

use crate::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// The number of complete minutes that are covered, in addition to the current one.
const MINUTES: i64 = 5;
const MINUTE_S: i64 = 60;
/// The upper bounds of the duration buckets, in milliseconds.
pub const ENDS_MS: [u64; 14] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 30_000];

/// Statistics of the requests in a period.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RequestStats {
    /// The length of the period, in seconds.
    pub seconds: u64,
    /// The number of requests.
    pub answered: u64,
    /// The number of these requests with a status of 500 or above.
    pub failed: u64,
    /// The number of requests in each duration bucket: at most its bound in [`ENDS_MS`], and more than the previous one.
    pub within: Vec<u64>,
}

impl RequestStats {
    /// Adds the statistics of another process for the same period.
    #[must_use]
    pub fn and(mut self, other: &RequestStats) -> RequestStats {
        self.seconds = self.seconds.max(other.seconds);
        self.answered += other.answered;
        self.failed += other.failed;
        self.within.resize(ENDS_MS.len(), 0);
        self.within.iter_mut().zip(&other.within).for_each(|(mine, theirs)| *mine += theirs);
        self
    }

    /// The duration within which `of_a_hundred` percent of the requests completed, in milliseconds. None if there were no
    /// requests, or if the duration exceeds the last bucket.
    pub fn percentile_ms(&self, of_a_hundred: u64) -> Option<u64> {
        let wanted = (self.answered * of_a_hundred).div_ceil(100);
        if self.answered == 0 {
            return None;
        }
        let mut so_far = 0;
        ENDS_MS.iter().zip(&self.within).find_map(|(end, within)| {
            so_far += within;
            (so_far >= wanted).then_some(*end)
        })
    }
}

#[derive(Default)]
struct MinuteBucket {
    answered: u64,
    failed: u64,
    within: [u64; ENDS_MS.len()],
}

/// Recent request statistics, by name.
pub struct RecentStats(Mutex<BTreeMap<&'static str, VecDeque<(i64, MinuteBucket)>>>);

impl RecentStats {
    /// Creates empty statistics.
    pub const fn new() -> Self {
        RecentStats(Mutex::new(BTreeMap::new()))
    }

    /// Records a request that completed now, with its result and duration.
    pub fn took(&self, name: &'static str, has_failed: bool, time: Duration, now: Timestamp) {
        let minute = now.as_seconds().div_euclid(MINUTE_S);
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let minutes = all.entry(name).or_default();
        // if the clock is set back, requests are counted in the newest minute
        if minutes.back().is_none_or(|(newest, _)| *newest < minute) {
            minutes.push_back((minute, MinuteBucket::default()));
        }
        while minutes.front().is_some_and(|(first, _)| *first < minute - MINUTES) {
            minutes.pop_front();
        }
        let Some((_, newest)) = minutes.back_mut() else { return };
        newest.answered += 1;
        newest.failed += u64::from(has_failed);
        let micros = time.as_micros();
        if let Some(end) = ENDS_MS.iter().position(|end| micros <= u128::from(*end) * 1000) {
            newest.within[end] += 1;
        }
    }

    /// Returns the recent statistics of `name`.
    pub fn of(&self, name: &str, now: Timestamp) -> RequestStats {
        let from = now.as_seconds().div_euclid(MINUTE_S) - MINUTES;
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut sum = RequestStats { within: vec![0; ENDS_MS.len()], ..RequestStats::default() };
        let minutes = all.get(name).into_iter().flatten().filter(|(minute, _)| *minute >= from);
        let mut first = None;
        for (minute, one) in minutes {
            first.get_or_insert(*minute);
            sum.answered += one.answered;
            sum.failed += one.failed;
            sum.within.iter_mut().zip(one.within).for_each(|(all, within)| *all += within);
        }
        let begun = first.map_or(0, |minute| now.as_seconds() - minute * MINUTE_S);
        sum.seconds = u64::try_from(begun).unwrap_or(0).max(1);
        sum
    }
}

impl Default for RecentStats {
    fn default() -> Self {
        RecentStats::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(1_000_000 * MINUTE_S + seconds)
    }

    #[test]
    fn what_is_longer_ago_than_a_few_minutes_counts_no_more() {
        let lately = RecentStats::new();
        let ms = Duration::from_millis;
        assert_eq!(lately.of("orders", at(0)).percentile_ms(50), None);
        for millis in 1..=100 {
            lately.took("orders", millis == 100, ms(millis), at(30));
        }
        lately.took("products", false, ms(1), at(30));
        let seen = lately.of("orders", at(60));
        assert_eq!((seen.answered, seen.failed, seen.seconds), (100, 1, 60));
        assert_eq!((seen.percentile_ms(50), seen.percentile_ms(99)), (Some(50), Some(100)));
        lately.took("orders", false, ms(60_000), at(6 * MINUTE_S));
        let seen = lately.of("orders", at(6 * MINUTE_S + 10));
        assert_eq!((seen.answered, seen.failed, seen.seconds, seen.percentile_ms(50)), (1, 0, 10, None));
        assert_eq!(lately.of("orders", at(60 * MINUTE_S)).answered, 0);
    }

    #[test]
    fn replicas_are_added_up() {
        let lately = RecentStats::new();
        (0..3).for_each(|_| lately.took("orders", false, Duration::from_millis(2), at(0)));
        let one = lately.of("orders", at(10));
        let both = one.clone().and(&one);
        assert_eq!((both.answered, both.seconds, both.percentile_ms(99)), (6, 10, Some(2)));
        assert_eq!(RequestStats::default().and(&one).percentile_ms(1), Some(2));
    }
}
