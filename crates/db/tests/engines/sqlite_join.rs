//! A file for each service becomes one file for all.

use crate::on_both::SCHEMA;
use db::{Db, Migration, Sql, migrate, missing, params, sqlite};
use std::{
    fs,
    path::{Path, PathBuf},
};
use testkit::{real_env::env, temp_dir::TempDir};

/// What migrations leave behind: a numbering, a table and an index that were called something else, a column that came later.
const MORE: &[Migration] = &[
    SCHEMA[0],
    Migration {
        name: "what goes on",
        sql: "create table log(seq bigserial primary key, part bigint not null references parts(id), text text);
              create index log_by_part on log(part);
              create unique index log_text on log(text) where text is not null;
              create table old(id bigint primary key references parts(id));
              alter table old rename to remark;
              alter table remark add column note text;
              alter table log rename column text to line",
    },
];
const PART: Sql = Sql::both("insert into parts(id, whole) values ($1, 0)");
const REMARK: Sql = Sql::both("insert into remark(id, note) values ($1, 'a note')");
const LOG: Sql = Sql::both("insert into log(part, line) values ($1, $2) returning seq");
const FORGET: Sql = Sql::both("delete from log");
const READ: Sql =
    Sql::both("select p.id, remark.note from parts p join remark on remark.id = p.id order by p.id");

fn open(path: &Path) -> sqlite::Sqlite {
    sqlite::Sqlite::open(path, env(), sqlite::Options::default()).unwrap()
}

/// A file with so many parts, whose log has been numbered up to there and is empty.
async fn file(folder: &TempDir, name: &str, parts: i64) -> PathBuf {
    let path = folder.path().join(format!("{name}.db"));
    let db = Db::from(open(&path));
    migrate(&db, name, MORE).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    for id in 1..=parts {
        tx.run(&PART, params![id]).await.unwrap();
        tx.run(&REMARK, params![id]).await.unwrap();
        tx.query(&LOG, params![id, format!("line {id}")]).await.unwrap();
    }
    tx.run(&FORGET, &[]).await.unwrap();
    tx.commit("test").await.unwrap();
    // its last connection ends later, and would copy the log into the file
    db.close().await.unwrap();
    path
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_that_was_in_the_files_is_in_the_one_and_goes_on() {
    let folder = TempDir::new();
    let (left, right) = (file(&folder, "left", 3).await, file(&folder, "right", 2).await);
    let before = fs::read(&left).unwrap();
    let one = folder.path().join("one.db");
    sqlite::join(&one, &[("left", left.clone()), ("right", right)]).unwrap();
    assert!(fs::read(&left).unwrap() == before, "what is joined stays as it is");

    let one = open(&one);
    for (name, parts) in [("left", 3), ("right", 2)] {
        let db = Db::from(one.namespace(name));
        assert_eq!(missing(&db, name, MORE).await.unwrap(), 0);
        assert_eq!(migrate(&db, name, MORE).await.unwrap(), 0);
        assert_eq!(db.query(&READ, &[]).await.unwrap().len(), parts);
        let mut tx = db.begin().await.unwrap();
        let next = tx.query_one(&LOG, params![1_i64, "a line"]).await.unwrap();
        assert_eq!(
            next.get::<i64>("seq").unwrap(),
            i64::try_from(parts).unwrap() + 1,
            "no number comes twice"
        );
        assert!(tx.query(&LOG, params![1_i64, "a line"]).await.is_err(), "what was unique still is");
        drop(tx);
        let mut tx = db.begin().await.unwrap();
        assert!(
            tx.query(&LOG, params![99_i64, "of no part"]).await.is_err(),
            "what was referred to still is"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_damaged_is_named_and_one_that_is_there_is_left_alone() {
    let folder = TempDir::new();
    let left = file(&folder, "left", 3).await;
    let noise = folder.path().join("noise.db");
    fs::write(&noise, "this is no database at all, but a text".repeat(200)).unwrap();
    let one = folder.path().join("one.db");
    let error = sqlite::join(&one, &[("left", left), ("noise", noise)]).unwrap_err();
    assert!(error.is_damage() && error.message.contains("noise.db"), "{error}");
    let error = sqlite::join(&one, &[]).unwrap_err();
    assert!(error.message.contains("is there already"), "{error}");
}
