//! What a run is asked to be.

/// A run, before it runs. The same plan gives the same run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunPlan {
    /// Decides everything that is drawn.
    pub seed: u64,
    /// Buyers at a time.
    pub buyers: u64,
    /// Orders that each of them places, one after the other.
    pub orders_each: u64,
    /// Whether anything goes wrong by itself.
    pub faults: bool,
    /// Whether all services are in one process, on one file: a crash ends all of them, and takes the end of their commits.
    pub embedded: bool,
    /// One crash, to the poll.
    pub kill: Option<Kill>,
    /// A mistake put into the world on purpose, which the checks must find.
    pub sabotage: Option<Sabotage>,
    /// Whether to keep the lines of the trace.
    pub keep_lines: bool,
}

impl RunPlan {
    /// An ordinary run with faults.
    pub fn of(seed: u64) -> Self {
        let (kill, sabotage) = (None, None);
        RunPlan {
            seed,
            buyers: 4,
            orders_each: 5,
            faults: true,
            embedded: false,
            kill,
            sabotage,
            keep_lines: false,
        }
    }
    /// A small run in which nothing goes wrong by itself.
    pub fn quiet(seed: u64) -> Self {
        RunPlan { buyers: 2, orders_each: 2, faults: false, ..RunPlan::of(seed) }
    }
}

/// Crash this node instead of its `poll`th poll, counted from 1 while clients are at work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kill {
    /// Which service.
    pub node: &'static str,
    /// Which poll of its tasks.
    pub poll: u64,
}

/// A mistake of the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sabotage {
    /// Events arrive neither by the bus nor from the feeds.
    LosesEvents,
    /// One process tells its clients of what is not durable.
    TellsEarly,
    /// One process asks the payment provider for what is not durable.
    AsksEarly,
    /// After a crash the disk has forgotten all that was committed since the node last started.
    ForgetsCommits,
}
