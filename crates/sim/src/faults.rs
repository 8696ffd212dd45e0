//! How much goes wrong: drawn for each seed, since bugs hide at different rates.

use crate::random::Random;
use std::time::Duration;

/// How much goes wrong in a run.
#[derive(Debug, Clone)]
pub(crate) struct Faults {
    /// Percent of polls that are postponed, so that others come first.
    pub(crate) defer: u64,
    /// One of so many polls of a request's task is followed by a long pause.
    pub(crate) stall_one_in: u64,
    /// Percent of messages that are lost.
    pub(crate) lose: u64,
    /// Percent of messages that take seconds.
    pub(crate) slow: u64,
    /// Percent of the bus's messages that come twice.
    pub(crate) repeat: u64,
    /// One of so many commits fails, and one loses its answer.
    pub(crate) commit_one_in: u64,
    /// Percent of commits that take long.
    pub(crate) slow_commit: u64,
    /// One of so many statements fails.
    pub(crate) statement_one_in: u64,
    /// Between two strokes of chaos it takes up to this long.
    pub(crate) stroke_within: Duration,
    /// By so much a node's clock may differ from the true time.
    pub(crate) skew: Duration,
    /// For so long things go wrong.
    pub(crate) last: Duration,
}

impl Faults {
    pub(crate) fn none() -> Self {
        Faults {
            defer: 0,
            stall_one_in: 0,
            lose: 0,
            slow: 0,
            repeat: 0,
            commit_one_in: 0,
            slow_commit: 0,
            statement_one_in: 0,
            stroke_within: Duration::MAX,
            skew: Duration::ZERO,
            last: Duration::ZERO,
        }
    }
    pub(crate) fn draw(random: &mut Random) -> Self {
        Faults {
            defer: random.pick(&[0, 5, 10, 25]),
            stall_one_in: random.pick(&[0, 50, 200]),
            lose: random.pick(&[0, 1, 3, 6]),
            slow: random.pick(&[0, 2, 5]),
            repeat: random.pick(&[0, 5, 20]),
            commit_one_in: random.pick(&[0, 12, 50]),
            slow_commit: random.pick(&[0, 2, 5]),
            statement_one_in: random.pick(&[0, 200, 1000]),
            stroke_within: Duration::from_secs(random.pick(&[20, 60, 120])),
            skew: Duration::from_secs(random.pick(&[0, 2, 20])),
            last: Duration::from_secs(random.pick(&[300, 600, 900])),
        }
    }
}
