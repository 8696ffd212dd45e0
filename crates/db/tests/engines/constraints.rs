//! What a row is refused for, in the same words on both engines.

use db::{Db, Error, ErrorKind, Param, Result, Sql, params};

const MAKE: &[Sql] = &[
    Sql::each(
        "create table things(id integer primary key, code text not null unique, shop integer, shelf integer, \
         state text not null check (state in ('open', 'closed')), parent integer references things(id), \
         unique (shop, shelf)) strict",
        "create table things(id bigint primary key, code text not null unique, shop bigint, shelf bigint, \
         state text not null check (state in ('open', 'closed')), parent bigint references things(id), \
         unique (shop, shelf))",
    ),
    Sql::both("create unique index one_open_thing_per_parent on things(parent) where state = 'open'"),
    Sql::each(
        "create table keys(id blob primary key, part integer) strict",
        "create table keys(id uuid primary key, part bigint)",
    ),
    Sql::both("create unique index keys_by_half on keys((part / 2))"),
    Sql::both("insert into things(id, code, shop, shelf, state) values (1, 'one', 1, 1, 'closed')"),
    Sql::both("insert into things(id, code, state, parent) values (2, 'two', 'open', 1)"),
];
const INSERT: Sql =
    Sql::both("insert into things(id, code, shop, shelf, state, parent) values ($1, $2, $3, $4, $5, $6)");

async fn make(db: &Db) {
    let mut tx = db.begin().await.unwrap();
    for sql in MAKE {
        tx.run(sql, &[]).await.unwrap();
    }
    tx.commit("test").await.unwrap();
}

async fn refusal(db: &Db, sql: &Sql, params: &[Param]) -> Error {
    let insert = async || -> Result<u64> {
        let mut tx = db.begin().await?;
        tx.run(sql, params).await
    };
    insert().await.expect_err("the row is refused")
}

on_both! {
    async fn unique_constraints_are_named_as_on_postgres(db) {
        make(&db).await;
        let none = None::<i64>;
        for (constraint, params) in [
            ("things_pkey", params![1, "new", none, none, "open", none]),
            ("things_code_key", params![9, "one", none, none, "open", none]),
            ("things_shop_shelf_key", params![9, "new", 1, 1, "open", none]),
            ("one_open_thing_per_parent", params![9, "new", none, none, "open", 1]),
        ] {
            let error = refusal(&db, &INSERT, params).await;
            assert!(error.violates(constraint), "{constraint}: {error:?}");
            assert!(error.is_unique() && error.to_string().contains(constraint));
        }
    }

    async fn keys_that_are_not_numbers_are_named_too(db) {
        make(&db).await;
        let insert = Sql::both("insert into keys(id, part) values ($1, $2)");
        let id = uuid::Uuid::from_u128(7);
        let mut tx = db.begin().await.unwrap();
        tx.run(&insert, params![id, 4]).await.unwrap();
        tx.commit("test").await.unwrap();
        assert!(refusal(&db, &insert, params![id, 1]).await.violates("keys_pkey"));
        let error = refusal(&db, &insert, params![uuid::Uuid::from_u128(8), 5]).await;
        assert!(error.violates("keys_by_half"), "{error:?}");
    }

    async fn other_constraints_are_only_constraints(db) {
        make(&db).await;
        let none = None::<i64>;
        for params in [
            params![9, None::<&str>, none, none, "open", none],
            params![9, "new", none, none, "ajar", none],
            params![9, "new", none, none, "open", 77],
        ] {
            let error = refusal(&db, &INSERT, params).await;
            assert_eq!(error.kind, ErrorKind::Constraint, "{error}");
        }
    }

    async fn a_mistake_in_a_statement_is_another_error(db) {
        let error = refusal(&db, &Sql::both("insert into nowhere(id) values (1)"), &[]).await;
        assert_eq!(error.kind, ErrorKind::Other);
    }
}
