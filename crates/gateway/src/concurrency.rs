//! Limits of concurrent requests that guarantee a share to each service.
//!
//! Slow requests occupy their slots for a long time: an unresponsive service can occupy its share, and the pages and
//! services that call it can occupy theirs. Therefore half of the slots are distributed in advance, and are available to
//! their owner only. The other half is available to all.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};
use tokio::sync::{Semaphore, SemaphorePermit};

/// A semaphore with shared permits and permits reserved for each sharer.
pub(crate) struct FairSemaphore {
    own: Vec<Semaphore>,
    common: Semaphore,
}

impl FairSemaphore {
    /// Creates a semaphore with this many permits and sharers. With fewer than two permits per sharer, none are reserved.
    pub(crate) fn new(places: usize, sharers: usize) -> Self {
        let places = places.min(Semaphore::MAX_PERMITS);
        let own = (places / 2).checked_div(sharers).unwrap_or_default();
        FairSemaphore {
            own: (0..sharers).map(|_| Semaphore::new(own)).collect(),
            common: Semaphore::new(places - own * sharers),
        }
    }

    /// Takes a permit for a sharer: a reserved one, or a shared one if those are taken.
    pub(crate) fn take(&self, sharer: usize) -> Option<SemaphorePermit<'_>> {
        let own = self.own.get(sharer).and_then(|own| own.try_acquire().ok());
        own.or_else(|| self.common.try_acquire().ok())
    }
}

/// Limits the number of permits for each key. Keys need not be known in advance.
pub(crate) struct PerKeyLimit<K: Ord + Copy> {
    at_most: usize,
    held: Mutex<BTreeMap<K, usize>>,
}
/// A permit of a key. Dropping it releases it.
pub(crate) struct PerKeyPermit<'a, K: Ord + Copy> {
    of: &'a PerKeyLimit<K>,
    who: K,
}

impl<K: Ord + Copy> PerKeyLimit<K> {
    pub(crate) fn new(at_most: usize) -> Self {
        PerKeyLimit { at_most, held: Mutex::default() }
    }

    /// Takes a permit for a key. None if the key has reached its limit. Only keys with permits are stored.
    pub(crate) fn take(&self, who: K) -> Option<PerKeyPermit<'_, K>> {
        let mut all = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let held = all.entry(who).or_default();
        if *held >= self.at_most {
            return None;
        }
        *held += 1;
        Some(PerKeyPermit { of: self, who })
    }
}

impl<K: Ord + Copy> Drop for PerKeyPermit<'_, K> {
    fn drop(&mut self) {
        let mut all = self.of.held.lock().unwrap_or_else(PoisonError::into_inner);
        match all.get_mut(&self.who) {
            Some(held) if *held > 1 => *held -= 1,
            _ => drop(all.remove(&self.who)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes as many permits as the sharer can get.
    fn all(places: &FairSemaphore, sharer: usize) -> Vec<SemaphorePermit<'_>> {
        std::iter::from_fn(|| places.take(sharer)).collect()
    }

    #[test]
    fn whoever_takes_all_leaves_the_others_theirs() {
        for (places, sharers, first, others) in [
            (12, 3, 8, 2),
            (13, 3, 9, 2),
            (6, 3, 4, 1),
            (5, 3, 5, 0),
            (1, 3, 1, 0),
            (8, 1, 8, 0),
            (1024, 6, 599, 85),
        ] {
            let all_places = FairSemaphore::new(places, sharers);
            let taken = all(&all_places, 0);
            assert_eq!(taken.len(), first, "{places} for {sharers}");
            let rest: Vec<_> = (1..sharers).map(|other| all(&all_places, other)).collect();
            assert!(rest.iter().all(|rest| rest.len() == others), "{places} for {sharers}");
            assert!(taken.len() + rest.iter().map(Vec::len).sum::<usize>() <= places);
            drop((taken, rest));
            // reserved permits are taken first, so that shared ones stay available
            let quiet = all_places.take(1);
            assert_eq!(all(&all_places, 0).len(), first - usize::from(others == 0));
            drop(quiet);
        }
    }

    #[test]
    fn each_one_holds_so_many_and_is_forgotten_with_the_last() {
        let each = PerKeyLimit::new(2);
        let (first, second) = (each.take('a'), each.take('a'));
        assert!(first.is_some() && second.is_some() && each.take('a').is_none());
        assert!(each.take('b').is_some(), "what one holds is no matter for another");
        drop(first);
        let third = each.take('a');
        assert!(third.is_some() && each.take('a').is_none());
        drop((second, third));
        assert!(each.held.lock().unwrap().is_empty());
    }
}
