//! A clock that tests move; everything else is the operating system's.

use kernel::{BoxFuture, Env, Host, Timestamp};
use std::{
    fs,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering::SeqCst},
    },
    time::Duration,
};

/// A world of which tests set the clock. Timers of tokio do not follow it, and neither does PostgreSQL.
#[derive(Clone)]
pub struct Clock {
    system: Env,
    ahead_micros: Arc<AtomicI64>,
}

impl Clock {
    /// At the present.
    pub fn new() -> Self {
        Clock { system: crate::real_env::env(), ahead_micros: Arc::default() }
    }
    /// The world with this clock.
    pub fn env(&self) -> Env {
        Env::new(self.clone())
    }
    /// It is so much later.
    pub fn advance(&self, by: Duration) {
        self.ahead_micros.fetch_add(i64::try_from(by.as_micros()).unwrap(), SeqCst);
    }
    /// The clock is set back.
    pub fn set_back(&self, by: Duration) {
        self.ahead_micros.fetch_sub(i64::try_from(by.as_micros()).unwrap(), SeqCst);
    }
}

impl Default for Clock {
    fn default() -> Self {
        Clock::new()
    }
}

impl Host for Clock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.system.now().as_micros() + self.ahead_micros.load(SeqCst))
    }
    fn random(&self, bytes: &mut [u8]) {
        for part in bytes.chunks_mut(32) {
            part.copy_from_slice(&self.system.random::<32>()[..part.len()]);
        }
    }
    fn spawn(&self, name: &'static str, task: BoxFuture<()>) {
        self.system.spawn(name, task);
    }
    fn blocking(&self, work: Box<dyn FnOnce() + Send>) -> BoxFuture<()> {
        let system = self.system.clone();
        Box::pin(async move { system.blocking(work).await.unwrap() })
    }
}

/// Settings with which a process of its own has a clock that is so much ahead; its time-outs run as ever. A library does
/// that, which stands between the process and the operating system.
///
/// # Panics
/// Where that library is not installed.
pub fn ahead(by: Duration) -> Vec<(&'static str, String)> {
    let library = faketime().expect(
        "the tests need libfaketime: install it (Debian: apt-get install libfaketime), or name libfaketime.so.1 in \
         FAKETIME_LIBRARY",
    );
    vec![
        ("LD_PRELOAD", library.display().to_string()),
        ("FAKETIME", format!("+{}s", by.as_secs())),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
    ]
}

/// Removes what that library leaves behind of a process that could not clear up after itself.
pub(crate) fn clear_away(pid: u32) {
    for kind in ["faketime_shm_", "sem.faketime_sem_"] {
        let _ = fs::remove_file(format!("/dev/shm/{kind}{pid}"));
    }
}

fn faketime() -> Option<PathBuf> {
    let named = std::env::var_os("FAKETIME_LIBRARY").map(PathBuf::from);
    let folders = fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    let installed = folders.map(|folder| folder.path().join("faketime/libfaketime.so.1"));
    named.into_iter().chain(installed).find(|library| library.exists())
}
