//! One run, from its start to its verdict.

use crate::{
    SERVICES, check,
    check::OrderCounts,
    load::{Buyer, ClientLedger, Staff, setup},
    plan::RunPlan,
    random::Random,
    world::{Simulation, network::MessageStats},
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio::{
    runtime::{Builder, Handle},
    task::yield_now,
    time::sleep,
};

/// What came of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The hash of its trace: the same plan gives the same one.
    pub hash: u64,
    /// Steps of its trace.
    pub steps: u64,
    /// What must never be, and was. Empty: a good run.
    pub findings: Vec<String>,
    /// The trace, where the plan keeps it.
    pub lines: Vec<String>,
    /// Polls of each node's tasks while clients were at work.
    pub polls: BTreeMap<&'static str, u64>,
    /// Crashes of nodes.
    pub crashes: u64,
    /// How messages travelled.
    pub travels: MessageStats,
    /// Orders that clients were told of.
    pub acknowledged: usize,
    /// How far they came.
    pub ends: OrderCounts,
    /// How long it took in the world.
    pub lasted: Duration,
}

/// Runs a plan.
///
/// # Panics
/// When the operating system has no room for a runtime.
pub fn run(plan: &RunPlan) -> Report {
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build();
    let runtime = runtime.expect("a runtime without threads and sockets can be made");
    runtime.block_on(live(plan.clone()))
}

async fn live(plan: RunPlan) -> Report {
    let world = Simulation::new(plan);
    if let Err(error) = world.found_provider().await {
        world.found(format!("there is no provider: {error}"));
    }
    match world.plan.embedded {
        true => {
            if let Err(error) = world.format_file().await {
                world.found(format!("the file cannot be made: {error}"));
            }
            world.start_process();
        }
        false => {
            for node in SERVICES {
                if let Err(error) = world.format(node).await {
                    world.found(format!("the disk of {node} cannot be made: {error}"));
                }
            }
            for node in SERVICES {
                world.start(node);
            }
        }
    }
    let books = ClientLedger::default();
    let mut ends = OrderCounts::default();
    if let Some(start) = setup::set_up(&world).await {
        act(&world, &start, &books).await;
        ends = check::settle(&world, &start, &books).await;
    }
    world.end();
    // those who were told to end, end at their next turn
    for _ in 0..4 {
        yield_now().await;
    }
    let alive = Handle::current().metrics().num_alive_tasks();
    if alive > 0 {
        world.found(format!("{alive} tasks outlived their nodes"));
    }
    report(&world, &books, ends)
}

/// The clients do their work, while things go wrong and until all have their answers.
async fn act(world: &Arc<Simulation>, start: &setup::Start, books: &ClientLedger) {
    world.state().trading = true;
    let staff = Staff(start.admin.clone());
    let (done, mut all_done) = tokio::sync::mpsc::channel::<()>(1);
    for (number, caller) in start.buyers.iter().enumerate() {
        let buyer = Buyer {
            number,
            caller: caller.clone(),
            staff: staff.clone(),
            goods: start.goods.clone(),
            books: books.clone(),
            random: Random::new(world.plan.seed, &format!("buyer {number}")),
        };
        let done = done.clone();
        world.spawn("buyer", async move {
            buyer.buy().await;
            drop(done);
        });
    }
    let shelves = staff.keep_the_shelves(start.goods.clone(), Random::new(world.plan.seed, "shelves"));
    world.spawn("staff", async move {
        shelves.await;
        drop(done);
    });
    if world.plan.faults {
        world.clone().storm().await;
    }
    // ends when the last buyer has dropped its end
    while all_done.recv().await.is_some() {}
    world.state().trading = false;
    sleep(Duration::from_millis(1)).await;
}

fn report(world: &Simulation, books: &ClientLedger, ends: OrderCounts) -> Report {
    let lasted = world.elapsed();
    let mut state = world.state();
    Report {
        hash: state.trace.hash(),
        steps: state.trace.steps(),
        findings: state.findings.iter().cloned().collect(),
        lines: state.trace.take_lines(),
        polls: std::mem::take(&mut state.polls),
        crashes: state.crashes,
        travels: std::mem::take(&mut state.travels),
        acknowledged: books.all().len(),
        ends,
        lasted,
    }
}
