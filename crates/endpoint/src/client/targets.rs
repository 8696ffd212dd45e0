//! The addresses of a service: load balancing, circuit breakers and ejection.
//!
//! An address is fixed, or it contains a host name. Then each IP address of the name is a target, and the name is resolved
//! again while calls are made, so that new replicas are found.
//!
//! The circuit breaker of an address opens after consecutive failures, or when a call waits there and a probe gets no
//! response ([`InFlightCall::wait`]). While it is open, only probes are sent, and it closes when one is answered.
//!
//! A replica that reports that it cannot reach a dependency ([`super::CUT_OFF`]) fails immediately, and would attract calls
//! for that reason. It is used only if all others are isolated, too, until it reports that it is ready. If all are
//! isolated, none is avoided, because the problem is a common one. In the same way, a replica with many consecutive
//! failures is used last for a while: a replica that fails immediately has few calls in flight, and would attract all
//! others.

use super::{
    Policy,
    dns::ResolvedNames,
    metrics,
    probe::{LAST_LOOK_WITHIN, Prober},
};
use crate::transport::Transport;
use kernel::Env;
use std::{
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicU32, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::time::{Instant, sleep};

/// The time for which an address that announced its shutdown is used last.
const LEAVES_WITHIN: Duration = Duration::from_secs(10);

/// The time for which an address is used last after as many consecutive failures as open a circuit breaker.
const FAILS_FOR: Duration = Duration::from_secs(10);

/// The addresses of one service.
pub struct Targets {
    known: RwLock<Arc<[Arc<Target>]>>,
    names: ResolvedNames,
    looking: Arc<Prober>,
}

/// One address.
pub struct Target {
    /// The address, such as `http://10.0.0.7:8083`.
    pub address: String,
    pub(super) looking: Arc<Prober>,
    in_flight: AtomicU32,
    breaker: Mutex<Breaker>,
    is_cut_off: AtomicBool,
}

#[derive(Default)]
struct Breaker {
    /// Consecutive attempts without a response.
    failures: u32,
    is_open: bool,
    leaving_until: Option<Instant>,
    /// Consecutive responses that report a failure.
    faults: u32,
    failing_until: Option<Instant>,
}

impl Targets {
    /// Creates the targets of a service. Probes are sent over `transport`.
    pub fn new<A: AsRef<str>>(
        service: &str,
        addresses: &[A],
        transport: Arc<dyn Transport>,
        env: &Env,
    ) -> Self {
        let looking = Arc::new(Prober::new(service, transport, env));
        let addresses: Vec<&str> = addresses.iter().map(AsRef::as_ref).collect();
        let known: Arc<[_]> = addresses.iter().map(|address| Target::new(address, &looking)).collect();
        looking.has_choice.store(known.len() > 1, Relaxed);
        Targets { known: RwLock::new(known), names: ResolvedNames::among(&addresses), looking }
    }

    /// Returns the name of the service.
    pub fn service(&self) -> &str {
        &self.looking.service
    }

    fn known(&self) -> Arc<[Arc<Target>]> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns the currently known addresses.
    pub fn addresses(&self) -> Vec<String> {
        self.known().iter().map(|target| target.address.clone()).collect()
    }

    /// Resolves host names again, if there are any and the interval has passed. The state of an address that still exists
    /// is kept.
    pub async fn resolve(&self, now: Instant) {
        let Some(addresses) = self.names.look_up(now).await else { return };
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let of = |address: &String| {
            let before = known.iter().find(|target| target.address == *address).cloned();
            before.unwrap_or_else(|| Target::new(address, &self.looking))
        };
        let renewed: Arc<[_]> = addresses.iter().map(of).collect();
        self.looking.has_choice.store(renewed.len() > 1, Relaxed);
        *known = renewed;
    }

    /// Returns whether a call at this address could be made elsewhere.
    pub fn has_other(&self, than: &Arc<Target>) -> bool {
        let could = |target: &Arc<Target>| !target.is_open() && !target.is_cut_off();
        self.known().iter().any(|target| !Arc::ptr_eq(target, than) && could(target))
    }

    /// Selects the target with fewer calls in flight out of two random ones. Isolated and failing replicas, the target of
    /// the previous attempt and processes that are shutting down are avoided, if there is another one. `None` while every
    /// circuit breaker is open.
    pub fn pick(&self, now: Instant, last: Option<&Arc<Target>>, random: u64) -> Option<Arc<Target>> {
        let known = self.known();
        let mut closed: Vec<&Arc<Target>> = known.iter().filter(|t| !t.is_open()).collect();
        prefer(&mut closed, |t| !t.is_cut_off());
        prefer(&mut closed, |t| !t.is_failing(now));
        prefer(&mut closed, |t| !last.is_some_and(|last| Arc::ptr_eq(last, t)));
        prefer(&mut closed, |t| !t.is_leaving(now));
        let (count, random) = (closed.len(), random as usize);
        if count < 2 {
            return closed.first().copied().cloned();
        }
        let first = random % count;
        let second = (first + 1 + (random / count) % (count - 1)) % count;
        let (a, b) = (closed[first], closed[second]);
        Some(if a.in_flight.load(Relaxed) <= b.in_flight.load(Relaxed) { a } else { b }.clone())
    }
}

/// Keeps the preferred targets, if there are any.
fn prefer(among: &mut Vec<&Arc<Target>>, is_better: impl Fn(&Arc<Target>) -> bool) {
    if among.iter().any(|target| is_better(target)) {
        among.retain(|target| is_better(target));
    }
}

impl fmt::Debug for Targets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.addresses()).finish()
    }
}

