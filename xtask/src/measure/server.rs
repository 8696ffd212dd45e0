//! A server under measurement: started, waited for, stopped.

use crate::steps::now;
use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    sync::mpsc,
    time::Duration,
};

/// How long it may take until it is ready.
const READY_WITHIN: Duration = Duration::from_secs(60);

/// A server that is ready.
#[derive(Debug)]
pub(super) struct MeasuredServer {
    child: Child,
    /// From before it was started until its line that says it is ready.
    pub(super) start: Duration,
    /// `HOST:PORT` of its gateway.
    pub(super) address: String,
}

impl MeasuredServer {
    /// Starts `program` with `arguments`, what it logs going to `log`, and waits until it is ready.
    ///
    /// # Errors
    /// When it ends, or says nothing for a minute.
    pub(super) fn start(program: &Path, arguments: &[&str], log: &Path) -> Result<MeasuredServer, String> {
        let failed = |error| format!("{}: {error}", program.display());
        let log = File::create(log).map_err(failed)?;
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log);
        let begun = now();
        let mut child = command.spawn().map_err(failed)?;
        let ready = child.stdout.take().map(read_ready_line);
        let ready = ready.and_then(|line| line.recv_timeout(READY_WITHIN).ok());
        // made in any case, so that the process ends with it
        let mut server = MeasuredServer { child, start: begun.elapsed(), address: String::new() };
        let late = || format!("{} {} did not get ready", program.display(), arguments.join(" "));
        server.address = ready.ok_or_else(late)?;
        Ok(server)
    }

    /// The number of its process.
    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to stop (SIGTERM), and waits until it has; gives how long that took.
    ///
    /// # Errors
    /// When it does not end well.
    pub(super) fn stop(mut self) -> Result<Duration, String> {
        let begun = now();
        // the shell's own, as a small machine has no program of that name
        crate::steps::run(Command::new("sh").args(["-c", &format!("kill -TERM {}", self.pid())]))?;
        let status = self.child.wait().map_err(|error| format!("waiting for the server: {error}"))?;
        if status.success() { Ok(begun.elapsed()) } else { Err(format!("the server ended with {status}")) }
    }
}

impl Drop for MeasuredServer {
    fn drop(&mut self) {
        // does nothing to one that has stopped and been waited for
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads the output in a thread, to its end so that it never fills; tells when the server is ready, and its address.
fn read_ready_line(output: ChildStdout) -> mpsc::Receiver<String> {
    let (tell, told) = mpsc::channel();
    let work = move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if let Some(rest) = line.strip_prefix("ready gateway=http://") {
                // where nobody waits any more, it is read on nevertheless
                let _ = tell.send(rest.split(' ').next().unwrap_or_default().to_owned());
            }
        }
    };
    #[expect(clippy::disallowed_methods, reason = "a pipe can only be read with a time-out by a thread")]
    std::thread::spawn(work);
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Result<MeasuredServer, String> {
        MeasuredServer::start(Path::new("/bin/sh"), &["-c", script], Path::new("/dev/null"))
    }

    #[test]
    fn a_server_is_started_waited_for_and_stopped() {
        let script = "trap 'exit 0' TERM; echo hello; sleep 0.1; echo ready gateway=http://127.0.0.1:1; \
                      while :; do sleep 0.05; done";
        let server = shell(script).expect("it gets ready");
        assert!(server.start >= Duration::from_millis(100));
        assert!(server.stop().expect("it stops") < Duration::from_secs(10));
    }

    #[test]
    fn a_server_that_ends_is_not_waited_for() {
        let begun = now();
        assert!(shell("exit 1").is_err());
        assert!(begun.elapsed() < READY_WITHIN);
    }
}
