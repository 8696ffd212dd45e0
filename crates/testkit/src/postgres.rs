//! A private PostgreSQL for tests: a server of this process's own, in a temporary folder, on a free port.
//!
//! The binaries come from `PATH` or `/usr/lib/postgresql/*/bin`; without them tests fail, and say what to
//! install. The server runs as an unprivileged user, syncs to disk as in production, and ends with this
//! process however that ends: a guard of its own watches a pipe that the process holds.
//!
//! Who needs an empty database and nothing of its server asks for [`database`].

mod run_server;
mod template;

use std::{
    fs,
    io::Write,
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};
use template::{Owner, copy_template, find_binaries, new_folder, try_make};

/// The name of the superuser; the server trusts whoever reaches its port on 127.0.0.1.
const USER: &str = "ordo";

/// The database that a server begins with.
const FIRST: &str = "postgres";

/// Durable as in production, small, and leaving nothing outside its folder.
const SETTINGS: [&str; 9] = [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "fsync=on",
    "max_connections=60",
    "shared_buffers=32MB",
    "dynamic_shared_memory_type=mmap",
    "recovery_init_sync_method=syncfs",
    "log_min_messages=warning",
    // a process that has nothing to do
    "max_logical_replication_workers=0",
];

/// A server of this process's own.
#[derive(Debug)]
pub struct Postgres {
    binaries: PathBuf,
    folder: PathBuf,
    port: u16,
    owner: Owner,
    /// Settings that win over those of all.
    instead: &'static [&'static str],
    server: Option<Child>,
    /// How many databases it was asked for.
    databases: AtomicU32,
    /// Kept for its standard input: when it closes, the guard ends the server and removes the folder.
    _guard: Child,
}

impl Postgres {
    /// Makes a server and waits until it answers.
    #[must_use]
    pub fn start() -> Self {
        let binaries = find_binaries();
        let owner = Owner::find();
        let folder = new_folder(&owner);
        copy_template(&binaries, &owner, &folder);
        let guard = guard(&folder, UNTIL_THIS_PROCESS_ENDS);
        Self::launch(binaries, owner, folder, &[], guard)
    }

    /// The same, with all that it keeps on this disk, whose power can be cut.
    ///
    /// # Panics
    /// When there is one already.
    #[must_use]
    pub fn start_on(disk: &Path) -> Self {
        Self::place_on(disk, &[])
    }

    /// The same, which syncs nothing: a cut of the power loses what it has acknowledged.
    ///
    /// # Panics
    /// When there is one already.
    #[must_use]
    pub fn start_without_syncs_on(disk: &Path) -> Self {
        Self::place_on(disk, &["fsync=off"])
    }

