//! What each version has written into databases is kept in `tests/fixtures/v…`: the schema of every service on both
//! engines, and the statements that it runs.
//!
//! That of the version at work, in `tests/fixtures/next`, must be current; this test writes it when `UPDATE_FIXTURES`
//! is set, and never writes that of a version that is out. What an older one has left is brought up to date by the
//! migrations, and its statements work on the new schema too, since the old version still runs while a new one takes
//! over.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod dumps;

use db::{Db, Engine, postgres, sqlite};
use dumps::{DumpedService, ENGINES, engine_name, services};
use std::{
    fs,
    path::{Path, PathBuf},
};
use testkit::{postgres::Postgres, real_env::env, temp_dir::TempDir};

const UPDATE: &str = "UPDATE_FIXTURES=1 cargo test -p ordo --test fixtures";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_each_version_has_written_is_kept_and_can_be_brought_up_to_date() {
    let databases = Databases { folder: TempDir::new(), server: Postgres::start() };
    is_kept(&databases, &folder().join("next")).await;
    let versions = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let versions: Vec<PathBuf> = versions.filter(|path| path.is_dir()).collect();
    assert!(versions.len() > 1, "no older version is kept");
    for version in versions {
        is_brought_up_to_date(&databases, &version).await;
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures")
}

/// Where empty databases come from.
struct Databases {
    folder: TempDir,
    server: Postgres,
}

impl Databases {
    async fn empty(&self, engine: Engine, name: &str) -> Db {
        match engine {
            Engine::Sqlite => {
                let path = self.folder.path().join(name);
                let _ = fs::remove_file(&path);
                sqlite::open(path, env(), sqlite::Options::default()).unwrap()
            }
            Engine::Postgres => {
                postgres::open(postgres::Config::new(self.server.new_database()), env()).await.unwrap()
            }
        }
    }
}

/// What the version at work writes is what is kept of it.
async fn is_kept(databases: &Databases, version: &Path) {
    for service in services() {
        let folder = version.join(service.name);
        is_current(&folder.join("statements.sql"), &dumps::statements(&service));
        for engine in ENGINES {
            let db = databases.empty(engine, &format!("new-{}.db", service.name)).await;
            db::migrate(&db, service.name, &service.migrations).await.unwrap();
            is_current(&folder.join(schema_file(engine)), &dumps::schema(&db).await);
        }
    }
}

fn schema_file(engine: Engine) -> String {
    format!("schema.{}.sql", engine_name(engine))
}

#[track_caller]
fn is_current(path: &Path, now: &str) {
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        return fs::write(path, now).unwrap();
    }
    let kept = fs::read_to_string(path).unwrap_or_default();
    let differs = kept.lines().zip(now.lines()).find(|(kept, now)| kept != now);
    let (was, is) = differs.unwrap_or(("the end", "another end"));
    assert!(kept == now, "{} is not current; `{UPDATE}` writes it.\n- {was}\n+ {is}", path.display());
}

/// A database of that version, of each service, is brought up to date, and the version can go on working with it.
async fn is_brought_up_to_date(databases: &Databases, version: &Path) {
    for service in services() {
        let folder = version.join(service.name);
        if !folder.exists() {
            continue; // the version did not have this service
        }
        let statements = fs::read_to_string(folder.join("statements.sql")).unwrap();
        for engine in ENGINES {
            let schema = fs::read_to_string(folder.join(schema_file(engine))).unwrap();
            let db = databases.empty(engine, &format!("kept-{}.db", service.name)).await;
            dumps::load(&db, &schema).await;
            assert_eq!(dumps::schema(&db).await, schema, "{} is not what it says", folder.display());
            goes_on(&db, &service, &statements).await;
        }
    }
}

async fn goes_on(db: &Db, service: &DumpedService, statements: &str) {
    db::migrate(db, service.name, &service.migrations).await.unwrap();
    let old = dumps::parsed(db.engine(), statements);
    assert!(!old.is_empty(), "{} had statements", service.name);
    for sql in old.iter().chain(service.statements.iter().map(|(_, sql)| sql)) {
        let text = sql.text(db.engine());
        db.prepare(sql).await.unwrap_or_else(|e| panic!("{}: {e}:\n{text}", service.name));
    }
}
