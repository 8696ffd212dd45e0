//! A private NATS for tests: a server with JetStream of this process's own, or a cluster of three, in a temporary
//! folder, on free ports.
//!
//! The program comes from `PATH`; without it tests fail, and say what to install. The servers end with this process
//! however that ends: a guard watches a pipe that the process holds.

pub mod accounts;

use crate::{poll_until::wait_for, signal, temp_dir::place};
use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

/// One server, or a cluster of three with replicated streams; ended when it is dropped.
#[derive(Debug)]
pub struct Nats {
    folder: PathBuf,
    nodes: Vec<Node>,
    /// Kept for its standard input: when it closes, the guard ends the servers and removes the folder.
    _guard: Child,
}

/// How the nodes of a cluster of three find one another.
#[derive(Debug)]
pub struct Routes {
    /// Where each listens for the others.
    pub ports: [u16; 3],
    /// Where each finds the others: proxies in front of them, perhaps.
    pub to: [Vec<SocketAddr>; 3],
}

#[derive(Debug)]
struct Node {
    port: u16,
    folder: PathBuf,
    server: Option<Child>,
}

impl Nats {
    /// A server, which answers.
    #[must_use]
    pub fn start() -> Nats {
        Nats::begin(1, "", None)
    }

    /// The same, with all that it keeps on this disk, whose power can be cut.
    #[must_use]
    pub fn start_on(disk: &Path) -> Nats {
        let folder = disk.join("nats");
        fs::create_dir(&folder).unwrap();
        Nats::begin_in(folder, 1, "", None)
    }

    /// A server with more settings, such as `authorization { token: secret }`.
    #[must_use]
    pub fn with(settings: &str) -> Nats {
        Nats::begin(1, settings, None)
    }

    /// Three servers that have found one another.
    #[must_use]
    pub fn cluster() -> Nats {
        Nats::begin(3, "", None)
    }

    /// The same, and they find one another so, and no other way.
    #[must_use]
    pub fn cluster_by(routes: &Routes) -> Nats {
        Nats::begin(3, "", Some(routes))
    }

    fn begin(count: usize, settings: &str, routes: Option<&Routes>) -> Nats {
        Nats::begin_in(new_folder(), count, settings, routes)
    }

    fn begin_in(folder: PathBuf, count: usize, settings: &str, routes: Option<&Routes>) -> Nats {
        let found = Command::new("nats-server").arg("--version").stdout(Stdio::null()).status();
        let found = found.is_ok_and(|status| status.success());
        assert!(
            found,
            "the tests need NATS 2.9 or newer: put nats-server on PATH (Debian: apt-get install nats-server)"
        );
        let mut nats = Nats { nodes: Vec::new(), _guard: guard(&folder), folder };
        // another process may take a free port before the servers do
        for _ in 0..5 {
            nats.lay_out(count, settings, routes);
            if (0..count).all(|node| nats.nodes[node].launch()) && nats.has_leader() {
                return nats;
            }
            (0..count).for_each(|node| nats.kill(node));
        }
        panic!("NATS does not start:\n{}", nats.log(0))
    }

    /// Writes the settings of all nodes.
    fn lay_out(&mut self, count: usize, settings: &str, routes: Option<&Routes>) {
        let ports = crate::port::several(2 * count);
        self.nodes.clear();
        for node in 0..count {
            let folder = self.folder.join(format!("node{node}"));
            let _ = fs::remove_dir_all(&folder);
            fs::create_dir_all(&folder).unwrap();
            let mut text = format!(
                "server_name: node{node}\nlisten: \"127.0.0.1:{}\"\npid_file: \"{}\"\nlog_file: \"{}\"\n\
                 jetstream {{ store_dir: \"{}\", max_memory_store: 64MB, max_file_store: 1GB }}\n{settings}\n",
                ports[node],
                folder.join("pid").display(),
                folder.join("log").display(),
                folder.join("store").display(),
            );
            if count > 1 {
                text.push_str(&cluster(&ports[count..], node, routes));
            }
            fs::write(folder.join("conf"), text).unwrap();
            self.nodes.push(Node { port: ports[node], folder, server: None });
        }
    }

    /// The addresses of all servers, with commas between.
    pub fn url(&self) -> String {
        let urls: Vec<String> =
            self.nodes.iter().map(|node| format!("nats://127.0.0.1:{}", node.port)).collect();
        urls.join(",")
    }

    /// The address of one, for a proxy in front of it.
    pub fn address(&self, node: usize) -> SocketAddr {
        ([127, 0, 0, 1], self.nodes[node].port).into()
    }