    fn place_on(disk: &Path, instead: &'static [&'static str]) -> Self {
        let (binaries, owner, folder) = (find_binaries(), Owner::find(), disk.join("postgres"));
        assert!(try_make(&folder, &owner), "{} is there already", folder.display());
        copy_template(&binaries, &owner, &folder);
        let guard = guard(&folder, UNTIL_THIS_PROCESS_ENDS);
        Self::launch(binaries, owner, folder, instead, guard)
    }

    /// With a data folder that is there.
    fn launch(
        binaries: PathBuf,
        owner: Owner,
        folder: PathBuf,
        instead: &'static [&'static str],
        guard: Child,
    ) -> Self {
        let databases = AtomicU32::new(0);
        let mut server =
            Postgres { binaries, folder, port: 0, owner, instead, server: None, databases, _guard: guard };
        // another process may take a free port before the server does
        for _ in 0..5 {
            server.port = crate::port::free();
            if server.try_launch() {
                return server;
            }
        }
        panic!("PostgreSQL does not start:\n{}", server.log())
    }

    /// Makes a standby of this server, which hears of everything that is written here from now on, and can be read.
    #[must_use]
    pub fn standby(&self) -> Self {
        self.standby_by(self.port)
    }

    /// The same, to which the way leads over this port of 127.0.0.1.
    #[must_use]
    pub fn standby_by(&self, port: u16) -> Self {
        let folder = new_folder(&self.owner);
        let mut copy = Command::new(self.binaries.join("pg_basebackup"));
        copy.args(["-h", "127.0.0.1", "-U", USER, "-p"]).arg(port.to_string());
        copy.args(["--write-recovery-conf", "--checkpoint=fast", "--no-sync", "-D"]).arg(folder.join("data"));
        self.owner.check(copy.current_dir(&folder));
        let guard = guard(&folder, UNTIL_THIS_PROCESS_ENDS);
        Self::launch(self.binaries.clone(), self.owner, folder, self.instead, guard)
    }

    /// The standby is a server of its own from now on, and takes writes.
    pub fn promote(&self) {
        let mut promote = Command::new(self.binaries.join("pg_ctl"));
        promote.args(["promote", "-w", "-D"]).arg(self.folder.join("data"));
        self.owner.check(promote.current_dir(&self.folder));
    }

    /// What comes from the primary is written down and not shown, or shown again.
    pub fn hold_back(&self, is_held: bool) {
        let word = if is_held { "pause" } else { "resume" };
        let sql = format!("select pg_wal_replay_{word}()");
        run(self.client("psql").args(["-q", "-d", FIRST, "-c", &sql]));
    }

    /// The address of a database of this server.
    pub fn url(&self, database: &str) -> String {
        url(self.port, database)
    }

    /// The folder of `pg_dump`, `pg_restore`, `psql` and the like.
    pub fn binaries(&self) -> &Path {
        &self.binaries
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Makes an empty database with a name of its own, and gives its address. The first is the one that a server begins
    /// with: most tests need no other, and making one takes as long as starting the server.
    pub fn new_database(&self) -> String {
        let count = self.databases.fetch_add(1, Ordering::Relaxed);
        if count == 0 {
            return self.url(FIRST);
        }
        let name = format!("test_{count}");
        let mut create = self.client("createdb");
        run(create.arg(&name));
        self.url(&name)
    }

    /// Makes a database with all that is in another one, to which nobody may be connected, and gives its address.
    pub fn copy_of(&self, database: &str) -> String {
        let (count, from) = (self.databases.fetch_add(1, Ordering::Relaxed), name_of(database));
        let name = format!("test_{count}");
        // whoever makes it is connected to neither
        run(self.client("createdb").args(["--maintenance-db=template1", "-T", from]).arg(&name));
        self.url(&name)
    }

    /// Makes a role that may make a schema in the database at this address, and gives the address with which it comes
    /// in. What others have in there it may not read.
    pub fn new_role(&self, database: &str, name: &str) -> String {
        let database = name_of(database);
        let sql = format!("create role {name} login; grant create on database {database} to {name}");
        run(self.client("psql").args(["-q", "-d", database, "-c", &sql]));
        format!("postgres://{name}@127.0.0.1:{}/{database}", self.port)
    }

    /// From now on the server takes encrypted connections too, with a certificate for `localhost` of an authority made
    /// for it. Gives the file of that authority's certificate.
    pub fn encrypt(&mut self) -> PathBuf {
        const KEY: [&str; 5] = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
        let openssl = |arguments: &[&str]| {
            let mut command = Command::new("openssl");
            self.owner.check(command.args(arguments).current_dir(&self.folder));
        };
        let authority =
            ["-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=an authority of tests"];
        openssl(&[&["req", "-x509"], &KEY[..], &authority].concat());
        let request = ["-keyout", "data/server.key", "-out", "server.csr", "-subj", "/CN=localhost"];
        openssl(&[&["req"], &KEY[..], &request].concat());
        let names = self.folder.join("names");
        fs::write(&names, "subjectAltName=DNS:localhost\n").expect("a folder of ours");
        fs::set_permissions(&names, fs::Permissions::from_mode(0o644)).expect("a file of ours");
        let sign =
            ["x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"];
        openssl(&[&sign[..], &["-days", "2", "-extfile", "names", "-out", "data/server.crt"]].concat());
        let settings = fs::OpenOptions::new().append(true).open(self.folder.join("data/postgresql.conf"));
        settings.and_then(|mut file| file.write_all(b"ssl = on\n")).expect("a file of ours");
        self.restart();
        self.folder.join("ca.pem")
    }

    /// From now on the server, which has been made to encrypt, lets in nobody who does not, or has another password than
    /// this one. Gives the address of this database for who does and has.
    pub fn guard(&mut self, database: &str, password: &str) -> String {
        let database = name_of(database);
        let sql = format!("alter role {USER} password '{password}'");
        run(self.client("psql").args(["-q", "-d", database, "-c", &sql]));
        let rules = format!("hostssl all {USER} 127.0.0.1/32 scram-sha-256\n");
        fs::write(self.folder.join("data/pg_hba.conf"), rules).expect("a file of ours");
        self.restart();
        format!("postgres://{USER}:{password}@localhost:{}/{database}", self.port)
    }

    /// Ends the server as a power cut would: no process of it does anything more.
    pub fn kill(&mut self) {
        let Some(mut server) = self.server.take() else { return };
        server.kill().expect("a child of ours can be killed");
        server.wait().expect("a child of ours can be waited for");
        // the others end when they find that the postmaster is gone; a new one waits for their shared memory
        let _ = fs::remove_file(self.folder.join("data/postmaster.pid"));
    }

    /// SIGSTOP to all of its processes: nothing is written any more.
    pub fn freeze(&self) {
        // once the postmaster stands still, no other begins; one may end by itself
        for _ in 0..2 {
            for pid in self.all_processes() {
                crate::signal::send_where_it_runs(pid, "STOP");
            }
        }
    }

    /// SIGKILL of all of its processes, also of those that stand still.
    pub fn kill_all(&mut self) {
        let others = self.all_processes();
        self.kill();
        for pid in others.into_iter().skip(1) {
            crate::signal::send_where_it_runs(pid, "KILL");
        }
    }

    /// The postmaster and its children, each of which has a process group of its own.
    fn all_processes(&self) -> Vec<u32> {
        let Some(postmaster) = self.server.as_ref().map(Child::id) else { return Vec::new() };
        let listed = fs::read_to_string(format!("/proc/{postmaster}/task/{postmaster}/children"));
        let children = listed.unwrap_or_default();
        let children = children.split_whitespace().filter_map(|pid| pid.parse().ok());
        std::iter::once(postmaster).chain(children).collect()
    }

    /// Ends the server in an orderly way, without waiting for its clients.
    pub fn stop(&mut self) {
        self.end("INT");
    }

    fn end(&mut self, name: &str) {
        let Some(mut server) = self.server.take() else { return };
        crate::signal::send(server.id(), name);
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

    /// Starts the server; no when it ended again, or did not get ready.
    fn try_launch(&mut self) -> bool {
        let log = fs::OpenOptions::new().create(true).append(true).open(self.folder.join("log"));
        let mut command = Command::new(self.binaries.join("postgres"));
        command.arg("-D").arg(self.folder.join("data")).arg("-c").arg(format!("port={}", self.port));
        // of two that have one name the last one counts
        command.args(SETTINGS.iter().chain(self.instead).flat_map(|setting| ["-c", setting]));
        command.current_dir(&self.folder).process_group(0);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log.expect("the log can be written"));
        let mut server = self.owner.command(&mut command).spawn().expect("postgres can be started");
        for _ in 0..2_000 {
            if server.try_wait().expect("a child of ours can be asked").is_some() {
                return false;
            }
            if self.is_ready(server.id()) {
                self.server = Some(server);
                return true;
            }
            pause(5);
        }
        let _ = server.kill();
        let _ = server.wait();
        false
    }

    /// The server says so itself, in its own folder: something else may listen on the port.
    fn is_ready(&self, pid: u32) -> bool {
        let status = fs::read_to_string(self.folder.join("data/postmaster.pid")).unwrap_or_default();
        let mut lines = status.lines();
        lines.next() == Some(pid.to_string().as_str()) && lines.next_back().map(str::trim) == Some("ready")
    }

    fn client(&self, program: &str) -> Command {
        client(&self.binaries, program, self.port)
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.end("QUIT"); // at once, and unlike a kill without leaving shared memory behind
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The address of a new, empty database: on a server that the tests of a run of nextest share, else on one that this
/// process's tests share. What is the server's and not the database's (roles, how many are connected) is everybody's.
pub async fn database() -> String {
    static OWN: OnceLock<Postgres> = OnceLock::new();
    let make =
        || run_server::new_database().unwrap_or_else(|| OWN.get_or_init(Postgres::start).new_database());
    crate::real_env::env().blocking(make).await.expect("PostgreSQL starts")
}

/// Until whom the guard waits: its standard input closes with this process, however that ends.
const UNTIL_THIS_PROCESS_ENDS: &str = "read -r _";

/// A process that waits, and then ends the server and removes its folder.
fn guard(folder: &Path, wait: &str) -> Child {
    const END: &str = "pid=$(head -n 1 \"$0/data/postmaster.pid\" 2>/dev/null) \
        && kill -QUIT \"$pid\" 2>/dev/null && sleep 1; rm -rf \"$0\"";
    let mut command = Command::new("sh");
    command.args(["-c", &format!("{wait}; {END}")]).arg(folder).process_group(0);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("sh can be started")
}

/// One of PostgreSQL's programs, which asks the server on this port.
fn client(binaries: &Path, program: &str, port: u16) -> Command {
    let mut command = Command::new(binaries.join(program));
    command.args(["-h", "127.0.0.1", "-U", USER, "-p"]).arg(port.to_string());
    command
}

fn url(port: u16, database: &str) -> String {
    format!("postgres://{USER}@127.0.0.1:{port}/{database}")
}

/// The name of the database at an address.
fn name_of(database: &str) -> &str {
    database.rsplit('/').next().unwrap_or_default()
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

/// Statements that make a function for triggers, `lose()`: the first two writes that it sees in a database fail as a
/// serialization failure does, which can happen to anybody at any time. A sequence counts them, since it alone is not
/// taken back with what failed.
pub const LOSES_TWICE: [&str; 2] = [
    "create sequence losses",
    "create function lose() returns trigger language plpgsql as $$
     begin
         if nextval('losses') <= 2 then
             raise exception 'the other one was faster' using errcode = 'serialization_failure';
         end if;
         return new;
     end $$",
];
