//! Group commit: who is in a group, who waits for it, and what others see in the meantime.

use crate::on_both::{SCHEMA, sqlite_with};
use db::{
    Db, Error, ErrorKind, Sql, migrate, params,
    sqlite::{self, CommitExecutor, Group, InlineExecutor, Options, Sqlite},
};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use testkit::{real_env::env, temp_dir::TempDir};
use tokio::time::{Instant, sleep, timeout};

const INSERT: Sql = Sql::both("insert into parts(id, whole) values ($1, 0)");
const COUNT: Sql = Sql::both("select count(*) as n from parts");

async fn count(db: &Db) -> i64 {
    db.query_one(&COUNT, &[]).await.unwrap().get("n").unwrap()
}

/// Commits only when told to.
#[derive(Clone, Default)]
struct HeldGroups(Arc<Mutex<Option<Vec<Group>>>>);

impl HeldGroups {
    fn hold(&self) {
        *self.0.lock().unwrap() = Some(Vec::new());
    }
    fn release(&self) {
        let groups = self.0.lock().unwrap().take().unwrap();
        groups.into_iter().for_each(|group| group.commit().answer());
    }
    fn len(&self) -> usize {
        self.0.lock().unwrap().as_ref().unwrap().len()
    }
    fn take(&self) -> Group {
        self.0.lock().unwrap().as_mut().unwrap().pop().expect("a group is held")
    }
}
impl CommitExecutor for HeldGroups {
    fn commit(&self, group: Group) {
        match &mut *self.0.lock().unwrap() {
            Some(groups) => groups.push(group),
            None => group.commit().answer(),
        }
    }
}

/// No group is ever too old.
fn patient() -> Options {
    Options { max_group_age: Duration::from_secs(60), ..Options::default() }
}

async fn held() -> (Db, Sqlite, HeldGroups, TempDir) {
    let (folder, place) = (TempDir::new(), HeldGroups::default());
    let path = folder.path().join("t.db");
    let lite = sqlite::open_in(path, env(), patient(), Box::new(place.clone())).unwrap();
    let db = Db::from(lite.clone());
    migrate(&db, "test", SCHEMA).await.unwrap();
    (db, lite, place, folder)
}

