//! Migrations, on both engines.

use db::{
    Db, Engine, ErrorKind, Migration, Sql, is_begun, migrate, migrate::text_for, missing, params, postgres,
    sqlite,
};
use testkit::{real_env::env, temp_dir::TempDir};

const LIST: &[Migration] = &[
    Migration {
        name: "first",
        sql: "create table shops(id uuid primary key, opened timestamptz not null, is_open boolean not null);
              create table visits(n bigserial primary key, shop uuid not null references shops(id), data jsonb)",
    },
    Migration { name: "second", sql: "alter table shops add column name text not null default ''" },
];
const LONGER: &[Migration] =
    &[LIST[0], LIST[1], Migration { name: "third", sql: "create table more(id bigint)" }];
const CHANGED: &[Migration] =
    &[LIST[0], Migration { name: "second", sql: "alter table shops add column nom text" }];
const BROKEN: &[Migration] = &[
    LIST[0],
    LIST[1],
    Migration { name: "broken", sql: "create table half(id bigint); insert into nowhere values (1)" },
];

/// Four programs that start at once, each with separate connections.
async fn four_at_once(dbs: Vec<Db>) {
    let start = |db: &Db| {
        let db = db.clone();
        tokio::spawn(async move { migrate(&db, "shops", LIST).await.unwrap() })
    };
    let mut applied = Vec::new();
    for task in dbs.iter().map(start).collect::<Vec<_>>() {
        applied.push(task.await.unwrap());
    }
    applied.sort_unstable();
    assert_eq!(applied, [0, 0, 0, 2]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_at_once_apply_once_on_sqlite() {
    let folder = TempDir::new();
    let open = |_| sqlite::open(folder.path().join("t.db"), env(), sqlite::Options::default()).unwrap();
    four_at_once((0..4).map(open).collect()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_at_once_apply_once_on_postgres() {
    let url = testkit::postgres::database().await;
    let open = |_| {
        let mut config = postgres::Config::new(url.clone());
        config.schema = Some("shops".to_owned());
        tokio::spawn(async move { postgres::open(config, env()).await.unwrap() })
    };
    let mut dbs = Vec::new();
    for task in (0..4).map(open).collect::<Vec<_>>() {
        dbs.push(task.await.unwrap()); // which makes the schema, four times at once too
    }
    four_at_once(dbs).await;
}

on_both! {
    async fn what_is_applied_is_not_applied_again(db) {
        assert_eq!(migrate(&db, "shops", &LIST[..1]).await.unwrap(), 1);
        assert_eq!(migrate(&db, "shops", LIST).await.unwrap(), 1);
        assert_eq!(migrate(&db, "shops", LIST).await.unwrap(), 0);
    }

    async fn whether_any_was_applied_is_told_of_an_empty_database_too(db) {
        assert!(!is_begun(&db, "shops").await.unwrap(), "there is nothing in it");
        migrate(&db, "shops", &LIST[..1]).await.unwrap();
        assert!(is_begun(&db, "shops").await.unwrap());
        assert!(!is_begun(&db, "others").await.unwrap(), "it is another list's history");
    }

    async fn the_tables_work(db) {
        migrate(&db, "shops", LIST).await.unwrap();
        let (id, now) = (env().uuid(), env().now());
        let mut tx = db.begin().await.unwrap();
        tx.run(&Sql::both("insert into shops(id, opened, is_open) values ($1, $2, $3)"), params![id, now, true])
            .await.unwrap();
        let visit = Sql::both("insert into visits(shop, data) values ($1, $2) returning n");
        let first = tx.query_one(&visit, params![id, serde_json::json!({})]).await.unwrap().get::<i64>("n").unwrap();
        let second = tx.query_one(&visit, params![id, serde_json::json!(1)]).await.unwrap().get::<i64>("n").unwrap();
        assert!(second > first);
        tx.commit("test").await.unwrap();
        let row = db.query_one(&Sql::both("select opened, is_open, name from shops"), &[]).await.unwrap();
        assert_eq!(row.get::<kernel::Timestamp>("opened").unwrap(), now);
        assert!(row.get::<bool>("is_open").unwrap());
        let mut tx = db.begin().await.unwrap();
        let wrong = tx.run(&Sql::both("update shops set opened = $1"), params!["soon"]).await;
        assert!(wrong.is_err(), "a text is no time");
    }

    async fn a_newer_database_is_used_until_something_is_taken_away(db) {
        migrate(&db, "shops", LONGER).await.unwrap();
        assert_eq!(migrate(&db, "shops", LIST).await.unwrap(), 0);
        assert_eq!(missing(&db, "shops", LIST).await.unwrap(), 0);
        const SHORTER: Sql = Sql::both("update schema_history set name = '0003_contract_shops' where version = 3");
        let mut tx = db.begin().await.unwrap();
        tx.run(&SHORTER, &[]).await.unwrap();
        tx.commit("test").await.unwrap();
        let error = migrate(&db, "shops", LIST).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::TooNew);
        assert!(error.message.contains("version 3") && error.message.contains("knows 2"), "{error}");
    }

    async fn a_changed_migration_is_refused_by_name(db) {
        migrate(&db, "shops", LIST).await.unwrap();
        let error = migrate(&db, "shops", CHANGED).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Other);
        assert!(error.message.contains("migration second was changed"), "{error}");
    }

    async fn a_broken_migration_leaves_nothing_behind(db) {
        let error = migrate(&db, "shops", BROKEN).await.unwrap_err();
        assert!(error.message.contains("broken") && error.message.contains("nowhere"), "{error}");
        for table in [Sql::both("select * from half"), Sql::both("select * from shops")] {
            assert!(db.query(&table, &[]).await.is_err());
        }
        assert_eq!(migrate(&db, "shops", LIST).await.unwrap(), 2);
    }

    async fn lists_of_two_services_do_not_mix(db) {
        migrate(&db, "shops", LIST).await.unwrap();
        let other = &[Migration { name: "other", sql: "create table others(id bigint)" }];
        assert_eq!(migrate(&db, "others", other).await.unwrap(), 1);
        assert_eq!(migrate(&db, "shops", LIST).await.unwrap(), 0);
    }

    async fn a_part_for_one_engine_is_only_for_it(db) {
        let list = &[Migration {
            name: "search",
            sql: "create table words(id bigint primary key, text text not null);
-- only sqlite
create table words_index(id integer primary key, text text not null) strict;
insert into words_index values (1, 'teapot');
-- only postgres
create index words_index on words using gin (to_tsvector('simple', text));
-- both
insert into words(id, text) values (1, 'blue teapot');",
        }];
        migrate(&db, "search", list).await.unwrap();
        let search = Sql::each(
            "select id from words_index where text = $1",
            "select id from words where to_tsvector('simple', text) @@ plainto_tsquery('simple', $1)",
        );
        assert_eq!(db.query(&search, params!["teapot"]).await.unwrap().len(), 1);
    }
}

#[test]
fn postgres_types_become_sqlites() {
    let text = "create table t (
        n bigserial primary key, id uuid not null, at timestamptz, ok boolean default true,
        big bigint, small smallint, bytes bytea, data JSONB, uuid_text text, note text default 'a uuid; -- it''s'
    ); -- a uuid in a comment;
    create index t_id on t(id);
    create table if not exists u(id uuid references t(id))";
    let expected = "create table t (
        n integer primary key autoincrement, id blob not null, at integer, ok integer default true,
        big integer, small integer, bytes blob, data text, uuid_text text, note text default 'a uuid; -- it''s'
    ) strict; -- a uuid in a comment;
    create index t_id on t(id);
    create table if not exists u(id blob references t(id)) strict";
    assert_eq!(text_for(Engine::Sqlite, text).unwrap(), expected);
    assert_eq!(text_for(Engine::Postgres, text).unwrap(), text);
}

#[test]
fn an_unfinished_quote_or_comment_ends_with_the_text() {
    for text in ["create table t(id uuid) -- uuid", "select 'uuid", "select \"uuid", "", "é uuid é"] {
        let written = text_for(Engine::Sqlite, text).unwrap();
        assert_eq!(written.contains("blob"), text.contains("é") || text.contains("(id uuid)"), "{written}");
    }
}

#[test]
fn deferred_constraints_are_refused() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let error =
            text_for(engine, "create table t(id bigint references u(id) Deferrable initially deferred)");
        assert!(error.unwrap_err().message.contains("neighbours"));
        assert!(text_for(engine, "create table t(why text default 'deferred')").is_ok());
    }
}
