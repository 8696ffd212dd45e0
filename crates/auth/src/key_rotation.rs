//! When signing keys are made, used and withdrawn. A key is published well before it signs, and verifies until
//! the last token that it signed has ended; so no good token is ever refused because of a rotation.

use kernel::Timestamp;
use std::time::Duration;

/// The figures of the rotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RotationPolicy {
    /// For how long a key signs.
    pub(crate) life: Duration,
    /// A key is published so long before it signs. Verifiers look for new ones every minute.
    pub(crate) ahead: Duration,
    /// For how long a key still verifies after its successor took over.
    pub(crate) verifies_on: Duration,
}

/// The times of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KeyLifetime {
    /// 1, 2, 3, …
    pub(crate) generation: i64,
    /// From when on it signs.
    pub(crate) active_from: Timestamp,
    /// When it no longer verifies; `None` until it has a successor.
    pub(crate) retire_at: Option<Timestamp>,
}

/// What is published late is published at least so long before it signs.
const LATE_AHEAD: Duration = Duration::from_secs(600);

impl RotationPolicy {
    /// The key that has to be made now, if one has to.
    pub(crate) fn due(&self, keys: &[KeyLifetime], now: Timestamp) -> Option<KeyLifetime> {
        let Some(newest) = newest(keys) else {
            return Some(KeyLifetime { generation: 1, active_from: now, retire_at: None });
        };
        let takes_over = newest.active_from.plus(self.life);
        let in_time = now.plus(self.ahead.min(self.life));
        (takes_over <= in_time).then(|| KeyLifetime {
            generation: newest.generation + 1,
            active_from: takes_over.max(now.plus(LATE_AHEAD.min(self.ahead))),
            retire_at: None,
        })
    }

    /// When the predecessor of a key that signs from `active_from` on no longer verifies.
    pub(crate) fn predecessor_retires(&self, active_from: Timestamp) -> Timestamp {
        active_from.plus(self.verifies_on)
    }

    /// When to look again whether a key is due.
    pub(crate) fn look_again(&self, keys: &[KeyLifetime], now: Timestamp) -> Timestamp {
        newest(keys).map_or(now, |newest| newest.active_from.plus(self.life.saturating_sub(self.ahead)))
    }
}

fn newest(keys: &[KeyLifetime]) -> Option<&KeyLifetime> {
    keys.iter().max_by_key(|key| key.generation)
}

/// The key that signs now: the newest one whose time has come. The oldest where the clock was set back so far
/// that none has.
pub(crate) fn signs(keys: &[KeyLifetime], now: Timestamp) -> Option<&KeyLifetime> {
    let come = keys.iter().filter(|key| key.active_from <= now).max_by_key(|key| key.generation);
    come.or_else(|| keys.iter().min_by_key(|key| key.generation))
}

/// Whether a key verifies now.
pub(crate) fn verifies(key: &KeyLifetime, now: Timestamp) -> bool {
    key.retire_at.is_none_or(|retires| now < retires)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_secs(86_400);
    const PLAN: RotationPolicy = RotationPolicy {
        life: Duration::from_secs(30 * 86_400),
        ahead: DAY,
        verifies_on: Duration::from_secs(86_700),
    };

    fn day(n: i64) -> Timestamp {
        Timestamp::from_seconds(n * 86_400)
    }

    /// Makes what is due, as the store does.
    fn rotate(keys: &mut Vec<KeyLifetime>, now: Timestamp) {
        if let Some(next) = PLAN.due(keys, now) {
            if let Some(before) = keys.last_mut() {
                before.retire_at = Some(PLAN.predecessor_retires(next.active_from));
            }
            keys.push(next);
        }
    }

    #[test]
    fn the_first_key_signs_at_once_and_the_next_is_published_a_day_ahead() {
        let mut keys = Vec::new();
        rotate(&mut keys, day(0));
        assert_eq!(keys, [KeyLifetime { generation: 1, active_from: day(0), retire_at: None }]);
        assert_eq!(PLAN.look_again(&keys, day(0)), day(29));
        assert_eq!(PLAN.due(&keys, day(28)), None);
        rotate(&mut keys, day(29));
        assert_eq!(keys[1], KeyLifetime { generation: 2, active_from: day(30), retire_at: None });
        assert_eq!(PLAN.due(&keys, day(29)), None);
        assert_eq!(signs(&keys, day(29)).unwrap().generation, 1);
        assert_eq!(signs(&keys, day(30)).unwrap().generation, 2);
        assert_eq!(PLAN.look_again(&keys, day(29)), day(59));
    }

    #[test]
    fn a_token_signed_at_the_last_moment_verifies_until_it_ends() {
        let mut keys = Vec::new();
        rotate(&mut keys, day(0));
        rotate(&mut keys, day(29));
        let last_of_the_first = day(30).minus(Duration::from_micros(1));
        assert_eq!(signs(&keys, last_of_the_first).unwrap().generation, 1);
        assert!(verifies(&keys[0], last_of_the_first.plus(DAY)));
        assert!(!verifies(&keys[0], day(32)));
    }

    #[test]
    fn a_service_that_slept_publishes_before_it_signs() {
        let mut keys = Vec::new();
        rotate(&mut keys, day(0));
        rotate(&mut keys, day(100));
        assert_eq!(keys[1].active_from, day(100).plus(LATE_AHEAD));
        assert_eq!(signs(&keys, day(100)).unwrap().generation, 1);
    }

    #[test]
    fn a_clock_that_was_set_back_finds_a_key_all_the_same() {
        let mut keys = Vec::new();
        rotate(&mut keys, day(5));
        assert_eq!(signs(&keys, day(1)).unwrap().generation, 1);
        assert_eq!(signs(&[], day(1)), None);
    }

    #[test]
    fn over_years_each_moment_has_one_signer_that_was_published_and_verifies_on() {
        let mut keys: Vec<KeyLifetime> = Vec::new();
        for hour in 0..(3 * 365 * 24) {
            let now = Timestamp::from_seconds(hour * 3600);
            rotate(&mut keys, now);
            let signer = signs(&keys, now).unwrap();
            assert!(verifies(signer, now) && verifies(signer, now.plus(DAY)));
        }
        assert!(keys.len() > 35);
    }
}
