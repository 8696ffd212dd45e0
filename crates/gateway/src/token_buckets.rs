//! Limits of requests per minute, which can be used in one burst.
//!
//! Kept in the memory of this process and bounded: for each recent key, the time at which its bucket will be full again
//! (GCRA). Beyond the bound, the key that is closest to that is dropped.

use kernel::{Env, Timestamp};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::{Mutex, PoisonError},
    time::Duration,
};

const MINUTE: Duration = Duration::from_secs(60);
/// Maximum number of keys: a few megabytes.
const REMEMBERED_MAX: usize = 50_000;

/// Limits the requests of each key.
pub(crate) struct Limiter<K> {
    env: Env,
    /// The name of the limit, as returned to clients.
    name: &'static str,
    per_minute: u32,
    asked: Mutex<Buckets<K>>,
}

/// The recent keys.
struct Buckets<K> {
    made_up: BTreeMap<K, Timestamp>,
    /// The same, sorted by the time at which they can be dropped.
    in_time: BTreeSet<(Timestamp, K)>,
}
impl<K> Default for Buckets<K> {
    fn default() -> Self {
        Buckets { made_up: BTreeMap::new(), in_time: BTreeSet::new() }
    }
}

/// Whether a request is admitted, and how many are left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RateDecision {
    name: &'static str,
    per_minute: u32,
    remaining: u32,
    /// The time until the bucket is full.
    whole_after: Duration,
    /// The time until the next request is admitted, if this one is not.
    pub(crate) wait_s: Option<u32>,
}

impl RateDecision {
    /// The value of `RateLimit-Policy`: the quota and its window.
    pub(crate) fn policy(&self) -> String {
        format!("\"{}\";q={};w={}", self.name, self.per_minute, MINUTE.as_secs())
    }
}
/// The value of `RateLimit`: the remaining quota, and when it is fully restored.
impl fmt::Display for RateDecision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\";r={};t={}", self.name, self.remaining, seconds(self.whole_after))
    }
}

impl<K: Ord + Copy> Limiter<K> {
    pub(crate) fn new(env: Env, name: &'static str, per_minute: u32) -> Self {
        Limiter { env, name, per_minute: per_minute.max(1), asked: Mutex::default() }
    }

    /// Takes one request of the quota of `who`.
    pub(crate) fn take(&self, who: K) -> RateDecision {
        let (now, each) = (self.env.now(), MINUTE / self.per_minute);
        let at_most = now.plus(MINUTE);
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let before = asked.made_up(who);
        // if the clock was set back, a client must not wait for longer than a minute
        let made_up = before.clamp(now, at_most);
        let then = made_up.plus(each);
        let wait = then.since(at_most);
        let made_up = if wait.is_zero() { then } else { made_up };
        if made_up != before {
            asked.note(who, made_up);
        }
        RateDecision {
            name: self.name,
            per_minute: self.per_minute,
            remaining: u32::try_from(at_most.since(made_up).as_nanos() / each.as_nanos().max(1))
                .unwrap_or(u32::MAX),
            whole_after: made_up.since(now),
            wait_s: (!wait.is_zero()).then(|| seconds(wait)),
        }
    }
}

fn seconds(time: Duration) -> u32 {
    u32::try_from(time.as_millis().div_ceil(1000)).unwrap_or(u32::MAX)
}

impl<K: Ord + Copy> Buckets<K> {
    fn made_up(&self, who: K) -> Timestamp {
        self.made_up.get(&who).copied().unwrap_or(Timestamp::from_micros(0))
    }

    fn note(&mut self, who: K, then: Timestamp) {
        if let Some(before) = self.made_up.insert(who, then) {
            self.in_time.remove(&(before, who));
        }
        self.in_time.insert((then, who));
        while self.made_up.len() > REMEMBERED_MAX
            && let Some((_, next)) = self.in_time.pop_first()
        {
            self.made_up.remove(&next);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use testkit::clock::Clock;

    #[test]
    fn what_remains_is_told_and_comes_back() {
        let clock = Clock::new();
        let limiter = Limiter::new(clock.env(), "requests", 6);
        let first = limiter.take("ada");
        assert_eq!((first.policy().as_str(), first.remaining), ("\"requests\";q=6;w=60", 5));
        assert!(first.to_string().starts_with("\"requests\";r=5;t=1"), "{first}");
        for remaining in (0..5).rev() {
            let taken = limiter.take("ada");
            assert_eq!((taken.remaining, taken.wait_s), (remaining, None));
        }
        assert_eq!((limiter.take("ada").remaining, limiter.take("ada").wait_s), (0, Some(10)));
        assert_eq!(limiter.take("grace").remaining, 5);
        clock.advance(Duration::from_secs(20));
        assert_eq!((limiter.take("ada").remaining, limiter.take("ada").wait_s), (1, None));
    }

    #[test]
    fn beyond_the_bound_whoever_has_nearly_made_up_is_forgotten() {
        let mut asked = Buckets::default();
        let at = Timestamp::from_seconds;
        asked.note(0, at(1_000_000));
        for n in 1..60_000 {
            asked.note(n, at(i64::from(n)));
        }
        assert_eq!((asked.made_up.len(), asked.in_time.len()), (REMEMBERED_MAX, REMEMBERED_MAX));
        assert_eq!(asked.made_up(0), at(1_000_000));
        assert_eq!(asked.made_up(1), at(0));
        assert_eq!(asked.made_up(59_999), at(59_999));
        // the same key takes no second entry
        asked.note(0, at(1_000_001));
        assert_eq!((asked.made_up.len(), asked.in_time.len()), (REMEMBERED_MAX, REMEMBERED_MAX));
    }
}
