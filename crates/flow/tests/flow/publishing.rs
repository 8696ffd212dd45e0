//! What is written in the tables: statements, and events in their order.

use crate::publish;
use contracts::events::EventType;
use db::Db;
use flow::{Cause, Journal};
use kernel::id::UserId;

on_both_engines!(every_statement_is_understood, an_event_that_was_rolled_back_is_never_heard);

async fn every_statement_is_understood(db: Db) {
    for (name, sql) in flow::store::statements() {
        db.prepare(&sql).await.unwrap_or_else(|e| panic!("{name}: {e}"));
    }
}

async fn an_event_that_was_rolled_back_is_never_heard(db: Db) {
    let env = testkit::real_env::env();
    let journal = Journal::new("flow", env.clone(), db.clone());
    let mut tx = db.begin().await.unwrap();
    let subject: UserId = env.id();
    journal
        .record(&mut tx, EventType::UserUpdated, subject, 1, &Cause::system(), &crate::event())
        .await
        .unwrap();
    drop(tx);
    publish(&journal, &db, subject, 2..3).await;
    let history = journal.history(subject, 0, 10).await.unwrap();
    assert_eq!(history.iter().map(|e| e.version()).collect::<Vec<_>>(), [2]);
}
