//! The settings of a client.

use std::time::Duration;

/// Limits and delays of attempts.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The maximum number of attempts of a call, including the first.
    pub tries_max: u32,
    /// The timeout of one attempt of a repeatable call. Calls that are not repeatable wait until their deadline.
    pub per_try: Duration,
    /// The maximum delay before the second attempt, doubled for each further one.
    pub first_wait: Duration,
    /// The maximum delay, unless the server requests a longer one.
    pub longest_wait: Duration,
    /// The number of consecutive failures that open the circuit breaker of an address.
    pub open_after: u32,
    /// The interval between probes of an address whose circuit breaker is open.
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
