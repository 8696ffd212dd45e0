//! The places for those who are at work, of which nobody takes all.
//!
//! Whoever is slow, or waits for somebody who is, keeps its place for long: a service that stands still holds what it may,
//! and the pages and the services that ask it hold what they may too. So half of the places are shared out in advance, and
//! those that are one's own nobody else takes. The other half is for whoever comes first.

use tokio::sync::{Semaphore, SemaphorePermit};

/// Places, some of which are each one's own.
pub(crate) struct Places {
    own: Vec<Semaphore>,
    common: Semaphore,
}

impl Places {
    /// So many, for so many who share them. Where there are less than two for each, nobody has any of its own.
    pub(crate) fn new(places: usize, sharers: usize) -> Self {
        let places = places.min(Semaphore::MAX_PERMITS);
        let own = (places / 2).checked_div(sharers).unwrap_or_default();
        Places {
            own: (0..sharers).map(|_| Semaphore::new(own)).collect(),
            common: Semaphore::new(places - own * sharers),
        }
    }

    /// Takes one for this sharer: one of its own, and one of all where those are taken.
    pub(crate) fn take(&self, sharer: usize) -> Option<SemaphorePermit<'_>> {
        let own = self.own.get(sharer).and_then(|own| own.try_acquire().ok());
        own.or_else(|| self.common.try_acquire().ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As many as this one gets.
    fn all(places: &Places, sharer: usize) -> Vec<SemaphorePermit<'_>> {
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
            let all_places = Places::new(places, sharers);
            let taken = all(&all_places, 0);
            assert_eq!(taken.len(), first, "{places} for {sharers}");
            let rest: Vec<_> = (1..sharers).map(|other| all(&all_places, other)).collect();
            assert!(rest.iter().all(|rest| rest.len() == others), "{places} for {sharers}");
            assert!(taken.len() + rest.iter().map(Vec::len).sum::<usize>() <= places);
            drop((taken, rest));
            // those of one's own come first, so that common ones stay free
            let quiet = all_places.take(1);
            assert_eq!(all(&all_places, 0).len(), first - usize::from(others == 0));
            drop(quiet);
        }
    }
}
