//! A private PostgreSQL for tests: a server of this process's own, in a temporary folder, on a free port.
//!
//! The binaries come from `PATH` or `/usr/lib/postgresql/*/bin`; without them tests fail, and say what to
//! install. The server runs as an unprivileged user, syncs to disk as in production, and ends with this
//! process however that ends: a guard of its own watches a pipe that the process holds.

use std::{
    fs,
    io::ErrorKind,
    net::TcpListener,
    os::unix::{fs::MetadataExt, fs::PermissionsExt, fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Mutex, OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

/// The name of the superuser; the server trusts whoever reaches its port on 127.0.0.1.
const USER: &str = "ordo";

/// A server of this process's own.
#[derive(Debug)]
pub struct Postgres {
    binaries: PathBuf,
    folder: PathBuf,
    port: u16,
    owner: Owner,
    server: Option<Child>,
    /// Kept for its standard input: when it closes, the guard ends the server and removes the folder.
    _guard: Child,
}

impl Postgres {
    /// Makes a server and waits until it answers.
    #[must_use]
    pub fn start() -> Self {
        let binaries = find_binaries();
        let owner = Owner::find();
        let template = template(&binaries, &owner);
        let folder = new_folder(&owner);
        owner.check(Command::new("cp").arg("-a").arg(&template).arg(folder.join("data")));
        let guard = guard(&folder);
        let mut server = Postgres { binaries, folder, port: 0, owner, server: None, _guard: guard };
        // another process may take a free port before the server does
        for _ in 0..5 {
            server.port = free_port();
            if server.try_launch() {
                return server;
            }
        }
        panic!("PostgreSQL does not start:\n{}", server.log())
    }

    /// The address of a database of this server.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://{USER}@127.0.0.1:{}/{database}", self.port)
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Makes an empty database with a name of its own, and gives its address.
    pub fn new_database(&self) -> String {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let mut create = self.client("createdb");
        run(create.arg(&name));
        self.url(&name)
    }

    /// Ends the server as a power cut would: no process of it does anything more.
    pub fn kill(&mut self) {
        let Some(mut server) = self.server.take() else { return };
        server.kill().expect("a child of ours can be killed");
        server.wait().expect("a child of ours can be waited for");
        // the others end when they find that the postmaster is gone; a new one waits for their shared memory
        let _ = fs::remove_file(self.folder.join("data/postmaster.pid"));
    }

    /// Ends the server in an orderly way, as far as it goes without waiting for its clients.
    pub fn stop(&mut self) {
        let Some(mut server) = self.server.take() else { return };
        run(Command::new("kill").arg("-INT").arg(server.id().to_string()));
        server.wait().expect("a child of ours can be waited for");
    }

    /// Starts the server again, at the same address.
    pub fn restart(&mut self) {
        self.stop();
        for _ in 0..20 {
            if self.try_launch() {
                return;
            }
            pause(100); // the dead server's backends may hold its shared memory for a moment
        }
        panic!("PostgreSQL does not start again:\n{}", self.log())
    }

    fn try_launch(&mut self) -> bool {
        let log = fs::OpenOptions::new().create(true).append(true).open(self.folder.join("log"));
        let log = log.expect("the log can be written");
        let mut command = Command::new(self.binaries.join("postgres"));
        command.arg("-D").arg(self.folder.join("data"));
        let port = format!("port={}", self.port);
        for setting in [
            &port,
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "fsync=on",
            "max_connections=60",
            "shared_buffers=32MB",
            "log_min_messages=warning",
        ] {
            command.arg("-c").arg(setting);
        }
        command
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .process_group(0);
        let mut server = self.owner.command(&mut command).spawn().expect("postgres can be started");
        for _ in 0..1_000 {
            if server.try_wait().expect("a child of ours can be asked").is_some() {
                return false;
            }
            let ready = self.client("pg_isready").arg("-q").status().expect("pg_isready can be started");
            if ready.success() {
                self.server = Some(server);
                return true;
            }
            pause(10);
        }
        let _ = server.kill();
        let _ = server.wait();
        false
    }

    fn client(&self, program: &str) -> Command {
        let mut command = Command::new(self.binaries.join(program));
        command.args(["-h", "127.0.0.1", "-U", USER, "-p"]).arg(self.port.to_string());
        command
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.kill();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The address of a new, empty database, on a server that this process's tests share.
pub async fn database() -> String {
    static SHARED: OnceLock<Postgres> = OnceLock::new();
    let make = || SHARED.get_or_init(Postgres::start).new_database();
    crate::world::env().blocking(make).await.expect("PostgreSQL starts")
}

/// The folder of `postgres` and `initdb`; the newest where there are several.
fn find_binaries() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let in_path =
        std::env::split_paths(&path).find(|p| p.join("initdb").exists() && p.join("postgres").exists());
    let version = |p: &PathBuf| p.to_string_lossy().parse::<u32>().unwrap_or(0);
    let installed = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = installed.map(|e| PathBuf::from(e.file_name())).max_by_key(version);
    let packaged = newest.map(|v| Path::new("/usr/lib/postgresql").join(v).join("bin"));
    in_path.or(packaged).filter(|p| p.join("initdb").exists()).expect(
        "the tests need PostgreSQL 15 or newer: install it (Debian: apt-get install postgresql), \
         or put the folder with initdb and postgres on PATH",
    )
}

/// Who runs the server: PostgreSQL refuses to run as root.
#[derive(Debug, Clone, Copy)]
struct Owner(Option<(u32, u32)>);

impl Owner {
    fn find() -> Self {
        let self_is = fs::metadata("/proc/self").expect("/proc is there").uid();
        if self_is != 0 {
            return Owner(None);
        }
        let users = fs::read_to_string("/etc/passwd").expect("/etc/passwd can be read");
        let ids = |name: &str| {
            let line = users.lines().find(|l| l.split(':').next() == Some(name))?;
            let mut fields = line.split(':').skip(2);
            Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
        };
        let found = ids("postgres").or_else(|| ids("nobody"));
        Owner(Some(found.expect("root needs a user `postgres` or `nobody` to run PostgreSQL as")))
    }

    fn command<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        if let Some((user, group)) = self.0 {
            command.uid(user).gid(group);
        }
        command
    }

    fn check(&self, command: &mut Command) {
        run(self.command(command));
    }
}

/// A folder that only the owner may enter.
fn new_folder(owner: &Owner) -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    loop {
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("ordo-postgres-{}-{count}", std::process::id()));
        match fs::create_dir(&folder) {
            Err(e) if e.kind() == ErrorKind::AlreadyExists => continue, // left by a process of the same number
            made => made.expect("the temporary folder can be written"),
        }
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).expect("a folder of ours");
        if let Some((user, group)) = owner.0 {
            chown(&folder, Some(user), Some(group)).expect("root may give a folder away");
        }
        return folder;
    }
}

