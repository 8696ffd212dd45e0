//! The retry budget, which prevents retries from multiplying the load during an outage.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// Each call earns a tenth of a retry; at most ten retries are saved.
#[derive(Debug)]
pub struct Budget(AtomicU32);

const CALL: u32 = 1;
const RETRY: u32 = 10;
const SAVED_MAX: u32 = 10 * RETRY;

impl Budget {
    /// Adds to the budget when a call starts.
    pub fn earn(&self) {
        // the closure always returns a value, so that this cannot fail
        let _ = self.0.fetch_update(Relaxed, Relaxed, |saved| Some((saved + CALL).min(SAVED_MAX)));
    }
    /// Takes a retry from the budget, and returns whether there was one.
    pub fn spend(&self) -> bool {
        self.0.fetch_update(Relaxed, Relaxed, |saved| saved.checked_sub(RETRY)).is_ok()
    }
}
impl Default for Budget {
    fn default() -> Self {
        Budget(AtomicU32::new(SAVED_MAX))
    }
}