impl Target {
    fn new(address: &str, looking: &Arc<Prober>) -> Arc<Target> {
        Arc::new(Target {
            address: address.to_owned(),
            looking: looking.clone(),
            in_flight: AtomicU32::new(0),
            breaker: Mutex::default(),
            is_cut_off: AtomicBool::new(false),
        })
    }
    fn breaker(&self) -> MutexGuard<'_, Breaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }
    fn is_open(&self) -> bool {
        self.breaker().is_open
    }
    fn is_cut_off(&self) -> bool {
        self.is_cut_off.load(Relaxed)
    }
    fn is_leaving(&self, now: Instant) -> bool {
        self.breaker().leaving_until.is_some_and(|until| now < until)
    }
    fn is_failing(&self, now: Instant) -> bool {
        self.breaker().failing_until.is_some_and(|until| now < until)
    }
    /// Registers the start of a call.
    pub fn begin(self: &Arc<Self>) -> InFlightCall {
        self.in_flight.fetch_add(1, Relaxed);
        InFlightCall { target: self.clone() }
    }

    /// Opens the circuit breaker: only probes are sent from now on.
    fn open(self: &Arc<Self>, mut breaker: MutexGuard<'_, Breaker>, policy: &Policy) {
        if breaker.is_open {
            return;
        }
        breaker.is_open = true;
        drop(breaker);
        let (service, address) = (&self.looking.service, &self.address);
        tracing::warn!(service, address, "replica unresponsive; it is called again once it responds");
        metrics::OPENED.count(&[&self.looking.service]);
        metrics::OPEN.add(&[&self.looking.service], 1);
        self.probe_until_back(policy);
    }

    /// Marks the replica as isolated: other replicas are preferred from now on.
    fn cut_off(self: &Arc<Self>, policy: &Policy) {
        if !self.looking.has_choice.load(Relaxed) || self.is_cut_off.swap(true, Relaxed) {
            return;
        }
        let (service, address) = (&self.looking.service, &self.address);
        tracing::warn!(service, address, "replica isolated; routing to other replicas");
        metrics::EJECTED.count(&[service]);
        metrics::CUT_OFF.add(&[service], 1);
        self.probe_until_ready(policy);
    }

    /// Probes the address periodically until it responds or is no longer needed.
    fn probe_until_back(self: &Arc<Self>, policy: &Policy) {
        let (looking, address, policy) = (self.looking.clone(), self.address.clone(), policy.clone());
        let target = Arc::downgrade(self);
        self.looking.env.spawn("look", async move {
            loop {
                sleep(policy.look_every).await;
                let is_open = target.upgrade().is_some_and(|target| target.is_open());
                if !is_open {
                    return;
                }
                if looking.is_anybody_at(&address, LAST_LOOK_WITHIN).await {
                    if let Some(target) = target.upgrade() {
                        target.is_back(&policy);
                    }
                    return;
                }
            }
        });
    }

