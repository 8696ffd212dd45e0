//! What a process takes of the machine, as Linux tells in `/proc`.

use std::{fs, time::Duration};

/// What a process holds in memory, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// Resident: every page that is mapped and present.
    pub rss: u64,
    /// Proportional: what is shared with others is divided among them.
    pub pss: u64,
}

/// The memory of a process.
///
/// # Errors
/// When the process is not there, or may not be checked.
pub fn memory(pid: u32) -> Result<Memory, String> {
    let text = read(&format!("/proc/{pid}/smaps_rollup"))?;
    parse_memory(&text).ok_or_else(|| format!("process {pid}: no memory in smaps_rollup"))
}

/// The processor time of all threads of a process, to the nanosecond. Threads that ended are not in it.
///
/// # Errors
/// When the process is not there.
pub fn cpu(pid: u32) -> Result<Duration, String> {
    let folder = format!("/proc/{pid}/task");
    let threads = fs::read_dir(&folder).map_err(|error| format!("{folder}: {error}"))?;
    let mut total = Duration::ZERO;
    for thread in threads.flatten() {
        // a thread may end while we look
        let text = fs::read_to_string(thread.path().join("schedstat")).unwrap_or_default();
        total += parse_schedstat(&text).unwrap_or_default();
    }
    Ok(total)
}

/// The processor time of the processes that this one started and that have ended.
pub fn cpu_of_children() -> Option<Duration> {
    parse_cpu_of_children(&fs::read_to_string("/proc/self/stat").ok()?)
}

fn read(path: &str) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))
}

fn parse_memory(smaps_rollup: &str) -> Option<Memory> {
    let bytes = |name: &str| {
        let line = smaps_rollup.lines().find_map(|line| line.strip_prefix(name))?;
        let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
        Some(kib * 1024)
    };
    Some(Memory { rss: bytes("Rss:")?, pss: bytes("Pss:")? })
}

/// The first of three numbers: nanoseconds on a processor.
fn parse_schedstat(schedstat: &str) -> Option<Duration> {
    Some(Duration::from_nanos(schedstat.split_whitespace().next()?.parse().ok()?))
}

/// Fields 16 and 17: ticks of ended children, in user and in system mode. A tick is 10 ms on Linux.
fn parse_cpu_of_children(stat: &str) -> Option<Duration> {
    // field 2 is the name in parentheses, which may hold spaces
    let after_name = &stat[stat.rfind(')')? + 1..];
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    let ticks = |field: usize| fields.get(field - 3)?.parse::<u64>().ok();
    Some(Duration::from_millis((ticks(16)? + ticks(17)?) * 10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_in_bytes() {
        let text = "5581-7ffd ---p 00000000 00:00 0  [rollup]\nRss:            1584 kB\nPss:             139 kB\nPss_Dirty:  96 kB\n";
        assert_eq!(parse_memory(text), Some(Memory { rss: 1584 * 1024, pss: 139 * 1024 }));
        assert_eq!(parse_memory("Rss: 1 kB"), None);
    }

    #[test]
    fn processor_time_is_read() {
        assert_eq!(parse_schedstat("1234567 89 10\n"), Some(Duration::from_nanos(1_234_567)));
        let stat = "7 (a ) b) S 1 7 7 0 -1 4194304 100 200 0 0 5 6 150 50 20 0 1 0 100";
        assert_eq!(parse_cpu_of_children(stat), Some(Duration::from_millis(2000)));
    }

    #[test]
    fn this_process_can_be_looked_at() {
        let own = memory(std::process::id()).expect("it may look at itself");
        assert!(own.rss > 100_000 && own.pss <= own.rss, "{own:?}");
        assert!(cpu(std::process::id()).expect("it may look at itself") > Duration::ZERO);
        assert!(memory(u32::MAX).is_err() && cpu(u32::MAX).is_err());
    }
}
