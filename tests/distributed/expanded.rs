//! What an older version writes fits a database while a newer version migrates it, after that, and while the newer one works on it:
//! so the replicas of the older one go on during an upgrade, and after a rollback.

use crate::{
    dumps,
    shop::{admin_at, all_items, customer_at},
    world::DistributedTestBed,
};
use db::{
    Db, ErrorKind, Sql, params,
    postgres::{Config, connect},
    sqlite,
};
use serde_json::json;
use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};
use testkit::{real_env::env, temp_dir::TempDir};
use tokio::{task::JoinSet, time::sleep};

const OLD: &str = "v0.1.0";
/// What the shop of that version is sealed with.
const SECRET: &str = "5ea1ed5ea1ed5ea1ed5ea1ed5ea1ed5ea1ed5ea1ed5ea1ed5ea1ed5ea1ed5ea1";
const WHOLE: [&[&str]; 1] = [&["auth", "payments", "products", "orders", "notifications", "gateway"]];
const SCHEMAS: [&str; 6] = ["auth", "products", "orders", "payments", "simulator", "notifications"];
const WRITERS: usize = 4;
/// Rows of each table that are written again and again.
const ROWS_OF_TABLE: usize = 10;
const WRITES_MIN: u64 = 500;

/// A statement lives as long as the program.
fn forever(text: String) -> Sql {
    Sql::both(Box::leak(text.into_boxed_str()))
}

fn kept() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures").join(OLD)
}

/// How the older version writes a row: with the columns that it knows.
#[derive(Clone)]
struct OldRow {
    table: String,
    update: Sql,
    delete: Sql,
    insert: Sql,
}

/// The tables of a service as the older version has made them, with the rows of its shop.
async fn load_old(url: &str, schema: &str, folder: &Path) -> Vec<OldRow> {
    let path = folder.join(format!("{schema}.db"));
    let old = sqlite::open(path, env(), sqlite::Options::default()).unwrap();
    let kept = kept();
    dumps::load(&old, &fs::read_to_string(kept.join(format!("shop/{schema}.sqlite.sql"))).unwrap()).await;
    let config = Config { schema: Some(schema.to_owned()), ..Config::new(url) };
    let new = db::postgres::open(config, env()).await.unwrap();
    let dump = fs::read_to_string(kept.join(schema).join("schema.postgres.sql")).unwrap();
    dumps::load(&new, &dump.replace("public.", &format!("{schema}."))).await;
    const TABLES: Sql =
        Sql::both("select tablename::text as name from pg_tables where schemaname = current_schema()");
    let mut rows = Vec::new();
    for table in new.query(&TABLES, &[]).await.unwrap() {
        let table: String = table.get("name").unwrap();
        if table != "schema_history" {
            rows.extend(copy_table(&old, &new, schema, &table).await);
        }
    }
    continue_sequences(&new).await;
    if schema == "orders" {
        const NUMBERS: Sql =
            Sql::both("select setval('order_number', (select max(number) from orders)) as number");
        new.query(&NUMBERS, &[]).await.unwrap();
    }
    rows
}

async fn copy_table(old: &Db, new: &Db, schema: &str, table: &str) -> Vec<OldRow> {
    const COLUMNS: Sql = Sql::both(
        "select a.attname::text as name, format_type(a.atttypid, null) as type, coalesce(i.indisprimary, false) as is_key
         from pg_attribute a left join pg_index i on i.indrelid = a.attrelid and i.indisprimary and a.attnum = any(i.indkey)
         where a.attrelid = $1::text::regclass and a.attnum > 0 and not a.attisdropped order by a.attnum",
    );
    let known =
        old.query(&forever(format!("select name from pragma_table_info('{table}')")), &[]).await.unwrap();
    let known: Vec<String> = known.iter().map(|row| row.get("name").unwrap()).collect();
    let (mut columns, mut keys, mut literals) = (Vec::new(), Vec::new(), Vec::new());
    for column in new.query(&COLUMNS, params![table.to_owned()]).await.unwrap() {
        let (name, kind): (String, String) = (column.get("name").unwrap(), column.get("type").unwrap());
        if known.contains(&name) {
            literals.push(literal(&name, &kind));
            if column.get("is_key").unwrap() {
                keys.push(columns.len());
            }
            columns.push(name);
        }
    }
    let selected = literals.iter().enumerate().map(|(n, literal)| format!("{literal} as c{n}"));
    let query = format!("select {} from {table}", selected.collect::<Vec<_>>().join(", "));
    let found = old.query(&forever(query), &[]).await.unwrap();
    let names = columns.join(", ");
    let target = format!("{schema}.{table}");
    let mut tx = new.begin().await.unwrap();
    // rows come by the names of their tables, and so before those that they refer to; what the schema has brought is there too
    tx.run(&Sql::both("set local session_replication_role = replica"), &[]).await.unwrap();
    tx.run(&forever(format!("delete from {target}")), &[]).await.unwrap();
    let mut rows = Vec::new();
    for row in &found {
        let values: Vec<String> = (0..columns.len()).map(|n| row.get(&format!("c{n}")).unwrap()).collect();
        let insert = forever(format!("insert into {target} ({names}) values ({})", values.join(", ")));
        tx.run(&insert, &[]).await.unwrap_or_else(|error| panic!("{target}: {error}"));
        let key: Vec<String> = keys.iter().map(|n| format!("{} = {}", columns[*n], values[*n])).collect();
        let same: Vec<String> = columns.iter().map(|name| format!("{name} = {name}")).collect();
        let key = key.join(" and ");
        if rows.len() < ROWS_OF_TABLE && !key.is_empty() {
            rows.push(OldRow {
                table: target.clone(),
                update: forever(format!("update {target} set {} where {key}", same.join(", "))),
                delete: forever(format!("delete from {target} where {key}")),
                insert,
            });
        }
    }
    tx.commit("test").await.unwrap();
    rows
}

