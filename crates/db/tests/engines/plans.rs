//! What takes longer the more there is shows in how an engine carries it out.

use db::Sql;
use testkit::query_plans::{AllowedScans, wasteful};

const OF_SOURCE: Sql = Sql::both("select id from transfers where source = $1");
const SORTED: Sql = Sql::both("select id from transfers where source = $1 order by amount");
/// An index brings them in order; each is checked.
const SIFTED: Sql = Sql::both("select id from transfers where amount > $1 order by id");
const MAY_SORT: AllowedScans = AllowedScans { scan: &[], sort: &["SORTED transfers"], read: &[] };
const MAY_SCAN: AllowedScans = AllowedScans { scan: &["SIFTED"], ..MAY_SORT };
/// As if all that `crates/flow` may do were one.
const OF_FLOW: Sql = Sql::both(
    "select amount as unseen, amount as event, amount as overdue, amount as heard, \
                                amount as dead_letter from transfers where amount > $1 order by id",
);
const EVERY: [&str; 13] = [
    "ALL_READ",
    "IS_CONSUMED_BY",
    "WAITING",
    "UNPUBLISHED",
    "TIMERS",
    "FEED",
    "HEARD",
    "WAITING_NOW",
    "STATE_AND_WRITE",
    "PLACE",
    "ANY",
    "LAST_AT_WORK",
    "OF_SUBJECT",
];

fn all() -> Vec<(&'static str, Sql)> {
    vec![("OF_SOURCE", OF_SOURCE), ("SORTED", SORTED), ("SIFTED", SIFTED)]
}

on_both! {
    async fn what_has_no_index_is_found_and_what_sorts(db) {
        let names = |found: Vec<String>| -> Vec<String> {
            found.iter().map(|one| one.split(':').next().unwrap_or_default().to_owned()).collect()
        };
        let found = wasteful(&db, all(), &[], AllowedScans::default()).await;
        assert_eq!(names(found), ["OF_SOURCE", "SORTED", "SIFTED"]);
        let found = wasteful(&db, all(), &[], MAY_SCAN).await;
        assert_eq!(names(found), ["OF_SOURCE", "SORTED"], "what may sort may not scan");
        run(&db, Sql::both("create index of_source on transfers (source)")).await;
        assert_eq!(names(wasteful(&db, all(), &[], AllowedScans::default()).await), ["SORTED", "SIFTED"]);
        assert_eq!(names(wasteful(&db, all(), &[], MAY_SORT).await), ["SIFTED"]);
        assert_eq!(wasteful(&db, all(), &[], MAY_SCAN).await, [""; 0]);
        run(&db, Sql::both("drop index of_source")).await;
        assert_eq!(names(wasteful(&db, all(), &[], MAY_SCAN).await), ["OF_SOURCE", "SORTED"]);
    }

    async fn what_only_has_the_name_of_what_every_service_has_is_explained(db) {
        let (own, of_flow) = (("STATE", SIFTED), ("STATE", OF_FLOW));
        let found = wasteful(&db, vec![own], &[], AllowedScans::default()).await;
        assert!(found[0].starts_with("STATE: "), "{found:?}");
        let mut every: Vec<_> = EVERY.map(|name| (name, OF_FLOW)).to_vec();
        every.push(of_flow);
        assert_eq!(wasteful(&db, vec![of_flow], &every, AllowedScans::default()).await, [""; 0]);
        let found = wasteful(&db, vec![own, of_flow], &every, AllowedScans::default()).await;
        assert!(found.len() == 1 && found[0].starts_with("STATE: "), "{found:?}");
    }
}

async fn run(db: &db::Db, sql: Sql) {
    let mut tx = db.begin().await.unwrap();
    tx.run(&sql, &[]).await.unwrap();
    tx.commit("test").await.unwrap();
}
