//! A private HAProxy for tests, in front of what they name.
//!
//! The program comes from `PATH`; without it tests fail, and say what to install. It ends with this process however that
//! ends: a guard watches a pipe that the process holds.

use crate::temp_dir::TempDir;
use std::{
    fs,
    net::{SocketAddr, TcpStream},
    process::{Child, Command, Stdio},
    time::Duration,
};

/// Until it answers.
const TRIES: u32 = 1_000;
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// Running; ended when it is dropped.
#[derive(Debug)]
pub struct HaProxy {
    proxy: Child,
    /// Kept for its standard input: when it closes, the guard ends the proxy.
    guard: Child,
    _folder: TempDir,
}

impl HaProxy {
    /// With this configuration, which listens there.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn start(configuration: &str, listens: SocketAddr) -> HaProxy {
        let folder = TempDir::new();
        let path = folder.path().join("haproxy.cfg");
        fs::write(&path, configuration).unwrap();
        let mut command = Command::new("haproxy");
        command.arg("-db").arg("-f").arg(&path);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit());
        let proxy = command.spawn();
        let proxy = proxy.expect(
            "the tests need HAProxy 2.6 or newer: put haproxy on PATH (Debian: apt-get install haproxy)",
        );
        let guard = guard(proxy.id());
        let mut started = HaProxy { proxy, guard, _folder: folder };
        started.wait(listens);
        started
    }

    #[allow(clippy::disallowed_methods, reason = "no runtime is needed to wait for a process")]
    fn wait(&mut self, listens: SocketAddr) {
        for _ in 0..TRIES {
            let ended = self.proxy.try_wait().unwrap();
            assert!(ended.is_none(), "HAProxy does not start: {ended:?}");
            if TcpStream::connect(listens).is_ok() {
                return;
            }
            std::thread::sleep(LOOK_AGAIN);
        }
        panic!("HAProxy does not listen at {listens}");
    }
}

impl Drop for HaProxy {
    fn drop(&mut self) {
        // before the proxy, or it could end another process of this number
        let _ = self.guard.kill();
        let _ = self.guard.wait();
        let _ = self.proxy.kill();
        let _ = self.proxy.wait();
    }
}

/// A process that outlives this one just long enough to end the proxy.
fn guard(proxy: u32) -> Child {
    use std::os::unix::process::CommandExt;
    let mut command = Command::new("sh");
    command.args(["-c", "read -r _; kill -KILL \"$0\" 2>/dev/null", &proxy.to_string()]).process_group(0);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("sh can be started")
}