/// An expression of SQLite that writes a value of a column as PostgreSQL reads it.
fn literal(column: &str, kind: &str) -> String {
    let written = match kind {
        "uuid" => format!("'''' || lower(hex({column})) || '''::uuid'"),
        "bytea" => format!("'''\\x' || lower(hex({column})) || '''::bytea'"),
        "timestamp with time zone" => {
            format!("'(timestamptz ''epoch'' + ' || {column} || ' * interval ''1 microsecond'')'")
        }
        "boolean" => format!("iif({column}, 'true', 'false')"),
        "bigint" | "integer" | "smallint" => format!("cast({column} as text)"),
        "jsonb" => format!("quote({column}) || '::jsonb'"),
        "text" => format!("quote({column})"),
        other => panic!("{column}: {other}"),
    };
    format!("iif({column} is null, 'null', {written})")
}

/// Numbers go on after those that are given.
async fn continue_sequences(db: &Db) {
    const OWNED: Sql = Sql::both(
        "select c.relname::text as name, a.attname::text as owner, pg_get_expr(d.adbin, d.adrelid) as value
         from pg_attrdef d join pg_class c on c.oid = d.adrelid
         join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
         join pg_namespace n on n.oid = c.relnamespace
         where n.nspname = current_schema() and pg_get_expr(d.adbin, d.adrelid) like 'nextval(%'",
    );
    for row in db.query(&OWNED, &[]).await.unwrap() {
        let [table, column, value] = ["name", "owner", "value"].map(|name| row.get::<String>(name).unwrap());
        let sequence = value.split('\'').nth(1).unwrap();
        let go_on =
            format!("select setval('{sequence}', (select coalesce(max({column}), 0) + 1 from {table}))");
        db.query(&forever(go_on), &[]).await.unwrap_or_else(|error| panic!("{sequence}: {error}"));
    }
}

/// Replicas of the older version, as the database sees them.
#[derive(Default)]
struct OldReplicas {
    writes: AtomicU64,
    refused: Mutex<Vec<String>>,
    stop: AtomicBool,
}

impl OldReplicas {
    fn start(self: &Arc<Self>, url: &str, rows: &[OldRow]) -> JoinSet<()> {
        let mut tasks = JoinSet::new();
        for n in 0..WRITERS {
            let (replicas, url, rows) = (self.clone(), url.to_owned(), rows.to_vec());
            #[allow(clippy::disallowed_methods, reason = "they are no part of the program")]
            tasks.spawn(async move {
                let db = connect(&Config::new(url), env()).unwrap();
                for row in rows.iter().cycle().skip(n * rows.len() / WRITERS) {
                    if replicas.stop.load(SeqCst) {
                        return;
                    }
                    replicas.write_again(&db, row).await;
                }
            });
        }
        tasks
    }

    /// A replica tries again what a deadlock has ended.
    async fn write_again(&self, db: &Db, row: &OldRow) {
        const TRIES: u32 = 5;
        for tried in 1.. {
            match self.write(db, row).await {
                Ok(is_written) => {
                    self.writes.fetch_add(is_written.into(), SeqCst);
                    return;
                }
                Err(error) if error.kind == ErrorKind::Busy && tried < TRIES => {}
                Err(error) => {
                    self.refused.lock().unwrap().push(format!("{}: {error}", row.table));
                    return;
                }
            }
        }
    }

