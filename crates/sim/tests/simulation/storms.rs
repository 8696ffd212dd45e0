//! Many seeds in the storm: messages delayed, lost and repeated, nodes frozen and crashed, disks that fail.

use crate::seeds::{assert_clean, run_all, seeds, seeds_of_part};
use sim::RunPlan;

#[test]
fn after_every_storm_all_comes_right() {
    let plans: Vec<RunPlan> = seeds_of_part(8, 1_000).into_iter().map(RunPlan::of).collect();
    let reports = run_all(&plans);
    assert_clean("after_every_storm_all_comes_right", &plans, &reports);
    let (orders, crashes) = reports.iter().fold((0, 0), |(o, c), r| (o + r.acknowledged, c + r.crashes));
    println!("{} seeds: {orders} orders were acknowledged, nodes crashed {crashes} times", plans.len());
    // a storm that stops all trade would prove nothing
    assert!(orders >= 4 * plans.len(), "only {orders} orders in {} runs", plans.len());
    assert!(plans.len() < 4 || crashes > 0, "nothing crashed");
}

/// One process on one file, whose end takes the end of all commits since the last barrier.
#[test]
fn after_every_storm_one_process_comes_right() {
    let embedded = |seed| RunPlan { embedded: true, ..RunPlan::of(seed) };
    let plans: Vec<RunPlan> = seeds_of_part(4, 1_000).into_iter().map(embedded).collect();
    let reports = run_all(&plans);
    assert_clean("after_every_storm_one_process_comes_right", &plans, &reports);
    let (orders, crashes) = reports.iter().fold((0, 0), |(o, c), r| (o + r.acknowledged, c + r.crashes));
    println!("{} seeds: {orders} orders were acknowledged, the process crashed {crashes} times", plans.len());
    assert!(orders >= 4 * plans.len(), "only {orders} orders in {} runs", plans.len());
    assert!(plans.len() < 4 || crashes > 0, "nothing crashed");
}

#[test]
fn without_a_storm_all_is_right() {
    let plans: Vec<RunPlan> =
        seeds(2, 20).into_iter().map(|seed| RunPlan { faults: false, ..RunPlan::of(seed) }).collect();
    let reports = run_all(&plans);
    assert_clean("without_a_storm_all_is_right", &plans, &reports);
    assert!(reports.iter().all(|report| report.acknowledged > 0 && report.crashes == 0));
}
