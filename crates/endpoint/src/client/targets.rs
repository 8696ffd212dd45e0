//! The addresses of a service: which one is tried, and which ones are left alone for a while.
//!
//! An address is fixed, or it names a host: then every address that the name stands for is one, and the name is looked
//! up again while calls are made, so that replicas that come and go are found.
//!
//! The breaker of an address opens after failures in a row, or when a call waits there and nobody answers a look
//! ([`Flight::wait`]). What is open is asked nothing but that look, and closes when somebody is there.

use super::{Policy, look::Looking, meters, names::Names};
use crate::transport::Transport;
use kernel::Env;
use std::{
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::time::Instant;

/// An address that said that its process is about to end is tried last for so long.
const LEAVES_WITHIN: Duration = Duration::from_secs(10);

/// The addresses of one service.
pub struct Targets {
    known: RwLock<Arc<[Arc<Target>]>>,
    names: Names,
    looking: Arc<Looking>,
}

/// One address.
pub struct Target {
    /// The address, such as `http://10.0.0.7:8083`.
    pub address: String,
    pub(super) looking: Arc<Looking>,
    in_flight: AtomicU32,
    breaker: Mutex<Breaker>,
}

#[derive(Default)]
struct Breaker {
    failures: u32,
    is_open: bool,
    leaving_until: Option<Instant>,
}

impl Targets {
    /// Those addresses of a service. Whether somebody is there is asked over `transport`.
    pub fn new<A: AsRef<str>>(
        service: &str,
        addresses: &[A],
        transport: Arc<dyn Transport>,
        env: &Env,
    ) -> Self {
        let looking = Arc::new(Looking { service: service.to_owned(), transport, env: env.clone() });
        let addresses: Vec<&str> = addresses.iter().map(AsRef::as_ref).collect();
        let known: Arc<[_]> = addresses.iter().map(|address| Target::new(address, &looking)).collect();
        Targets { known: RwLock::new(known), names: Names::among(&addresses), looking }
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
        let renewed = addresses.iter().map(of).collect();
        *known = renewed;
    }

    /// Whether a call that is at this address could be made elsewhere.
    pub fn has_other(&self, than: &Arc<Target>) -> bool {
        self.known().iter().any(|target| !Arc::ptr_eq(target, than) && !target.is_open())
    }

    /// Of two drawn at random, the one with fewer calls in flight. A retry goes elsewhere, where there is
    /// an elsewhere, and nobody goes where the process is about to end. `None` while every breaker is open.
    pub fn pick(&self, now: Instant, last: Option<&Arc<Target>>, random: u64) -> Option<Arc<Target>> {
        let known = self.known();
        let mut closed: Vec<&Arc<Target>> = known.iter().filter(|t| !t.is_open()).collect();
        if closed.len() > 1 {
            closed.retain(|t| !last.is_some_and(|last| Arc::ptr_eq(last, t)));
        }
        if closed.len() > 1 && closed.iter().any(|t| !t.is_leaving(now)) {
            closed.retain(|t| !t.is_leaving(now));
        }
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

impl fmt::Debug for Targets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.addresses()).finish()
    }
}

impl Target {
    fn new(address: &str, looking: &Arc<Looking>) -> Arc<Target> {
        Arc::new(Target {
            address: address.to_owned(),
            looking: looking.clone(),
            in_flight: AtomicU32::new(0),
            breaker: Mutex::default(),
        })
    }
    fn breaker(&self) -> MutexGuard<'_, Breaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }
    pub(super) fn is_open(&self) -> bool {
        self.breaker().is_open
    }
    fn is_leaving(&self, now: Instant) -> bool {
        self.breaker().leaving_until.is_some_and(|until| now < until)
    }
    /// A call begins.
    pub fn begin(self: &Arc<Self>) -> Flight {
        self.in_flight.fetch_add(1, Relaxed);
        Flight { target: self.clone() }
    }

    /// From now on nothing is asked there but whether somebody is there.
    fn open(self: &Arc<Self>, mut breaker: MutexGuard<'_, Breaker>, policy: &Policy) {
        if breaker.is_open {
            return;
        }
        breaker.is_open = true;
        drop(breaker);
        meters::OPENED.count(&[&self.looking.service]);
        meters::OPEN.add(&[&self.looking.service], 1);
        self.looking.until_back(self, policy);
    }

    /// Takes the place of the breaker.
    fn put(&self, mut breaker: MutexGuard<'_, Breaker>, new: Breaker) {
        let was_open = std::mem::replace(&mut *breaker, new).is_open;
        if was_open {
            meters::OPEN.add(&[&self.looking.service], -1);
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
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.address)
    }
}

/// A call on its way to an address. Dropped, it is counted down, so that a cancelled call leaves nothing behind.
#[derive(Debug)]
pub struct Flight {
    pub(super) target: Arc<Target>,
}

/// What a try says about the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// It answers.
    Well,
    /// It answers, and its process is about to end.
    Leaving,
    /// It does not answer.
    Ill,
    /// A call waits there, and nobody is there.
    Silent,
    /// The caller had too little time to tell.
    Unclear,
}

impl Flight {
    /// Notes what this try says about the address.
    pub fn tell(&self, health: Health, policy: &Policy) {
        let target = &self.target;
        let mut breaker = target.breaker();
        match health {
            Health::Well => target.put(breaker, Breaker::default()),
            Health::Leaving => {
                let leaving_until = Some(Instant::now() + LEAVES_WITHIN);
                target.put(breaker, Breaker { leaving_until, ..Breaker::default() });
            }
            Health::Unclear => {}
            Health::Silent => target.open(breaker, policy),
            Health::Ill => {
                breaker.failures = breaker.failures.saturating_add(1);
                if breaker.failures >= policy.open_after {
                    target.open(breaker, policy);
                }
            }
        }
    }
}
impl Drop for Flight {
    fn drop(&mut self) {
        self.target.in_flight.fetch_sub(1, Relaxed);
    }
}
