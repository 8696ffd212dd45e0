//! The façades' own database: every statement on both engines.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use db::{Db, postgres, sqlite};
use testkit::{folder::TempFolder, postgres::Postgres, world::env};

async fn understands_every_statement(db: Db) {
    db::migrate(&db, compat::NAME, &compat::migrations()).await.unwrap();
    let statements = compat::statements();
    assert!(statements.len() > 5);
    for (name, sql) in statements {
        if let Err(error) = db.prepare(&sql).await {
            panic!("{name}: {error}");
        }
    }
}

#[tokio::test]
async fn sqlite_understands_every_statement() {
    let folder = TempFolder::new();
    let db = sqlite::open(folder.path().join("compat.db"), env(), sqlite::Options::default()).unwrap();
    understands_every_statement(db).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_understands_every_statement() {
    let server = Postgres::start();
    let db = postgres::open(postgres::Config::new(server.new_database()), env()).await.unwrap();
    understands_every_statement(db).await;
}
