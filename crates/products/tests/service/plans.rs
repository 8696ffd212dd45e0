//! What the service runs for others reads ranges of indexes, never a whole table.

use crate::world::World;
use db::{Engine, Param, Row, Sql};

on_both!(no_statement_for_others_reads_a_whole_table);

const MAY_SCAN: &[&str] = &[
    // the audit looks at everything
    "RESERVED_OTHERWISE",
    "LEFT_OTHERWISE",
    "MOVED_OTHERWISE",
    "SOLD_OTHERWISE",
    "UNKNOWN",
    "COUNTED_OTHERWISE",
    "SHIPPED_OTHERWISE",
    "NEVER_ASKED",
    "ASKED_IN_VAIN",
    "FOUND",
    "WAITING",
    "UNPUBLISHED",
    "TIMERS",
    "FEED",
    "HEARD",
    // counts the few rows that wait, for whoever watches the process
    "WAITING_NOW",
    // counts by indexes what waits, as far as a limit, for the console's page of the system
    "STATE",
    // the first row that there is
    "CURRENCY",
    "ANY",
    // sorts the few rows that it is given by name, or those that an index has brought nearly in order
    "LOCK_LEASED",
    "OF_SUBJECT",
    "RESERVATIONS_OF",
    // gives places to the few events that an index found to have none
    "PLACE",
];

/// These hold only the rows that are asked for: SQLite calls it a scan to read all of such an index.
const OF_SOME_ROWS: &[&str] = &["dead_letter_unseen", "dead_letter_wanted"];

async fn no_statement_for_others_reads_a_whole_table(world: World) {
    let mut scans = Vec::new();
    for (name, sql) in products::statements().into_iter().filter(|(name, _)| !MAY_SCAN.contains(name)) {
        let plan = match world.db.engine() {
            Engine::Sqlite => on_sqlite(&world, sql.text(Engine::Sqlite)).await,
            Engine::Postgres => on_postgres(&world, sql.text(Engine::Postgres)).await,
        };
        // an array of parameters is no table
        let mut plan =
            plan.replace("SCAN rarray", "").replace("SCAN CONSTANT ROW", "").replace("SCAN few", "");
        for index in OF_SOME_ROWS {
            plan = plan.replace(&format!("SCAN dead_letter USING INDEX {index}"), "");
        }
        if ["SCAN ", "USE TEMP B-TREE", "Seq Scan", "Sort"].iter().any(|bad| plan.contains(bad)) {
            scans.push(format!("{name}: {plan}"));
        }
    }
    assert!(scans.is_empty(), "{}", scans.join("\n"));
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
    let execute = if nulls.is_empty() { "explained".to_owned() } else { format!("explained({nulls})") };
    for step in [
        "set local enable_seqscan = off".to_owned(),
        "set local enable_sort = off".to_owned(),
        "set local enable_bitmapscan = off".to_owned(),
        "set local plan_cache_mode = force_generic_plan".to_owned(),
        format!("prepare explained as {text}"),
    ] {
        tx.run(&leaked(step), &[]).await.unwrap();
    }
    let rows = tx.query(&leaked(format!("explain execute {execute}")), &[]).await.unwrap();
    tx.run(&Sql::both("deallocate explained"), &[]).await.unwrap();
    tx.rollback().await.unwrap();
    lines(&rows, "QUERY PLAN")
}

fn lines(rows: &[Row], column: &str) -> String {
    rows.iter().map(|row| row.get::<String>(column).unwrap()).collect::<Vec<_>>().join(" / ")
}
