//! A task that waits for changes is woken when there may be some.

use crate::on_both::{postgres, sqlite};
use db::{ChangeCounter, Db, Sql, params};
use std::time::Duration;
use tokio::time::timeout;

const INSERT: Sql = Sql::both("insert into parts (id, whole) values ($1, 1)");

async fn commit(db: &Db, id: i64) {
    let mut tx = db.begin().await.unwrap();
    tx.run(&INSERT, params![id]).await.unwrap();
    tx.commit("test").await.unwrap();
}

async fn is_told(changes: &mut ChangeCounter) -> bool {
    timeout(Duration::from_millis(200), changes.wait()).await.is_ok()
}

#[tokio::test]
async fn a_commit_is_told_once_and_nothing_else_is() {
    let db = sqlite().await;
    let mut changes = db.changes();
    assert!(!is_told(&mut changes).await);
    commit(&db, 1).await;
    commit(&db, 2).await;
    assert!(is_told(&mut changes).await);
    assert!(!is_told(&mut changes).await);
    let mut tx = db.begin().await.unwrap();
    tx.run(&INSERT, params![3]).await.unwrap();
    tx.rollback().await.unwrap();
    db.query(&Sql::both("select id from parts"), &[]).await.unwrap();
    assert!(!is_told(&mut changes).await, "nothing was committed");
}

#[tokio::test]
async fn all_who_wait_are_told_while_they_wait() {
    let db = sqlite().await;
    let (mut one, mut other) = (db.changes(), db.changes());
    let ((), one, other) = tokio::join!(commit(&db, 1), is_told(&mut one), is_told(&mut other));
    assert!(one && other);
}

#[tokio::test]
async fn where_others_write_too_there_may_always_be_something() {
    let db = postgres().await;
    let mut changes = db.changes();
    assert!(is_told(&mut changes).await && is_told(&mut changes).await);
}
