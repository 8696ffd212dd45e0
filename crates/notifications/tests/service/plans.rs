//! A page of mails is a range of an index, however many mails are newer.

use crate::world::World;
use db::{Engine, Param, Row, Sql};

on_both!(each_list_of_mails_reads_a_range_of_an_index);

async fn each_list_of_mails_reads_a_range_of_an_index(world: World) {
    let lists = notifications::statements().into_iter().filter(|(_, sql)| {
        let text = sql.text(world.db.engine());
        text.starts_with("select * from mail") && text.contains("limit")
    });
    let mut seen = 0;
    for (name, sql) in lists {
        let text = sql.text(world.db.engine());
        let (plan, range) = match world.db.engine() {
            Engine::Sqlite => (on_sqlite(&world, text).await, "id<?)"),
            Engine::Postgres => (on_postgres(&world, text).await, "(id < "),
        };
        assert!(plan.contains(range), "{name} goes through all that is newer: {plan}");
        let sorts = ["SCAN", "USE TEMP B-TREE", "Seq Scan", "Sort"];
        assert!(!sorts.iter().any(|bad| plan.contains(bad)), "{name}: {plan}");
        seen += 1;
    }
    assert_eq!(seen, 3);
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
    // conditions that are applied to what was read are no range
    let plan: Vec<_> = rows.iter().map(|row| row.get::<String>("QUERY PLAN").unwrap()).collect();
    plan.into_iter().filter(|line| !line.contains("Filter:")).collect::<Vec<_>>().join(" / ")
}

fn parameters(text: &str) -> usize {
    (1..20).rev().find(|n| text.contains(&format!("${n}"))).unwrap_or(0)
}

fn lines(rows: &[Row], column: &str) -> String {
    rows.iter().map(|row| row.get::<String>(column).unwrap()).collect::<Vec<_>>().join(" / ")
}
