//! Which seeds a test runs, several at a time, and what is said of one that fails.

use sim::{Report, RunPlan, run};
use std::{
    fmt::Write,
    path::PathBuf,
    sync::atomic::{AtomicUsize, Ordering::SeqCst},
    thread,
};

fn variable(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Whether the long forms are asked for.
pub(crate) fn is_long() -> bool {
    std::env::var_os("TEST_LONG").is_some()
}

/// The seed that is asked for, or so many.
pub(crate) fn seeds(ordinary: u64, long: u64) -> Vec<u64> {
    match variable("TEST_SEED") {
        Some(seed) => vec![seed],
        None => (1..=if is_long() { long } else { ordinary }).collect(),
    }
}

/// The seed that is asked for, or so many, in an ordinary run those of its part (`TEST_PART`; the first where it names none).
pub(crate) fn seeds_of_part(ordinary: u64, long: u64) -> Vec<u64> {
    if is_long() || variable("TEST_SEED").is_some() {
        return seeds(ordinary, long);
    }
    let before = variable("TEST_PART").unwrap_or(1).saturating_sub(1) * ordinary;
    (before + 1..=before + ordinary).collect()
}

/// Runs all plans, as many at a time as there are processors; each is on one thread.
pub(crate) fn run_all(plans: &[RunPlan]) -> Vec<Report> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        while let Some(plan) = plans.get(next.fetch_add(1, SeqCst)) {
            done.push((plan.clone(), run(plan)));
        }
        done
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let mut all = thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("a run panicked")).collect::<Vec<_>>()
    });
    let place = |plan: &RunPlan| plans.iter().position(|other| other == plan);
    all.sort_by_key(|(plan, _)| place(plan));
    all.into_iter().map(|(_, report)| report).collect()
}

/// Every run was a good one; else what was found in those that were not, and how to repeat them.
#[track_caller]
pub(crate) fn assert_clean(test: &str, plans: &[RunPlan], reports: &[Report]) {
    let mut said = String::new();
    for (plan, report) in plans.iter().zip(reports).filter(|(_, report)| !report.findings.is_empty()) {
        writeln!(said, "{}", explain(test, plan, report)).expect("writing into a text cannot fail");
    }
    assert!(said.is_empty(), "\n{said}");
}

fn explain(test: &str, plan: &RunPlan, report: &Report) -> String {
    let again = run(&RunPlan { keep_lines: true, ..plan.clone() });
    let name = plan.kill.map_or(String::new(), |kill| format!("-{}-{}", kill.node, kill.poll));
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("sim-{}{name}.txt", plan.seed));
    std::fs::write(&path, again.lines.join("\n")).expect("cargo gives tests a folder to write in");
    let kill = plan.kill.map_or(String::new(), |kill| format!("ORDO_KILL={}@{} ", kill.node, kill.poll));
    format!(
        "seed {}:\n  {}\n  again: {kill}TEST_SEED={} cargo nextest run -p sim {test}\n  its trace, {}: {}",
        plan.seed,
        report.findings.join("\n  "),
        plan.seed,
        if again.hash == report.hash { "the same" } else { "another" },
        path.display()
    )
}
