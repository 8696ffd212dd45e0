//! Damage that is found while a file is in use: in pages that a quick start left uncompared, and in the log.

use crate::sqlite_pages::{DatabaseWithChecksums, PAGE, PUT, change_in_place, is_changed, open, settled};
use db::{
    Db, params,
    sqlite::{Checkpoints, Durability, Options, PageVerification, Sqlite, pages},
};
use std::{fs, path::Path, time::Duration};
use testkit::real_env::env;

/// Compares as little as possible at the start: 8 MiB, and what the log holds.
fn open_quickly(path: &Path) -> Db {
    let options = Options {
        durability: Durability::Barrier,
        checkpoints: Checkpoints::Kept,
        compare_for: Some(Duration::ZERO),
        ..Options::default()
    };
    Sqlite::open(path, env(), options).unwrap().into()
}

/// A closed file of more than 16 MiB.
async fn large(seed: u64) -> DatabaseWithChecksums {
    let mut kept = DatabaseWithChecksums::new(seed);
    let db = kept.written(1).await;
    for first in (2000..6000).step_by(500) {
        let mut tx = db.begin().await.unwrap();
        for id in first..first + 500 {
            tx.run(&PUT, params![id, "n".repeat(3000)]).await.unwrap();
        }
        tx.commit("test").await.unwrap();
    }
    settled(&db).await;
    db.close().await.unwrap();
    assert!(fs::metadata(kept.path()).unwrap().len() > 16 << 20);
    kept
}

/// A byte within a text of a row that is beyond the first 8 MiB.
fn late(path: &Path) -> (usize, i64) {
    let row = PAGE * 3500;
    let bytes = fs::read(path).unwrap();
    let at = row + bytes[row..].windows(64).position(|run| run.iter().all(|byte| *byte == b'n')).unwrap();
    // rows are written in the order of their ids
    (at + 32, 5800)
}

async fn is_refused(db: &Db) -> bool {
    let mut tx = match db.begin().await {
        Ok(tx) => tx,
        Err(_) => return true,
    };
    let put = tx.run(&PUT, params![1, "new"]).await;
    put.is_err() || tx.commit("test").await.is_err() || db.durable().await.is_err()
}

#[tokio::test]
async fn pages_that_a_quick_start_leaves_are_compared_while_it_runs() {
    let kept = large(21).await;
    let db = open_quickly(&kept.path());
    let sqlite = db.sqlite().unwrap();
    assert!(sqlite.has_pages_to_compare());
    while sqlite.has_pages_to_compare() {
        assert_eq!(sqlite.look_at_pages(4).await, None);
    }
    assert!(!is_refused(&db).await);
    db.close().await.unwrap();
    drop(db);
    // a full start leaves none
    let db = open(&kept.path(), Checkpoints::Kept);
    assert!(!db.sqlite().unwrap().has_pages_to_compare());
    db.close().await.unwrap();
    drop(db);
    change_in_place(&kept.path(), late(&kept.path()).0);
    let db = open_quickly(&kept.path());
    let sqlite = db.sqlite().unwrap();
    assert_eq!(sqlite.pages(), Some(&PageVerification::Sound));
    let mut found = None;
    while found.is_none() {
        assert!(sqlite.has_pages_to_compare());
        found = sqlite.look_at_pages(4).await;
    }
    assert!(found.unwrap().contains("is not as it was written"));
    assert!(is_refused(&db).await);
    drop(db);
    assert!(is_changed(open_quickly(&kept.path()).sqlite().unwrap().pages().unwrap()), "it is recorded");
}

#[tokio::test]
async fn a_changed_page_that_was_written_again_before_it_was_compared_is_found_after_a_kill() {
    let kept = large(22).await;
    let (at, last) = late(&kept.path());
    change_in_place(&kept.path(), at);
    let db = open_quickly(&kept.path());
    // each of the late pages gets a new version, which is derived from the old one
    let mut tx = db.begin().await.unwrap();
    for id in 2000..=last {
        tx.run(&PUT, params![id, "m".repeat(3000)]).await.unwrap();
    }
    tx.commit("test").await.unwrap();
    db.durable().await.unwrap();
    let killed = kept.copy();
    let path = killed.path().join("test.db");
    let again = open_quickly(&path);
    assert!(is_changed(again.sqlite().unwrap().pages().unwrap()));
    drop(again);
    assert!(is_changed(&pages(&path).unwrap()));
}

#[tokio::test]
async fn a_changed_bit_in_the_log_of_a_running_file_is_found() {
    for round in 0..6 {
        let mut kept = DatabaseWithChecksums::new(23);
        let db = kept.written(3).await;
        kept.write(&db).await;
        let sqlite = db.sqlite().unwrap();
        assert_eq!(sqlite.look_at_log().await.unwrap(), None);
        let log = kept.folder.path().join("test.db-wal");
        // the last frame belongs to the last commit; behind it may be frames of an older log
        let place = [40, 32 + 8, 32 + 20, 32 + 24, 32 + 24 + PAGE - 1, 90 * (24 + PAGE)][round];
        change_in_place(&log, place);
        let found = sqlite.look_at_log().await.unwrap();
        assert!(found.unwrap().contains("log"), "byte {place}");
        assert!(is_refused(&db).await);
        drop(db);
        assert!(is_changed(&pages(&kept.path()).unwrap()), "byte {place}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_is_written_and_restarted_meanwhile_is_intact() {
    let mut kept = DatabaseWithChecksums::new(24);
    let db = kept.written(1).await;
    let watch = {
        let db = db.clone();
        tokio::spawn(async move {
            loop {
                assert_eq!(db.sqlite().unwrap().look_at_log().await.unwrap(), None);
                tokio::task::yield_now().await;
            }
        })
    };
    let log = kept.folder.path().join("test.db-wal");
    let salts = || fs::read(&log).unwrap()[16..24].to_vec();
    let mut seen = vec![salts()];
    while seen.len() < 4 {
        kept.write(&db).await;
        settled(&db).await;
        if seen.last() != Some(&salts()) {
            seen.push(salts());
        }
        assert!(!watch.is_finished());
    }
    watch.abort();
    assert!(watch.await.unwrap_err().is_cancelled());
    db.close().await.unwrap();
}