/// Puts one transaction into a group that is left open for `db`'s next turn.
async fn released_neighbour(db: &Db, id: i64) -> (tokio::task::JoinHandle<db::Result<()>>, db::Tx) {
    let mut first = db.begin().await.unwrap();
    first.run(&INSERT, params![id]).await.unwrap();
    let waiting = tokio::spawn({
        let db = db.clone();
        async move { db.begin().await.unwrap() }
    });
    sleep(Duration::from_millis(20)).await; // it waits for its turn
    let first = tokio::spawn(first.commit("test"));
    (first, waiting.await.unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn transactions_that_wait_share_a_commit() {
    let folder = TempDir::new();
    let place = Box::new(SlowDisk);
    let lite = sqlite::open_in(folder.path().join("t.db"), env(), Options::default(), place).unwrap();
    let db = Db::from(lite.clone());
    migrate(&db, "test", SCHEMA).await.unwrap();
    let before = lite.commits();
    let insert = |id: i64| {
        let db = db.clone();
        tokio::spawn(async move {
            let mut tx = db.begin().await.unwrap();
            tx.run(&INSERT, params![id]).await.unwrap();
            tx.commit("test").await.unwrap();
        })
    };
    for task in (0..64).map(insert).collect::<Vec<_>>() {
        task.await.unwrap();
    }
    assert_eq!(count(&db).await, 64);
    let commits = lite.commits() - before;
    assert!(commits < 32, "{commits} commits for 64 transactions");
}

/// A disk that takes 5 ms for a commit.
struct SlowDisk;
impl CommitExecutor for SlowDisk {
    fn commit(&self, group: Group) {
        tokio::task::spawn_blocking(move || {
            std::thread::sleep(Duration::from_millis(5));
            group.commit().answer();
        });
    }
}

#[tokio::test]
async fn what_is_released_and_not_committed_is_not_read() {
    let (db, _, place, _folder) = held().await;
    place.hold();
    let mut tx = db.begin().await.unwrap();
    tx.run(&INSERT, params![1]).await.unwrap();
    let commit = tokio::spawn(tx.commit("test"));
    sleep(Duration::from_millis(20)).await;
    assert_eq!(count(&db).await, 0);
    assert!(!commit.is_finished(), "acknowledged before the commit");
    place.release();
    commit.await.unwrap().unwrap();
    assert_eq!(count(&db).await, 1);
}

#[tokio::test]
async fn a_rollback_waits_for_the_neighbours_that_it_has_read() {
    let (db, _, place, _folder) = held().await;
    place.hold();
    let (first, mut second) = released_neighbour(&db, 1).await;
    assert_eq!(second.query_one(&COUNT, &[]).await.unwrap().get::<i64>("n").unwrap(), 1);
    let rollback = tokio::spawn(second.rollback());
    sleep(Duration::from_millis(20)).await;
    assert!(!rollback.is_finished() && !first.is_finished());
    place.release();
    rollback.await.unwrap().unwrap();
    first.await.unwrap().unwrap();
}

#[tokio::test]
async fn an_error_waits_for_the_neighbours_that_it_rests_on() {
    let (db, _, place, _folder) = held().await;
    place.hold();
    let (first, mut second) = released_neighbour(&db, 1).await;
    let taken = tokio::spawn(async move { second.run(&INSERT, params![1]).await });
    sleep(Duration::from_millis(20)).await;
    assert!(!taken.is_finished(), "the key is not taken for good yet");
    place.release();
    assert!(taken.await.unwrap().unwrap_err().is_unique());
    first.await.unwrap().unwrap();
}

#[tokio::test]
async fn an_error_that_rests_on_a_neighbour_that_failed_is_the_neighbours() {
    let (db, _, place, _folder) = held().await;
    place.hold();
    let (first, mut second) = released_neighbour(&db, 1).await;
    let taken = tokio::spawn(async move { second.run(&INSERT, params![1]).await });
    sleep(Duration::from_millis(20)).await;
    place.take().fail(Error::new(ErrorKind::Full, "the disk is full")).answer();
    assert_eq!(taken.await.unwrap().unwrap_err().kind, ErrorKind::Full);
    assert_eq!(first.await.unwrap().unwrap_err().kind, ErrorKind::Full);
    place.release();
    assert_eq!(count(&db).await, 0);
}

#[tokio::test]
async fn an_innocent_neighbour_survives() {
    let db = sqlite_with(patient()).await;
    let (first, mut second) = released_neighbour(&db, 1).await;
    second.run(&INSERT, params![2]).await.unwrap();
    assert!(second.run(&INSERT, params![1]).await.unwrap_err().is_unique());
    assert!(second.commit("test").await.is_err());
    first.await.unwrap().unwrap();
    assert_eq!(count(&db).await, 1);
}

#[tokio::test]
async fn a_dropped_neighbour_takes_nothing_with_it() {
    let db = sqlite_with(patient()).await;
    let (first, mut second) = released_neighbour(&db, 1).await;
    second.run(&INSERT, params![2]).await.unwrap();
    drop(second);
    first.await.unwrap().unwrap();
    assert_eq!(count(&db).await, 1);
}

#[tokio::test]
async fn an_old_group_does_not_wait_for_more() {
    let db = sqlite_with(Options { max_group_age: Duration::ZERO, ..Options::default() }).await;
    let (first, second) = released_neighbour(&db, 1).await;
    timeout(Duration::from_secs(5), first).await.expect("its group is old").unwrap().unwrap();
    drop(second);
}

#[tokio::test]
async fn a_large_group_does_not_wait_for_more() {
    let db = sqlite_with(Options { max_group: 1, ..patient() }).await;
    let (first, second) = released_neighbour(&db, 1).await;
    // the second holds the writer and does nothing, and the first is answered all the same
    timeout(Duration::from_secs(5), first).await.expect("its group is full").unwrap().unwrap();
    drop(second);
}

#[tokio::test(start_paused = true)]
async fn a_transaction_inside_another_is_refused_in_time() {
    let db = Db::from(sqlite::in_memory(None, env(), Box::new(InlineExecutor)).unwrap());
    let _outer = db.begin().await.unwrap();
    let started = Instant::now();
    let error = db.begin().await.unwrap_err();
    assert!(started.elapsed() < Duration::from_secs(10));
    assert_eq!(error.kind, ErrorKind::Busy);
    assert!(error.is_unavailable() && error.message.contains("inside another"), "{error}");
}

#[tokio::test]
async fn only_committed_state_survives_a_power_cut() {
    let lite = sqlite::in_memory(None, env(), Box::new(InlineExecutor)).unwrap();
    let db = Db::from(lite.clone());
    migrate(&db, "test", SCHEMA).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    tx.run(&INSERT, params![1]).await.unwrap();
    tx.commit("test").await.unwrap();
    let mut open = db.begin().await.unwrap();
    open.run(&INSERT, params![2]).await.unwrap();
    assert!(!lite.is_free());
    assert_eq!(lite.image().unwrap_err().kind, ErrorKind::Busy);
    lite.power_off();
    assert_eq!(open.run(&INSERT, params![3]).await.unwrap_err().kind, ErrorKind::Unavailable);
    assert_eq!(db.begin().await.unwrap_err().kind, ErrorKind::Unavailable);
    assert_eq!(db.query(&COUNT, &[]).await.unwrap_err().kind, ErrorKind::Unavailable);
    drop(open);
    assert!(lite.is_free());
    let image = lite.image().unwrap();
    let after = Db::from(sqlite::in_memory(Some(&image), env(), Box::new(InlineExecutor)).unwrap());
    assert_eq!(count(&after).await, 1);
    assert_eq!(migrate(&after, "test", SCHEMA).await.unwrap(), 0);
    let mut tx = after.begin().await.unwrap();
    tx.run(&INSERT, params![2]).await.unwrap();
    tx.commit("test").await.unwrap();
    assert_eq!(count(&after).await, 2);
}

#[tokio::test]
async fn after_a_power_cut_nothing_is_tidied_up() {
    let (db, lite, place, _folder) = held().await;
    let mut tx = db.begin().await.unwrap();
    tx.run(&INSERT, params![1]).await.unwrap();
    place.hold();
    lite.power_off();
    drop(tx);
    assert!(lite.is_free());
    assert_eq!(place.len(), 0, "a dead node asks its disk for nothing");
}

#[tokio::test]
async fn a_group_that_the_power_cut_finds_uncommitted_is_lost() {
    let (db, lite, place, folder) = held().await;
    place.hold();
    let mut tx = db.begin().await.unwrap();
    tx.run(&INSERT, params![1]).await.unwrap();
    let commit = tokio::spawn(tx.commit("test"));
    sleep(Duration::from_millis(20)).await;
    lite.power_off();
    place.release();
    assert!(commit.await.unwrap().unwrap_err().is_unknown_outcome());
    assert!(!lite.image().unwrap().is_empty());
    let again =
        sqlite::open_in(folder.path().join("t.db"), env(), Options::default(), Box::new(InlineExecutor))
            .unwrap();
    assert_eq!(count(&Db::from(again)).await, 0);
}
