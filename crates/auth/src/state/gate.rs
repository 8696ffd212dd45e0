//! Lets only so many sign-ins of one name be worked on at a time: else a burst of guesses would be compared
//! before the first failure is counted.

use tokio::sync::{Semaphore, SemaphorePermit};

/// Names share this many gates, by their hash: bounded, and a neighbour costs a moment at worst.
const GATES: usize = 256;

/// The gates.
pub(crate) struct Gate(Vec<Semaphore>);

impl Gate {
    /// `at_once` sign-ins of a name go through at a time.
    pub(crate) fn new(at_once: u32) -> Self {
        let permits = usize::try_from(at_once).unwrap_or(usize::MAX).clamp(1, Semaphore::MAX_PERMITS);
        Gate((0..GATES).map(|_| Semaphore::new(permits)).collect())
    }

    /// Waits for its turn, and holds it until the permit is dropped.
    pub(crate) async fn enter(&self, key: &[u8; 32]) -> Option<SemaphorePermit<'_>> {
        // nobody closes the semaphores, so that there is always a permit
        self.0[usize::from(key[0]) % GATES].acquire().await.ok()
    }
}
