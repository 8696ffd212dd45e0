//! `ordo import`: who had a name that nobody would get here keeps it, and users are numbered as they were.

use crate::imports::{PASSWORD, SCRYPT, import, lines, resting_shop, told};
use serde_json::json;
use std::fs;
use testkit::{server::Launch, temp_dir::TempDir};

const NAMES: [&str; 3] = ["José Müller", "jo", "ann smith"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn users_with_spaces_umlauts_and_short_names_come_with_their_orders_and_sign_in() {
    let (mut world, folder) = resting_shop();
    let user = |(n, name): (usize, &&str)| json!({"_id": {"$oid": format!("6592008{n}a1b2c3d4e5f60718")}, "username": name, "password": SCRYPT});
    let mut users: Vec<_> = NAMES.iter().enumerate().map(user).collect();
    // what would be taken for an address, or forges a line, is nobody's name
    users.push(json!({"_id": {"$oid": "65920089a1b2c3d4e5f60718"}, "username": "a\nb", "password": SCRYPT}));
    fs::write(folder.path().join("users.json"), lines(&users)).unwrap();
    let order = |(n, name): (usize, &&str)| {
        json!({"_id": {"$oid": format!("6594008{n}a1b2c3d4e5f60718")}, "user_id": name, "product_id": "p1",
               "quantity": 1, "total_price": 3.3000000000000003})
    };
    let orders: Vec<_> = NAMES.iter().enumerate().map(order).collect();
    fs::write(folder.path().join("orders.json"), lines(&orders)).unwrap();
    let path = folder.path().to_str().unwrap();
    for (round, said) in [(0, "3 added, 0 there already"), (1, "0 added, 3 there already")] {
        let (code, out, bad) = told(&import(&world, &["mongo", path]));
        assert_eq!(code, Some(1), "{round}: {out}{bad}");
        assert!(
            out.contains(&format!("users: {said}")) && out.contains(&format!("orders: {said}")),
            "{out}{bad}"
        );
        assert!(bad.contains("users.json:4: ") && !bad.contains("users.json:1: "), "{bad}");
    }
    world.start_again();
    for (name, path) in NAMES.into_iter().zip(["Jos%C3%A9%20M%C3%BCller", "jo", "ann%20smith"]) {
        let body = json!({"username": name, "password": PASSWORD});
        let said = world.at("ecommerce.auth").post("/login", &body).await.expect(200);
        let orders = world.at("ecommerce.orders").with_token(said.text("access_token"));
        let list = orders.get(&format!("/orders/user/{path}")).await.expect(200).body;
        assert_eq!((&list[0]["user_id"], &list[0]["total_price"]), (&json!(name), &json!(3.3)), "{list}");
        // by any spelling by which the name signs in
        let spelt: String = name.to_uppercase().bytes().map(|byte| format!("%{byte:02X}")).collect();
        assert_eq!(orders.get(&format!("/orders/user/{spelt}")).await.expect(200).body, list, "{spelt}");
    }
    // a user who registers here has a name of the usual form
    let body = json!({"username": "new name", "password": PASSWORD});
    world.at("ecommerce.auth").post("/register", &body).await.expect(400);
    world.assert_audit_is_clean();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dry_run_refuses_what_the_real_one_will() {
    let (world, folder) = (TempDir::new(), TempDir::new());
    let shop = Launch::new(env!("CARGO_BIN_EXE_ordo"), &world.path().join("shop"));
    shop.start().kill();
    crate::imports::write_good_export(folder.path());
    let path = folder.path().to_str().unwrap();
    let mut ends = Vec::new();
    for arguments in [&["import", "mongo", path, "--dry-run"][..], &["import", "mongo", path]] {
        let (code, out, why) = told(&shop.command(arguments).output().unwrap());
        assert!(why.contains("has no administrator") && why.contains("ordo admin create"), "{out}{why}");
        ends.push(code);
    }
    assert_eq!(ends, [Some(2), Some(2)]);
    // nobody has to answer for accounts
    fs::remove_file(folder.path().join("orders.json")).unwrap();
    let (code, ..) = told(&shop.command(&["import", "mongo", path, "--dry-run"]).output().unwrap());
    assert_eq!(code, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn imported_customers_are_numbered_by_their_age() {
    let (mut world, folder) = resting_shop();
    let csv = folder.path().join("users.csv");
    let rows = "username,email,password_hash,created_at\n\
                young,young@example.com,HASH,2025-03-01T12:00:00\n\
                oldest,oldest@example.com,HASH,2025-01-01T12:00:00\n\
                older,older@example.com,HASH,2025-02-01T12:00:00\n";
    fs::write(&csv, rows.replace("HASH", SCRYPT)).unwrap();
    let file = csv.to_str().unwrap();
    for _ in 0..2 {
        let (code, out, bad) = told(&import(&world, &["customers", file]));
        assert_eq!(code, Some(0), "{out}{bad}");
    }
    let arguments = ["serve", "--compat", "auth-service", "--compat-port", "auth-service.auth=0"];
    world.launch.arguments = arguments.map(str::to_owned).into();
    world.start_again();
    // the first user gets it
    for (name, id) in [("young", 3), ("older", 2), ("oldest", 1)] {
        let body = json!({"email": format!("{name}@example.com"), "password": PASSWORD});
        let said = world.at("auth-service.auth").post("/login", &body).await.expect(200);
        assert_eq!((&said.body["user"]["username"], &said.body["user"]["id"]), (&json!(name), &json!(id)));
    }
    let new = json!({"username": "newest", "email": "newest@example.com", "password": PASSWORD});
    let said = world.at("auth-service.auth").post("/register", &new).await.expect(201);
    assert_eq!(said.body["user"]["id"], 4);
}
