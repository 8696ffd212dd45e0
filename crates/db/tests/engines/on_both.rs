//! A test on both engines, and the databases that it gets.

use db::{Db, Migration, Sql, migrate, params, postgres, sqlite};
use std::ops::Deref;
use testkit::{real_env::env, temp_dir::TempDir};

/// A migrated database, removed when dropped.
pub(crate) struct TestDb {
    db: Db,
    folder: Option<TempDir>,
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

pub(crate) const INSERT: Sql = Sql::both("insert into parts(id, whole) values ($1, 0)");
pub(crate) const COUNT: Sql = Sql::both("select count(*) as n from parts");

/// One more part.
pub(crate) async fn insert(db: &Db, id: i64) -> db::Result<()> {
    let mut tx = db.begin().await?;
    tx.run(&INSERT, params![id]).await?;
    tx.commit("test").await
}

/// How many parts there are.
pub(crate) async fn count(db: &Db) -> i64 {
    db.query_one(&COUNT, &[]).await.unwrap().get("n").unwrap()
}

pub(crate) async fn sqlite_with(options: sqlite::Options) -> TestDb {
    let folder = TempDir::new();
    let db = sqlite::open(folder.path().join("test.db"), env(), options).unwrap();
    migrate(&db, "test", SCHEMA).await.unwrap();
    TestDb { db, folder: Some(folder) }
}

pub(crate) async fn sqlite() -> TestDb {
    sqlite_with(sqlite::Options::default()).await
}

/// One of two namespaces of a file, which have the same tables.
pub(crate) async fn namespace() -> TestDb {
    let folder = TempDir::new();
    let file =
        sqlite::Sqlite::open(folder.path().join("test.db"), env(), sqlite::Options::default()).unwrap();
    let [_, db] = namespaces(&file).await;
    TestDb { db, folder: Some(folder) }
}

/// Two namespaces of a file, which have the same tables.
pub(crate) async fn namespaces(file: &sqlite::Sqlite) -> [Db; 2] {
    let both = ["left", "right"].map(|name| Db::from(file.namespace(name)));
    for db in &both {
        migrate(db, "test", SCHEMA).await.unwrap();
    }
    both
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

/// Makes three tests of one: `NAME::on_sqlite`, `NAME::in_a_namespace` and `NAME::on_postgres`.
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
            async fn in_a_namespace() {
                check($crate::on_both::namespace().await).await;
            }
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                check($crate::on_both::postgres().await).await;
            }
        }
    )*};
}
