//! What a transaction promises on both engines.

use crate::on_both::{postgres_with, sqlite};
use db::{Db, Error, ErrorKind, Result, Sql, params};
use std::{
    sync::atomic::{AtomicU32, Ordering::SeqCst},
    time::Duration,
};
use tokio::{
    sync::Barrier,
    time::{sleep, timeout},
};

const INSERT: Sql = Sql::both("insert into parts(id, whole) values ($1, 0)");
const COUNT: Sql = Sql::both("select count(*) as n from parts");

async fn count(db: &Db) -> i64 {
    db.query_one(&COUNT, &[]).await.unwrap().get("n").unwrap()
}

on_both! {
    async fn what_is_committed_is_there_and_only_then(db) {
        let mut tx = db.begin().await.unwrap();
        tx.run(&INSERT, params![1]).await.unwrap();
        assert_eq!(tx.query_one(&COUNT, &[]).await.unwrap().get::<i64>("n").unwrap(), 1);
        assert_eq!(count(&db).await, 0);
        tx.commit("test").await.unwrap();
        assert_eq!(count(&db).await, 1);
    }

    async fn what_is_rolled_back_is_not_there(db) {
        let mut tx = db.begin().await.unwrap();
        tx.run(&INSERT, params![1]).await.unwrap();
        tx.rollback().await.unwrap();
        assert_eq!(count(&db).await, 0);
        let mut again = db.begin().await.unwrap();
        again.run(&INSERT, params![1]).await.unwrap();
        again.commit("test").await.unwrap();
    }

    async fn a_dropped_transaction_is_rolled_back(db) {
        let mut tx = db.begin().await.unwrap();
        tx.run(&INSERT, params![1]).await.unwrap();
        drop(tx);
        // the same key is free at once, or after the lock that the rollback still holds
        let mut again = db.begin().await.unwrap();
        again.run(&INSERT, params![1]).await.unwrap();
        again.commit("test").await.unwrap();
        assert_eq!(count(&db).await, 1);
    }

    async fn a_statement_runs_once_for_each_of_many_parameters_in_their_order(db) {
        let each: Vec<_> = (0..100).map(|id| params![id].to_vec()).collect();
        let mut tx = db.begin().await.unwrap();
        assert_eq!(tx.run_each(&INSERT, &each).await.unwrap(), [1; 100]);
        assert_eq!(tx.run_each(&INSERT, &[]).await.unwrap(), [0; 0]);
        tx.commit("test").await.unwrap();
        assert_eq!(count(&db).await, 100);
        let mut tx = db.begin().await.unwrap();
        let one_is_there = [params![200].to_vec(), params![7].to_vec(), params![8].to_vec()];
        let error = tx.run_each(&INSERT, &one_is_there).await.unwrap_err();
        assert!(error.violates("parts_pkey"), "{error:?}");
        assert_eq!(tx.commit("test").await.unwrap_err(), error);
        let mut tx = db.begin().await.unwrap();
        let wrong = [params![201].to_vec(), params![202, 1].to_vec()];
        assert!(tx.run_each(&INSERT, &wrong).await.is_err());
        drop(tx);
        assert_eq!(count(&db).await, 100);
    }

    async fn a_failed_statement_fails_its_transaction(db) {
        let mut tx = db.begin().await.unwrap();
        tx.run(&INSERT, params![1]).await.unwrap();
        let error = tx.run(&INSERT, params![1]).await.unwrap_err();
        assert!(error.violates("parts_pkey"), "{error:?}");
        assert_eq!(tx.run(&INSERT, params![2]).await.unwrap_err(), error);
        assert_eq!(tx.query(&COUNT, &[]).await.unwrap_err(), error);
        assert_eq!(tx.commit("test").await.unwrap_err(), error);
        assert_eq!(count(&db).await, 0);
    }

    async fn a_failed_transaction_can_be_rolled_back(db) {
        let mut tx = db.begin().await.unwrap();
        assert!(tx.run(&Sql::both("nonsense"), &[]).await.is_err());
        tx.rollback().await.unwrap();
        assert_eq!(count(&db).await, 0);
    }

    async fn a_panic_inside_a_transaction_takes_it_back(db) {
        let inner = db.clone();
        let task = tokio::spawn(async move {
            let mut tx = inner.begin().await.unwrap();
            tx.run(&INSERT, params![1]).await.unwrap();
            panic!("on purpose");
        });
        assert!(task.await.is_err());
        let mut tx = db.begin().await.unwrap();
        tx.run(&INSERT, params![1]).await.unwrap();
        tx.commit("test").await.unwrap();
    }

    async fn a_commit_goes_on_when_its_caller_goes_away(db) {
        for id in 0..200 {
            let mut tx = db.begin().await.unwrap();
            tx.run(&INSERT, params![id]).await.unwrap();
            let mut commit = Box::pin(tx.commit("test"));
            // polled once: the commit is on its way
            let _ = std::future::poll_fn(|cx| std::task::Poll::Ready(commit.as_mut().poll(cx))).await;
            drop(commit);
        }
        let all = async { while count(&db).await < 200 { sleep(Duration::from_millis(5)).await } };
        timeout(Duration::from_secs(10), all).await.expect("every commit is carried out");
    }

    async fn only_what_may_be_tried_again_is(db) {
        let calls = AtomicU32::new(0);
        let fails = async |kind: ErrorKind, times: u32| {
            calls.store(0, SeqCst);
            let work = || async {
                if calls.fetch_add(1, SeqCst) < times { Err(Error::new(kind.clone(), "again")) } else { Ok(()) }
            };
            (db.with_retry(5, work).await.map_err(|e| e.kind), calls.load(SeqCst))
        };
        assert_eq!(fails(ErrorKind::Retry, 3).await, (Ok(()), 4));
        assert_eq!(fails(ErrorKind::Retry, 9).await, (Err(ErrorKind::Retry), 5));
        assert_eq!(fails(ErrorKind::UnknownOutcome, 1).await, (Err(ErrorKind::UnknownOutcome), 1));
        assert_eq!(fails(ErrorKind::Constraint, 1).await, (Err(ErrorKind::Constraint), 1));
    }
}

