//! `cargo xtask test`: everything that must hold before a change is done.

use crate::{
    prerequisites,
    steps::{Steps, cargo, run as run_command, seconds},
    tidy,
    tree::{Tree, root},
};
use std::{
    fs,
    io::{BufRead, BufReader},
    num::NonZero,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// What `ORDO_SHAPE=split` runs on a split shop: all of it in the long form, else a part that is drawn (decision 37).
const IN_BOTH_SHAPES: &str =
    "package(ordo) and binary(/^(audit|authorization|bad_input|chromium|contract|streams|web)$/)";
/// Of which a part is drawn: without those that take minutes each.
const DRAWN_FROM: &str = "package(ordo) and binary(/^(audit|authorization|chromium|streams|web)$/)";
/// Without what has its shape whatever is said: it would be the same again.
const OF_ONE_SHAPE: &str = "(binary(audit) and not test(=a_busy_shop_is_clean)) \
    or test(/^of_many_processes_too/) or test(=no_bad_token_is_taken_anywhere) \
    or (binary(streams) and not test(/^where_no_more_streams/)) \
    or (binary(chromium) and test(/^(demo|api_status)::|what_was_put_aside|the_console_tells|what_is_not_sound/)) \
    or (binary(web) and test(/^query_budget::|each_number|what_an_audit|a_service_that_cannot/))";
/// Whole tests that are tried by turns, a part in each run: each of them repeats what others try in one more way, or takes minutes
/// (decision 37).
const BY_TURNS: &str = "package(ordo) and (binary(chromium) and not test(/^(journeys|guests)::/) \
    or binary(distributed) and test(/^(audited|expanded|secured_servers|metrics|migrating|moved|dns_names|older|mutual_tls|slow|streams)::/) \
    or binary(web) and test(/^(query_budget|forms)::/) \
    or binary(compat) and test(/^crashes::/) or binary(contract) and test(/^clients::/)) \
    or test(/^searching_many::/) or package(sim) and test(/^(storms|sabotage)::/)";
const PARTS: u32 = 8;
/// Which part of an enumeration within a test it is, where it is not to be drawn.
const PART: &str = "TEST_PART";
/// Which part of whole tests. It is drawn apart: else a test would never try another part of its own.
const TURN: &str = "TEST_TURN";

/// What an ordinary run is to take at most, on so many cores.
const IN_TIME: Duration = Duration::from_secs(30 * 60);
const CORES_MIN: usize = 2;

/// What to test.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The long form of the tests, as `TEST_LONG=1` tells them.
    pub long: bool,
    /// What `cargo nextest run` is given besides: filters of tests.
    pub filters: Vec<String>,
}

/// How many tests passed and failed.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct TestCounts {
    passed: u64,
    failed: u64,
}

impl Options {
    /// Reads `[--long] [-- FILTER…]`.
    ///
    /// # Errors
    /// When there is anything else.
    pub fn read(arguments: &[&str]) -> Result<Options, String> {
        let end = arguments.iter().position(|word| *word == "--").unwrap_or(arguments.len());
        let filters = arguments.iter().skip(end + 1).map(|word| (*word).to_owned()).collect();
        match &arguments[..end] {
            [] => Ok(Options { long: false, filters }),
            ["--long"] => Ok(Options { long: true, filters }),
            other => Err(format!("`cargo xtask test [--long] [-- FILTER…]` does not know {other:?}")),
        }
    }

    fn profile(&self) -> &'static str {
        if self.long { "long" } else { "default" }
    }
}

/// Checks everything and runs every test; prints what the time went into, and last how many tests passed.
///
/// # Errors
/// When anything does not hold.
pub fn run(options: &Options) -> Result<(), String> {
    let (mut steps, ahead) = (Steps::default(), BackgroundBuild::begin());
    let mut count = None;
    if steps.take("what the tests need", prerequisites::supply) {
        check(&mut steps);
        if steps.failed().is_empty() {
            count = Some(run_tests(&mut steps, options, ahead)?);
        }
    }
    print!("\n{}", steps.table());
    // of a run that came to no test the time says nothing
    let held = count.filter(|count| count.passed > 0).and_then(|_| held(options, cores(), steps.wall()));
    if let Some(held) = held {
        println!("{held}");
    }
    println!();
    let failed = steps.failed();
    match count {
        Some(TestCounts { passed, failed: broken }) => println!("{passed} passed, {broken} failed"),
        None => println!("no test was run"),
    }
    if failed.is_empty() { Ok(()) } else { Err(format!("failed: {}", failed.join(", "))) }
}

