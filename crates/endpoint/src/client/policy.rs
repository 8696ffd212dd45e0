//! The figures of a client.

use std::time::Duration;

/// How a client tries.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Tries for one call, the first one included.
    pub tries_max: u32,
    /// How long one try of a call that may be repeated waits; what may not be repeated waits to its deadline.
    pub per_try: Duration,
    /// The wait before the second try is at most this long; before each further one twice as long.
    pub first_wait: Duration,
    /// No wait is longer than this, unless the server asks for it.
    pub longest_wait: Duration,
    /// So many failures in a row open the breaker of an address.
    pub open_after: u32,
    /// So often an address whose breaker is open is asked whether somebody is there.
    pub look_every: Duration,
}

impl Default for Policy {
    fn default() -> Self {
        Policy {
            tries_max: 3,
            per_try: Duration::from_secs(2),
            first_wait: Duration::from_millis(20),
            longest_wait: Duration::from_secs(1),
            open_after: 5,
            look_every: Duration::from_millis(500),
        }
    }
}
