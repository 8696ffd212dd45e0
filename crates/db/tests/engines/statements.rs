//! Statements, parameters and rows: the same on both engines.

use db::{ErrorKind, Sql, params};
use kernel::{Currency, Timestamp, id::OrderId};
use serde_json::json;
use testkit::real_env::env;
use uuid::Uuid;

db::statements! {
    INSERT_PART = "insert into parts(id, whole, note) values ($1, $2, $3)";
    LIST_PARTS = "select id, whole, note from parts order by id";
    /// Where the texts differ.
    ENGINE = { sqlite: "select 'sqlite' as name", postgres: "select 'postgres' as name" };
    COUNT_PARTS = (concat!("select count(*) as n", " from parts"));
    CLAIM = "update parts set note = 'claimed' where note = '' and id in (select id from parts \
             where note = '' order by id limit 2 for update skip locked) returning id";
}

const ADD_EVERY_TYPE: Sql =
    Sql::both("insert into every_type(b, i, t, y, u, at, j, n) values ($1, $2, $3, $4, $5, $6, $7, $8)");
const MAKE_EVERY_TYPE: Sql = Sql::each(
    "create table every_type(b integer, i integer, t text, y blob, u blob, at integer, j text, n integer) strict",
    "create table every_type(b boolean, i integer, t text, y bytea, u uuid, at timestamptz, j jsonb, n bigint)",
);

