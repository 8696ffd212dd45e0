//! Whether a database would take what is written.

use crate::on_both::{postgres_with, sqlite};
use db::Sql;
use std::time::Duration;
use tokio::time::timeout;

const HISTORY: Sql = Sql::both("select count(*) as n from schema_history");

on_both! {
    async fn what_is_asked_of_a_database_that_is_well_leaves_nothing_behind(db) {
        for _ in 0..3 {
            db.probe().await.unwrap();
        }
        assert_eq!(db.query_one(&HISTORY, &[]).await.unwrap().get::<i64>("n").unwrap(), 1);
    }
}

#[tokio::test]
async fn while_somebody_holds_the_writer_nothing_is_taken() {
    let db = sqlite().await;
    let stuck = db.begin().await.unwrap();
    db.ping().await.unwrap();
    assert!(timeout(Duration::from_millis(200), db.probe()).await.is_err());
    stuck.rollback().await.unwrap();
    db.probe().await.unwrap();
}

#[tokio::test]
async fn a_server_that_lets_nobody_write_takes_nothing() {
    let db = postgres_with(|config| config.lock_timeout = Duration::from_millis(100)).await;
    let mut other = db.begin().await.unwrap();
    other.run(&Sql::both("lock table schema_history in exclusive mode"), &[]).await.unwrap();
    db.ping().await.unwrap();
    assert!(db.probe().await.unwrap_err().is_unavailable());
    other.rollback().await.unwrap();
    db.probe().await.unwrap();
}
