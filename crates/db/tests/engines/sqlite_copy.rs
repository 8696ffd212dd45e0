//! Copies of files that are being written: all of them as they were at one moment.

use crate::on_both::{SCHEMA, count, insert};
use db::{Db, ErrorKind, migrate, sqlite};
use std::{
    cell::Cell,
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
};
use testkit::{real_env::env, temp_dir::TempDir};

async fn opened(path: &Path) -> Db {
    let db = sqlite::open(path, env(), sqlite::Options::default()).unwrap();
    migrate(&db, "test", SCHEMA).await.unwrap();
    db
}

fn of(folder: &TempDir, names: [&str; 2]) -> [PathBuf; 2] {
    names.map(|name| folder.path().join(name))
}

/// Whatever is in the second file was in the first one before.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn copies_of_files_that_are_written_are_of_one_moment() {
    const COPIES: usize = 40;
    let folder = TempDir::new();
    let [first, second] = of(&folder, ["first.db", "second.db"]);
    let (one, other) = (opened(&first).await, opened(&second).await);
    let ends = Arc::new(AtomicBool::new(false));
    let (ended, writers) = (ends.clone(), (one.clone(), other.clone()));
    let writing = tokio::spawn(async move {
        for id in 0.. {
            if ended.load(SeqCst) {
                return id;
            }
            insert(&writers.0, id).await.unwrap();
            insert(&writers.1, id).await.unwrap();
        }
        0
    });
    let mut counts = Vec::new();
    for n in 0..COPIES {
        let into = [format!("{n}-first.db"), format!("{n}-second.db")].map(|name| folder.path().join(name));
        let files: Vec<_> = [&first, &second].into_iter().cloned().zip(into.clone()).collect();
        tokio::task::spawn_blocking(move || sqlite::copy(&files, |_, _| {})).await.unwrap().unwrap();
        let found = [count(&opened(&into[0]).await).await, count(&opened(&into[1]).await).await];
        assert!(found[0] == found[1] || found[0] == found[1] + 1, "{found:?} are not of one moment");
        counts.push(found[0]);
    }
    ends.store(true, SeqCst);
    let written = writing.await.unwrap();
    assert!(counts[0] < written && counts.is_sorted(), "{counts:?} of {written}");
    assert_eq!(count(&one).await, written);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_is_whole_without_a_log_and_leaves_the_original_as_it_was() {
    let folder = TempDir::new();
    let [from, to] = of(&folder, ["from.db", "to.db"]);
    let db = opened(&from).await;
    for id in 0..2_000 {
        insert(&db, id).await.unwrap();
    }
    let log = from.with_extension("db-wal");
    let before = (fs::read(&from).unwrap(), fs::read(&log).unwrap());
    assert!(!before.1.is_empty(), "nothing is in the log");
    let told = Cell::new((0, 0));
    sqlite::copy(&[(from.clone(), to.clone())], |copied, all| {
        assert!(copied > told.get().0 && copied <= all);
        told.set((copied, all));
    })
    .unwrap();
    assert_eq!(told.get(), (fs::metadata(&to).unwrap().len(), fs::metadata(&to).unwrap().len()));
    assert!((fs::read(&from).unwrap(), fs::read(&log).unwrap()) == before);
    for end in ["db-wal", "db-shm", "db-journal"] {
        assert!(!to.with_extension(end).exists(), "{end}");
    }
    assert_eq!(count(&opened(&to).await).await, 2_000);
}

#[test]
fn what_is_no_database_is_not_copied() {
    let folder = TempDir::new();
    let [from, to] = of(&folder, ["from.db", "to.db"]);
    let copy = || sqlite::copy(&[(from.clone(), to.clone())], |_, _| {}).unwrap_err();
    let missing = copy();
    assert!(missing.message.contains("from.db"), "{missing}");
    fs::write(&from, "this is no database, however long it is".repeat(100)).unwrap();
    assert_eq!(copy().kind, ErrorKind::Damaged);
}