    /// SIGKILL.
    pub fn kill(&mut self, node: usize) {
        if let Some(mut server) = self.nodes[node].server.take() {
            server.kill().unwrap();
            server.wait().unwrap();
            // the guard is not to end another process of this number
            let _ = fs::remove_file(self.nodes[node].folder.join("pid"));
        }
    }

    /// Starts a server again, at the same address and with what it has kept.
    pub fn restart(&mut self, node: usize) {
        self.kill(node);
        assert!(self.nodes[node].launch(), "NATS does not start again:\n{}", self.log(node));
    }

    /// Kills a server and removes all that it has kept.
    pub fn wipe(&mut self, node: usize) {
        self.kill(node);
        fs::remove_dir_all(self.nodes[node].folder.join("store")).unwrap();
    }

    /// SIGSTOP: it does nothing any more, and its connections stay open.
    pub fn freeze(&self, node: usize) {
        self.signal(node, "STOP");
    }

    /// SIGCONT.
    pub fn thaw(&self, node: usize) {
        self.signal(node, "CONT");
    }

    fn signal(&self, node: usize, name: &str) {
        let server = self.nodes[node].server.as_ref().expect("it runs");
        signal::send(server.id(), name);
    }

    /// How many of the servers keep this stream.
    pub fn copies(&self, stream: &str) -> usize {
        self.nodes.iter().filter(|node| node.keeps(stream)).count()
    }

    /// What a server has logged.
    pub fn log(&self, node: usize) -> String {
        self.nodes[node].log()
    }

    /// Waits until the nodes of a cluster have agreed on who leads; no when they do not.
    fn has_leader(&self) -> bool {
        let leads = |node: &Node| node.log().contains("JetStream cluster new metadata leader");
        self.nodes.len() == 1 || wait_for(|| self.nodes.iter().any(leads).then_some(true)).unwrap_or(false)
    }
}

impl Drop for Nats {
    fn drop(&mut self) {
        (0..self.nodes.len()).for_each(|node| self.kill(node));
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Node {
    /// Whether it keeps this stream, of whichever account.
    fn keeps(&self, stream: &str) -> bool {
        let accounts = fs::read_dir(self.folder.join("store/jetstream")).into_iter().flatten().flatten();
        accounts.map(|account| account.path().join("streams").join(stream)).any(|kept| kept.is_dir())
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    /// Starts it; no when it ends again, or does not get ready.
    fn launch(&mut self) -> bool {
        let ready = |log: &str| log.matches("Server is ready").count();
        let before = ready(&self.log());
        let mut command = Command::new("nats-server");
        command.arg("-c").arg(self.folder.join("conf"));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut server = command.spawn().expect("nats-server can be started");
        let is_ready = wait_for(|| match server.try_wait().unwrap() {
            Some(_) => Some(false),
            None => (ready(&self.log()) > before).then_some(true),
        });
        self.server = Some(server);
        is_ready.unwrap_or(false)
    }
}

/// The settings of a node among others.
fn cluster(ports: &[u16], node: usize, routes: Option<&Routes>) -> String {
    let (port, others, told) = match routes {
        None => {
            let others = ports.iter().map(|port| SocketAddr::from(([127, 0, 0, 1], *port))).collect();
            (ports[node], others, "")
        }
        // nodes tell one another where the others are: nobody is there
        Some(routes) => (routes.ports[node], routes.to[node].clone(), ", advertise: \"127.0.0.1:1\""),
    };
    let others: Vec<String> = others.iter().map(|other| format!("\"nats://{other}\"")).collect();
    let others = others.join(", ");
    format!(
        "cluster {{ name: test, no_advertise: true, listen: \"127.0.0.1:{port}\"{told}, routes: [{others}] }}\n"
    )
}

/// An empty one.
fn new_folder() -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let folder = place().join(format!("ordo-nats-{}-{count}", std::process::id()));
    let _ = fs::remove_dir_all(&folder); // left by a process of the same number
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// A process that outlives this one just long enough to end the servers and remove their folder.
fn guard(folder: &Path) -> Child {
    use std::os::unix::process::CommandExt;
    const SCRIPT: &str = "read -r _; for pid in \"$0\"/*/pid; do kill -KILL \"$(cat \"$pid\")\" 2>/dev/null; done; \
                          rm -rf \"$0\"";
    let mut command = Command::new("sh");
    command.args(["-c", SCRIPT]).arg(folder).process_group(0);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("sh can be started")
}
