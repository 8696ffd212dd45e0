//! One server for all the tests of a run, each of which has databases of its own there: a server for each test would take
//! twice the time.
//!
//! nextest runs each test in a process of its own, and tells it which run it is of. The first that needs a database starts
//! the server; a guard ends it with the run. A test's databases are dropped when the test has ended, by the next one that
//! makes some.

use super::{
    FIRST, Postgres, client, guard, run,
    template::{Owner, copy_template, find_binaries, try_make},
    url,
};
use crate::temp_dir::place;
use std::{
    fs::{self, File},
    os::unix::process::parent_id,
    path::{Path, PathBuf},
    process::Child,
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

/// What nextest calls a run.
const RUN: &str = "NEXTEST_RUN_ID";

/// What it has instead of some of [`super::SETTINGS`], for as many as there are at a time. Nobody kills it or cuts its
/// power, so that nothing needs to be synced; and no test of its own server ran for long enough to see a vacuum.
const INSTEAD: [&str; 5] =
    ["fsync=off", "full_page_writes=off", "autovacuum=off", "max_connections=500", "shared_buffers=128MB"];

struct RunServer {
    binaries: PathBuf,
    folder: PathBuf,
    port: u16,
}

/// Makes an empty database on the server of this run, and gives its address; none where there is no run.
pub(super) fn new_database() -> Option<String> {
    static OF_THIS_RUN: OnceLock<Option<RunServer>> = OnceLock::new();
    Some(OF_THIS_RUN.get_or_init(RunServer::find).as_ref()?.new_database())
}

impl RunServer {
    fn find() -> Option<RunServer> {
        let run = std::env::var(RUN).ok()?;
        let (binaries, owner) = (find_binaries(), Owner::find());
        let folder = place().join(format!("ordo-postgres-of-run-{run}"));
        try_make(&folder, &owner);
        let lock = File::create(folder.join("lock")).expect("a folder of ours");
        lock.lock().expect("a file of ours"); // until this returns
        let told = folder.join("port");
        let port = match fs::read_to_string(&told) {
            Ok(port) => port.parse().expect("a number: it is written under the lock"),
            Err(_) => {
                let port = start(&binaries, owner, &folder);
                fs::write(&told, port.to_string()).expect("a folder of ours");
                port
            }
        };
        Some(RunServer { binaries, folder, port })
    }

    fn new_database(&self) -> String {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let mut psql = client(&self.binaries, "psql", self.port);
        psql.args(["-q", "-v", "ON_ERROR_STOP=1", "-d", FIRST]);
        for left in self.left() {
            psql.arg("-c").arg(format!("drop database if exists {left} with (force)"));
        }
        // a copy of the files is quicker than one through the journal, where nothing is synced
        psql.arg("-c").arg(format!("create database {name} strategy file_copy"));
        fs::write(self.databases().join(&name), "").expect("a folder of ours");
        run(&mut psql);
        url(self.port, &name)
    }

    /// A file for each database.
    fn databases(&self) -> PathBuf {
        self.folder.join("databases")
    }

    /// Those of tests that have ended; each of them is given to one who asks.
    fn left(&self) -> Vec<String> {
        let entries = fs::read_dir(self.databases()).expect("a folder of ours").flatten();
        let is_left = |name: &String| {
            let owner = name.split('_').nth(1).unwrap_or_default();
            !Path::new("/proc").join(owner).exists()
        };
        let left = entries.filter_map(|entry| entry.file_name().into_string().ok()).filter(is_left);
        left.filter(|name| fs::remove_file(self.databases().join(name)).is_ok()).collect()
    }
}

/// Starts the server of the run, which outlives this process.
fn start(binaries: &Path, owner: Owner, folder: &Path) -> u16 {
    // what one that was killed has left
    let _ = fs::remove_dir_all(folder.join("data"));
    copy_template(binaries, &owner, folder);
    fs::create_dir_all(folder.join("databases")).expect("a folder of ours");
    let guard = guard_of_run(folder);
    let server = Postgres::launch(binaries.to_owned(), owner, folder.to_owned(), &INSTEAD, guard);
    let port = server.port;
    std::mem::forget(server); // to drop it is to end it
    port
}

/// Waits for the end of nextest, whose child this process is.
fn guard_of_run(folder: &Path) -> Child {
    let nextest = parent_id();
    guard(folder, &format!("while kill -0 {nextest} 2>/dev/null; do sleep 1; done"))
}
