//! A test on both engines, and the databases that it gets.

use db::{Db, Migration, migrate, postgres, sqlite};
use std::ops::Deref;
use testkit::{folder::TempFolder, world::env};

/// A migrated database, removed when dropped.
pub(crate) struct TestDb {
    db: Db,
    folder: Option<TempFolder>,
}

impl Deref for TestDb {
    type Target = Db;
    fn deref(&self) -> &Db {
        &self.db
    }
}

impl TestDb {
    /// The file of a SQLite database.
    pub(crate) fn path(&self) -> std::path::PathBuf {
        self.folder.as_ref().expect("a database of SQLite").path().join("test.db")
    }
}

/// What the tests write into.
pub(crate) const SCHEMA: &[Migration] = &[Migration {
    name: "tables of the tests",
    sql: "create table parts(id bigint primary key, whole bigint not null, note text not null default '');
          create table accounts(id bigint primary key, balance bigint not null check (balance > -1000000));
          create table transfers(id uuid primary key, source bigint not null references accounts(id),
              target bigint not null references accounts(id), amount bigint not null)",
}];

pub(crate) async fn sqlite_with(options: sqlite::Options) -> TestDb {
    let folder = TempFolder::new();
    let db = sqlite::open(folder.path().join("test.db"), env(), options).unwrap();
    migrate(&db, "test", SCHEMA).await.unwrap();
    TestDb { db, folder: Some(folder) }
}

pub(crate) async fn sqlite() -> TestDb {
    sqlite_with(sqlite::Options::default()).await
}

pub(crate) async fn postgres_with(change: impl FnOnce(&mut postgres::Config)) -> TestDb {
    let mut config = postgres::Config::new(testkit::postgres::database().await);
    change(&mut config);
    let db = postgres::open(config, env()).await.unwrap();
    migrate(&db, "test", SCHEMA).await.unwrap();
    TestDb { db, folder: None }
}

pub(crate) async fn postgres() -> TestDb {
    postgres_with(|_| {}).await
}

/// Makes two tests of one: `NAME::on_sqlite` and `NAME::on_postgres`.
macro_rules! on_both {
    ($(async fn $name:ident($db:ident) $body:block)*) => {$(
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            async fn check($db: $crate::on_both::TestDb) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                check($crate::on_both::sqlite().await).await;
            }
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                check($crate::on_both::postgres().await).await;
            }
        }
    )*};
}
