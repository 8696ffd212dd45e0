//! A database as it was at one moment.

use db::{Db, ErrorKind, Sql, params, sqlite};
use std::time::Duration;
use testkit::real_env::env;
use tokio::time::{Instant, sleep, timeout};

const INSERT: Sql = Sql::both("insert into parts(id, whole) values ($1, $2)");
const COUNT: Sql = Sql::both("select count(*) as n from parts");
const SUM: Sql = Sql::both("select cast(sum(whole) as bigint) as n from parts");
const NOTE: Sql = Sql::both("select note as n from parts order by id limit 1");

async fn insert(db: &Db, id: i64, whole: i64) {
    let mut tx = db.begin().await.unwrap();
    tx.run(&INSERT, params![id, whole]).await.unwrap();
    tx.commit("test").await.unwrap();
}

async fn number(db: &Db, sql: &Sql) -> i64 {
    db.query_one(sql, &[]).await.unwrap().get("n").unwrap()
}

async fn stands_still(db: &Db) {
    insert(db, 1, 10).await;
    let moment = db.snapshot().await.unwrap();
    assert_eq!(number(&moment, &COUNT).await, 1);
    insert(db, 2, 10).await;
    let same = moment.snapshot().await.unwrap().for_replica_reads();
    assert_eq!((number(&moment, &COUNT).await, number(&same, &SUM).await), (1, 10));
    let later = db.snapshot().await.unwrap();
    assert_eq!((number(db, &COUNT).await, number(&later, &COUNT).await), (2, 2));
    assert!(moment.begin().await.is_err(), "what is past cannot be changed");
    assert_eq!(moment.engine(), db.engine());
    drop((moment, same, later));
    // each gives its connection back
    for id in 3..40 {
        insert(db, id, 0).await;
        assert_eq!(number(&db.snapshot().await.unwrap(), &COUNT).await, id);
    }
}

on_both! {
    async fn all_that_is_read_is_of_one_moment(db) {
        stands_still(&db).await;
    }

    async fn what_cannot_be_read_does_not_end_it(db) {
        insert(&db, 1, i64::MAX).await;
        insert(&db, 2, i64::MAX).await;
        let moment = db.snapshot().await.unwrap();
        assert_eq!(number(&moment, &COUNT).await, 2);
        insert(&db, 3, 0).await;
        moment.query(&SUM, &[]).await.unwrap_err();
        moment.query_one(&NOTE, &[]).await.unwrap().get::<i64>("n").unwrap_err();
        assert_eq!(number(&moment, &COUNT).await, 2);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn also_in_memory() {
    let db: Db = sqlite::in_memory(None, env(), Box::new(sqlite::InlineExecutor)).unwrap().into();
    db::migrate(&db, "test", crate::on_both::SCHEMA).await.unwrap();
    stands_still(&db).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn moments_that_are_held_leave_connections_to_others() {
    let db = crate::on_both::sqlite().await;
    insert(&db, 1, 10).await;
    let mut held = Vec::new();
    for _ in 0..2 {
        held.push(db.snapshot().await.unwrap());
        assert_eq!(number(&held[held.len() - 1], &COUNT).await, 1);
    }
    // more of them wait until one ends, and no other work waits with them
    let waiting = tokio::spawn({
        let db = Db::clone(&db);
        async move { number(&db.snapshot().await.unwrap(), &COUNT).await }
    });
    sleep(Duration::from_millis(100)).await;
    let begun = Instant::now();
    insert(&db, 2, 10).await;
    assert_eq!((number(&held[0], &COUNT).await, number(&db, &COUNT).await), (1, 2));
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    assert!(!waiting.is_finished());
    held.pop();
    assert_eq!(waiting.await.unwrap(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_moment_whose_reader_went_away_in_the_middle_is_over() {
    let db = crate::on_both::postgres_with(|config| config.pool_size = 2).await;
    let moment = db.snapshot().await.unwrap();
    assert_eq!(number(&moment, &COUNT).await, 0);
    let slow = Sql::both("select pg_sleep(1)");
    assert!(timeout(Duration::from_millis(100), moment.query(&slow, &[])).await.is_err());
    let begun = Instant::now();
    let refused = moment.query(&COUNT, &[]).await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Unavailable);
    assert!(begun.elapsed() < Duration::from_millis(500), "it waits for nobody's answer");
    drop(moment);
    // the connection is another's again, with nothing open on it
    for id in 0..20 {
        insert(&db, id, 0).await;
        assert_eq!(number(&db.snapshot().await.unwrap(), &COUNT).await, id + 1);
    }
    let open = Sql::both(
        "select count(*) as n from pg_stat_activity
         where datname = current_database() and state like 'idle in transaction%'",
    );
    assert_eq!(number(&db, &open).await, 0);
}
