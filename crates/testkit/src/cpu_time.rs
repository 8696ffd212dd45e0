//! What a process has had of the processors. Unlike what a clock tells, it does not grow with what runs beside it.

use std::{collections::BTreeMap, fs, time::Duration};
use tokio::time::sleep;

/// What a thread is at is counted once it has done it: so long and so often it is waited for that all are at rest.
const A_MOMENT: Duration = Duration::from_millis(2);
const LOOKS: usize = 10;

/// What each thread of a process has had already, in nanoseconds (`schedstat` of proc(5)).
#[derive(Debug, PartialEq)]
pub struct CpuTime(BTreeMap<String, u64>);
impl CpuTime {
    /// By this process, as soon as it rests.
    ///
    /// # Panics
    /// When it does not run, or nobody counts what it does.
    pub async fn by(pid: u32) -> CpuTime {
        let mut now = CpuTime::until_now(pid);
        for _ in 0..LOOKS {
            sleep(A_MOMENT).await;
            let before = std::mem::replace(&mut now, CpuTime::until_now(pid));
            if now == before {
                break;
            }
        }
        assert!(now.0.values().sum::<u64>() > 0, "nobody counts what {pid} does");
        now
    }
    fn until_now(pid: u32) -> CpuTime {
        let threads = fs::read_dir(format!("/proc/{pid}/task")).unwrap();
        let of_thread = |thread: fs::DirEntry| {
            // one that has ended in the meantime is none
            let told = fs::read_to_string(thread.path().join("schedstat")).ok()?;
            let nanoseconds = told.split_whitespace().next()?.parse().unwrap();
            Some((thread.file_name().into_string().unwrap(), nanoseconds))
        };
        CpuTime(threads.filter_map(|thread| of_thread(thread.unwrap())).collect())
    }
    /// What it worked since; nothing, where a thread has ended: nobody knows what that one did.
    pub fn since(&self, before: &CpuTime) -> Option<Duration> {
        before.0.keys().all(|thread| self.0.contains_key(thread)).then(|| {
            let of_thread = |(thread, now): (&String, &u64)| now - before.0.get(thread).unwrap_or(&0);
            Duration::from_nanos(self.0.iter().map(of_thread).sum())
        })
    }
}
