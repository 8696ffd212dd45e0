//! `cargo xtask measure`: what the binary costs when nobody uses it, or with many orders, each figure beside its target.

mod client;
mod orders;
pub mod process;
mod server;

use crate::{
    steps::{cargo, now, run as run_command},
    tree::{output, root, target},
};
use process::Memory;
use server::MeasuredServer;
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

const START_MAX: Duration = Duration::from_millis(200);
const MEMORY_MB_MAX: f64 = 40.0;
/// One tick of the kernel's clock: less than this in the whole window is nothing measurable.
const IDLE_CPU_MAX: Duration = Duration::from_millis(10);

/// After a start, what was postponed is done: then it is idle.
const SETTLE: Duration = Duration::from_secs(5);
const IDLE_WINDOW: Duration = Duration::from_secs(10);

/// How to measure.
#[derive(Debug, PartialEq, Eq)]
pub struct Options {
    /// How many starts the median is taken of.
    pub starts: usize,
    /// How many orders the shop has that is measured instead, if any.
    pub orders: Option<usize>,
    /// The empty PostgreSQL database to which that shop is moved.
    pub to: Option<String>,
}

impl Options {
    /// Reads `[--starts N | --orders N [--to URL]]`.
    ///
    /// # Errors
    /// When there is anything else, or N is not a number from 1.
    pub fn read(arguments: &[&str]) -> Result<Options, String> {
        let count = |n: &str| n.parse().ok().filter(|n| *n > 0);
        let of_orders = |n: &str, to: Option<&str>| {
            Some(Options { starts: 0, orders: Some(count(n)?), to: to.map(str::to_owned) })
        };
        let options = match arguments {
            [] => Some(Options { starts: 11, orders: None, to: None }),
            ["--starts", n] => count(n).map(|starts| Options { starts, orders: None, to: None }),
            ["--orders", n] => of_orders(n, None),
            ["--orders", n, "--to", url] => of_orders(n, Some(url)),
            _ => None,
        };
        options.ok_or_else(|| {
            "`cargo xtask measure [--starts N | --orders N [--to URL]]`, with N from 1, is expected"
                .to_owned()
        })
    }
}

/// A figure and its target.
struct Measurement {
    name: String,
    measured: String,
    target: String,
    is_kept: bool,
}

/// Builds the release binary, measures it, prints the figures.
///
/// # Errors
/// When it cannot be built, does not get ready or does not stop; and when a target is missed.
pub fn run(options: &Options) -> Result<(), String> {
    run_command(cargo().args(["build", "--release", "--locked", "-p", "ordo"]))?;
    let binary = target()?.join("release/ordo");
    let place = TemporaryFolder::new(&target()?.join(format!("measure-{}", std::process::id())))?;
    println!("{}", machine());
    println!("one 4 KiB write and fsync on this disk: {}", fsync_probe(&place.0)?);
    println!("started as: ordo {}\n", arguments(&place.0).join(" "));
    let shop = Shop { binary, place };
    let lines = match options.orders {
        Some(count) => orders::measure(&shop, count, options.to.as_deref())?,
        None => at_rest(&shop, options.starts)?,
    };
    println!("{:<52}{:>14}  target", "", "measured");
    for Measurement { name, measured, target, is_kept } in &lines {
        println!("{name:<52}{measured:>14}  {target}{}", if *is_kept { "" } else { "  MISSED" });
    }
    match lines.iter().filter(|line| !line.is_kept).count() {
        0 => Ok(()),
        1 => Err("a target is missed".to_owned()),
        missed => Err(format!("{missed} targets are missed")),
    }
}

/// What the program costs when nobody uses it.
fn at_rest(shop: &Shop, starts: usize) -> Result<Vec<Measurement>, String> {
    shop.start(&["--demo"])?.stop()?;
    let (starts, idle) = shop.starts(starts)?;
    let mut lines = Vec::new();
    let mut line = |name: String, measured: String, target: String, is_kept: bool| {
        lines.push(Measurement { name, measured, target, is_kept });
    };
    let start = median(&starts);
    line(
        format!("start to ready, existing shop, median of {}", starts.len()),
        millis(start),
        millis(START_MAX),
        start <= START_MAX,
    );
    for (name, bytes) in [("resident (RSS)", idle.memory.rss), ("proportional (PSS)", idle.memory.pss)] {
        let used = megabytes(bytes);
        let target = format!("{MEMORY_MB_MAX} MB");
        line(format!("idle memory, {name}"), format!("{used:.1} MB"), target, used <= MEMORY_MB_MAX);
    }
    let window = format!("idle CPU over {} s", IDLE_WINDOW.as_secs());
    line(window, millis(idle.cpu), format!("under {}", millis(IDLE_CPU_MAX)), idle.cpu < IDLE_CPU_MAX);
    Ok(lines)
}

/// What one running server takes when nobody asks it anything.
struct Idle {
    memory: Memory,
    cpu: Duration,
}

/// A shop to start again and again.
struct Shop {
    binary: PathBuf,
    place: TemporaryFolder,
}

