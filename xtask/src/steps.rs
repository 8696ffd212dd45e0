//! Steps of a run: a heading, the work, and at the end a table of what the time went into.

use crate::measure::process;
use std::{
    fmt::Write,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

/// The steps of one run, as they were taken.
#[derive(Debug, Default)]
pub struct Steps(Vec<Step>);

#[derive(Debug)]
struct Step {
    name: String,
    wall: Duration,
    /// What the processes it started took of the processor; `None` where the system does not say.
    cpu: Option<Duration>,
    failure: Option<String>,
}

impl Steps {
    /// Takes a step: prints its name, does the work, prints how it went. Tells whether it went well.
    pub fn take(&mut self, name: &str, work: impl FnOnce() -> Result<(), String>) -> bool {
        println!("\n== {name}");
        let (cpu_before, begun) = (process::cpu_of_children(), now());
        let failure = work().err();
        let wall = begun.elapsed();
        let cpu = cpu_before.and_then(|before| process::cpu_of_children()?.checked_sub(before));
        let outcome = failure.as_deref().map_or("ok".to_owned(), |why| format!("FAILED: {why}"));
        println!("-- {name}: {outcome} ({})", seconds(wall));
        let step = Step { name: name.to_owned(), wall, cpu, failure };
        let well = step.failure.is_none();
        self.0.push(step);
        well
    }

    /// The names of the steps that failed.
    pub fn failed(&self) -> Vec<&str> {
        self.0.iter().filter(|step| step.failure.is_some()).map(|step| step.name.as_str()).collect()
    }

    /// How long they took together.
    pub fn wall(&self) -> Duration {
        self.0.iter().map(|step| step.wall).sum()
    }

    /// What the run spent its time on.
    pub fn table(&self) -> String {
        let mut table = format!("what this run spent its time on\n{:<28}{:>11}{:>11}\n", "", "wall", "CPU");
        let total = Step {
            name: "total".to_owned(),
            wall: self.wall(),
            cpu: self.0.iter().map(|step| step.cpu).sum(),
            failure: None,
        };
        for step in self.0.iter().chain([&total]) {
            let cpu = step.cpu.map_or("?".to_owned(), seconds);
            let mark = if step.failure.is_some() { "  FAILED" } else { "" };
            let _ = writeln!(table, "{:<28}{:>11}{cpu:>11}{mark}", step.name, seconds(step.wall));
        }
        table
    }
}

/// Runs a command, its output where ours goes.
///
/// # Errors
/// When it cannot be started, or fails.
pub fn run(command: &mut Command) -> Result<(), String> {
    let name =
        Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let status = command.status().map_err(|error| format!("cannot run {name}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{name} ended with {status}")) }
}

/// The cargo that runs us, else the one on the path.
///
/// It is not told what cargo told us of our own package: build scripts that look at that (ring's) would run again, and
/// with them all that depends on them, each time `cargo xtask` and `cargo` take turns.
pub fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in std::env::vars_os() {
        let ours = name
            .to_str()
            .is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_"));
        if ours {
            cargo.env_remove(name);
        }
    }
    cargo
}

/// A duration as `12.3 s`.
pub fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}

/// This moment, for measuring durations.
#[expect(clippy::disallowed_methods, reason = "durations of a build; nothing here is simulated")]
pub fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_step_is_named_and_the_others_go_on() {
        let mut steps = Steps::default();
        assert!(steps.take("one", || Ok(())));
        assert!(!steps.take("two", || Err("it broke".to_owned())));
        assert!(steps.take("three", || Ok(())));
        assert_eq!(steps.failed(), ["two"]);
        let table = steps.table();
        let marked: Vec<_> = table.lines().filter(|line| line.ends_with("FAILED")).collect();
        assert!(marked.len() == 1 && marked[0].starts_with("two"), "{table}");
        assert_eq!(table.lines().count(), 2 + 3 + 1);
    }

    #[test]
    fn a_command_that_fails_or_is_not_there_is_an_error() {
        assert!(run(&mut Command::new("true")).is_ok());
        assert!(run(&mut Command::new("false")).is_err());
        assert!(run(&mut Command::new("no-such-command-anywhere")).is_err());
    }
}
