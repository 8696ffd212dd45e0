//! Signals to processes that the test has started.
use std::{fs, path::Path, process::Command, thread, time::Duration};

/// Between two looks at whether a process stands still.
const LOOK_AGAIN: Duration = Duration::from_millis(1);
const LOOKS: u32 = 10_000;

/// Sends a signal by its name without `SIG`, as `TERM`. After `STOP` it waits until every thread of the process stands
/// still: the one that runs on another processor goes on for a moment, and may answer in it.
#[allow(clippy::disallowed_methods, reason = "a few milliseconds at most, also where nothing can be awaited")]
pub fn send(pid: u32, name: &str) {
    let sent = Command::new("kill").args(["-s", name, &pid.to_string()]).status();
    assert!(sent.unwrap().success(), "SIG{name} to {pid}");
    if name == "STOP" {
        let mut looks = LOOKS;
        while !stands(pid) {
            looks = looks.checked_sub(1).unwrap_or_else(|| panic!("{pid} does not stand still"));
            thread::sleep(LOOK_AGAIN);
        }
    }
}

fn stands(pid: u32) -> bool {
    let is_stopped = |thread: &Path| {
        let stat = fs::read_to_string(thread.join("stat")).unwrap_or_default();
        // the name before the state is the program's to choose, and may hold anything
        stat.rsplit_once(") ").is_none_or(|(_, state)| state.starts_with('T'))
    };
    let mut threads = fs::read_dir(format!("/proc/{pid}/task")).unwrap();
    threads.all(|thread| is_stopped(&thread.unwrap().path()))
}
