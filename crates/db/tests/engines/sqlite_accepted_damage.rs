//! A process that is killed while it accepts damage leaves the damage reported as before, or accepted.

use crate::sqlite_pages::{DatabaseWithChecksums, PAGE, PUT, change_in_place, is_changed, notes, open};
use db::{
    params,
    sqlite::{Checkpoints, PageVerification, pages},
};
use std::{
    env::{current_exe, var_os},
    fs,
    os::unix::process::ExitStatusExt,
    path::Path,
    process::{Command, Stdio},
};
use testkit::{syncs, temp_dir::TempDir};

/// In the environment of the process that is killed: the database, and the change of a file at which it is killed.
const DATABASE: &str = "DAMAGED_DATABASE";
const KILL_AT: &str = "KILL_AT";
const SIGKILL: i32 = 9;
const TEST: &str =
    "sqlite_accepted_damage::a_process_that_is_killed_while_it_accepts_damage_leaves_it_reported_or_accepted";

/// What is damaged, how it is done, and what is reported.
struct Harm {
    name: &'static str,
    inflict: fn(&Path),
    reported: &'static [&'static str],
}

const HARMS: [Harm; 4] = [
    Harm {
        name: "a page is changed",
        inflict: |folder| change_page_outside_log(&folder.join("test.db")),
        reported: &["is not as it was written"],
    },
    Harm {
        name: "the log is removed",
        inflict: |folder| fs::remove_file(folder.join("test.db-wal")).unwrap(),
        reported: &["the log beside it is not the one", "another program has written it since"],
    },
    Harm {
        name: "the mark is removed",
        inflict: |folder| fs::remove_file(folder.join(".test.db-told")).unwrap(),
        reported: &[".test.db-told is missing or damaged"],
    },
    Harm {
        name: "the mark is older",
        inflict: |folder| fs::copy(folder.join("older"), folder.join(".test.db-told")).map(drop).unwrap(),
        reported: &[".test.db-told is older than its checksums"],
    },
];

/// Of a page in the log, the file says nothing.
fn change_page_outside_log(database: &Path) {
    for page in 40.. {
        change_in_place(database, page * PAGE + 2000);
        if is_changed(&pages(database).unwrap()) {
            return;
        }
        change_in_place(database, page * PAGE + 2000);
    }
}

fn copy(from: &Path) -> TempDir {
    let to = TempDir::new();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        fs::copy(entry.path(), to.path().join(entry.file_name())).unwrap();
    }
    to
}

/// What `ordo serve --accept-loss` does with a file: it is opened, written to, and taken as it is.
async fn accept(database: &Path) {
    let db = open(database, Checkpoints::Kept);
    db.sqlite().unwrap().set_epoch(7).await.unwrap();
    db.sqlite().unwrap().renew_pages().await.unwrap();
    db.close().await.unwrap();
}

#[tokio::test]
async fn a_process_that_is_killed_while_it_accepts_damage_leaves_it_reported_or_accepted() {
    if let Some(database) = var_os(DATABASE) {
        return accept(Path::new(&database)).await;
    }
    let mut kept = DatabaseWithChecksums::new(21);
    let db = kept.written(1).await;
    db.close().await.unwrap();
    drop(db);
    let older = fs::read(kept.folder.path().join(".test.db-told")).unwrap();
    for _ in 0..3 {
        open(&kept.path(), Checkpoints::Kept).close().await.unwrap();
    }
    let db = open(&kept.path(), Checkpoints::Kept);
    let mut tx = db.begin().await.unwrap();
    tx.run(&PUT, params![0, "in the log"]).await.unwrap();
    tx.commit("test").await.unwrap();
    db.durable().await.unwrap();
    let (whole, expected) = (kept.copy(), notes(&db).await);
    fs::write(whole.path().join("older"), older).unwrap();
    let library = syncs::killing(kept.folder.path(), KILL_AT);
    for harm in &HARMS {
        let (mut kills, mut accepted) = (0, 0);
        loop {
            let killed = copy(whole.path());
            let database = killed.path().join("test.db");
            (harm.inflict)(killed.path());
            let mut command = Command::new(current_exe().unwrap());
            command.args(["--exact", TEST]).env(DATABASE, &database).env(KILL_AT, (kills + 1).to_string());
            command.env("LD_PRELOAD", &library).stdout(Stdio::null());
            let status = command.status().unwrap();
            if status.signal() != Some(SIGKILL) {
                assert!(status.success(), "{}: {status}", harm.name);
                break;
            }
            kills += 1;
            let when = format!("{}, killed at change {kills}", harm.name);
            match pages(&database).unwrap() {
                PageVerification::Changed(what) => {
                    let is_reported = harm.reported.iter().any(|reported| what.contains(reported));
                    assert!(is_reported && accepted == 0, "{when}: {what}");
                }
                found => {
                    accepted += 1;
                    println!("{when}: {found:?}");
                }
            }
            accept(&database).await;
            assert_eq!(pages(&database).unwrap(), PageVerification::Sound, "{when}");
            if harm.name.contains("mark") {
                assert_eq!(notes(&open(&database, Checkpoints::Kept)).await, expected, "{when}");
            }
        }
        println!("{}: {kills} kills, {accepted} of them after it was accepted", harm.name);
        assert!(kills > 10 && accepted > 0 && accepted < kills, "{}: {accepted} of {kills}", harm.name);
    }
}
