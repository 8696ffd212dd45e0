//! What SQLite does to us: full disks, failing commits, other processes.

use crate::on_both::{SCHEMA, sqlite, sqlite_with};
use db::{
    Db, Error, ErrorKind, Sql, migrate, params,
    sqlite::{self, CommitExecutor, Group, InlineExecutor, Options},
};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use testkit::{real_env::env, temp_dir::TempDir};
use tokio::time::sleep;

const INSERT: Sql = Sql::both("insert into parts(id, whole, note) values ($1, 0, $2)");
const LIST_ALL: Sql = Sql::both("select * from parts");
const LIST: Sql = Sql::both("select id from parts order by id");

async fn ids(db: &Db) -> Vec<i64> {
    db.query(&LIST, &[]).await.unwrap().iter().map(|row| row.get("id").unwrap()).collect()
}

#[tokio::test]
async fn what_is_no_value_of_ours_spoils_the_column_that_holds_it_and_nothing_else() {
    let db = sqlite().await;
    const FOREIGN: Sql = Sql::both(
        "select 1 as id, cast(x'ff' as text) as noise, cast(x'00112233445566778899aabbccddeeff' as text) as sixteen,
                1.5 as real, 'fine' as word",
    );
    let row = db.query_one(&FOREIGN, &[]).await.unwrap();
    assert_eq!((row.get::<i64>("id").unwrap(), row.get::<String>("word").unwrap()), (1, "fine".to_owned()));
    let why = |error: Error| error.message;
    assert!(why(row.get::<String>("noise").unwrap_err()).contains("noise holds text that is not UTF-8"));
    assert!(why(row.get::<i64>("real").unwrap_err()).contains("real holds a floating-point number"));
    assert!(row.get::<Option<String>>("noise").is_err(), "it is not as if nothing stood there");
    assert!(row.get::<Vec<u8>>("noise").is_err() && row.get::<uuid::Uuid>("sixteen").is_err());
    assert_eq!(row.shown("noise"), "text that is not UTF-8");
}

