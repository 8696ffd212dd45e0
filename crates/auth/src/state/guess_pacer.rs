//! The pace of passwords for a name at which somebody guesses: attempts wait for each other, and are compared one by one. A right
//! password among wrong ones is thus delayed, and rejected only where more attempts wait than can have their turn in time.

use kernel::Env;
use ordo_http::step_aside;
use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::time::{Instant, sleep_until};

/// An attempt is rejected after so long.
const WAIT_MAX: Duration = Duration::from_secs(4);
/// Attempts for one name that wait at a time; further ones are rejected.
const WAITING_MAX: u32 = 32;
/// Names that are remembered: about a megabyte.
const NAMES_MAX: usize = 10_000;

/// Paces comparisons of passwords, for each name and network separately.
pub(crate) struct GuessPacer {
    env: Env,
    interval: Duration,
    names: Mutex<BTreeMap<[u8; 32], PacedName>>,
}

#[derive(Clone, Copy)]
struct PacedName {
    next_at: Instant,
    waiting: u32,
}

/// Is no longer counted as waiting when it is dropped, also when its client has gone.
struct WaitingGuess<'a>(&'a GuessPacer, [u8; 32]);

impl GuessPacer {
    pub(crate) fn new(env: Env, interval: Duration) -> Self {
        GuessPacer { env, interval, names: Mutex::default() }
    }

    /// Waits until an attempt for this name may be compared; false if too many wait, or for too long.
    pub(crate) async fn turn(&self, name: [u8; 32]) -> bool {
        let Some(_waiting) = self.enter(name) else { return false };
        let give_up_at = Instant::now() + WAIT_MAX;
        while let Some(next_at) = self.try_take(name) {
            // which of those that wait is next is left to chance: the client that asks most often gains nothing
            let at = next_at + (self.interval / 8).mul_f64(f64::from(self.env.random::<1>()[0]) / 255.0);
            if at > give_up_at {
                return false;
            }
            step_aside(sleep_until(at)).await;
        }
        true
    }

    fn enter(&self, name: [u8; 32]) -> Option<WaitingGuess<'_>> {
        let (now, mut names) = (Instant::now(), self.names());
        if names.len() >= NAMES_MAX {
            names.retain(|_, paced| paced.waiting > 0 || paced.next_at > now);
        }
        let is_full = names.len() >= NAMES_MAX;
        let paced = match names.get_mut(&name) {
            Some(paced) => paced,
            None if is_full => return None,
            None => names.entry(name).or_insert(PacedName { next_at: now, waiting: 0 }),
        };
        if paced.waiting >= WAITING_MAX {
            return None;
        }
        paced.waiting += 1;
        Some(WaitingGuess(self, name))
    }

    /// Takes the next turn if it has come, or returns when it comes.
    fn try_take(&self, name: [u8; 32]) -> Option<Instant> {
        let (now, mut names) = (Instant::now(), self.names());
        let paced = names.get_mut(&name)?;
        if paced.next_at > now {
            return Some(paced.next_at);
        }
        paced.next_at = now + self.interval;
        None
    }

    fn names(&self) -> MutexGuard<'_, BTreeMap<[u8; 32], PacedName>> {
        self.names.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for WaitingGuess<'_> {
    fn drop(&mut self) {
        if let Some(paced) = self.0.names().get_mut(&self.1) {
            paced.waiting -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::future::join_all;
    use testkit::clock::Clock;

    const INTERVAL: Duration = Duration::from_millis(750);

    fn pacer() -> GuessPacer {
        GuessPacer::new(Clock::new().env(), INTERVAL)
    }

    #[tokio::test(start_paused = true)]
    async fn one_is_compared_at_once_and_the_next_within_a_second() {
        let (pacer, begun) = (pacer(), Instant::now());
        assert!(pacer.turn([1; 32]).await);
        assert_eq!(begun.elapsed(), Duration::ZERO);
        assert!(pacer.turn([1; 32]).await);
        assert!((INTERVAL..Duration::from_secs(1)).contains(&begun.elapsed()), "{:?}", begun.elapsed());
        // other names are not concerned
        let begun = Instant::now();
        assert!(pacer.turn([2; 32]).await);
        assert_eq!(begun.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn of_many_at_once_few_are_compared_and_none_waits_for_longer_than_four_seconds() {
        let (pacer, begun) = (pacer(), Instant::now());
        let turns = join_all((0..100).map(|_| pacer.turn([1; 32]))).await;
        let had_turns = turns.iter().filter(|had_turn| **had_turn).count();
        assert!((4..=6).contains(&had_turns), "{had_turns}");
        assert!(begun.elapsed() <= WAIT_MAX, "{:?}", begun.elapsed());
        assert_eq!(pacer.names()[&[1; 32]].waiting, 0);
    }

    #[tokio::test(start_paused = true)]
    async fn beside_clients_that_ask_again_and_again_another_has_its_turn_soon() {
        let pacer = pacer();
        let all = join_all((0..4).map(|_| async { while pacer.turn([1; 32]).await {} }));
        let owner = async {
            tokio::time::sleep(Duration::from_secs(5)).await;
            let mut tries = 1;
            while !pacer.turn([1; 32]).await {
                tries += 1;
            }
            tries
        };
        tokio::select! {
            tries = owner => assert!(tries <= 5, "{tries}"),
            _ = all => panic!("they end"),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_has_gone_waits_no_longer() {
        let pacer = pacer();
        assert!(pacer.turn([1; 32]).await);
        let gone = tokio::time::timeout(Duration::from_millis(10), pacer.turn([1; 32])).await;
        assert!(gone.is_err());
        assert_eq!(pacer.names()[&[1; 32]].waiting, 0);
    }
}
