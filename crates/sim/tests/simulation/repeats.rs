//! The same plan gives the same run.

use crate::seeds::{run_all, seeds};
use sim::{OrderCounts, Report, RunPlan, run};

#[test]
fn the_same_seed_gives_the_same_trace_and_the_same_outcome() {
    let plans: Vec<RunPlan> = seeds(5, 200).into_iter().map(RunPlan::of).collect();
    let (first, second) = (run_all(&plans), run_all(&plans));
    for ((plan, first), second) in plans.iter().zip(&first).zip(&second) {
        assert!(first == second, "seed {}: {}", plan.seed, first_difference(plan));
    }
    let mut hashes: Vec<u64> = first.iter().map(|report| report.hash).collect();
    hashes.sort();
    hashes.dedup();
    assert_eq!(hashes.len(), plans.len(), "two seeds gave the same run");
    assert_one_has_everything(&first);
    assert_messages_are_delayed(&first);
}

/// One of them places, pays, ships, refunds and cancels orders while services crash.
fn assert_one_has_everything(reports: &[Report]) {
    let has_all = |report: &Report| {
        let OrderCounts { paid, shipped, refunded, ended } = report.ends;
        [report.acknowledged, paid, shipped, refunded, ended].iter().all(|n| *n > 0) && report.crashes > 0
    };
    let told: Vec<_> =
        reports.iter().map(|report| (report.acknowledged, report.ends, report.crashes)).collect();
    assert!(reports.iter().any(has_all), "no seed has everything: {told:?}");
}

/// In each of them messages take a while and overtake one another, and in one some take seconds.
fn assert_messages_are_delayed(reports: &[Report]) {
    let told: Vec<_> = reports
        .iter()
        .map(|Report { travels, .. }| (travels.delayed, travels.overtaken, travels.slow))
        .collect();
    println!("delayed, overtaken, slow: {told:?}");
    assert!(told.iter().all(|(delayed, overtaken, _)| *delayed > 0 && *overtaken > 0), "{told:?}");
    assert!(told.iter().any(|(.., slow)| *slow > 0), "none takes seconds: {told:?}");
}

fn first_difference(plan: &RunPlan) -> String {
    let plan = RunPlan { keep_lines: true, ..plan.clone() };
    let (first, second) = (run(&plan).lines, run(&plan).lines);
    let differs = first.iter().zip(&second).position(|(one, other)| one != other);
    match differs {
        Some(line) => format!("line {line} is\n{}\nand then\n{}", first[line], second[line]),
        None => format!("{} lines, and then {}", first.len(), second.len()),
    }
}
