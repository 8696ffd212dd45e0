//! Tables are made and changed by a job of its own, as a database user that may; the processes have one that may not.

use crate::{
    shop::{admin_at, customer_at, stock_up},
    world::DistributedTestBed,
};
use db::{
    Db, Sql,
    postgres::{Config, connect},
};
use serde_json::json;
use std::{collections::BTreeSet, time::Duration};
use testkit::real_env::env;
use tokio::time::{Instant, sleep};

const WHOLE: [&[&str]; 1] = [&["auth", "payments", "products", "orders", "notifications", "gateway"]];
const SCHEMAS: [&str; 6] = ["auth", "payments", "products", "orders", "notifications", "simulator"];

fn opened(url: &str) -> Db {
    connect(&Config::new(url), env()).unwrap()
}

async fn run(db: &Db, statement: String) -> db::Result<()> {
    let mut tx = db.begin().await?;
    // statements live as long as the program
    tx.run(&Sql::both(Box::leak(statement.into_boxed_str())), &[]).await?;
    tx.commit("test").await
}

/// The rights in a schema, as docs/operations.md shows them for that of orders.
fn rights(schema: &str) -> Vec<String> {
    const PAGE: &str = include_str!("../../docs/operations.md");
    let block = PAGE.split("```sql\n").find(|block| block.starts_with("grant usage")).unwrap();
    let block = block.split("```").next().unwrap();
    let rights: Vec<_> = block
        .split(';')
        .filter(|right| !right.trim().is_empty())
        .map(|right| right.trim().replace("schema orders", &format!("schema {schema}")))
        .collect();
    assert_eq!(rights.len(), 5, "{rights:?}");
    rights
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_need_no_right_to_change_tables_where_a_job_has_made_them() {
    let mut world = DistributedTestBed::none_of(&WHOLE, &[]);
    let database = world.split.database().to_owned();
    // neither of them is a superuser
    let owners = world.split.postgres.new_role(&database, "ordo_owner");
    run(&opened(&database), "create role ordo_app login".to_owned()).await.unwrap();
    let app = format!("postgres://ordo_app@{}", database.split_once('@').unwrap().1);
    world.split.set_for_all("ORDO_DATABASE_URL", &owners);
    world.split.set("ORDO_DATABASE_URL", &app);
    let owner = opened(&owners);
    let refused = |world: &DistributedTestBed| {
        let launch = &world.split.parts[0].launch;
        let mut serve = launch.arguments.iter().map(String::as_str).collect::<Vec<_>>();
        serve.extend(["--listen", "gateway=127.0.0.1:0"]);
        let output = launch.command(&serve).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(4), "{told}");
        assert!(told.contains("`ordo migrate`"), "{told}");
    };
    refused(&world);
    let migrate = |world: &DistributedTestBed| {
        let output = world.split.command(&["migrate"]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let told = migrate(&world);
    assert_eq!(told.lines().filter(|line| line.ends_with(" migrations applied")).count(), 6, "{told}");
    let told = migrate(&world);
    assert_eq!(told.lines().filter(|line| line.ends_with(": of this version")).count(), 6, "{told}");
    for right in SCHEMAS.iter().flat_map(|schema| rights(schema)) {
        run(&owner, right).await.unwrap();
    }
    // what the next version makes is granted, too
    run(&owner, "create table orders.of_a_later_version (n bigint generated always as identity)".to_owned())
        .await
        .unwrap();
    let used = "insert into orders.of_a_later_version default values".to_owned();
    run(&opened(&app), used).await.unwrap();
    run(&owner, "drop table orders.of_a_later_version".to_owned()).await.unwrap();
    world.split.start();
    let url = world.split.url();
    let product = stock_up(&admin_at(&url).await, &[(1000, 10)]).await.remove(0).id;
    let order = json!({"lines": [{"product_id": product, "quantity": 1}], "payment": {"method": "sim_ok"}});
    customer_at(&url, "mara").await.post("/v1/orders", "one", &order).await.expect(201);
    let denied = run(&opened(&app), "alter table orders.orders add column more text".to_owned()).await;
    assert!(denied.is_err(), "it changes tables");
    world.assert_audit_is_clean("with a user that changes no table");
    // a migration that the job has not applied yet
    world.split.parts[0].stop();
    let last = "delete from orders.schema_history where service = 'orders' and version = \
                (select max(version) from orders.schema_history where service = 'orders')";
    run(&owner, last.to_owned()).await.unwrap();
    refused(&world);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_version_works_with_what_a_later_one_has_added_before_and_after_its_own_start() {
    let mut world = DistributedTestBed::of(&WHOLE, &[]);
    let product = stock_up(&admin_at(&world.split.url()).await, &[(1000, 10)]).await.remove(0).id;
    let order = json!({"lines": [{"product_id": product, "quantity": 1}], "payment": {"method": "sim_ok"}});
    let place = async |world: &DistributedTestBed, name: &str| {
        customer_at(&world.split.url(), name).await.post("/v1/orders", name, &order).await.expect(201);
    };
    place(&world, "before").await;
    // the next version was here, and is rolled back
    expand_all_tables(world.split.database(), Duration::ZERO).await;
    place(&world, "beside").await;
    assert_eq!(world.split.parts[0].stop().unwrap().code(), Some(0));
    world.split.parts[0].start();
    place(&world, "after").await;
    world.assert_audit_is_clean("after the version was rolled back");
}

/// What the migrations of a later version may do, with a pause after each table.
pub(crate) async fn expand_all_tables(url: &str, pause: Duration) {
    const TABLES: Sql = Sql::both(
        "select schemaname as schema, tablename as name from pg_tables
         where schemaname not in ('pg_catalog', 'information_schema') and tablename <> 'schema_history'",
    );
    let db = opened(url);
    let tables = db.query(&TABLES, &[]).await.unwrap();
    assert!(tables.len() > 30, "{} tables", tables.len());
    let mut schemas = BTreeSet::new();
    for table in tables {
        let [schema, name] = ["schema", "name"].map(|column| table.get::<String>(column).unwrap());
        let expand =
            format!("alter table {schema}.{name} add column of_a_later_version bigint not null default 7");
        // as one does it in a busy shop: a transaction that waits for the table's lock keeps others from the table
        let patient = format!("do $$ begin set local lock_timeout to 20; {expand}; end $$");
        let begun = Instant::now();
        while let Err(error) = run(&db, patient.clone()).await {
            assert!(begun.elapsed() < Duration::from_secs(20), "{name}: {error}");
        }
        // one table after the other, or one transaction would wait for many of them
        sleep(pause).await;
        schemas.insert(schema);
    }
    for schema in schemas {
        let known = format!(
            "insert into {schema}.schema_history (service, version, name, checksum, applied_at)
             select service, max(version) + 1, '0099_later', 7, now() from {schema}.schema_history group by service"
        );
        run(&db, known).await.unwrap();
    }
}
