//! What lists, searches and the audit's pages run reads ranges of indexes, never a whole table, and sorts nothing.

use crate::world::World;
use db::{Engine, Param, Row, Sql};

on_both!(no_list_reads_a_whole_table, the_audit_goes_through_events_and_timers_by_their_indexes);

/// Those that lists and searches run.
const OF_LISTS: [&str; 36] = [
    "ALL_BY_CREATED",
    "ALL_BY_CREATED_DOWN",
    "ALL_BY_UPDATED",
    "ALL_BY_UPDATED_DOWN",
    "ALL_BY_TOTAL",
    "ALL_BY_TOTAL_DOWN",
    "OF_USER_BY_CREATED",
    "OF_USER_BY_CREATED_DOWN",
    "OF_USER_BY_UPDATED",
    "OF_USER_BY_UPDATED_DOWN",
    "OF_USER_BY_TOTAL",
    "OF_USER_BY_TOTAL_DOWN",
    "OF_STATUS",
    "OF_STATUS_DOWN",
    "OF_PAYMENT",
    "OF_PAYMENT_DOWN",
    "OF_FULFILMENT",
    "OF_FULFILMENT_DOWN",
    "WITH_NUMBER",
    "OF_PLACEMENT",
    "WITH_IDS",
    "FIND_WHOLE",
    "FIND_WHOLE_ONES",
    "INSERT_OF_ORDER",
    "INSERT_OF_PERSON",
    "DELETE_OF_ORDER",
    "DELETE_OF_PERSON",
    "OF_ORDER",
    "OF_PERSON",
    "WORDS_OF_MANY",
    "ORDERS_WITH",
    "FIND_MANY",
    "NOTES_OF_ORDER",
    "COUNT_NOTES",
    "SUMS",
    "ATTENTION",
];

/// Those that the audit runs for each page of orders, or of what their events tell of.
const OF_THE_AUDIT: [&str; 4] = ["SUBJECTS", "VERSIONS", "DELETED", "WAITING"];

async fn no_list_reads_a_whole_table(world: World) {
    read_ranges(&world, &OF_LISTS).await;
}

async fn the_audit_goes_through_events_and_timers_by_their_indexes(world: World) {
    read_ranges(&world, &OF_THE_AUDIT).await;
}

async fn read_ranges(world: &World, names: &[&str]) {
    let statements = orders::statements();
    let mut bad_plans = Vec::new();
    for name in names {
        let (_, sql) = statements.iter().find(|(known, _)| known == name).unwrap();
        let plan = match world.db.engine() {
            Engine::Sqlite => on_sqlite(world, sql.text(Engine::Sqlite)).await,
            Engine::Postgres => on_postgres(world, sql.text(Engine::Postgres)).await,
        };
        // an array of parameters is no table
        let plan = plan.replace("SCAN rarray", "").replace("SCAN CONSTANT ROW", "").replace("SCAN few", "");
        // an index that holds just what is asked for
        let plan = plan.replace("SCAN orders USING INDEX orders_held", "");
        if ["SCAN ", "USE TEMP B-TREE", "Seq Scan", "Sort"].iter().any(|bad| plan.contains(bad)) {
            bad_plans.push(format!("{name}: {plan}"));
        }
    }
    assert!(bad_plans.is_empty(), "{}", bad_plans.join("\n"));
}

fn parameters(text: &str) -> usize {
    (1..20).rev().find(|n| text.contains(&format!("${n}"))).unwrap_or(0)
}

fn leaked(text: String) -> Sql {
    Sql::both(Box::leak(text.into_boxed_str()))
}

async fn on_sqlite(world: &World, text: &str) -> String {
    let nulls = vec![Param::Null; parameters(text)];
    let rows = world.db.query(&leaked(format!("explain query plan {text}")), &nulls).await.unwrap();
    lines(&rows, "detail")
}

/// The plan that is for all values, where going through a table costs more than any index.
async fn on_postgres(world: &World, text: &str) -> String {
    let mut tx = world.db.begin().await.unwrap();
    let nulls = vec!["null"; parameters(text)].join(", ");
    for step in [
        "set local enable_seqscan = off".to_owned(),
        "set local enable_sort = off".to_owned(),
        "set local enable_bitmapscan = off".to_owned(),
        "set local plan_cache_mode = force_generic_plan".to_owned(),
        format!("prepare explained as {text}"),
    ] {
        tx.run(&leaked(step), &[]).await.unwrap();
    }
    let rows = tx.query(&leaked(format!("explain execute explained({nulls})")), &[]).await.unwrap();
    tx.run(&Sql::both("deallocate explained"), &[]).await.unwrap();
    tx.rollback().await.unwrap();
    lines(&rows, "QUERY PLAN")
}

fn lines(rows: &[Row], column: &str) -> String {
    rows.iter().map(|row| row.get::<String>(column).unwrap()).collect::<Vec<_>>().join(" / ")
}
