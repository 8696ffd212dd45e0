//! d
use sim::{Plan, run};
#[test]
fn d() {
    let seed = std::env::var("ORDO_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(1);
    let plan = Plan {
        keep_lines: true,
        ..if std::env::var("QUIET").is_ok() { Plan::quiet(seed) } else { Plan::of(seed) }
    };
    let t = std::time::Instant::now();
    let r = run(&plan);
    println!("{:?}", t.elapsed());
    std::fs::write("/tmp/simtrace.txt", r.lines.join("\n")).unwrap();
    println!(
        "{:x} {} {:#?} {:?} crashes {} acked {} {:?}",
        r.hash, r.steps, r.findings, r.polls, r.crashes, r.acknowledged, r.lasted
    );
}
