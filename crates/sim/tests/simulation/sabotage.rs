//! The checks themselves: a mistake put into the world on purpose is found.

use sim::{Plan, Report, Sabotage, run};

fn sabotaged(sabotage: Sabotage) -> Report {
    run(&Plan { sabotage: Some(sabotage), ..Plan::of(6) })
}

#[track_caller]
fn assert_found(report: &Report, what: &str) {
    assert!(report.findings.iter().any(|finding| finding.contains(what)), "{:#?}", report.findings);
}

#[test]
fn events_that_never_arrive_are_found() {
    assert_found(&sabotaged(Sabotage::LosesEvents), "is not in the public log");
}

#[test]
fn commits_that_the_disk_forgets_are_found() {
    assert_found(&sabotaged(Sabotage::ForgetsCommits), "acknowledged for");
}
