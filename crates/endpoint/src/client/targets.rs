//! The addresses of a service: which one is tried, and which ones are left alone for a while.
//!
//! An address is fixed, or it names a host: then every address that the name stands for is one, and the name is looked
//! up again while calls are made, so that replicas that come and go are found.
//!
//! The breaker of an address opens after failures in a row, or when a call waits there and nobody answers a look
//! ([`InFlightCall::wait`]). What is open is asked nothing but that look, and closes when somebody is there.
//!
//! A replica that says that it cannot reach its dependencies ([`super::CUT_OFF`]) refuses at once, and would draw the
//! calls by that. So it is asked only where all the others are isolated, too, until it says that it is ready. Where all
//! are, none is left alone: it is nobody's own trouble then. In the same way a replica that fails many times in a row is
//! asked last for a while: whoever fails at once has few calls in flight, and would draw all the others.

use super::{Policy, dns::ResolvedNames, metrics, probe::Prober};
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
use tokio::time::Instant;

/// An address that said that its process is about to end is tried last for so long.
const LEAVES_WITHIN: Duration = Duration::from_secs(10);

/// And one that has failed so often in a row as opens a breaker.
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
    /// In a row: nobody answered.
    failures: u32,
    is_open: bool,
    leaving_until: Option<Instant>,
    /// In a row: somebody answered, and could not do it.
    faults: u32,
    failing_until: Option<Instant>,
}

impl Targets {
    /// Those addresses of a service. Whether somebody is there is asked over `transport`.
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

    /// The name of the service.
    pub fn service(&self) -> &str {
        &self.looking.service
    }

    fn known(&self) -> Arc<[Arc<Target>]> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The addresses as they are known now.
    pub fn addresses(&self) -> Vec<String> {
        self.known().iter().map(|target| target.address.clone()).collect()
    }

    /// Looks the names up again, where there are any and it is time. What is known of an address that is still there
    /// stays known.
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

    /// Whether a call that is at this address could be made elsewhere.
    pub fn has_other(&self, than: &Arc<Target>) -> bool {
        let could = |target: &Arc<Target>| !target.is_open() && !target.is_cut_off();
        self.known().iter().any(|target| !Arc::ptr_eq(target, than) && could(target))
    }

    /// Of two drawn at random, the one with fewer calls in flight. Nobody goes to a replica that is isolated, or that fails all
    /// the time, a retry goes elsewhere, and nobody goes where the process is about to end, each where there is an elsewhere.
    /// `None` while every breaker is open.
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

/// Leaves those that are better, where there are such.
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
    pub(super) fn is_open(&self) -> bool {
        self.breaker().is_open
    }
    pub(super) fn is_cut_off(&self) -> bool {
        self.is_cut_off.load(Relaxed)
    }
    fn is_leaving(&self, now: Instant) -> bool {
        self.breaker().leaving_until.is_some_and(|until| now < until)
    }
    fn is_failing(&self, now: Instant) -> bool {
        self.breaker().failing_until.is_some_and(|until| now < until)
    }
    /// A call begins.
    pub fn begin(self: &Arc<Self>) -> InFlightCall {
        self.in_flight.fetch_add(1, Relaxed);
        InFlightCall { target: self.clone() }
    }

    /// From now on nothing is asked there but whether somebody is there.
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
        self.looking.until_back(self, policy);
    }

    /// From now on others are asked before it, where there are others.
    fn cut_off(self: &Arc<Self>, policy: &Policy) {
        if !self.looking.has_choice.load(Relaxed) || self.is_cut_off.swap(true, Relaxed) {
            return;
        }
        let (service, address) = (&self.looking.service, &self.address);
        tracing::warn!(service, address, "replica isolated; routing to other replicas");
        metrics::EJECTED.count(&[service]);
        metrics::CUT_OFF.add(&[service], 1);
        self.looking.until_ready(self, policy);
    }

    /// It answers, and fails.
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

    /// It says that it is ready.
    pub(super) fn is_ready_again(&self) {
        if self.is_cut_off.swap(false, Relaxed) {
            metrics::CUT_OFF.add(&[&self.looking.service], -1);
        }
    }

    /// Takes the place of the breaker.
    fn put(&self, mut breaker: MutexGuard<'_, Breaker>, new: Breaker) {
        let was_open = std::mem::replace(&mut *breaker, new).is_open;
        if was_open {
            metrics::OPEN.add(&[&self.looking.service], -1);
        }
    }

    /// Somebody is there again. The next failure is believed at once.
    pub(super) fn is_back(&self, policy: &Policy) {
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

/// A call on its way to an address. Dropped, it is counted down, so that a cancelled call leaves nothing behind.
#[derive(Debug)]
pub struct InFlightCall {
    pub(super) target: Arc<Target>,
}

/// What a try says about the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallSignal {
    /// It answers.
    Healthy,
    /// It answers, and its process is about to end.
    Draining,
    /// It answers, and it failed.
    Failing,
    /// It does not answer.
    Unreachable,
    /// It answers that it cannot reach its dependencies.
    Isolated,
    /// A call waits there, and nobody is there.
    Unresponsive,
    /// The caller had too little time to tell.
    Inconclusive,
}

impl InFlightCall {
    /// Notes what this try says about the address.
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
            // somebody is there, at least
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