/// A fresh data folder, made once per machine, version and user: copying it is quicker than making it.
fn template(binaries: &Path, owner: &Owner) -> PathBuf {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _alone = ONE_AT_A_TIME.lock();
    let version =
        Command::new(binaries.join("postgres")).arg("--version").output().expect("postgres can be run");
    let version = String::from_utf8_lossy(&version.stdout);
    let version: String = version.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect();
    let user =
        owner.0.map_or_else(|| fs::metadata("/proc/self").expect("/proc is there").uid(), |(user, _)| user);
    let finished = std::env::temp_dir().join(format!("ordo-postgres-template-{version}-{user}"));
    if finished.join("data").exists() {
        return finished.join("data");
    }
    let folder = new_folder(owner);
    let mut initdb = Command::new(binaries.join("initdb"));
    initdb.arg("-D").arg(folder.join("data")).args([
        "-U",
        USER,
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C",
    ]);
    owner.check(initdb.args(["--wal-segsize=1", "--no-sync"]).current_dir(&folder));
    // whole or not at all; when another process was faster, its template serves
    if fs::rename(&folder, &finished).is_err() {
        let _ = fs::remove_dir_all(&folder);
    }
    finished.join("data")
}

/// A process that outlives this one just long enough to end the server and remove its folder.
fn guard(folder: &Path) -> Child {
    const SCRIPT: &str = "read -r _; \
        pid=$(head -n 1 \"$0/data/postmaster.pid\" 2>/dev/null) && kill -QUIT \"$pid\" 2>/dev/null && sleep 1; \
        rm -rf \"$0\"";
    let mut command = Command::new("sh");
    command.args(["-c", SCRIPT]).arg(folder).process_group(0);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("sh can be started")
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port of 127.0.0.1 is free");
    listener.local_addr().expect("it is bound").port()
}

fn run(command: &mut Command) {
    let output = command.stdin(Stdio::null()).output().unwrap_or_else(|e| panic!("{command:?}: {e}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {}\n{said}", output.status);
}

#[allow(clippy::disallowed_methods, reason = "no runtime is needed to wait for a process")]
fn pause(millis: u64) {
    std::thread::sleep(Duration::from_millis(millis));
}