#[tokio::test]
async fn a_damaged_file_says_so_by_its_name() {
    let folder = TempDir::new();
    let file = folder.path().join("test.db");
    let db = sqlite::open(&file, env(), Options::default()).unwrap();
    migrate(&db, "test", SCHEMA).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    for id in 0..20 {
        tx.run(&INSERT, params![id, "x".repeat(4000)]).await.unwrap();
    }
    tx.commit("test").await.unwrap();
    assert_eq!(db.sqlite().unwrap().damage(sqlite::Depth::Quick).await.unwrap(), None);
    db.close().await.unwrap();
    drop(db);
    let whole = std::fs::read(&file).unwrap();
    let spoil = |from: usize, to: usize| {
        let mut bytes = whole.clone();
        bytes[from..to].fill(0xa5);
        std::fs::write(&file, bytes).unwrap();
        sqlite::open(&file, env(), Options::default())
    };
    // the last page is one of the table's
    let db = spoil(whole.len() - 4096, whole.len()).unwrap();
    assert!(db.sqlite().unwrap().damage(sqlite::Depth::Quick).await.unwrap().is_some());
    drop(db);
    // after the damage is met, by a read or by a transaction, nothing is acknowledged any more
    for met in 0..2 {
        let db = spoil(whole.len() - 4096, whole.len()).unwrap();
        db.durable().await.unwrap();
        match met {
            0 => assert!(db.query(&LIST_ALL, &[]).await.unwrap_err().is_damage()),
            _ => assert!(db.begin().await.unwrap().query(&LIST_ALL, &[]).await.unwrap_err().is_damage()),
        }
        let told = db.durable().await.unwrap_err();
        assert!(told.is_unavailable() && told.message.contains("is damaged"), "{told}");
        assert!(db.probe().await.unwrap_err().is_unavailable(), "whoever asks how it does is told");
    }
    let error = spoil(0, 100).unwrap_err();
    assert!(error.is_damage(), "{error:?}");
    assert!(error.message.starts_with(&*file.to_string_lossy()), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_is_full_in_a_statement_fails_the_whole_group_and_says_so() {
    let db = sqlite_with(Options {
        max_pages: Some(64),
        max_group_age: Duration::from_secs(60),
        ..Options::default()
    })
    .await;
    let mut first = db.begin().await.unwrap();
    first.run(&INSERT, params![1, "small"]).await.unwrap();
    let waiting = tokio::spawn({
        let db = db.clone();
        async move { db.begin().await.unwrap() }
    });
    sleep(Duration::from_millis(20)).await;
    let first = tokio::spawn(first.commit("test"));
    let mut second = waiting.await.unwrap();
    let error = second.run(&INSERT, params![2, "x".repeat(1_000_000)]).await.unwrap_err();
    assert!(error.is_full(), "{error:?}");
    assert!(first.await.unwrap().unwrap_err().is_full(), "its neighbour was acknowledged and is lost");
    assert!(second.commit("test").await.unwrap_err().is_full());
    assert!(ids(&db).await.is_empty());
    // and the next one finds an orderly connection
    let mut tx = db.begin().await.unwrap();
    tx.run(&INSERT, params![3, "small"]).await.unwrap();
    tx.commit("test").await.unwrap();
    assert_eq!(ids(&db).await, [3]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_disk_that_fills_up_exactly_what_is_acknowledged_is_there() {
    let db = sqlite_with(Options { max_pages: Some(150), ..Options::default() }).await;
    let worker = |number: i64| {
        let db = db.clone();
        tokio::spawn(async move {
            let (mut stored, mut refused) = (Vec::new(), 0);
            for id in (0..20).map(|n| number * 100 + n) {
                let write = async || {
                    let mut tx = db.begin().await?;
                    tx.run(&INSERT, params![id, "z".repeat(15_000)]).await?;
                    tx.run(&Sql::both("update parts set whole = 1 where id = $1"), params![id]).await?;
                    tx.commit("test").await
                };
                match write().await {
                    Ok(()) => stored.push(id),
                    Err(e) => {
                        assert!(e.is_full() || e.is_retry(), "{e:?}");
                        refused += 1;
                    }
                }
            }
            (stored, refused)
        })
    };
    let (mut stored, mut refused) = (Vec::new(), 0);
    for task in (0..16).map(worker).collect::<Vec<_>>() {
        let (ids, count) = task.await.unwrap();
        stored.extend(ids);
        refused += count;
    }
    stored.sort_unstable();
    assert!(refused > 0 && !stored.is_empty());
    assert_eq!(ids(&db).await, stored);
    let check =
        db.query_one(&Sql::both("select integrity_check as word from pragma_integrity_check"), &[]).await;
    assert_eq!(check.unwrap().get::<String>("word").unwrap(), "ok");
}

type GroupEnding = fn(Group);

/// Ends the next group as scripted, and commits the others.
#[derive(Clone, Default)]
struct ScriptedExecutor(Arc<Mutex<Option<GroupEnding>>>);

impl CommitExecutor for ScriptedExecutor {
    fn commit(&self, group: Group) {
        match self.0.lock().unwrap().take() {
            Some(fate) => fate(group),
            None => group.commit().answer(),
        }
    }
}

#[tokio::test]
async fn a_commit_that_fails_or_loses_its_answer_says_what_is_known() {
    let full: GroupEnding = |group| group.fail(Error::new(ErrorKind::Full, "the disk is full")).answer();
    let lost: GroupEnding = |group| group.commit().lose().answer();
    let dropped: GroupEnding = |group| drop(group.commit());
    let cases = [
        (full, ErrorKind::Full, false),
        (lost, ErrorKind::UnknownOutcome, true),
        (dropped, ErrorKind::UnknownOutcome, true),
    ];
    for (fate, kind, is_stored) in cases {
        let (folder, place) = (TempDir::new(), ScriptedExecutor::default());
        let lite =
            sqlite::open_in(folder.path().join("t.db"), env(), Options::default(), Box::new(place.clone()))
                .unwrap();
        let db = Db::from(lite);
        migrate(&db, "test", SCHEMA).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        tx.run(&INSERT, params![1, ""]).await.unwrap();
        *place.0.lock().unwrap() = Some(fate);
        assert_eq!(tx.commit("test").await.unwrap_err().kind, kind);
        assert_eq!(!ids(&db).await.is_empty(), is_stored, "{kind:?}");
        let mut tx = db.begin().await.unwrap();
        tx.run(&INSERT, params![2, ""]).await.unwrap();
        tx.commit("test").await.unwrap();
    }
}

#[tokio::test]
async fn a_commit_that_sqlite_refuses_is_an_unknown_outcome_and_the_next_one_works() {
    let db = sqlite().await;
    let mut tx = db.begin().await.unwrap();
    tx.run(&Sql::both("pragma defer_foreign_keys = on"), &[]).await.unwrap();
    let orphan = Sql::both("insert into transfers(id, source, target, amount) values ($1, 7, 8, 1)");
    tx.run(&orphan, params![env().uuid()]).await.unwrap();
    assert!(tx.commit("test").await.unwrap_err().is_unknown_outcome());
    let mut tx = db.begin().await.unwrap();
    tx.run(&INSERT, params![1, ""]).await.unwrap();
    tx.commit("test").await.unwrap();
    assert_eq!(ids(&db).await, [1]);
}

/// A statement that a simulation lets fail.
struct FailingExecutor(Mutex<Option<Error>>);
impl CommitExecutor for FailingExecutor {
    fn commit(&self, group: Group) {
        group.commit().answer();
    }
    fn statement(&self) -> Option<Error> {
        self.0.lock().unwrap().take()
    }
}

#[tokio::test]
async fn a_simulated_fault_fails_the_transaction() {
    let fault = Error::new(ErrorKind::Busy, "simulated");
    let place = FailingExecutor(Mutex::new(Some(fault.clone())));
    let db = Db::from(sqlite::in_memory(None, env(), Box::new(place)).unwrap());
    let mut tx = db.begin().await.unwrap();
    let one = Sql::both("select 1 as n");
    assert_eq!(tx.query(&one, &[]).await.unwrap_err(), fault);
    assert_eq!(tx.commit("test").await.unwrap_err(), fault);
    assert_eq!(db.query(&one, &[]).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_process_that_writes_is_waited_for() {
    let db = sqlite().await;
    let other =
        Db::from(sqlite::open_in(db.path(), env(), Options::default(), Box::new(InlineExecutor)).unwrap());
    let mut theirs = other.begin().await.unwrap();
    theirs.run(&INSERT, params![1, ""]).await.unwrap();
    let ours = tokio::spawn({
        let db = db.clone();
        async move {
            let mut tx = db.begin().await?;
            tx.run(&INSERT, params![2, ""]).await?;
            tx.commit("test").await
        }
    });
    sleep(Duration::from_millis(100)).await;
    assert!(!ours.is_finished());
    theirs.commit("test").await.unwrap();
    ours.await.unwrap().unwrap();
    assert_eq!(ids(&db).await, [1, 2]);
}

#[tokio::test]
async fn another_process_that_writes_for_long_makes_us_busy() {
    let db = sqlite().await;
    let other =
        Db::from(sqlite::open_in(db.path(), env(), Options::default(), Box::new(InlineExecutor)).unwrap());
    let theirs = other.begin().await.unwrap();
    tokio::time::pause(); // five seconds pass at once
    assert_eq!(db.begin().await.unwrap_err().kind, ErrorKind::Busy);
    assert!(ids(&db).await.is_empty(), "reading goes on");
    drop(theirs);
    db.begin().await.unwrap().rollback().await.unwrap();
}

#[tokio::test]
async fn a_file_that_cannot_be_opened_is_unavailable() {
    let nowhere = sqlite::open("/nowhere/at/all.db", env(), Options::default());
    assert_eq!(nowhere.unwrap_err().kind, ErrorKind::Unavailable);
}
