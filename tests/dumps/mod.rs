//! What a version of the program keeps in its databases, as text: the schema that its migrations make, with the rows
//! that they put there, and every statement that it runs. A dump can be loaded again.

#![allow(unreachable_pub, reason = "a module of one test")]

mod postgres;
mod sqlite;

use db::{Db, Engine, Migration, Sql, params};

/// A service with a database of its own.
pub struct DumpedService {
    pub name: &'static str,
    pub migrations: Vec<Migration>,
    pub statements: Vec<(&'static str, Sql)>,
}

/// All of them, and the simulated provider.
pub fn services() -> Vec<DumpedService> {
    let kept = |name, migrations, statements| DumpedService { name, migrations, statements };
    vec![
        kept(auth::NAME, auth::migrations(), auth::statements()),
        kept(products::NAME, products::migrations(), products::statements()),
        kept(orders::NAME, orders::migrations(), orders::statements()),
        kept(payments::NAME, payments::migrations(), payments::statements()),
        kept(simulator::NAME, simulator::migrations(), simulator::statements()),
        kept(notifications::NAME, notifications::migrations(), notifications::statements()),
        kept(compat::NAME, compat::migrations(), compat::statements()),
    ]
}

pub const ENGINES: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];

pub fn engine_name(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "sqlite",
        Engine::Postgres => "postgres",
    }
}

/// The schema of a database and the rows in it, as statements with an empty line between them.
pub async fn schema(db: &Db) -> String {
    let statements = match db.engine() {
        Engine::Sqlite => sqlite::schema(db).await,
        Engine::Postgres => postgres::schema(db).await,
    };
    blocks(statements)
}

/// The statements with their names, with an empty line between them.
pub fn statements(kept: &DumpedService) -> String {
    let each = kept.statements.iter().flat_map(|(name, sql)| {
        let [sqlite, postgres] = ENGINES.map(|engine| sql.text(engine));
        if sqlite == postgres {
            vec![format!("-- {name}\n{sqlite}")]
        } else {
            vec![format!("-- {name} (sqlite)\n{sqlite}"), format!("-- {name} (postgres)\n{postgres}")]
        }
    });
    blocks(each.collect())
}

fn blocks(statements: Vec<String>) -> String {
    let trimmed = |text: &String| text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    let statements: Vec<String> = statements.iter().map(trimmed).collect();
    assert!(statements.iter().all(|text| !text.contains("\n\n")), "an empty line is where a statement ends");
    statements.iter().map(|text| format!("{text};\n")).collect::<Vec<_>>().join("\n")
}

/// The statements of a dump, without the semicolons.
fn parts(dump: &str) -> impl Iterator<Item = &str> {
    dump.split("\n\n").map(|part| part.trim().trim_end_matches(';')).filter(|part| !part.is_empty())
}

/// Runs a dumped schema on an empty database.
pub async fn load(db: &Db, schema: &str) {
    let mut tx = db.begin().await.unwrap();
    if db.engine() == Engine::Sqlite {
        // rows come by the names of their tables, and so before those that they refer to
        tx.run(&Sql::both("pragma defer_foreign_keys = on"), params![]).await.unwrap();
    }
    for part in parts(schema) {
        tx.run(&forever(part), params![]).await.unwrap_or_else(|e| panic!("{part}: {e}"));
    }
    tx.commit("dumps.load").await.unwrap();
}

/// The statements of a dump that are for this engine.
pub fn parsed(engine: Engine, dump: &str) -> Vec<Sql> {
    let others = ENGINES.into_iter().find(|other| *other != engine).map(engine_name).unwrap();
    let is_ours =
        |part: &&str| !part.lines().next().is_some_and(|name| name.ends_with(&format!("({others})")));
    parts(dump).filter(is_ours).map(forever).collect()
}

/// A statement made of a text that was read: the layer takes only those that live as long as the program.
fn forever(text: &str) -> Sql {
    Sql::both(Box::leak(text.to_owned().into_boxed_str()))
}

/// The rows of a table as one statement; none without rows. `quoted` is how the engine writes a value.
async fn rows(db: &Db, table: &str, columns: &[String], quoted: impl Fn(&str) -> String) -> Option<String> {
    // when a migration was applied is different each time
    let value = |column: &String| match column.as_str() {
        "applied_at" if db.engine() == Engine::Sqlite => "'0'".to_owned(),
        "applied_at" => "'''epoch'''".to_owned(),
        _ => quoted(column),
    };
    let values = columns.iter().map(value).collect::<Vec<_>>().join(" || ', ' || ");
    let query = forever(&format!("select {values} as row_values from {table} order by 1"));
    let rows = db.query(&query, params![]).await.unwrap_or_else(|e| panic!("{table}: {e}"));
    let rows: Vec<String> =
        rows.iter().map(|row| format!("({})", row.get::<String>("row_values").unwrap())).collect();
    let columns = columns.join(", ");
    (!rows.is_empty())
        .then(|| format!("insert into {table} ({columns}) values\n    {}", rows.join(",\n    ")))
}
