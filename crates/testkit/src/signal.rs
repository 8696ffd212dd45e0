//! Signals to processes that the test has started.

use crate::poll_until::wait_for;
use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

/// Sends a signal by its name without `SIG`, as `TERM`. After `STOP` it waits until every thread of the process stands
/// still: the one that runs on another processor goes on for a moment, and may answer in it.
pub fn send(pid: u32, name: &str) {
    assert!(send_where_it_runs(pid, name), "SIG{name} to {pid}");
}

/// The same; no where there is no such process any more.
pub fn send_where_it_runs(pid: u32, name: &str) -> bool {
    let sent = Command::new("kill").args(["-s", name, &pid.to_string()]).stderr(Stdio::null()).status();
    let is_sent = sent.unwrap().success();
    if is_sent && name == "STOP" {
        wait_for(|| stands(pid).then_some(true)).unwrap_or_else(|| panic!("{pid} does not stand still"));
    }
    is_sent
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
