//! The data folder that each server begins with: made once, and copied.

use super::{USER, run};
use crate::temp_dir::place;
use std::{
    fs,
    io::ErrorKind,
    os::unix::{fs::MetadataExt, fs::PermissionsExt, fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicU32, Ordering},
    },
};

/// The folder of the server's programs: the one that PATH leads to, else the newest that is installed.
pub(super) fn find_binaries() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut in_path = std::env::split_paths(&path).filter_map(|folder| {
        let program = folder.join("initdb").canonicalize().ok()?; // on PATH there may be a link to it alone
        Some(program.parent()?.to_owned())
    });
    let installed = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let version = |path: &PathBuf| path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok());
    let newest = || installed.map(|entry| entry.path()).max_by_key(version).map(|path| path.join("bin"));
    let is_whole = |folder: &PathBuf| {
        let programs = ["initdb", "postgres", "createdb"];
        programs.iter().all(|program| folder.join(program).exists())
    };
    in_path.find(is_whole).or_else(newest).filter(is_whole).expect(
        "the tests need PostgreSQL 15 or newer: install it (Debian: apt-get install postgresql), \
         or put the folder with initdb, postgres and createdb on PATH",
    )
}

/// Who runs the server: PostgreSQL refuses to run as root.
#[derive(Debug, Clone, Copy)]
pub(super) struct Owner(Option<(u32, u32)>);

impl Owner {
    pub(super) fn find() -> Self {
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

    pub(super) fn command<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        if let Some((user, group)) = self.0 {
            command.uid(user).gid(group);
        }
        command
    }

    pub(super) fn check(&self, command: &mut Command) {
        run(self.command(command));
    }
}

/// A folder that only the owner may enter.
pub(super) fn new_folder(owner: &Owner) -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    loop {
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = place().join(format!("ordo-postgres-{}-{count}", std::process::id()));
        // one may be left by a process of the same number
        if try_make(&folder, owner) {
            return folder;
        }
    }
}

/// Makes such a folder; no when it is there.
pub(super) fn try_make(folder: &Path, owner: &Owner) -> bool {
    match fs::create_dir(folder) {
        Err(e) if e.kind() == ErrorKind::AlreadyExists => return false,
        made => made.expect("the temporary folder can be written"),
    }
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).expect("a folder of ours");
    if let Some((user, group)) = owner.0 {
        chown(folder, Some(user), Some(group)).expect("root may give a folder away");
    }
    true
}

/// Gives a server's folder the data that each begins with.
pub(super) fn copy_template(binaries: &Path, owner: &Owner, folder: &Path) {
    let template = template(binaries, owner);
    owner.check(Command::new("cp").arg("-a").arg(&template).arg(folder.join("data")));
}

/// A fresh data folder, made once per machine, program and user: copying it is quicker than making it.
fn template(binaries: &Path, owner: &Owner) -> PathBuf {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _alone = ONE_AT_A_TIME.lock();
    // to ask it for its version takes a tenth of the time that a server takes
    let program = fs::metadata(binaries.join("postgres")).expect("postgres can be read");
    let version = format!("{}-{}", program.mtime(), program.len());
    let user =
        owner.0.map_or_else(|| fs::metadata("/proc/self").expect("/proc is there").uid(), |(user, _)| user);
    let finished = place().join(format!("ordo-postgres-template-{version}-{user}"));
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
    drop_what_nobody_copies(binaries, owner, &folder);
    // whole or not at all; when another process was faster, its template serves
    if fs::rename(&folder, &finished).is_err() {
        let _ = fs::remove_dir_all(&folder);
    }
    finished.join("data")
}

/// The second template, a third of all files: new databases are made from the first.
fn drop_what_nobody_copies(binaries: &Path, owner: &Owner, folder: &Path) {
    const STATEMENTS: [&str; 2] = [
        "update pg_database set datistemplate = false where datname = 'template0';",
        "drop database template0;",
    ];
    let input = folder.join("statements");
    fs::write(&input, STATEMENTS.join("\n")).expect("a folder of ours");
    let mut single = Command::new(binaries.join("postgres"));
    single.args(["--single", "-D"]).arg(folder.join("data")).arg("template1").current_dir(folder);
    single.stdin(fs::File::open(&input).expect("a file of ours")).stdout(Stdio::null());
    let done = owner.command(&mut single).output().expect("postgres can be run");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}
