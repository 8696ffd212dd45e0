//! How long requests of this process wait for what they share: the writer of a database, a connection of a pool. Who
//! limits the requests at work checks it.

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

static MICROS: AtomicU64 = AtomicU64::new(0);
static COUNT: AtomicU64 = AtomicU64::new(0);

/// One has waited for so long.
pub fn note(wait: Duration) {
    MICROS.fetch_add(u64::try_from(wait.as_micros()).unwrap_or(u64::MAX / 2), Relaxed);
    COUNT.fetch_add(1, Relaxed);
}

/// How long those have waited on average who did since the last call.
pub fn take_mean() -> Duration {
    let (micros, count) = (MICROS.swap(0, Relaxed), COUNT.swap(0, Relaxed));
    Duration::from_micros(micros.checked_div(count).unwrap_or_default())
}