impl Shop {
    fn start(&self, more: &[&str]) -> Result<MeasuredServer, String> {
        let own = arguments(&self.place.0);
        let words: Vec<&str> = own.iter().map(String::as_str).chain(more.iter().copied()).collect();
        let log = self.place.0.join("log");
        let said = || fs::read_to_string(&log).unwrap_or_default();
        MeasuredServer::start(&self.binary, &words, &log).map_err(|error| format!("{error}\n{}", said()))
    }

    /// Starts it so many times, and checks the last one while it is idle.
    fn starts(&self, times: usize) -> Result<(Vec<Duration>, Idle), String> {
        let mut starts = Vec::new();
        loop {
            let server = self.start(&[])?;
            starts.push(server.start);
            if starts.len() == times {
                let idle = idle(server.pid())?;
                server.stop()?;
                return Ok((starts, idle));
            }
            server.stop()?;
        }
    }
}

fn arguments(place: &Path) -> Vec<String> {
    let data = place.join("data").display().to_string();
    let settings = place.join("ordo.toml");
    let mut words = ["serve", "--data", &data, "--listen", "127.0.0.1:0"].map(str::to_owned).to_vec();
    if settings.exists() {
        words.extend(["--config".to_owned(), settings.display().to_string()]);
    }
    words
}

fn idle(pid: u32) -> Result<Idle, String> {
    wait(SETTLE);
    let before = process::cpu(pid)?;
    wait(IDLE_WINDOW);
    Ok(Idle { memory: process::memory(pid)?, cpu: process::cpu(pid)?.saturating_sub(before) })
}

#[expect(clippy::disallowed_methods, reason = "nothing else runs in this process")]
fn wait(duration: Duration) {
    std::thread::sleep(duration);
}

/// What the figures were taken on.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("processor unknown");
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split_whitespace().next().unwrap_or("unknown");
    let commit = output(Command::new("git").current_dir(root()).args(["rev-parse", "--short", "HEAD"]));
    let commit = commit.unwrap_or_else(|_| "unknown".to_owned());
    let model = model.trim_start_matches([':', ' ', '\t']);
    format!("commit {}, {cores} cores, {model}, load {load}", commit.trim())
}

/// How long a small durable write takes: the median and the slowest of many.
fn fsync_probe(place: &Path) -> Result<String, String> {
    const TIMES: usize = 200;
    let path = place.join("fsync");
    let failed = |error| format!("{}: {error}", path.display());
    let mut file = fs::File::create(&path).map_err(failed)?;
    let mut times = Vec::new();
    for _ in 0..TIMES {
        let begun = now();
        file.write_all(&[7; 4096]).and_then(|()| file.sync_data()).map_err(failed)?;
        times.push(begun.elapsed());
    }
    let slowest = times.iter().max().copied().unwrap_or_default();
    Ok(format!("median {}, slowest {} of {TIMES}", millis(median(&times)), millis(slowest)))
}

/// A folder that is gone afterwards.
struct TemporaryFolder(PathBuf);

impl TemporaryFolder {
    fn new(path: &Path) -> Result<TemporaryFolder, String> {
        fs::create_dir_all(path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(TemporaryFolder(path.to_owned()))
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The middle one, of an even number the later of the two; zero of none.
fn median(durations: &[Duration]) -> Duration {
    let mut sorted = durations.to_vec();
    sorted.sort();
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

fn millis(duration: Duration) -> String {
    format!("{:.1} ms", duration.as_secs_f64() * 1000.0)
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_one() {
        let of =
            |millis: &[u64]| median(&millis.iter().copied().map(Duration::from_millis).collect::<Vec<_>>());
        assert_eq!(of(&[9, 1, 5]), Duration::from_millis(5));
        assert_eq!(of(&[4, 1]), Duration::from_millis(4));
        assert_eq!(of(&[]), Duration::ZERO);
    }

    #[test]
    fn a_small_write_is_measured_and_its_place_is_gone_afterwards() {
        let path = std::env::temp_dir().join(format!("fsync-probe-{}", std::process::id()));
        let place = TemporaryFolder::new(&path).expect("it can be made");
        assert!(fsync_probe(&place.0).expect("it can be written").starts_with("median "));
        drop(place);
        assert!(!path.exists());
    }

    #[test]
    fn the_number_of_starts_is_read() {
        let starts = Options { starts: 3, orders: None, to: None };
        assert_eq!(Options::read(&["--starts", "3"]), Ok(starts));
        let moved = Options { starts: 0, orders: Some(9), to: Some("postgres://db/shop".to_owned()) };
        assert_eq!(Options::read(&["--orders", "9", "--to", "postgres://db/shop"]), Ok(moved));
        for wrong in [&["--starts", "0"][..], &["--starts"], &["3"], &["--orders", "9", "--to"]] {
            assert!(Options::read(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn an_idle_process_takes_nothing_measurable() {
        let sleeper = Command::new("sleep").arg("30").spawn();
        let mut sleeper = sleeper.expect("sleep is there");
        wait(Duration::from_millis(200));
        let before = process::cpu(sleeper.id());
        wait(Duration::from_millis(500));
        let after = process::cpu(sleeper.id());
        sleeper.kill().and_then(|()| sleeper.wait()).expect("it can be ended");
        assert!(after.expect("read") - before.expect("read") < IDLE_CPU_MAX);
    }
}
