//! How failed sign-ins slow down further ones. Never for good: that would lock people out of their accounts.
//!
//! They are counted by the name and the client's network together, so that guessing slows down only the attacker; and,
//! far more generously, by the name alone, against guesses from many networks. The waits concern failures only: every password
//! is compared, after a delay where many have failed, so that failures never keep out the right one.

use kernel::Timestamp;
use std::time::Duration;

/// How failures slow down.
///
/// [`Throttle::default`] is for the failures of a name in one network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Throttle {
    /// So many failures in a row cost no wait.
    pub free: u32,
    /// After so many, passwords are compared one by one, at the pace of [`AuthSettings::guess_interval`](crate::AuthSettings).
    pub unpaced: u32,
    /// The wait after the next one; each further one doubles it.
    pub first_wait: Duration,
    /// No wait is longer.
    pub longest_wait: Duration,
    /// Failures are forgotten when none has come for so long; longer than the longest wait.
    pub forget_after: Duration,
}
impl Default for Throttle {
    fn default() -> Self {
        Throttle {
            free: 5,
            unpaced: 25,
            first_wait: Duration::from_secs(1),
            longest_wait: Duration::from_secs(10),
            forget_after: Duration::from_secs(15 * 60),
        }
    }
}

impl Throttle {
    /// For the failures of a name wherever they come from: beyond these, a network that has failed has one attempt before the pace
    /// applies. The waits are stored for replicas of an older version, which read them; this version does not.
    pub fn of_name_alone() -> Self {
        Throttle { free: 200, unpaced: 200, longest_wait: Duration::from_secs(5), ..Throttle::default() }
    }
}

/// The failures that are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Failures {
    /// How many in a row.
    pub(crate) count: i64,
    /// When the last one was.
    pub(crate) last_at: Timestamp,
    /// Until when a further failure is told to wait.
    pub(crate) wait_until: Timestamp,
}

impl Throttle {
    /// For how many seconds clients are told to wait after a further failure; `None`: not at all.
    pub(crate) fn wait(&self, failures: Option<&Failures>, now: Timestamp) -> Option<u32> {
        let failures = failures?;
        // a clock that was set back, or that of another replica, must not make anybody wait for longer than those
        // failures make them
        let left = failures.wait_until.since(now).min(self.wait_of(failures.count));
        if left.is_zero() {
            return None;
        }
        let millis = left.as_millis();
        Some(u32::try_from(millis.div_ceil(1000)).unwrap_or(u32::MAX).max(1))
    }

    /// Whether passwords are compared one by one.
    pub(crate) fn is_paced(&self, failures: &Failures) -> bool {
        failures.count > i64::from(self.unpaced)
    }

    /// One more failure.
    pub(crate) fn after_failure(&self, before: &Failures, now: Timestamp) -> Failures {
        let forgotten = now.since(before.last_at) > self.forget_after;
        let count = if forgotten { 1 } else { before.count.saturating_add(1) };
        Failures { count, last_at: now, wait_until: now.plus(self.wait_of(count)) }
    }

    /// The wait after so many failures in a row.
    fn wait_of(&self, count: i64) -> Duration {
        match u32::try_from(count.saturating_sub(i64::from(self.free))).unwrap_or(0) {
            0 => Duration::ZERO,
            over => self.first_wait.saturating_mul(1 << (over - 1).min(20)).min(self.longest_wait),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NONE: Failures =
        Failures { count: 0, last_at: Timestamp::from_seconds(0), wait_until: Timestamp::from_seconds(0) };

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    #[test]
    fn waits_begin_after_the_free_failures_double_and_end_at_the_longest() {
        let throttle = Throttle::default();
        let mut failures = NONE;
        let mut waits = Vec::new();
        for _ in 0..14 {
            failures = throttle.after_failure(&failures, at(1000));
            waits.push(throttle.wait(Some(&failures), at(1000)).unwrap_or(0));
        }
        assert_eq!(waits, [0, 0, 0, 0, 0, 1, 2, 4, 8, 10, 10, 10, 10, 10]);
    }

    #[test]
    fn a_wait_ends_and_failures_are_forgotten() {
        let throttle = Throttle::default();
        let failures = Failures { count: 20, last_at: at(1000), wait_until: at(1010) };
        assert_eq!(throttle.wait(Some(&failures), at(1004)), Some(6));
        assert_eq!(throttle.wait(Some(&failures), at(1010)), None);
        assert_eq!(throttle.after_failure(&failures, at(1010)).count, 21);
        assert_eq!(throttle.after_failure(&failures, at(1901)).count, 1);
        assert_eq!(throttle.wait(None, at(0)), None);
        assert!(!throttle.is_paced(&Failures { count: 25, ..failures }));
        assert!(throttle.is_paced(&Failures { count: 26, ..failures }));
    }

    #[test]
    fn a_failure_that_a_clock_ahead_has_counted_makes_nobody_wait_for_longer_than_its_own_wait() {
        let throttle = Throttle::default();
        let mut failures = NONE;
        for wait in [None, None, None, None, None, Some(1), Some(2)] {
            failures = throttle.after_failure(&failures, at(1300));
            assert_eq!(throttle.wait(Some(&failures), at(1000)), wait);
        }
    }

    proptest! {
        #[test]
        fn nobody_ever_waits_longer_than_the_longest_wait(
            count in any::<i64>(), last in any::<i64>(), until in any::<i64>(), now in any::<i64>(),
        ) {
            let throttle = Throttle::default();
            let micros = Timestamp::from_micros;
            let failures = Failures { count, last_at: micros(last), wait_until: micros(until) };
            prop_assert!(throttle.wait(Some(&failures), micros(now)).unwrap_or(0) <= 10);
            let next = throttle.after_failure(&failures, micros(now));
            prop_assert!(next.wait_until.since(micros(now)) <= throttle.longest_wait);
        }
    }
}