const ADD: Sql = Sql::both("update accounts set balance = balance + 1 where id = $1");

/// Between the two it waits until `both` have their first.
async fn add_to_both(db: &Db, both: Option<&Barrier>, first: i64, second: i64) -> Result<()> {
    let mut tx = db.begin().await?;
    tx.run(&ADD, params![first]).await?;
    if let Some(both) = both {
        both.wait().await;
    }
    tx.run(&ADD, params![second]).await?;
    tx.commit("test").await
}

#[tokio::test]
async fn a_deadlock_is_tried_again_and_both_succeed() {
    let db = postgres_with(|config| config.lock_timeout = Duration::from_secs(10)).await;
    let mut tx = db.begin().await.unwrap();
    tx.run(&Sql::both("insert into accounts(id, balance) values (1, 0), (2, 0)"), &[]).await.unwrap();
    tx.commit("test").await.unwrap();
    let (both, deadlocks) = (Barrier::new(2), AtomicU32::new(0));
    let one = async |first, second| {
        let tries = AtomicU32::new(0);
        db.with_retry(5, || async {
            // the first tries lock each other out; the second one meets no lock
            let both = (tries.fetch_add(1, SeqCst) == 0).then_some(&both);
            let done = add_to_both(&db, both, first, second).await;
            deadlocks.fetch_add(u32::from(done.as_ref().is_err_and(Error::is_retry)), SeqCst);
            done
        })
        .await
    };
    let (a, b) = tokio::join!(one(1, 2), one(2, 1));
    a.unwrap();
    b.unwrap();
    assert_eq!(deadlocks.load(SeqCst), 1, "PostgreSQL ends one of the two");
    let sum = db.query_one(&Sql::both("select cast(sum(balance) as bigint) as s from accounts"), &[]).await;
    assert_eq!(sum.unwrap().get::<i64>("s").unwrap(), 4);
}

#[tokio::test]
async fn a_lock_that_is_not_to_be_had_is_busy() {
    let db = postgres_with(|config| config.lock_timeout = Duration::from_millis(100)).await;
    let mut tx = db.begin().await.unwrap();
    tx.run(&INSERT, params![1]).await.unwrap();
    let mut other = db.begin().await.unwrap();
    assert_eq!(other.run(&INSERT, params![1]).await.unwrap_err().kind, ErrorKind::Busy);
    tx.commit("test").await.unwrap();
}

/// As that of a process that was stopped in the middle of its work.
#[tokio::test]
async fn a_transaction_that_stands_still_does_not_hold_others_up_for_long() {
    let db = postgres_with(|config| {
        config.statement_timeout = Duration::from_millis(500);
        config.lock_timeout = Duration::from_secs(20);
    });
    let db = db.await;
    let mut still = db.begin().await.unwrap();
    still.run(&INSERT, params![1]).await.unwrap();
    // it waits for the row that the other has not committed; each try for as long as a statement may take
    let insert = || async {
        let mut tx = db.begin().await?;
        tx.run(&INSERT, params![1]).await?;
        tx.commit("test").await
    };
    let had = async {
        while insert().await.is_err() {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(Duration::from_secs(25), had).await.expect("the row is free");
    assert!(still.run(&INSERT, params![2]).await.is_err(), "it was ended");
    drop(still);
    assert_eq!(count(&db).await, 1);
}

#[tokio::test]
async fn handles_can_be_sent_and_shared() {
    fn is_send_and_sync<T: Send + Sync>(_: &T) {}
    fn is_send<T: Send>(value: T) -> T {
        value
    }
    let db = sqlite().await;
    is_send_and_sync::<Db>(&db);
    let handle: &Db = &db;
    is_send(async {
        let ids = vec![1i64, 2];
        let work = || async {
            let mut tx = handle.begin().await?;
            for id in &ids {
                tx.run(&INSERT, params![*id]).await?;
            }
            tx.commit("test").await
        };
        handle.with_retry(3, work).await.unwrap();
    })
    .await;
    assert_eq!(count(&db).await, 2);
}