    /// Probes the address periodically until it is ready or no longer needed.
    fn probe_until_ready(self: &Arc<Self>, policy: &Policy) {
        let (looking, address, every) = (self.looking.clone(), self.address.clone(), policy.look_every);
        let target = Arc::downgrade(self);
        self.looking.env.spawn("look", async move {
            loop {
                sleep(every).await;
                if target.strong_count() == 0 {
                    return;
                }
                if looking.is_ready_at(&address, LAST_LOOK_WITHIN).await {
                    if let Some(target) = target.upgrade() {
                        target.is_ready_again();
                    }
                    return;
                }
            }
        });
    }

    /// Records a response that reports a failure.
    fn fail(&self, breaker: MutexGuard<'_, Breaker>, policy: &Policy) {
        let (faults, now) = (breaker.faults.saturating_add(1), Instant::now());
        let is_failing = faults >= policy.open_after && self.looking.has_choice.load(Relaxed);
        let was_failing = breaker.failing_until.is_some_and(|until| now < until);
        let failing_until = is_failing.then(|| now + FAILS_FOR);
        self.put(breaker, Breaker { faults, failing_until, ..Breaker::default() });
        if is_failing && !was_failing {
            let (service, address) = (&self.looking.service, &self.address);
            tracing::warn!(service, address, "replica failing; removed from rotation");
            metrics::EJECTED.count(&[service]);
        }
    }

    /// Marks the replica as ready again.
    fn is_ready_again(&self) {
        if self.is_cut_off.swap(false, Relaxed) {
            metrics::CUT_OFF.add(&[&self.looking.service], -1);
        }
    }

    /// Replaces the state of the circuit breaker.
    fn put(&self, mut breaker: MutexGuard<'_, Breaker>, new: Breaker) {
        let was_open = std::mem::replace(&mut *breaker, new).is_open;
        if was_open {
            metrics::OPEN.add(&[&self.looking.service], -1);
        }
    }

    /// Closes the circuit breaker after a successful probe. The next failure opens it again immediately.
    fn is_back(&self, policy: &Policy) {
        let failures = policy.open_after.saturating_sub(1);
        self.put(self.breaker(), Breaker { failures, ..Breaker::default() });
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        self.put(self.breaker(), Breaker::default());
        self.is_ready_again();
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.address)
    }
}

/// A call in flight to an address. Dropping it decrements the counter, so that a cancelled call leaves nothing behind.
#[derive(Debug)]
pub struct InFlightCall {
    pub(super) target: Arc<Target>,
}

/// What an attempt shows about the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallSignal {
    /// It responds.
    Healthy,
    /// It responds, and its process is shutting down.
    Draining,
    /// It responds with a failure.
    Failing,
    /// It does not respond.
    Unreachable,
    /// It responds that it cannot reach a dependency.
    Isolated,
    /// A call waits, and a probe got no response.
    Unresponsive,
    /// The caller had too little time.
    Inconclusive,
}

impl InFlightCall {
    /// Records what this attempt shows about the address.
    pub fn tell(&self, health: CallSignal, policy: &Policy) {
        let target = &self.target;
        let mut breaker = target.breaker();
        match health {
            CallSignal::Healthy => target.put(breaker, Breaker::default()),
            CallSignal::Draining => {
                let leaving_until = Some(Instant::now() + LEAVES_WITHIN);
                target.put(breaker, Breaker { leaving_until, ..Breaker::default() });
            }
            CallSignal::Inconclusive => {}
            CallSignal::Failing => target.fail(breaker, policy),
            // the process responds, at least
            CallSignal::Isolated => {
                target.put(breaker, Breaker::default());
                target.cut_off(policy);
            }
            CallSignal::Unresponsive => target.open(breaker, policy),
            CallSignal::Unreachable => {
                breaker.failures = breaker.failures.saturating_add(1);
                if breaker.failures >= policy.open_after {
                    target.open(breaker, policy);
                }
            }
        }
    }
}
impl Drop for InFlightCall {
    fn drop(&mut self) {
        self.target.in_flight.fetch_sub(1, Relaxed);
    }
}
