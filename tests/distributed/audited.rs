//! The audit of a shop whose databases no single process reaches: each service is asked for its part, and what comes
//! of it is what a look into all of them would have found.

use crate::{
    shop::{admin_at, customer_at, stock_up},
    tour::until,
    world::DistributedTestBed,
};
use db::{Sql, postgres};
use serde_json::json;
use std::process::Output;

const PARTS: [&[&str]; 6] =
    [&["auth"], &["payments"], &["products"], &["orders"], &["notifications"], &["gateway"]];
/// Ways to break what lies in one service's tables, which shows there or beside another's; and how that is taken back.
const BREAKS: [(&str, &str, Sql, Option<Sql>); 8] = [
    (
        "I1",
        "products",
        Sql::both("update product set reserved = reserved + 1"),
        Some(Sql::both("update product set reserved = reserved - 1")),
    ),
    (
        "I2",
        "products",
        Sql::both("update movement set on_hand = on_hand + 1 where reason = 'sale'"),
        Some(Sql::both("update movement set on_hand = on_hand - 1 where reason = 'sale'")),
    ),
    (
        "I4",
        "simulator",
        Sql::both("update charge set captured = captured - 1 where state = 'captured'"),
        Some(Sql::both("update charge set captured = captured + 1 where state = 'captured'")),
    ),
    (
        "I7",
        "orders",
        Sql::both("update feed set head = head - 1"),
        Some(Sql::both("update feed set head = head + 1")),
    ),
    (
        "I7",
        "orders",
        Sql::both("update stock_heard set version = version + 100"),
        Some(Sql::both("update stock_heard set version = version - 100")),
    ),
    (
        "I7",
        "orders",
        Sql::both("select setval('order_number', 5)"),
        Some(Sql::both("select setval('order_number', 100000)")),
    ),
    ("I7", "notifications", Sql::both("delete from public_event"), None),
    ("I10", "products", Sql::both("delete from reservation where open > 0"), None),
];

/// Pieces of products that nobody knows, held for all placements: of 15 000 products for each.
const MUCH: Sql = Sql::both(
    "insert into reservation (placement_id, product_id, quantity, open, consumed, released, sku, name, price, currency,
         created_at)
     select placement.id, gen_random_uuid(), 1, 1, 0, 0, 'x', 'x', 0, 'EUR', now()
     from placement, generate_series(1, 15000)",
);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_service_is_asked_for_its_part_and_nothing_is_overlooked() {
    let mut world = DistributedTestBed::of(&PARTS, &[]);
    let url = world.split.url();
    let admin = admin_at(&url).await;
    let goods = stock_up(&admin, &[(1000, 100)]).await;
    let buyer = customer_at(&url, "looked-at").await;
    for key in ["one", "two", "three"] {
        let order =
            json!({"lines": [{"product_id": goods[0].id, "quantity": 2}], "payment": {"method": "sim_ok"}});
        let placed = buyer.post("/v1/orders", key, &order).await.expect(201);
        let id = placed.text("id");
        until(&buyer, &format!("/v1/orders/{id}"), |order| order["status"] == "confirmed").await;
        if key == "one" {
            let path = format!("/v1/orders/{id}/fulfilments");
            let made = admin.post(&path, "f", &json!({})).await.expect(201);
            admin
                .post(&format!("/v1/fulfilments/{}/ship", made.text("id")), "s", &json!({}))
                .await
                .expect(200);
        }
    }
    until(&admin, &format!("/v1/products/{}", goods[0].id), |tea| tea["stock"] == 98).await;
    let asked = asked(&world, &[]);
    assert_eq!(
        (asked.status.code(), said(&asked).as_str()),
        (Some(0), "the audit is clean: I1 to I10 hold\n")
    );

    for (invariant, schema, sql, back) in &BREAKS {
        change(&world, schema, sql).await;
        let here = world.split.command(&["audit", "--patience", "0"]).output().unwrap();
        let there = self::asked(&world, &["--patience", "0"]);
        println!("{}", said(&there));
        assert_eq!(there.status.code(), Some(1), "{sql:?}: {}", said(&there));
        assert!(
            said(&there).lines().any(|line| line.starts_with(&format!("{invariant} "))),
            "{sql:?} is not found"
        );
        assert_eq!(said(&there), said(&here), "{sql:?}");
        if let Some(back) = back {
            change(&world, schema, back).await;
        }
    }

    // more than one answer can hold: what is held for two orders
    change(&world, "products", &MUCH).await;
    let (here, there) = (
        world.split.command(&["audit", "--patience", "0"]).output().unwrap(),
        self::asked(&world, &["--patience", "0"]),
    );
    assert_eq!(there.status.code(), Some(1), "{}", said(&there).lines().last().unwrap_or_default());
    assert!(said(&there) == said(&here), "{}", said(&there).lines().last().unwrap_or_default());
    assert!(said(&there).lines().count() > 45_000);

    // a caller with another secret gets no data, and a service that does not respond is named
    let stranger = "0ddba110".repeat(8);
    let mut command = world.split.command(&["audit", "--ask"]);
    is_refused(&command.env("ORDO_SECRET", &stranger).output().unwrap(), "products");
    world.split.replicas("payments").into_iter().for_each(|part| part.kill());
    is_refused(&self::asked(&world, &[]), "payments");
}

/// By a process that knows the addresses of the services, and of no database.
fn asked(world: &DistributedTestBed, more: &[&str]) -> Output {
    let mut command = world.split.command(&[&["audit"], more].concat());
    command.env_remove("ORDO_DATABASE_URL").output().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[track_caller]
fn is_refused(output: &Output, service: &str) {
    assert!(!matches!(output.status.code(), Some(0 | 1)), "{}: {}", output.status, said(output));
    let told = format!("{service} cannot be asked for its part of the audit");
    assert!(said(output).contains(&told), "{}", said(output));
}

async fn change(world: &DistributedTestBed, schema: &str, sql: &Sql) {
    let config = postgres::Config {
        schema: Some(schema.to_owned()),
        ..postgres::Config::new(world.split.database().to_owned())
    };
    let db = postgres::open(config, testkit::real_env::env()).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    let free = Sql::both("set local session_replication_role = replica");
    tx.run(&free, &[]).await.unwrap();
    assert!(tx.run(sql, &[]).await.unwrap() > 0, "it changes nothing: {sql:?}");
    tx.commit("test").await.unwrap();
}
