//! The façades' own database: every statement on both engines, and none reads a whole table.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use db::{Db, postgres, sqlite};
use testkit::{
    postgres::Postgres,
    query_plans::{self, AllowedScans},
    real_env::env,
    temp_dir::TempDir,
};

fn on_sqlite(folder: &TempDir) -> Db {
    sqlite::open(folder.path().join("compat.db"), env(), sqlite::Options::default()).unwrap()
}
async fn on_postgres(server: &Postgres) -> Db {
    postgres::open(postgres::Config::new(server.new_database()), env()).await.unwrap()
}

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

async fn reads_ranges_of_indexes(db: Db) {
    db::migrate(&db, compat::NAME, &compat::migrations()).await.unwrap();
    let found = query_plans::wasteful(&db, compat::statements(), &[], AllowedScans::default()).await;
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[tokio::test]
async fn sqlite_understands_every_statement() {
    let folder = TempDir::new();
    understands_every_statement(on_sqlite(&folder)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_understands_every_statement() {
    let server = Postgres::start();
    understands_every_statement(on_postgres(&server).await).await;
}

#[tokio::test]
async fn on_sqlite_no_statement_reads_a_whole_table() {
    let folder = TempDir::new();
    reads_ranges_of_indexes(on_sqlite(&folder)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres_no_statement_reads_a_whole_table() {
    let server = Postgres::start();
    reads_ranges_of_indexes(on_postgres(&server).await).await;
}