/// Whether an ordinary run of everything ended in time, where there are the cores that the time is meant for. It fails for
/// nothing of this: a slow hour of a shared machine must not refuse a change.
fn held(options: &Options, cores: usize, wall: Duration) -> Option<String> {
    let is_ordinary = !options.long && options.filters.is_empty();
    let word = if wall <= IN_TIME { "held" } else { "missed" };
    (is_ordinary && cores >= CORES_MIN).then(|| format!("{} minutes: {word}", IN_TIME.as_secs() / 60))
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// Cargo with clippy's compiler for our own packages, as `cargo clippy` runs it, warnings as errors: it builds what it
/// checks. Two passes over everything, one that only looks, would take minutes longer.
fn linting() -> Command {
    let mut cargo = cargo();
    let beside = Path::new(cargo.get_program()).with_file_name("clippy-driver");
    let driver = if beside.is_file() { beside } else { "clippy-driver".into() };
    cargo.env("RUSTC_WORKSPACE_WRAPPER", driver);
    // a panic tells its place, and a trace the functions, without the lines in them, which would take a tenth of the time
    cargo.env("CARGO_PROFILE_DEV_DEBUG", "none");
    // the arguments of `cargo clippy -- …`, which ends each with this word
    cargo.env("CLIPPY_ARGS", "-Dwarnings__CLIPPY_HACKERY__");
    cargo
}

/// The build, begun before its step: most of the time that it takes to install what is missing is no processor's. It is
/// silent: its step says again what there is to say.
struct BackgroundBuild(Option<Child>);

impl BackgroundBuild {
    fn begin() -> BackgroundBuild {
        let mut build = linting();
        build.args(["test", "--workspace", "--locked", "--no-run", "--quiet"]);
        build.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        BackgroundBuild(build.spawn().ok())
    }

    fn finish(mut self) {
        if let Some(mut build) = self.0.take() {
            let _ = build.wait();
        }
    }
}

impl Drop for BackgroundBuild {
    /// Where something is missing or wrong, nobody waits for it.
    fn drop(&mut self) {
        if let Some(mut build) = self.0.take() {
            let _ = build.kill();
            let _ = build.wait();
        }
    }
}

/// All of these are tried, so that one run shows what is wrong.
fn check(steps: &mut Steps) {
    steps.take("formatting", || run_command(cargo().args(["fmt", "--all", "--check"])));
    steps.take("tidy", || tidy::run(&Tree::read(&root())?));
    steps.take("licences and sources", || {
        // the table of advisories changes by itself and so is no part of this: see docs/decisions
        let what = ["licenses", "bans", "sources"];
        run_command(cargo().args(["deny", "--locked", "check", "--hide-inclusion-graph"]).args(what))
    });
}

fn run_tests(steps: &mut Steps, options: &Options, ahead: BackgroundBuild) -> Result<TestCounts, String> {
    let drawn = |name| part(name, std::env::var(name).ok().as_deref());
    let draw = if options.long { None } else { Some(Draw { part: drawn(PART)?, turn: drawn(TURN)? }) };
    let built = steps.take("clippy and building", || {
        ahead.finish();
        run_command(linting().args(["nextest", "run", "--workspace", "--locked", "--no-run"]))
    });
    if !built {
        return Ok(TestCounts::default());
    }
    if let Some(Draw { part, turn }) = draw {
        println!("{PART}={part} {TURN}={turn} repeats what is tried by turns, of {PARTS} parts each");
    }
    let mut suites =
        Suites { profile: options.profile(), draw, reports: String::new(), count: TestCounts::default() };
    steps.take("tests", || suites.run_all(&options.filters));
    if options.filters.is_empty() {
        if draw.is_some() {
            steps.take("tests by turns", || suites.run_by_turns());
        }
        steps.take("the system suite, split", || suites.run_split());
    }
    print_slowest(&suites.reports);
    let mut count = suites.count;
    // filters choose among the tests that nextest knows
    if options.filters.is_empty() {
        steps.take("examples in the documentation", || {
            let examples = run_examples()?;
            let failed = examples.failed;
            count = count.plus(examples);
            if failed == 0 { Ok(()) } else { Err("some failed".to_owned()) }
        });
    }
    Ok(count)
}

/// Every test, as this profile has them; a failure ends no other. There are four more at a time than there are cores, for many
/// of them wait: for a server to start, to come back, or to be missed. `NEXTEST_TEST_THREADS` says otherwise.
fn nextest(profile: &str) -> Command {
    const SLOTS: &str = "NEXTEST_TEST_THREADS";
    let mut tests = linting();
    tests.args(["nextest", "run", "--workspace", "--locked", "--no-fail-fast", "--profile", profile]);
    if std::env::var_os(SLOTS).is_none() {
        tests.env(SLOTS, (cores() + 4).to_string());
    }
    tests
}

/// The part that is set, or one that is drawn by the time: the number of the process is the same in each new container.
#[allow(clippy::disallowed_methods, reason = "a die of these tests, which is shown")]
fn part(name: &str, set: Option<&str>) -> Result<u32, String> {
    let Some(text) = set.filter(|text| !text.is_empty()) else {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        // two draws within a microsecond are two
        let drawn = if name == TURN { now.subsec_micros() / PARTS } else { now.subsec_micros() };
        return Ok(drawn % PARTS + 1);
    };
    let part = text.parse().ok().filter(|part| (1..=PARTS).contains(part));
    part.ok_or_else(|| format!("{name} is one of 1 to {PARTS}, not {text:?}"))
}

/// What an ordinary run tries of what is tried by turns.
#[derive(Debug, Clone, Copy)]
struct Draw {
    part: u32,
    turn: u32,
}

/// What nextest runs, with the reports so far.
struct Suites {
    profile: &'static str,
    draw: Option<Draw>,
    reports: String,
    count: TestCounts,
}

impl Suites {
    /// Every test, or those of the filters; what is tried by turns has a suite of its own.
    fn run_all(&mut self, filters: &[String]) -> Result<(), String> {
        let mut tests = nextest(self.profile);
        tests.args(filters);
        if self.draw.is_some() && filters.is_empty() {
            tests.args(["-E", &format!("not ({BY_TURNS})")]);
        }
        self.run(tests)
    }

    fn run_by_turns(&mut self) -> Result<(), String> {
        let mut tests = nextest(self.profile);
        tests.args(["-E", BY_TURNS]);
        self.take_turn(&mut tests);
        self.run(tests)
    }

    /// The tests that run in both shapes, on a split shop: all of them, or one part.
    fn run_split(&mut self) -> Result<(), String> {
        let mut tests = nextest(self.profile);
        let of_both = if self.draw.is_some() { DRAWN_FROM } else { IN_BOTH_SHAPES };
        tests.args(["-E", &format!("{of_both} and not ({OF_ONE_SHAPE})")]).env("ORDO_SHAPE", "split");
        self.take_turn(&mut tests);
        self.run(tests)
    }

    fn take_turn(&self, tests: &mut Command) {
        if let Some(Draw { turn, .. }) = self.draw {
            let part = format!("hash:{turn}/{PARTS}");
            println!("--partition {part} runs it alone");
            // of some parts nothing may be left
            tests.args(["--partition", &part, "--no-tests", "pass"]);
        }
    }

    fn run(&mut self, mut tests: Command) -> Result<(), String> {
        match self.draw {
            Some(Draw { part, .. }) => tests.env(PART, part.to_string()),
            None => tests.env("TEST_LONG", "1"),
        };
        // .config/nextest.toml says so, wherever cargo builds
        let path = root().join("target/nextest").join(self.profile).join("junit.xml");
        // an old one must not be taken for this run's
        let _ = fs::remove_file(&path);
        let done = run_command(&mut tests);
        let report = fs::read_to_string(&path).unwrap_or_default();
        self.count = self.count.plus(TestCounts::of_report(&report));
        self.reports.push_str(&report);
        done
    }
}

/// The examples in doc comments, which nextest does not run.
fn run_examples() -> Result<TestCounts, String> {
    let mut command = linting();
    command.args(["test", "--doc", "--workspace", "--locked", "--no-fail-fast"]);
    let mut child =
        command.stdout(Stdio::piped()).spawn().map_err(|error| format!("cannot run cargo: {error}"))?;
    let mut count = TestCounts::default();
    for line in
        child.stdout.take().into_iter().flat_map(|out| BufReader::new(out).lines()).map_while(Result::ok)
    {
        println!("{line}");
        count = count.plus(TestCounts::of_line(&line));
    }
    let status = child.wait().map_err(|error| format!("cargo: {error}"))?;
    if status.success() || count.failed > 0 { Ok(count) } else { Err(format!("cargo ended with {status}")) }
}

fn print_slowest(report: &str) {
    const SHOWN: usize = 10;
    let mut tests = durations(report);
    tests.sort_by_key(|(_, duration)| std::cmp::Reverse(*duration));
    if !tests.is_empty() {
        println!("\nthe slowest tests");
    }
    for (name, duration) in tests.iter().take(SHOWN) {
        println!("{:>9}  {name}", seconds(*duration));
    }
}

/// Each test in nextest's report with how long it took.
fn durations(report: &str) -> Vec<(String, Duration)> {
    let cases = report.split("<testcase ").skip(1);
    let case = |text: &str| {
        let tag = text.split('>').next()?;
        let seconds: f64 = attribute(tag, "time")?.parse().ok()?;
        let name = format!("{} {}", attribute(tag, "classname")?, attribute(tag, "name")?);
        Some((name, Duration::try_from_secs_f64(seconds).ok()?))
    };
    cases.filter_map(case).collect()
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let begin = tag.find(&format!("{name}=\"")).filter(|at| *at == 0 || tag[..*at].ends_with(' '))?;
    tag[begin + name.len() + 2..].split('"').next()
}

impl TestCounts {
    /// The totals that nextest's report begins with.
    fn of_report(report: &str) -> TestCounts {
        let tag =
            report.split("<testsuites ").nth(1).and_then(|text| text.split('>').next()).unwrap_or_default();
        let number =
            |name| attribute(tag, name).and_then(|text| text.parse::<u64>().ok()).unwrap_or_default();
        let failed = number("failures") + number("errors");
        TestCounts { passed: number("tests").saturating_sub(failed), failed }
    }

    /// What a line such as `test result: ok. 3 passed; 0 failed; …` adds.
    fn of_line(line: &str) -> TestCounts {
        let Some(result) = line.strip_prefix("test result: ") else { return TestCounts::default() };
        let words: Vec<&str> = result.split([' ', ';']).collect();
        let before =
            |what| words.windows(2).find(|pair| pair[1] == what).and_then(|pair| pair[0].parse().ok());
        TestCounts {
            passed: before("passed").unwrap_or_default(),
            failed: before("failed").unwrap_or_default(),
        }
    }

    fn plus(self, other: TestCounts) -> TestCounts {
        TestCounts { passed: self.passed + other.passed, failed: self.failed + other.failed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="nextest-run" tests="3" failures="1" errors="0" uuid="x" time="1.5">
    <testsuite name="kernel" tests="3" disabled="0" errors="0" failures="1">
        <testcase name="id::tests::a" classname="kernel" timestamp="x" time="0.012"></testcase>
        <testcase name="id::tests::b" classname="kernel" timestamp="x" time="1.250"><failure message="m"/></testcase>
        <testcase name="id::tests::c" classname="kernel" timestamp="x" time="0.1"/>
    </testsuite>
</testsuites>"#;

    #[test]
    fn tests_are_counted_from_the_report() {
        assert_eq!(TestCounts::of_report(REPORT), TestCounts { passed: 2, failed: 1 });
        assert_eq!(TestCounts::of_report(""), TestCounts::default());
    }

    #[test]
    fn each_test_in_the_report_has_its_duration() {
        let durations = durations(REPORT);
        assert_eq!(durations.len(), 3);
        assert_eq!(durations[1], ("kernel id::tests::b".to_owned(), Duration::from_millis(1250)));
    }

    #[test]
    fn examples_are_counted_from_their_last_line() {
        let line = "test result: FAILED. 3 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.1s";
        assert_eq!(TestCounts::of_line(line), TestCounts { passed: 3, failed: 2 });
        assert_eq!(TestCounts::of_line("running 5 tests"), TestCounts::default());
    }

    #[test]
    fn the_part_is_drawn_or_set() {
        for name in [PART, TURN] {
            assert!((0..50).all(|_| (1..=PARTS).contains(&part(name, None).unwrap())));
            assert_eq!((part(name, Some("8")), part(name, Some("")).is_ok()), (Ok(8), true));
            for wrong in ["0", "9", "a"] {
                assert!(part(name, Some(wrong)).is_err(), "{wrong}");
            }
        }
    }

    #[test]
    fn an_ordinary_run_is_held_against_its_time() {
        let (minutes, all) = (|n: u64| Duration::from_secs(n * 60), Options::default());
        assert_eq!(held(&all, 2, minutes(30)).as_deref(), Some("30 minutes: held"));
        assert_eq!(
            held(&all, 8, minutes(30) + Duration::from_millis(1)).as_deref(),
            Some("30 minutes: missed")
        );
        // one core, the long form, and a few tests have no such time
        assert_eq!(held(&all, 1, minutes(1)), None);
        assert_eq!(held(&Options { long: true, ..Options::default() }, 2, minutes(1)), None);
        assert_eq!(
            held(&Options { filters: vec!["-E".to_owned()], ..Options::default() }, 2, minutes(1)),
            None
        );
    }

    #[test]
    fn options_are_read() {
        let filters = vec!["-E".to_owned(), "package(db)".to_owned()];
        assert_eq!(
            Options::read(&["--long", "--", "-E", "package(db)"]),
            Ok(Options { long: true, filters })
        );
        assert_eq!(Options::read(&[]), Ok(Options::default()));
        assert!(Options::read(&["--short"]).is_err());
    }
}