    /// Whether the row was there: the newer version works on timers and the like, and removes them.
    async fn write(&self, db: &Db, row: &OldRow) -> db::Result<bool> {
        let mut tx = db.begin().await?;
        tx.run(&row.update, &[]).await?;
        tx.commit("test").await?;
        // the row as the older version writes a new one, taken back, since nobody but it would know of it
        let mut tx = db.begin().await?;
        tx.run(&Sql::both("set local session_replication_role = replica"), &[]).await?;
        let is_there = tx.run(&row.delete, &[]).await? == 1;
        if is_there {
            tx.run(&row.insert, &[]).await?;
        }
        tx.rollback().await.map(|()| is_there)
    }

    /// They have gone on, and nothing was refused.
    async fn go_on(&self, when: &str) {
        let before = self.writes.load(SeqCst);
        for _ in 0..30 {
            sleep(Duration::from_secs(1)).await;
            if self.writes.load(SeqCst) - before > WRITES_MIN {
                break;
            }
        }
        let refused = self.refused.lock().unwrap().clone();
        assert!(refused.is_empty(), "{when}, {} were refused, the first: {}", refused.len(), refused[0]);
        let written = self.writes.load(SeqCst) - before;
        println!("{when}: {written} writes");
        assert!(written > WRITES_MIN, "{when}, {written} were written");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_version_goes_on_while_a_newer_one_takes_over_and_after_a_rollback() {
    let mut world =
        DistributedTestBed::none_of(&WHOLE, &[("ORDO_PAYMENT_DUE", "3600"), ("ORDO_HOLD", "3600")]);
    world.split.set_for_all("ORDO_SECRET", SECRET);
    let (url, folder) = (world.split.database().to_owned(), TempDir::new());
    let mut rows = Vec::new();
    for schema in SCHEMAS {
        rows.extend(load_old(&url, schema, folder.path()).await);
    }
    let tables: std::collections::BTreeSet<_> = rows.iter().map(|row| &row.table).collect();
    assert!(tables.len() > 30, "{} tables have rows", tables.len());
    let old = Arc::new(OldReplicas::default());
    let tasks = old.start(&url, &rows);
    old.go_on("before the upgrade").await;
    let before = old.writes.load(SeqCst);
    let migrate = world.split.command(&["migrate"]).output().unwrap();
    let said = String::from_utf8_lossy(&migrate.stdout).into_owned();
    assert!(migrate.status.success(), "{}", String::from_utf8_lossy(&migrate.stderr));
    assert_eq!(said.lines().filter(|line| line.ends_with(" migrations applied")).count(), 6, "{said}");
    println!("while it was migrated: {} writes", old.writes.load(SeqCst) - before);
    assert!(old.writes.load(SeqCst) > before, "the older version stood still while it was migrated");
    old.go_on("after `ordo migrate`").await;
    // it has no sums: what it writes now is not in them, until the newer version works them out
    let of_orders = Config { schema: Some("orders".to_owned()), ..Config::new(&url) };
    let of_orders = connect(&of_orders, env()).unwrap();
    let mut tx = of_orders.begin().await.unwrap();
    assert!(
        tx.run(&Sql::both("update order_sum set orders = orders - 1, revenue = 0"), &[]).await.unwrap() > 0
    );
    tx.commit("test").await.unwrap();
    world.split.start();
    let admin = admin_at(&world.split.url()).await;
    let told: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(kept().join("shop/told.json")).unwrap()).unwrap();
    let orders = all_items(&admin, "/v1/orders").await.len();
    assert_eq!(orders, told["orders"].as_object().unwrap().len());
    let product = json!({"sku": "UPGRADED", "name": "Teapot, new", "price": "10.00", "stock": 100});
    let product = admin.post("/v1/products", "", &product).await.expect(201).text("id").to_owned();
    let buyer = customer_at(&world.split.url(), "upgraded").await;
    for n in 0..20 {
        let order =
            json!({"lines": [{"product_id": product, "quantity": 1}], "payment": {"method": "sim_ok"}});
        buyer.post("/v1/orders", &format!("{n}"), &order).await.expect(201);
    }
    old.go_on("beside the newer version").await;
    world.split.parts[0].stop().unwrap();
    old.go_on("after the newer version was taken back").await;
    old.stop.store(true, SeqCst);
    tasks.join_all().await;
    // what the newer one has done is there when it comes again
    world.split.parts[0].start();
    let again = all_items(&admin_at(&world.split.url()).await, "/v1/orders").await.len();
    assert_eq!(again, orders + 20);
    world.assert_audit_is_clean("after the upgrade, the rollback and the second upgrade");
}
