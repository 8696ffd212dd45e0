//! Slow enumerations are split into parts, of which each run tries one, and the long form all of them.

use crate::{is_long, real_env};

/// How many parts there are; `xtask` says as many.
pub const PARTS: usize = 8;

/// The part of an enumeration that this run tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shard {
    /// The long form.
    All,
    /// One of [`PARTS`], from 0.
    One(usize),
}

impl Shard {
    /// The one that `TEST_PART` (1 to 8) names; else one that is drawn. It is printed, so that a failure can be repeated.
    pub fn of_run() -> Shard {
        if is_long() {
            return Shard::All;
        }
        let set = std::env::var("TEST_PART").ok().filter(|text| !text.is_empty());
        let part = match set {
            Some(text) => text.parse().expect("TEST_PART is a number"),
            None => (real_env::env().random_u64() % PARTS as u64) as usize + 1,
        };
        assert!((1..=PARTS).contains(&part), "TEST_PART is 1 to {PARTS}");
        println!("TEST_PART={part}");
        Shard::One(part - 1)
    }

    /// Of how many one is tried in this run, and the first of them.
    pub fn step(self) -> (usize, usize) {
        match self {
            Shard::All => (1, 0),
            Shard::One(part) => (PARTS, part),
        }
    }

    /// Whether the nth is tried in this run.
    pub fn has(self, n: usize) -> bool {
        let (every, first) = self.step();
        n % every == first
    }
}
