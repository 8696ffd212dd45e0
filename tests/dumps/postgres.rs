//! The schema of a PostgreSQL database, put together from its catalogue: sequences, tables with their columns and
//! constraints, indexes, triggers with their functions, and what refers to other tables last.

use super::rows;
use db::{Db, Row, Sql, params};

const SEQUENCES: Sql = Sql::both(
    "select cast(sequencename as text) as name, cast(data_type as text) as type, start_value
     from pg_sequences where schemaname = 'public' order by sequencename",
);
const COLUMNS: Sql = Sql::both(
    "select cast(c.relname as text) as relation, cast(a.attname as text) as name,
            format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as required,
            pg_get_expr(d.adbin, d.adrelid) as otherwise, a.attgenerated = 's' as is_reckoned
     from pg_attribute a
     join pg_class c on c.oid = a.attrelid and c.relkind = 'r' and c.relnamespace = cast('public' as regnamespace)
     left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
     where a.attnum > 0 and not a.attisdropped order by c.relname, a.attnum",
);
/// Without `not null`, which newer servers list here too.
const CONSTRAINTS: Sql = Sql::both(
    "select cast(c.relname as text) as relation, cast(k.conname as text) as name,
            pg_get_constraintdef(k.oid) as definition, k.contype = 'f' as refers
     from pg_constraint k
     join pg_class c on c.oid = k.conrelid and c.relnamespace = cast('public' as regnamespace)
     where k.contype in ('p', 'u', 'c', 'f', 'x')
     order by c.relname, position(cast(k.contype as text) in 'pucxf'), k.conname",
);
/// Without those that a constraint makes.
const INDEXES: Sql = Sql::both(
    "select pg_get_indexdef(i.indexrelid) as definition from pg_index i
     join pg_class c on c.oid = i.indexrelid and c.relnamespace = cast('public' as regnamespace)
     where not exists (select 1 from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))
     order by c.relname",
);
/// Functions before the triggers that call them. A dump has no empty lines within a statement.
const TRIGGERS: Sql = Sql::both(
    "select regexp_replace(pg_get_functiondef(p.oid), '\\s*\\n\\s*\\n', E'\\n', 'g') as definition, 1 as nth, p.proname as name from pg_proc p
     where p.pronamespace = cast('public' as regnamespace) and p.prokind = 'f'
     union all select pg_get_triggerdef(t.oid), 2, t.tgname from pg_trigger t
     join pg_class c on c.oid = t.tgrelid and c.relnamespace = cast('public' as regnamespace) where not t.tgisinternal
     order by nth, name",
);

pub(super) async fn schema(db: &Db) -> Vec<String> {
    let sequences = db.query(&SEQUENCES, params![]).await.unwrap();
    let columns = db.query(&COLUMNS, params![]).await.unwrap();
    let constraints = db.query(&CONSTRAINTS, params![]).await.unwrap();
    let indexes = db.query(&INDEXES, params![]).await.unwrap();
    let mut tables: Vec<String> = columns.iter().map(|row| text(row, "relation")).collect();
    tables.dedup();
    let mut statements: Vec<String> = sequences.iter().map(sequence).collect();
    for name in &tables {
        let of_table = |row: &&Row| text(row, "relation") == *name;
        let columns = columns.iter().filter(of_table).map(column);
        let own = constraints.iter().filter(of_table).filter(|row| !row.get::<bool>("refers").unwrap());
        let members: Vec<String> = columns.chain(own.map(constraint)).collect();
        statements.push(format!("create table {name} (\n    {}\n)", members.join(",\n    ")));
    }
    statements.extend(indexes.iter().map(|row| text(row, "definition")));
    let triggers = db.query(&TRIGGERS, params![]).await.unwrap();
    statements.extend(triggers.iter().map(|row| text(row, "definition")));
    for row in constraints.iter().filter(|row| row.get::<bool>("refers").unwrap()) {
        statements.push(format!("alter table {} add {}", text(row, "relation"), constraint(row)));
    }
    for name in &tables {
        let of_table = columns.iter().filter(|row| text(row, "relation") == *name);
        let columns: Vec<String> = of_table.map(|row| text(row, "name")).collect();
        let quoted = |column: &str| format!("quote_nullable(cast({column} as text))");
        statements.extend(rows(db, name, &columns, quoted).await);
    }
    statements
}

fn text(row: &Row, name: &str) -> String {
    row.get(name).unwrap()
}

fn sequence(row: &Row) -> String {
    let start: i64 = row.get("start_value").unwrap();
    format!("create sequence {} as {} start {start}", text(row, "name"), text(row, "type"))
}

fn column(row: &Row) -> String {
    let required = if row.get::<bool>("required").unwrap() { " not null" } else { "" };
    let otherwise = row.get::<Option<String>>("otherwise").unwrap();
    let otherwise = match (otherwise, row.get::<bool>("is_reckoned").unwrap()) {
        (None, _) => String::new(),
        (Some(value), false) => format!(" default {value}"),
        (Some(value), true) => format!(" generated always as ({value}) stored"),
    };
    format!("{} {}{required}{otherwise}", text(row, "name"), text(row, "type"))
}

fn constraint(row: &Row) -> String {
    format!("constraint {} {}", text(row, "name"), text(row, "definition"))
}
