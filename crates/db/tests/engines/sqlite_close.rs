//! The end of a SQLite database: its file is complete, and stays as it is.

use crate::on_both::{COUNT, SCHEMA, count, insert};
use db::{Db, ErrorKind, migrate, sqlite};
use std::{fs, path::Path, time::Duration};
use testkit::{real_env::env, temp_dir::TempDir};
use tokio::time::{sleep, timeout};

async fn opened() -> (TempDir, Db) {
    let folder = TempDir::new();
    let db = sqlite::open(folder.path().join("test.db"), env(), sqlite::Options::default()).unwrap();
    migrate(&db, "test", SCHEMA).await.unwrap();
    (folder, db)
}

/// What the file holds without the log beside it.
async fn count_in_copy_of(file: &Path) -> i64 {
    let folder = TempDir::new();
    let copy = folder.path().join("copy.db");
    fs::copy(file, &copy).unwrap();
    count(&sqlite::open(copy, env(), sqlite::Options::default()).unwrap()).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_file_is_complete_and_nobody_writes_it_any_more() {
    let (folder, db) = opened().await;
    let file = folder.path().join("test.db");
    let writers: Vec<_> = (0..50)
        .map(|id| {
            let db = db.clone();
            tokio::spawn(async move { insert(&db, id).await })
        })
        .collect();
    insert(&db, 1000).await.unwrap();
    db.close().await.unwrap();
    let committed = count(&db).await;
    assert!(committed >= 1);
    assert_eq!(fs::metadata(file.with_extension("db-wal")).map_or(0, |log| log.len()), 0);
    assert_eq!(count_in_copy_of(&file).await, committed);
    assert!(timeout(Duration::from_millis(100), insert(&db, 2000)).await.is_err(), "it was written");
    writers.iter().for_each(|writer| writer.abort());
    assert_eq!(count(&db).await, committed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_another_process_reads_is_not_closed_and_goes_on() {
    let (folder, db) = opened().await;
    let file = folder.path().join("test.db");
    insert(&db, 1).await.unwrap();
    let other = sqlite::open(&file, env(), sqlite::Options::default()).unwrap();
    let mut elsewhere = other.begin().await.unwrap();
    elsewhere.query(&COUNT, &[]).await.unwrap();
    assert_eq!(db.close().await.unwrap_err().kind, ErrorKind::Busy);
    elsewhere.rollback().await.unwrap();
    insert(&db, 2).await.unwrap();
    db.close().await.unwrap();
    assert_eq!(count_in_copy_of(&file).await, 2);
}

/// Polls of the shop's own services fall beside its end as often as not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_end_waits_for_reads_that_end_soon() {
    let (folder, db) = opened().await;
    let file = folder.path().join("test.db");
    insert(&db, 1).await.unwrap();
    let other = sqlite::open(&file, env(), sqlite::Options::default()).unwrap();
    let mut elsewhere = other.begin().await.unwrap();
    elsewhere.query(&COUNT, &[]).await.unwrap();
    let reads = async {
        sleep(Duration::from_millis(100)).await;
        elsewhere.rollback().await.unwrap();
    };
    let (closed, ()) = tokio::join!(db.close(), reads);
    closed.unwrap();
    assert_eq!(count_in_copy_of(&file).await, 1);
}
