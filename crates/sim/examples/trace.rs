//! Prints the trace of one seed, and what was found: `cargo run -p sim --example trace -- 7`.

use sim::{RunPlan, run};

fn main() {
    let seed = std::env::args().nth(1).and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let report = run(&RunPlan { keep_lines: true, ..RunPlan::of(seed) });
    for line in &report.lines {
        println!("{line}");
    }
    println!(
        "seed {seed}: hash {:016x}, {} steps, {} crashes, {} orders acknowledged, {:?} long",
        report.hash, report.steps, report.crashes, report.acknowledged, report.lasted
    );
    println!("found: {:#?}", report.findings);
}
