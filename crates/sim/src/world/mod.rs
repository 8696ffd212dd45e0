//! What all parts of a run share: the plan, the time, the trace, the streams of randomness, the nodes.

pub(crate) mod bus;
pub(crate) mod clients;
mod disk;
pub(crate) mod host;
pub(crate) mod network;
mod node;
mod process;
pub(crate) mod provider;
mod scope;
pub(crate) mod shop;

use self::bus::Subscription;
use crate::{faults::Faults, plan::RunPlan, random::Random, trace::Trace};
use kernel::{Timestamp, secret::RootSecret};
use network::MessageStats;
use node::Node;
use process::SimFile;
use provider::ProviderBackend;
use scope::{PollDecision, Scope};
use shop::Times;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// 2027-01-15T08:00:00Z: when each run begins.
const BEGIN: Timestamp = Timestamp::from_seconds(1_800_000_000);

/// The world of one run.
pub(crate) struct Simulation {
    pub(crate) plan: RunPlan,
    pub(crate) faults: Faults,
    pub(crate) times: Times,
    pub(crate) secret: RootSecret,
    begun: Instant,
    state: Mutex<SimulationState>,
    /// What is on its way, and other tasks that no crash ends.
    outside: Mutex<Option<Arc<Scope>>>,
}

/// What changes in it.
pub(crate) struct SimulationState {
    pub(crate) trace: Trace,
    pub(crate) network: Random,
    pub(crate) disk: Random,
    pub(crate) schedule: Random,
    pub(crate) ids: Random,
    /// The nodes that run.
    pub(crate) nodes: BTreeMap<&'static str, Node>,
    /// The disks: what is committed, of the nodes that do not run.
    pub(crate) images: BTreeMap<&'static str, Vec<u8>>,
    /// The disk of one process.
    pub(crate) file: SimFile,
    /// The payment provider.
    pub(crate) provider: Option<ProviderBackend>,
    pub(crate) subscriptions: Vec<Subscription>,
    /// From whom nothing reaches whom at the moment.
    pub(crate) cuts: BTreeSet<(&'static str, &'static str)>,
    /// Whether clients are at work.
    pub(crate) trading: bool,
    /// Polls so far, by node, while clients are at work.
    pub(crate) polls: BTreeMap<&'static str, u64>,
    pub(crate) crashes: u64,
    pub(crate) travels: MessageStats,
    /// Whether things go wrong now.
    pub(crate) stormy: bool,
    /// What was seen that must never be.
    pub(crate) findings: BTreeSet<String>,
}

impl Simulation {
    /// A world in which nothing has happened; call it within its runtime.
    pub(crate) fn new(plan: RunPlan) -> Arc<Simulation> {
        Simulation::of(plan, None)
    }
    /// A world in which nothing goes wrong by itself, of a shop with these times.
    pub(crate) fn calm(seed: u64, times: Times) -> Arc<Simulation> {
        Simulation::of(RunPlan::quiet(seed), Some(times))
    }
    fn of(plan: RunPlan, times: Option<Times>) -> Arc<Simulation> {
        let stream = |name| Random::new(plan.seed, name);
        let mut settings = stream("settings");
        let faults = if plan.faults { Faults::draw(&mut settings) } else { Faults::none() };
        let mut secret = [0; 32];
        settings.fill(&mut secret);
        let state = SimulationState {
            trace: Trace::new(plan.keep_lines),
            network: stream("network"),
            disk: stream("disk"),
            schedule: stream("schedule"),
            ids: stream("ids"),
            nodes: BTreeMap::new(),
            images: BTreeMap::new(),
            file: SimFile::default(),
            provider: None,
            subscriptions: Vec::new(),
            cuts: BTreeSet::new(),
            trading: false,
            polls: BTreeMap::new(),
            crashes: 0,
            travels: MessageStats::default(),
            stormy: false,
            findings: BTreeSet::new(),
        };
        Arc::new(Simulation {
            faults,
            times: match times {
                Some(times) => times,
                None if plan.faults => Times::draw(&mut settings),
                None => Times::SHORT,
            },
            secret: RootSecret::new(secret),
            begun: Instant::now(),
            state: Mutex::new(state),
            outside: Mutex::default(),
            plan,
        })
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, SimulationState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How long the run has lasted.
    pub(crate) fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }
    /// The true time.
    pub(crate) fn now(&self) -> Timestamp {
        BEGIN.plus(self.elapsed())
    }

    pub(crate) fn trace(&self, what: fmt::Arguments<'_>) {
        self.state().trace.add(self.begun.elapsed(), what);
    }
    /// Something that must never be.
    pub(crate) fn found(&self, what: impl Into<String>) {
        let what = what.into();
        self.trace(format_args!("FOUND {what}"));
        self.state().findings.insert(what);
    }

    /// The tasks that no crash ends: clients, what is on its way, the provider.
    pub(crate) fn outside(self: &Arc<Self>) -> Arc<Scope> {
        let mut outside = self.outside.lock().unwrap_or_else(PoisonError::into_inner);
        outside.get_or_insert_with(|| Scope::new("outside", self.clone())).clone()
    }
    /// Runs a task that no crash ends.
    pub(crate) fn spawn(
        self: &Arc<Self>,
        name: &'static str,
        task: impl Future<Output = ()> + Send + 'static,
    ) {
        self.outside().spawn(name, Box::pin(task));
    }

    /// What happens to a task instead of, or at, its next poll.
    pub(crate) fn next_turn(&self, node: &'static str, task: &'static str) -> PollDecision {
        let mut state = self.state();
        let at = self.begun.elapsed();
        if state.stormy && state.schedule.percent(self.faults.defer) {
            return PollDecision::Later;
        }
        let mut poll = 0;
        if state.trading {
            let polls = state.polls.entry(node).or_default();
            *polls += 1;
            poll = *polls;
        }
        state.trace.add(at, format_args!("poll {node} {task} {poll}"));
        if self.plan.kill.is_some_and(|kill| kill.node == node && kill.poll == poll) {
            return PollDecision::Kill;
        }
        if state.stormy && task == "request" && state.schedule.one_in(self.faults.stall_one_in) {
            let millis = state.schedule.pick(&[3_000, 20_000, 400_000]);
            let pause = Duration::from_millis(state.schedule.below(millis));
            state.trace.add(at, format_args!("stall {node} {pause:?}"));
            return PollDecision::Stall(pause);
        }
        PollDecision::Go
    }

    /// The storm is over: from now on everything works, and everything must come right.
    pub(crate) fn heal(&self) {
        self.trace(format_args!("HEAL"));
        let mut state = self.state();
        state.stormy = false;
        state.cuts.clear();
        for node in state.nodes.values() {
            node.scope.thaw();
        }
    }

    /// Ends all tasks, and lets go of all that the world holds: its parts hold the world.
    pub(crate) fn end(&self) {
        let nodes = std::mem::take(&mut self.state().nodes);
        let file = self.state().file.open.take();
        if let Some((database, scope)) = &file {
            database.power_off();
            scope.end();
        }
        for node in nodes.values() {
            node.database.power_off();
            node.scope.end();
        }
        let provider = self.state().provider.take();
        if let Some(provider) = &provider {
            provider.database.power_off();
        }
        let outside = self.outside.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(outside) = outside {
            outside.end();
        }
        let subscriptions = std::mem::take(&mut self.state().subscriptions);
        drop((nodes, file, provider, subscriptions));
    }
}
