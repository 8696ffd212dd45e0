//! Commits that are visible at once, and durable with the next barrier.

use crate::on_both::{SCHEMA, count, insert};
use db::{
    Db, Error, ErrorKind, migrate,
    sqlite::{CommitExecutor, Durability, Group, Options, Sqlite, open_in},
};
use kernel::BoxFuture;
use std::{
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};
use testkit::{real_env::env, temp_dir::TempDir};
use tokio::{sync::Semaphore, time::timeout};

async fn opened(path: &Path) -> Db {
    let options = Options { durability: Durability::Barrier, ..Options::default() };
    let db = Sqlite::open(path, env(), options).unwrap().namespace("test").into();
    migrate(&db, "test", SCHEMA).await.unwrap();
    db
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_committed_before_a_barrier_is_in_the_file_and_its_log() {
    let folder = TempDir::new();
    let db = opened(&folder.path().join("test.db")).await;
    for id in 0..100 {
        insert(&db, id).await.unwrap();
    }
    db.durable().await.unwrap();
    // as they are on the disk, without what only this process knows
    let copy = TempDir::new();
    for name in ["test.db", "test.db-wal"] {
        fs::copy(folder.path().join(name), copy.path().join(name)).unwrap();
    }
    assert_eq!(count(&opened(&copy.path().join("test.db")).await).await, 100);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_its_files_nothing_is_durable_any_more() {
    for lost in ["test.db", "test.db-wal"] {
        let folder = TempDir::new();
        let db = opened(&folder.path().join("test.db")).await;
        insert(&db, 1).await.unwrap();
        db.durable().await.unwrap();
        let lost = folder.path().join(lost);
        // also where another one takes its place, with the same in it
        fs::copy(&lost, folder.path().join("copy")).unwrap();
        fs::rename(folder.path().join("copy"), &lost).unwrap();
        insert(&db, 2).await.unwrap();
        for _ in 0..2 {
            let error = db.durable().await.unwrap_err();
            let message = format!("{}: it was deleted or replaced", lost.display());
            assert!(error.is_unavailable() && error.message.contains(&message), "{error}");
            assert!(db.probe().await.unwrap_err().is_unavailable(), "whoever asks how it does is told");
        }
    }
}

/// A disk that syncs when it may, and counts.
#[derive(Clone, Default)]
struct SyncGate(Arc<(AtomicU64, Option<Semaphore>)>);

impl CommitExecutor for SyncGate {
    fn commit(&self, group: Group) {
        group.commit().answer();
    }
    fn sync(&self) -> BoxFuture<Result<(), Error>> {
        let disk = self.0.clone();
        Box::pin(async move {
            if let Some(may) = &disk.1 {
                let Ok(permit) = may.acquire().await else {
                    return Err(Error::new(ErrorKind::Unavailable, "the disk is gone"));
                };
                permit.forget();
            }
            disk.0.fetch_add(1, SeqCst);
            Ok(())
        })
    }
}

async fn on(place: &SyncGate) -> (TempDir, Db) {
    let folder = TempDir::new();
    let file =
        open_in(folder.path().join("t.db"), env(), Options::default(), Box::new(place.clone())).unwrap();
    let db = Db::from(file);
    migrate(&db, "test", SCHEMA).await.unwrap();
    (folder, db)
}

#[tokio::test]
async fn only_what_is_not_durable_yet_is_waited_for() {
    let place = SyncGate::default();
    let (folder, db) = on(&place).await;
    drop(db);
    let again =
        open_in(folder.path().join("t.db"), env(), Options::default(), Box::new(place.clone())).unwrap();
    let db = Db::from(again);
    let syncs = || place.0.0.load(SeqCst);
    let before = syncs();
    db.durable().await.unwrap();
    assert_eq!(syncs(), before + 1, "what was there before may not be durable");
    let before = syncs();
    for _ in 0..5 {
        count(&db).await;
        db.durable().await.unwrap();
    }
    assert_eq!(syncs(), before, "nothing was written");
    insert(&db, 1).await.unwrap();
    insert(&db, 2).await.unwrap();
    assert_eq!(syncs(), before, "a commit waits for no disk");
    db.durable().await.unwrap();
    db.durable().await.unwrap();
    assert_eq!(syncs(), before + 1, "one for all");
}

#[tokio::test]
async fn what_another_namespace_has_written_is_waited_for_too() {
    let place = SyncGate(Arc::new((AtomicU64::new(0), Some(Semaphore::new(0)))));
    let folder = TempDir::new();
    let file =
        open_in(folder.path().join("t.db"), env(), Options::default(), Box::new(place.clone())).unwrap();
    let (left, right) = (Db::from(file.namespace("left")), Db::from(file.namespace("right")));
    migrate(&left, "test", SCHEMA).await.unwrap();
    insert(&left, 1).await.unwrap();
    assert!(timeout(Duration::from_millis(200), right.durable()).await.is_err(), "it may have been read");
    place.0.1.as_ref().unwrap().add_permits(1);
    right.durable().await.unwrap();
    left.durable().await.unwrap();
    insert(&left, 2).await.unwrap();
    place.0.1.as_ref().unwrap().close();
    assert!(right.durable().await.unwrap_err().is_unavailable());
}
