//! The checks themselves: a mistake put into the world on purpose is found.

use sim::{Kill, Plan, Report, Sabotage, run};

const ORDERS: &str = "orders";

#[track_caller]
fn assert_found(report: &Report, what: &str) {
    assert!(report.findings.iter().any(|finding| finding.contains(what)), "{:#?}", report.findings);
}

#[test]
fn events_that_never_arrive_are_found() {
    let report = run(&Plan { sabotage: Some(Sabotage::LosesEvents), ..Plan::quiet(1) });
    assert_found(&report, "is not in the public log");
}

#[test]
fn commits_that_the_disk_forgets_are_found() {
    let plan = Plan::quiet(1);
    // late enough that orders have been acknowledged
    let poll = run(&plan).polls[ORDERS] * 9 / 10;
    let kill = Some(Kill { node: ORDERS, poll });
    let report = run(&Plan { sabotage: Some(Sabotage::ForgetsCommits), kill, ..plan });
    assert_eq!(report.crashes, 1);
    assert_found(&report, "acknowledged for");
}
