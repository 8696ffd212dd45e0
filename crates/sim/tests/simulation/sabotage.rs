//! The checks themselves: a mistake put into the world on purpose is found.

use sim::{Kill, Report, RunPlan, Sabotage, run};

const ORDERS: &str = "orders";

#[track_caller]
fn assert_found(report: &Report, what: &str) {
    assert!(report.findings.iter().any(|finding| finding.contains(what)), "{:#?}", report.findings);
}

#[test]
fn events_that_never_arrive_are_found() {
    let report = run(&RunPlan { sabotage: Some(Sabotage::LosesEvents), ..RunPlan::quiet(1) });
    assert_found(&report, "is not in the public log");
}

/// A crash of one process late in a run with faults, for some seeds: whether any of them finds it.
#[track_caller]
fn assert_found_in_one_process(sabotage: Sabotage, what: &str) {
    let of = |seed| run(&RunPlan { sabotage: Some(sabotage), embedded: true, ..RunPlan::of(seed) }).findings;
    let is_found = (1..=20).any(|seed| of(seed).iter().any(|finding| finding.contains(what)));
    assert!(is_found, "{what} is not found in 20 runs");
}

#[test]
fn an_order_that_was_acknowledged_before_it_was_durable_is_found() {
    assert_found_in_one_process(Sabotage::TellsEarly, "acknowledged for");
}

#[test]
fn a_charge_that_was_asked_for_before_it_was_durable_is_found() {
    assert_found_in_one_process(Sabotage::AsksEarly, "is not durable");
}

#[test]
fn commits_that_the_disk_forgets_are_found() {
    let plan = RunPlan::quiet(1);
    // late enough that orders have been acknowledged
    let poll = run(&plan).polls[ORDERS] * 9 / 10;
    let kill = Some(Kill { node: ORDERS, poll });
    let report = run(&RunPlan { sabotage: Some(Sabotage::ForgetsCommits), kill, ..plan });
    assert_eq!(report.crashes, 1);
    assert_found(&report, "acknowledged for");
}
