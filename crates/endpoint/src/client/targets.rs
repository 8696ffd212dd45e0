//! The addresses of a service: which one is tried, and which ones are left alone for a while.

use super::Policy;
use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU32, Ordering::Relaxed},
};
use tokio::time::Instant;

pub(super) struct Targets(Vec<Target>);

pub(super) struct Target {
    pub(super) address: String,
    in_flight: AtomicU32,
    breaker: Mutex<Breaker>,
}

#[derive(Default)]
struct Breaker {
    failures: u32,
    open_until: Option<Instant>,
    probing: bool,
}

impl Targets {
    pub(super) fn new<A: AsRef<str>>(addresses: &[A]) -> Self {
        let target = |address: &A| Target {
            address: address.as_ref().to_owned(),
            in_flight: AtomicU32::new(0),
            breaker: Mutex::default(),
        };
        Targets(addresses.iter().map(target).collect())
    }

    pub(super) fn addresses(&self) -> Vec<&str> {
        self.0.iter().map(|t| t.address.as_str()).collect()
    }

    /// Of two drawn at random, the one with fewer calls in flight. A retry goes elsewhere, where there is
    /// an elsewhere. `None` while every breaker is open.
    pub(super) fn pick(&self, now: Instant, last: Option<&Target>, random: u64) -> Option<&Target> {
        let mut closed: Vec<&Target> = self.0.iter().filter(|t| !t.is_open(now)).collect();
        if closed.len() > 1 {
            closed.retain(|t| !last.is_some_and(|last| std::ptr::eq(last, *t)));
        }
        let (count, random) = (closed.len(), random as usize);
        if count < 2 {
            return closed.first().copied();
        }
        let first = random % count;
        let second = (first + 1 + (random / count) % (count - 1)) % count;
        let (a, b) = (closed[first], closed[second]);
        Some(if a.in_flight.load(Relaxed) <= b.in_flight.load(Relaxed) { a } else { b })
    }
}

impl Target {
    fn breaker(&self) -> MutexGuard<'_, Breaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }
    fn is_open(&self, now: Instant) -> bool {
        let breaker = self.breaker();
        breaker.open_until.is_some_and(|until| now < until || breaker.probing)
    }
    pub(super) fn begin(&self, now: Instant) -> Flight<'_> {
        let mut breaker = self.breaker();
        let probe = breaker.open_until.is_some_and(|until| now >= until);
        if probe {
            breaker.probing = true;
        }
        self.in_flight.fetch_add(1, Relaxed);
        Flight { target: self, probe }
    }
}

/// A call on its way to an address. Dropped, it is counted down, so that a cancelled call leaves nothing behind.
pub(super) struct Flight<'a> {
    target: &'a Target,
    probe: bool,
}

/// What a try says about the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Health {
    Well,
    Ill,
    /// The caller had too little time to tell.
    Unclear,
}

impl Flight<'_> {
    pub(super) fn end(self, health: Health, policy: &Policy) {
        let mut breaker = self.target.breaker();
        match health {
            Health::Well => *breaker = Breaker::default(),
            Health::Unclear => {}
            Health::Ill => {
                breaker.failures = breaker.failures.saturating_add(1);
                if self.probe || breaker.failures >= policy.open_after {
                    breaker.open_until = Some(Instant::now() + policy.open_for);
                }
            }
        }
    }
}
impl Drop for Flight<'_> {
    fn drop(&mut self) {
        self.target.in_flight.fetch_sub(1, Relaxed);
        if self.probe {
            self.target.breaker().probing = false;
        }
    }
}
