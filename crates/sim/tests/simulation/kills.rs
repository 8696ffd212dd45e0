//! One crash, at a chosen poll of one node's tasks: at any await, also between a commit and its answer.

use crate::seeds::{assert_clean, is_long, run_all, seeds};
use sim::{Kill, RunPlan, SERVICES, run};

const TEST: &str = "a_crash_at_any_poll_loses_nothing";

#[test]
fn a_crash_at_any_poll_loses_nothing() {
    let seed = seeds(1, 1)[0];
    let plans = match asked_for() {
        Some(kill) => vec![RunPlan { kill: Some(kill), ..RunPlan::quiet(seed) }],
        None => spread(seed, if is_long() { 400 } else { 4 }),
    };
    let reports = run_all(&plans);
    assert_clean(TEST, &plans, &reports);
    let killed = reports.iter().filter(|report| report.crashes == 1).count();
    assert_eq!(killed, plans.len(), "each run has its crash");
}

/// `ORDO_KILL=orders@17`
fn asked_for() -> Option<Kill> {
    let text = std::env::var("ORDO_KILL").ok()?;
    let (node, poll) = text.split_once('@')?;
    let node = SERVICES.into_iter().find(|name| *name == node)?;
    Some(Kill { node, poll: poll.parse().ok()? })
}

/// So many kills for each node, spread over the polls while clients were at work.
fn spread(seed: u64, each: u64) -> Vec<RunPlan> {
    let plan = RunPlan::quiet(seed);
    let polls = run(&plan).polls;
    let mut plans = Vec::new();
    for node in SERVICES {
        let polls = polls[node];
        let each = each.min(polls);
        // from the middle of equal parts
        let chosen = (0..each).map(|n| 1 + (2 * n + 1) * polls / (2 * each));
        plans.extend(chosen.map(|poll| RunPlan { kill: Some(Kill { node, poll }), ..plan.clone() }));
    }
    plans
}
