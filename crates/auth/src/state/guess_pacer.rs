//! The pace of passwords for a name at which somebody guesses: attempts are compared one after the other, in the order of their arrival.
//! None is rejected, so that a right password among wrong ones is only delayed.

use crate::AuthSettings;
use ordo_http::step_aside;
use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::{Instant, sleep_until};

/// Names that are remembered: about a megabyte. While there are more, further ones wait for as long as anybody does.
const NAMES_MAX: usize = 10_000;
/// An attempt that waits for more than half of the longest time delays the next one by so much less.
const CROWD_SPEEDUP: u32 = 15;

/// Paces comparisons of passwords, for each name and network separately.
pub(crate) struct GuessPacer {
    interval: Duration,
    wait_max: Duration,
    /// When the next attempt for each name is compared.
    names: Mutex<BTreeMap<[u8; 32], Instant>>,
}

impl GuessPacer {
    pub(crate) fn new(settings: &AuthSettings) -> Self {
        let AuthSettings { guess_interval: interval, guess_wait: wait_max, .. } = *settings;
        GuessPacer { interval, wait_max, names: Mutex::default() }
    }

    /// Waits until an attempt for this name may be compared.
    pub(crate) async fn turn(&self, name: [u8; 32]) {
        step_aside(sleep_until(self.reserve(name))).await;
    }

    /// Reserves the next turn, and returns when it is. The turns of clients that have gone stay reserved.
    fn reserve(&self, name: [u8; 32]) -> Instant {
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let latest = now + self.wait_max;
        if names.len() >= NAMES_MAX && !names.contains_key(&name) {
            names.retain(|_, next_at| *next_at > now);
            if names.len() >= NAMES_MAX {
                return latest;
            }
        }
        let next_at = names.entry(name).or_insert(now);
        let at = (*next_at).max(now);
        if at >= latest {
            return latest;
        }
        let is_crowd = at - now > self.wait_max / 2;
        *next_at = at + if is_crowd { self.interval / CROWD_SPEEDUP } else { self.interval };
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::future::join_all;

    fn pacer() -> GuessPacer {
        GuessPacer::new(&AuthSettings::default())
    }

    #[tokio::test(start_paused = true)]
    async fn one_is_compared_at_once_and_the_next_within_a_second() {
        let (pacer, begun) = (pacer(), Instant::now());
        pacer.turn([1; 32]).await;
        assert_eq!(begun.elapsed(), Duration::ZERO);
        pacer.turn([1; 32]).await;
        assert!((pacer.interval..Duration::from_secs(1)).contains(&begun.elapsed()), "{:?}", begun.elapsed());
        // other names are not concerned
        let begun = Instant::now();
        pacer.turn([2; 32]).await;
        assert_eq!(begun.elapsed(), Duration::ZERO);
    }

    /// Number of comparisons per second, and the longest wait, of clients that try again and again for 200 seconds.
    async fn guesses(clients: usize) -> (f64, Duration) {
        const SPAN: Duration = Duration::from_secs(200);
        let (pacer, begun) = (pacer(), Instant::now());
        let each = join_all((0..clients).map(|_| async {
            let (mut times, mut longest) = (0, Duration::ZERO);
            while begun.elapsed() < SPAN {
                let asked = Instant::now();
                pacer.turn([1; 32]).await;
                longest = longest.max(asked.elapsed());
                times += 1;
            }
            (times, longest)
        }))
        .await;
        let all: u32 = each.iter().map(|(times, _)| times).sum();
        let longest = each.iter().map(|(_, longest)| *longest).max().unwrap_or_default();
        (f64::from(all) / SPAN.as_secs_f64(), longest)
    }

    #[tokio::test(start_paused = true)]
    async fn guesses_are_few_and_each_is_compared_within_eight_seconds() {
        for (clients, rate_max, wait_max) in [(1, 1.4, 0.76), (5, 1.5, 3.8), (30, 8.0, 6.0), (240, 32.0, 8.0)]
        {
            let (rate, longest) = guesses(clients).await;
            assert!(rate <= rate_max, "{clients} clients: {rate} per second");
            assert!(longest.as_secs_f64() <= wait_max, "{clients} clients: {longest:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn clients_that_go_away_delay_others_by_eight_seconds_at_most() {
        let pacer = pacer();
        for _ in 0..10_000 {
            let _gone = tokio::time::timeout(Duration::from_millis(1), pacer.turn([1; 32])).await;
        }
        let begun = Instant::now();
        pacer.turn([1; 32]).await;
        assert!(begun.elapsed() <= pacer.wait_max, "{:?}", begun.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn more_names_than_are_remembered_wait_and_are_compared() {
        let pacer = pacer();
        for n in 0..NAMES_MAX as u64 {
            let mut name = [0; 32];
            name[..8].copy_from_slice(&n.to_le_bytes());
            pacer.turn(name).await;
        }
        let begun = Instant::now();
        pacer.turn([9; 32]).await;
        assert_eq!(begun.elapsed(), pacer.wait_max);
        assert_eq!(pacer.names.lock().unwrap().len(), NAMES_MAX);
    }
}
