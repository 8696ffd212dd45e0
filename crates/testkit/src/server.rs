//! The program as a process of the test's own: started, killed, stopped, started again on the same data.

use std::{
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex, Weak, mpsc},
    thread,
    time::Duration,
};

/// The longest that a start may take, on a loaded machine and without optimisation.
const START_WITHIN: Duration = Duration::from_secs(60);
/// The lines of the log that a failure shows.
const LOG_LINES_SHOWN: usize = 40;

/// How the program is started.
#[derive(Debug, Clone)]
pub struct Launch {
    /// The program.
    pub program: PathBuf,
    /// Its data folder.
    pub data: PathBuf,
    /// Where it listens: the same each time, so that clients find it again.
    pub listen: String,
    /// `serve` and what follows.
    pub arguments: Vec<String>,
    /// Settings, as environment variables.
    pub settings: Vec<(String, String)>,
}

impl Launch {
    /// `ordo serve` on this data folder, at a free port of 127.0.0.1.
    #[must_use]
    pub fn new(program: impl Into<PathBuf>, data: &Path) -> Self {
        let port = crate::port::free();
        Launch {
            program: program.into(),
            data: data.to_owned(),
            listen: format!("127.0.0.1:{port}"),
            arguments: vec!["serve".to_owned()],
            settings: vec![("ORDO_LOG".to_owned(), "warn".to_owned())],
        }
    }
    /// The same, with a setting.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.settings.push((name.to_owned(), value.to_string()));
        self
    }
    /// The command, without the parent's own settings.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        for (name, _) in std::env::vars_os().filter(|(n, _)| n.to_string_lossy().starts_with("ORDO_")) {
            command.env_remove(name);
        }
        command.current_dir(self.data.parent().unwrap_or(Path::new("/")));
        command.arg("--data").arg(&self.data).args(arguments);
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
    }
    /// Starts it, and waits until it says that it is ready.
    ///
    /// # Panics
    /// When it does not.
    #[must_use]
    pub fn start(&self) -> Server {
        self.try_start().unwrap_or_else(|log| panic!("the program does not start:\n{log}"))
    }
    /// Starts it; the log when it ends instead of saying that it is ready.
    ///
    /// # Errors
    /// The end of its log.
    pub fn try_start(&self) -> Result<Server, String> {
        let arguments: Vec<&str> = self.arguments.iter().map(String::as_str).collect();
        let mut command = self.command(&arguments);
        command.arg("--listen").arg(&self.listen);
        let spawned = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = spawned.unwrap_or_else(|e| panic!("{}: {e}", self.program.display()));
        let log = Arc::new(Mutex::new(String::new()));
        let stderr = child.stderr.take().unwrap();
        let reading = collect(stderr, log.clone());
        let ready = ready_line(&mut child);
        let mut server = Server { child, listeners: Vec::new(), lines: Vec::new(), log, reading };
        match ready.recv_timeout(START_WITHIN) {
            Ok((listeners, lines)) => {
                (server.listeners, server.lines) = (listeners, lines);
                Ok(server)
            }
            Err(_) => {
                server.kill();
                Err(server.whole_log())
            }
        }
    }
}

/// Names of listeners and where they answer, as the ready line has them.
type Listeners = Vec<(String, String)>;

/// Reads standard output up to the ready line, and goes on reading so that the pipe never fills.
#[allow(clippy::disallowed_methods, reason = "a pipe is read by a thread of its own")]
fn ready_line(child: &mut Child) -> mpsc::Receiver<(Listeners, Vec<String>)> {
    let stdout = BufReader::new(child.stdout.take().unwrap());
    let (tell, ready) = mpsc::channel();
    thread::spawn(move || {
        let mut before = Vec::new();
        for line in stdout.lines().map_while(Result::ok) {
            let listeners = line.strip_prefix("ready ").map(|rest| {
                let pairs = rest.split_whitespace().filter_map(|pair| pair.split_once('='));
                pairs.map(|(name, url)| (name.to_owned(), url.to_owned())).collect()
            });
            match listeners {
                Some(listeners) => drop(tell.send((listeners, std::mem::take(&mut before)))),
                None => before.push(line),
            }
        }
    });
    ready
}

#[allow(clippy::disallowed_methods, reason = "a pipe is read by a thread of its own")]
fn collect(mut pipe: impl Read + Send + 'static, log: Arc<Mutex<String>>) -> Weak<()> {
    let reading = Arc::new(());
    let done = Arc::downgrade(&reading);
    thread::spawn(move || {
        let _reading = reading;
        let mut buffer = [0; 4096];
        while let Ok(read @ 1..) = pipe.read(&mut buffer) {
            log.lock().unwrap().push_str(&String::from_utf8_lossy(&buffer[..read]));
        }
    });
    done
}

/// A running program; killed when it is dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    listeners: Listeners,
    lines: Vec<String>,
    log: Arc<Mutex<String>>,
    /// Gone when the log has been read to its end.
    reading: Weak<()>,
}

impl Server {
    /// Where it answers: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> &str {
        self.listener("gateway")
    }
    /// Where the listener of this name answers.
    ///
    /// # Panics
    /// When there is none.
    pub fn listener(&self, name: &str) -> &str {
        let found = self.listeners.iter().find(|(known, _)| known == name);
        found.map_or_else(|| panic!("no listener {name}: {:?}", self.listeners), |(_, url)| url)
    }
    /// What it printed before it was ready.
    pub fn printed(&self) -> &[String] {
        &self.lines
    }
    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }
    /// The end of its log.
    pub fn log(&self) -> String {
        let log = self.log.lock().unwrap();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(LOG_LINES_SHOWN)..].join("\n")
    }
    /// Whether it has logged these words.
    pub fn has_said(&self, words: &str) -> bool {
        self.log.lock().unwrap().contains(words)
    }
    /// All that it has logged; after its end, when the last of it has been read.
    pub fn whole_log(&mut self) -> String {
        let _ = self.child.wait();
        while self.reading.upgrade().is_some() {
            std::thread::yield_now();
        }
        self.log.lock().unwrap().clone()
    }
    /// SIGKILL: nothing is finished, nothing is flushed.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        crate::clock::clear_away(self.pid());
    }
    /// Whether it has ended by itself.
    pub fn has_ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().unwrap()
    }
    /// Asks it to stop (SIGTERM), and waits for it. What it logged is shown where the test fails later.
    pub fn stop(mut self) -> ExitStatus {
        crate::signal::send(self.pid(), "TERM");
        let ended = self.child.wait().unwrap();
        println!("the end of the log of the program that was stopped:\n{}", self.log());
        ended
    }
}
impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            eprintln!("the end of the program's log:\n{}", self.log());
        }
    }
}
