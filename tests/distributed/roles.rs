//! A role for each service, as docs/operations.md describes: none can read what belongs to another.

use crate::{
    shop::{admin_at, customer_at, stock_up},
    world::{DistributedTestBed, audit_is_clean},
};
use db::{
    Db, Sql,
    postgres::{Config, connect},
};
use serde_json::json;
use testkit::real_env::env;

const ALONE: [&[&str]; 6] =
    [&["auth"], &["payments"], &["products"], &["orders"], &["notifications"], &["gateway"]];
const SERVICES: [&str; 5] = ["auth", "payments", "products", "orders", "notifications"];

/// What the page says, for all of them.
const MADE: [Sql; 11] = [
    Sql::both("create role ordo_auth login"),
    Sql::both("create schema auth authorization ordo_auth"),
    Sql::both("create role ordo_products login"),
    Sql::both("create schema products authorization ordo_products"),
    Sql::both("create role ordo_orders login"),
    Sql::both("create schema orders authorization ordo_orders"),
    Sql::both("create role ordo_payments login"),
    Sql::both("create schema payments authorization ordo_payments"),
    Sql::both("create role ordo_notifications login"),
    Sql::both("create schema notifications authorization ordo_notifications"),
    // without it, payments gets an error that says so
    Sql::both("create schema simulator authorization ordo_payments"),
];
const ORDERS_OF_ANOTHER: Sql = Sql::both("select count(*) as n from orders.orders");

fn opened(url: &str) -> Db {
    connect(&Config::new(url), env()).unwrap()
}

async fn make(owner: &Db, statements: &[Sql]) {
    let mut tx = owner.begin().await.unwrap();
    for statement in statements {
        tx.run(statement, &[]).await.unwrap();
    }
    tx.commit("test").await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_service_has_a_role_that_reads_nothing_of_the_others() {
    let mut world = DistributedTestBed::none_of(&ALONE, &[]);
    let shared = world.split.database().to_owned();
    let (_, server) = shared.split_once('@').unwrap();
    let owner = opened(&shared);
    let (simulators, before) = MADE.split_last().unwrap();
    make(&owner, before).await;
    let mut own = Vec::new();
    for service in SERVICES {
        let (name, url) = (
            format!("ORDO_{}_DATABASE_URL", service.to_uppercase()),
            format!("postgres://ordo_{service}@{server}"),
        );
        world.split.set(&name, &url);
        own.push((name, url));
    }
    world.split.set("ORDO_DATABASE_URL", "");

    let payments = &world.split.parts[1].launch;
    let output = payments.command(&["serve", "payments", "--listen", "127.0.0.1:0"]).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(4), "{told}");
    assert!(told.contains("ORDO_PAYMENTS_DATABASE_URL") && told.contains("schema simulator"), "{told}");

    make(&owner, std::slice::from_ref(simulators)).await;
    world.split.start();
    let url = world.split.url();
    let product = stock_up(&admin_at(&url).await, &[(1000, 10)]).await.remove(0).id;
    let order = json!({"lines": [{"product_id": product, "quantity": 1}], "payment": {"method": "sim_ok"}});
    customer_at(&url, "mara").await.post("/v1/orders", "one", &order).await.expect(201);
    let mut audit = world.split.command(&["audit"]);
    audit.env_remove("ORDO_DATABASE_URL").envs(own.clone());
    audit_is_clean(audit, "with a role for each service");

    for (name, url) in &own {
        let reads = opened(url).query(&ORDERS_OF_ANOTHER, &[]).await.is_ok();
        assert_eq!(reads, name == "ORDO_ORDERS_DATABASE_URL", "{name} reads orders: {reads}");
    }
}
