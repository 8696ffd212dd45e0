//! The schema of a SQLite database, as it keeps it itself: the text of each table and index.

use super::rows;
use db::{Db, Sql, params};

const SCHEMA: Sql = Sql::both(
    "select name, type, sql from sqlite_master where sql is not null and name not like 'sqlite%' and name not like 'search\\_text\\_%' escape '\\'
     order by case type when 'table' then 0 else 1 end, name",
);
const COLUMNS: Sql = Sql::both(
    "select m.name as relation, c.name from sqlite_master m join pragma_table_info(m.name) c
     where m.type = 'table' and m.name not like 'sqlite%' order by m.name, c.cid",
);

pub(super) async fn schema(db: &Db) -> Vec<String> {
    let schema = db.query(&SCHEMA, params![]).await.unwrap();
    let mut statements: Vec<String> = schema.iter().map(|row| row.get("sql").unwrap()).collect();
    let columns = db.query(&COLUMNS, params![]).await.unwrap();
    for table in schema.iter().filter(|row| row.get::<String>("type").unwrap() == "table") {
        let table: String = table.get("name").unwrap();
        // the text of a search index is not stored, so the index is rebuilt after loading
        if table.starts_with("search_") {
            continue;
        }
        let of_table = columns.iter().filter(|row| row.get::<String>("relation").unwrap() == table);
        let columns: Vec<String> = of_table.map(|row| row.get("name").unwrap()).collect();
        statements.extend(rows(db, &table, &columns, quoted).await);
    }
    statements
}

/// A value as SQLite writes it, on one line: a dump is told apart by its empty lines.
fn quoted(column: &str) -> String {
    format!("replace(quote({column}), char(10), '''||char(10)||''')")
}
