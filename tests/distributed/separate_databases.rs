//! A shop each of whose services has a database of its own, and nothing beside it.

use crate::{
    tour::follow_an_order,
    world::{DistributedTestBed, audit_is_clean},
};
use db::{Sql, postgres};

const PARTS: [&[&str]; 6] =
    [&["auth"], &["payments"], &["products"], &["orders"], &["notifications"], &["gateway"]];
const SCHEMAS: Sql = Sql::both(
    "select schema_name as name from information_schema.schemata
     where schema_name not like 'pg%' and schema_name not in ('public', 'information_schema') order by 1",
);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn services_with_a_database_each_are_one_shop() {
    let mut world = DistributedTestBed::none_of(&PARTS, &[]);
    world.split.set_for_all("ORDO_DATABASE_URL", "");
    let mut databases = Vec::new();
    for part in &PARTS[..5] {
        let url = world.split.postgres.new_database();
        world.split.set_for_all(&format!("ORDO_{}_DATABASE_URL", part[0].to_uppercase()), &url);
        databases.push((part[0], url));
    }
    world.split.start();
    let url = world.split.url();
    follow_an_order(&url, &url).await;
    world.assert_audit_is_clean("of five databases");
    audit_is_clean(world.split.command(&["audit", "--ask"]), "where each is asked");
    let doctor = world.split.command(&["doctor"]).output().unwrap();
    assert!(doctor.status.success(), "{}", String::from_utf8_lossy(&doctor.stdout));
    for part in &PARTS {
        has_what_it_needs(&world, part[0]);
    }
    for (service, url) in databases {
        let db = postgres::open(postgres::Config::new(url), testkit::real_env::env()).await.unwrap();
        let rows = db.query(&SCHEMAS, &[]).await.unwrap();
        let found: Vec<String> = rows.iter().map(|row| row.get("name").unwrap()).collect();
        // the simulated provider keeps its books beside those of payments
        let expected = if service == "payments" { vec!["payments", "simulator"] } else { vec![service] };
        assert_eq!(found, expected);
    }
}

/// The doctor of one process checks what that process needs, and at nothing of the others.
fn has_what_it_needs(world: &DistributedTestBed, service: &str) {
    let mut doctor = world.split.command(&["doctor", service]);
    for other in PARTS.iter().map(|part| part[0]).filter(|other| *other != service) {
        doctor.env_remove(format!("ORDO_{}_DATABASE_URL", other.to_uppercase()));
    }
    let output = doctor.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{service}: {said}");
    assert!(said.contains("ok     secret: "), "{service}: {said}");
    let needs_one = service != "gateway";
    assert_eq!(said.contains("ok     databases: "), needs_one, "{service}: {said}");
    assert_eq!(said.contains("ok     currency: "), service == "products", "{service}: {said}");
}
