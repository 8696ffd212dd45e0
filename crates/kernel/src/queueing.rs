//! The time for which requests of this process wait for shared resources: the writer of a database, a connection of a pool.
//! The limiter of concurrent requests reads it.

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

static MICROS: AtomicU64 = AtomicU64::new(0);
static COUNT: AtomicU64 = AtomicU64::new(0);

/// Records the duration of a wait.
pub fn note(wait: Duration) {
    MICROS.fetch_add(u64::try_from(wait.as_micros()).unwrap_or(u64::MAX / 2), Relaxed);
    COUNT.fetch_add(1, Relaxed);
}

/// Returns the mean duration of the waits since the last call.
pub fn take_mean() -> Duration {
    let (micros, count) = (MICROS.swap(0, Relaxed), COUNT.swap(0, Relaxed));
    Duration::from_micros(micros.checked_div(count).unwrap_or_default())
}