on_both! {
    async fn every_type_survives_the_round_trip(db) {
        let (id, at) = (env().id::<kernel::id::OrderKind>(), env().now());
        let value = json!({"a": [1, "ü", null]});
        let mut tx = db.begin().await.unwrap();
        tx.run(&MAKE_EVERY_TYPE, &[]).await.unwrap();
        let given = params![true, -7, "Grüße, 'quoted'", [0u8, 255, 7], id, at, value.clone(), None::<i64>];
        assert_eq!(tx.run(&ADD_EVERY_TYPE, given).await.unwrap(), 1);
        let row = tx.query_one(&Sql::both("select * from every_type"), &[]).await.unwrap();
        assert!(row.get::<bool>("b").unwrap());
        assert_eq!(row.get::<i64>("i").unwrap(), -7);
        assert_eq!(row.get::<String>("t").unwrap(), "Grüße, 'quoted'");
        assert_eq!(row.get::<Vec<u8>>("y").unwrap(), [0, 255, 7]);
        assert_eq!(row.get::<[u8; 3]>("y").unwrap(), [0, 255, 7]);
        assert_eq!(row.get::<OrderId>("u").unwrap(), id);
        assert_eq!(row.get::<Uuid>("u").unwrap(), id.uuid());
        assert_eq!(row.get::<Timestamp>("at").unwrap(), at);
        assert_eq!(row.get::<serde_json::Value>("j").unwrap(), value);
        assert_eq!(row.get::<Option<i64>>("n").unwrap(), None);
        assert_eq!(row.get::<Option<i64>>("i").unwrap(), Some(-7));
        tx.rollback().await.unwrap();
    }

    async fn the_ends_of_each_range_survive(db) {
        let both_ends = "select cast($1 as bigint) as low, cast($2 as bigint) as high, cast($3 as text) as c";
        let given = params![i64::MIN, i64::MAX, Currency::EUR];
        let row = db.query_one(&Sql::both(both_ends), given).await.unwrap();
        assert_eq!(row.get::<i64>("low").unwrap(), i64::MIN);
        assert_eq!(row.get::<i64>("high").unwrap(), i64::MAX);
        assert_eq!(row.get::<Currency>("c").unwrap(), Currency::EUR);
    }

    async fn parameters_may_stand_in_any_order_and_repeat(db) {
        let mut tx = db.begin().await.unwrap();
        let backwards = Sql::both("insert into parts(note, whole, id) values ($3, $2, $1)");
        tx.run(&backwards, params![1, 10, "one"]).await.unwrap();
        let repeated = Sql::both("update parts set whole = $2, note = $1 where note = $1 or id = $2 or whole = $2");
        assert_eq!(tx.run(&repeated, params!["one", 20]).await.unwrap(), 1);
        let row = tx.query_one(&LIST_PARTS, &[]).await.unwrap();
        assert_eq!(row.get::<i64>("id").unwrap(), 1);
        assert_eq!(row.get::<i64>("whole").unwrap(), 20);
        assert_eq!(row.get::<String>("note").unwrap(), "one");
        tx.rollback().await.unwrap();
    }

    async fn a_wrong_number_of_parameters_is_an_error(db) {
        for given in [params![1, 2], params![1, 2, "three", 4]] {
            let mut tx = db.begin().await.unwrap();
            let error = tx.run(&INSERT_PART, given).await.unwrap_err();
            assert_eq!(error.kind, ErrorKind::Other);
            assert!(error.message.contains("3 parameters") || error.message.contains("parameters, 2"), "{error}");
            tx.rollback().await.unwrap();
        }
        let error = db.query(&LIST_PARTS, params![1]).await.unwrap_err();
        assert!(error.message.contains("1 were given"), "{error}");
    }

    async fn a_value_of_the_wrong_type_is_an_error(db) {
        let error = db.query(&Sql::both("select * from parts where id = $1"), params!["x"]).await;
        // SQLite finds nothing; PostgreSQL says what is wrong
        assert!(error.is_err_and(|e| e.message.contains("text was given")) || db.engine() == db::Engine::Sqlite);
        let mut tx = db.begin().await.unwrap();
        assert!(tx.run(&INSERT_PART, params!["x", 1, "note"]).await.is_err());
        tx.rollback().await.unwrap();
    }

    async fn arrays_are_looked_into(db) {
        let ids: Vec<OrderId> = (0..3).map(|_| env().id()).collect();
        let mut tx = db.begin().await.unwrap();
        for (n, note) in [(1, "a"), (2, "b"), (3, "c")] {
            tx.run(&INSERT_PART, params![n, 0, note]).await.unwrap();
        }
        tx.run(&Sql::each("create table keys(id blob primary key) strict", "create table keys(id uuid primary key)"), &[])
            .await.unwrap();
        for id in &ids {
            tx.run(&Sql::both("insert into keys(id) values ($1)"), params![*id]).await.unwrap();
        }
        let by_number = Sql::both("select id from parts where note <> $1 and id = any($2) order by id");
        let rows = tx.query(&by_number, params!["x", vec![3i64, 1, 99]]).await.unwrap();
        assert_eq!(rows.iter().map(|r| r.get::<i64>("id").unwrap()).collect::<Vec<_>>(), [1, 3]);
        let by_text = Sql::both("select id from parts where note = any($1) and not (note = any($2))");
        let wanted = params![vec!["a".to_owned(), "b".to_owned()], vec!["b".to_owned()]];
        assert_eq!(tx.query_one(&by_text, wanted).await.unwrap().get::<i64>("id").unwrap(), 1);
        let by_key = Sql::both("select id from keys where id = any($1) order by id");
        let rows = tx.query(&by_key, params![vec![ids[2], ids[0]]]).await.unwrap();
        assert_eq!(rows.len(), 2);
        assert!(tx.query(&by_key, params![Vec::<Uuid>::new()]).await.unwrap().is_empty());
        tx.rollback().await.unwrap();
    }

    async fn a_claim_takes_each_row_once(db) {
        let mut tx = db.begin().await.unwrap();
        for id in 1..=3 {
            tx.run(&INSERT_PART, params![id, 0, ""]).await.unwrap();
        }
        assert_eq!(tx.query(&CLAIM, &[]).await.unwrap().len(), 2);
        assert_eq!(tx.query(&CLAIM, &[]).await.unwrap().len(), 1);
        assert_eq!(tx.query(&CLAIM, &[]).await.unwrap().len(), 0);
        tx.rollback().await.unwrap();
    }

    async fn an_error_names_the_column(db) {
        let row = db.query_one(&Sql::both("select 'x' as word, 5 as number"), &[]).await.unwrap();
        assert!(row.get::<i64>("colour").unwrap_err().message.contains("colour"));
        let error = row.get::<i64>("word").unwrap_err();
        assert!(error.message.contains("word") && error.message.contains("text"), "{error}");
        assert!(row.get::<bool>("number").is_err());
    }

    async fn one_row_is_one_row(db) {
        let none = Sql::both("select id from parts where id = -1");
        assert!(db.query_opt(&none, &[]).await.unwrap().is_none());
        assert!(db.query_one(&none, &[]).await.unwrap_err().is_not_found());
        let two = Sql::both("select 1 as n union all select 2");
        assert_eq!(db.query_opt(&two, &[]).await.unwrap_err().kind, ErrorKind::Other);
        let mut tx = db.begin().await.unwrap();
        assert!(tx.query_one(&none, &[]).await.unwrap_err().is_not_found());
        // nothing has failed: it was a question
        tx.run(&INSERT_PART, params![1, 1, ""]).await.unwrap();
        tx.commit("test").await.unwrap();
        assert_eq!(db.query_one(&COUNT_PARTS, &[]).await.unwrap().get::<i64>("n").unwrap(), 1);
    }

    async fn every_statement_can_be_prepared(db) {
        assert_eq!(ALL.iter().map(|(name, _)| *name).collect::<Vec<_>>(),
            ["INSERT_PART", "LIST_PARTS", "ENGINE", "COUNT_PARTS", "CLAIM"]);
        for (name, sql) in ALL {
            db.prepare(sql).await.unwrap_or_else(|e| panic!("{name}: {e}"));
        }
        assert!(db.prepare(&Sql::both("select colour from parts")).await.is_err());
        db.prepare(&LIST_PARTS).await.unwrap();
    }

    async fn each_engine_gets_its_own_text(db) {
        let name = db.query_one(&ENGINE, &[]).await.unwrap().get::<String>("name").unwrap();
        assert_eq!(name, format!("{:?}", db.engine()).to_lowercase());
    }

    async fn the_clock_is_the_databases(db) {
        let before = env().now();
        let mut tx = db.begin().await.unwrap();
        let inside = tx.now().await.unwrap();
        tx.rollback().await.unwrap();
        let after = db.now().await.unwrap();
        assert!(before <= inside && inside <= after && after <= env().now(), "{before} {inside} {after}");
    }

    async fn a_long_read_is_as_right_as_a_short_one(db) {
        let long = Sql::both("with recursive n(i) as (select 1 union all select i + 1 from n where i < $1) \
                              select cast(sum(i) as bigint) as total from n");
        for _ in 0..3 {
            let total = db.query_one(&long, params![300_000i64]).await.unwrap().get::<i64>("total").unwrap();
            assert_eq!(total, 45_000_150_000);
        }
    }
}
