//! `ordo import` into a shop on PostgreSQL, which goes on in the meantime: what is taken over, and what is named, is the
//! same as in a folder.

use crate::{
    imports::{
        PASSWORD, SCRYPT, import, is_taken_over_once, lines, shows_what_was_imported, told, write_good_export,
    },
    world::CompatTestBed,
};
use serde_json::json;
use std::{fs, process::Stdio};
use testkit::{postgres::Postgres, temp_dir::TempDir};

const SERVICES: [&str; 5] = ["auth", "products", "orders", "payments", "notifications"];
const SECRET: &str = "5ec1e75ec1e75ec1e75ec1e75ec1e75ec1e75ec1e75ec1e75ec1e75ec1e75ec1";

/// A shop of one process, each of whose services, and the façades, has what `database` gives for its name.
fn shop(facades: &[&str], database: impl Fn(&str) -> String) -> CompatTestBed {
    CompatTestBed::changed(facades, |launch| {
        let launch = launch.with("ORDO_SECRET", SECRET).with("ORDO_DATABASE_URL", database("compat"));
        let own = |service: &str| format!("ORDO_{}_DATABASE_URL", service.to_uppercase());
        SERVICES.iter().fold(launch, |launch, service| launch.with(&own(service), database(service)))
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_each_service_has_a_role_and_a_schema_a_running_shop_takes_over_what_mongoexport_wrote() {
    let (postgres, folder) = (Postgres::start(), TempDir::new());
    let database = postgres.new_database();
    let world = shop(&["ecommerce"], |name| postgres.new_role(&database, name));
    is_taken_over_once(&world, folder.path());
    world.assert_audit_is_clean();
    shows_what_was_imported(&world).await;
    world.assert_audit_is_clean();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_each_service_has_a_database_a_running_shop_takes_over_customers_with_their_numbers() {
    let (postgres, folder) = (Postgres::start(), TempDir::new());
    let mut world = shop(&["auth-service"], |_| postgres.new_database());
    let file = folder.path().join("customers.csv");
    let row = |id: u32| format!("{id},name-{id},name-{id}@example.com,{SCRYPT},2025-12-18T12:00:00Z\n");
    let rows: String = (1..=60).map(row).collect();
    fs::write(&file, format!("id,username,email,password_hash,created_at\n{rows}")).unwrap();
    let customers = ["customers", file.to_str().unwrap()];

    // two at once, as two operators who do not know of one another
    let begin = || {
        let mut command = world.launch.command(&[&["import"], &customers[..]].concat());
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let added = [begin(), begin()].map(|running| {
        let (code, out, bad) = told(&running.wait_with_output().unwrap());
        assert_eq!((code, out.contains(", 0 left out")), (Some(0), true), "{out}{bad}");
        out.split_whitespace().nth(1).unwrap().parse::<u32>().unwrap()
    });
    assert_eq!(added.iter().sum::<u32>(), 60, "{added:?}");
    let (_, again, _) = told(&import(&world, &customers));
    assert!(again.contains("users: 0 added, 60 there already"), "{again}");

    let auth = world.at("auth-service.auth");
    for id in [1, 60] {
        let login = json!({"email": format!("name-{id}@example.com"), "password": PASSWORD});
        assert_eq!(auth.post("/login", &login).await.expect(200).body["user"]["id"], id);
    }
    world.assert_audit_is_clean();

    // who does not know where the façades have their database numbers nobody, and says so
    let mut command = world.launch.command(&[&["import"], &customers[..]].concat());
    let (code, out, bad) = told(&command.env_remove("ORDO_DATABASE_URL").output().unwrap());
    assert_eq!((code, out.contains("no account got an id of auth-service")), (Some(0), true), "{out}{bad}");

    // what is not this shop is left alone
    let refused = |world: &CompatTestBed, code: i32, why: &str| {
        for how in [&customers[..], &[customers[0], customers[1], "--dry-run"]] {
            let (ended, out, bad) = told(&import(world, how));
            assert_eq!((ended, bad.contains(why)), (Some(code), true), "{how:?}: {out}{bad}");
        }
    };
    let settings = world.launch.settings.clone();
    world.launch = world.launch.clone().with("ORDO_NOTIFICATIONS_DATABASE_URL", postgres.new_database());
    refused(&world, 4, "there is no shop in this database: notifications");
    world.launch.settings = settings;
    world.launch = world.launch.clone().with("ORDO_SECRET", "0ddba110".repeat(8));
    let (code, _, why) = told(&import(&world, &customers));
    assert_eq!((code, why.contains("was not written with this one")), (Some(8), true), "{why}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_into_a_running_shop_that_is_cut_off_is_gone_on_with() {
    let (postgres, folder) = (Postgres::start(), TempDir::new());
    let database = postgres.new_database();
    let world = shop(&["ecommerce"], |_| database.clone());
    write_good_export(folder.path());
    let order = json!({"_id": {"$oid": "65940001a1b2c3d4e5f60718"}, "user_id": "ann", "status": "shipped",
        "product_id": "65930080a1b2c3d4e5f60718", "quantity": 2, "total_price": 49});
    fs::write(folder.path().join("orders.json"), lines(&[order])).unwrap();
    let mongo = ["import", "mongo", folder.path().to_str().unwrap()];
    let cut_off = world.launch.clone().with("ORDO_FAILPOINT", "orders.import_order/committed@1");
    let ended = cut_off.command(&mongo).output().unwrap();
    assert_eq!(ended.status.code(), None, "{ended:?}");
    let (code, out, bad) = told(&world.launch.command(&mongo).output().unwrap());
    assert_eq!(code, Some(0), "{out}{bad}");
    assert_eq!(out.matches("0 added, 1 there already, 0 left out").count(), 3, "{out}");
    let admin = world.at("gateway").with_token(&world.admin().await);
    let orders = admin.get("/v1/orders").await.expect(200).body;
    let [order] = &orders["items"].as_array().unwrap()[..] else { panic!("{orders}") };
    assert_eq!((&order["status"], &order["fulfilment_status"]), (&json!("confirmed"), &json!("shipped")));
    world.assert_audit_is_clean();
}
