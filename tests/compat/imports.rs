//! `ordo import`: what the originals kept is taken over, with its passwords; what is wrong is named; doing it again
//! adds nothing, and the books stay right.

use crate::world::{ADMIN, CompatTestBed, ListenerClient};
use db::{params, statements};
use serde_json::{Value, json};
use std::{
    fs,
    path::Path,
    process::{Command, Output},
    time::Duration,
};
use testkit::temp_dir::TempDir;

pub const PASSWORD: &str = "Teapots-4-all";
/// Made of it by Python's bcrypt 5 and werkzeug 3.1.
const BCRYPT: &str = "$2b$12$pX/hZ1bZp9kQlf9xnN.jeOhu.uEmQVx0x/dekxBXbxFFwql.1QNMi";
pub const SCRYPT: &str = "scrypt:32768:8:1$i5Rh21kJ3BAIpLRi$af42616f6c7985ef9616984966692a7312bcb3d6d766fc8471d31daacba422e9276b450cf263b0b4f467e596b129d58311e377c71a2880aed1e7e9052cb2da2d";
const PBKDF2: &str =
    "pbkdf2:sha256:600000$Fuz6uH42QftAmDFd$83acafe6bd0617d902a6ab1afbf6849c7f698f391d78e2ca2d08ab565c30ed23";

const ANN: &str = "65920080a1b2c3d4e5f60718";
const BOB: &str = "65920081a1b2c3d4e5f60718";
/// Somebody whose name there is an address.
const DEE: &str = "dee@example.com";
const TEAPOT: &str = "65930080a1b2c3d4e5f60718";

statements! {
    FOREIGN = "select count(*) as n from account where password_hash not like '$argon2id$%'";
}

/// Lines as `mongoexport` writes them, relaxed; and an array in canonical form.
fn write_export(folder: &Path) {
    let users = [
        json!({"_id": {"$oid": ANN}, "username": "ann", "email": "ann@example.com", "password": SCRYPT}),
        json!({"_id": {"$oid": BOB}, "username": "bob", "password": PBKDF2}),
        json!({"_id": {"$oid": "65920082a1b2c3d4e5f60718"}, "username": "cyd", "password": "hunter2"}),
        json!({"_id": {"$oid": "65920083a1b2c3d4e5f60718"}, "username": "Ann", "password": SCRYPT}),
        json!({"_id": {"$oid": "65920084a1b2c3d4e5f60718"}, "username": DEE, "password": PBKDF2}),
    ];
    fs::write(folder.join("users.json"), lines(&users)).unwrap();
    let products = json!([
        {"_id": {"$oid": TEAPOT}, "name": "Teapot", "description": "Blue", "price": {"$numberDouble": "24.5"},
         "stock": {"$numberInt": "12"}, "version": {"$numberLong": "3"}},
        {"_id": {"$oid": "65930081a1b2c3d4e5f60718"}, "name": "Cup", "price": "-1", "stock": 5},
    ]);
    fs::write(folder.join("products.json"), products.to_string()).unwrap();
    let order = |n: u32, user: &str, quantity: i64, total: f64, status: &str| {
        json!({"_id": {"$oid": format!("6594{n:04x}a1b2c3d4e5f60718")}, "user_id": user, "product_id": TEAPOT,
               "quantity": quantity, "total_price": total, "status": status})
    };
    let mut orders: Vec<Value> = ["pending", "confirmed", "shipped", "delivered", "completed", "cancelled"]
        .into_iter()
        .zip(1..)
        .map(|(status, n)| order(n, "ann", 2, 49.0, status))
        .collect();
    orders.push(order(7, BOB, 3, 70.000_000_000_000_01, "delivered"));
    orders.push(order(8, "nobody", 1, 24.5, "pending"));
    orders.push(order(9, "bob", 1, 24.5, "lost"));
    orders.push(order(10, DEE, 1, 24.5, "pending"));
    fs::write(folder.join("orders.json"), format!("{}{{\"_id\": cut off\n", lines(&orders))).unwrap();
}

/// The same without what is wrong.
pub fn write_good_export(folder: &Path) {
    let ann = json!({"_id": {"$oid": ANN}, "username": "ann", "password": SCRYPT});
    fs::write(folder.join("users.json"), lines(&[ann])).unwrap();
    let teapot = json!({"_id": {"$oid": TEAPOT}, "name": "Teapot", "price": 24.5, "stock": 12});
    fs::write(folder.join("products.json"), lines(&[teapot])).unwrap();
    let id = json!({"$oid": "65940001a1b2c3d4e5f60718"});
    let order = json!({"_id": id, "user_id": "ann", "product_id": TEAPOT, "quantity": 2, "total_price": 49});
    fs::write(folder.join("orders.json"), lines(&[order])).unwrap();
}

pub fn lines(rows: &[Value]) -> String {
    rows.iter().map(|row| format!("{row}\n")).collect()
}

pub fn import(world: &CompatTestBed, arguments: &[&str]) -> Output {
    world.launch.command(&[&["import"], arguments].concat()).output().unwrap()
}

pub fn told(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// A shop that does not run, with a folder for files.
pub fn resting_shop() -> (CompatTestBed, TempDir) {
    let mut world = CompatTestBed::with(&["ecommerce"]);
    world.server().kill();
    (world, TempDir::new())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_mongoexport_wrote_is_taken_over_once() {
    let (mut world, folder) = resting_shop();
    is_taken_over_once(&world, folder.path());
    world.assert_audit_is_clean();
    world.start_again();
    shows_what_was_imported(&world).await;
    let db = world.databases().await.auth;
    let left: i64 = db.query_one(&FOREIGN, params![]).await.unwrap().get("n").unwrap();
    assert_eq!(left, 0, "a password has a hash of ours after its first sign-in");
    world.assert_audit_is_clean();
}

/// Imports an export into a shop that may run: first as a dry run, and at last again.
pub fn is_taken_over_once(world: &CompatTestBed, folder: &Path) {
    write_export(folder);
    let path = folder.to_str().unwrap();
    let (code, dry, bad_dry) = told(&import(world, &["mongo", path, "--dry-run"]));
    assert_eq!(code, Some(1), "{dry}{bad_dry}");
    assert!(dry.contains("users: 3 would be added, 0 there already, 1 left out"), "{dry}");
    assert!(dry.contains("dry run: nothing was written"), "{dry}");

    let (code, first, bad) = told(&import(world, &["mongo", path]));
    assert_eq!(code, Some(1));
    for line in [
        "users: 3 added, 0 there already, 1 left out",
        "products: 1 added, 0 there already, 0 left out",
        "orders: 8 added, 0 there already, 1 left out",
        "4 rows could not be read",
    ] {
        assert!(first.contains(line), "{first}{bad}");
        assert!(dry.contains(&line.replace("added", "would be added")), "the dry run tells the same: {dry}");
    }
    for (row, why) in [
        ("users.json:3: ", "no hash that can be taken over"),
        ("users.json:4: ", "it is there twice"),
        ("products.json:1 (element 2): ", "must not be below 0"),
        ("orders.json:8: ", "\"nobody\" is nobody's username"),
        ("orders.json:9: ", "\"lost\" is none that is known"),
        ("orders.json:11: ", "no JSON"),
    ] {
        assert!(bad.lines().any(|line| line.contains(row) && line.contains(why)), "{row}{why}: {bad}");
    }
    assert!(!bad.contains("hunter2"), "no password is shown");

    let (code, second, _) = told(&import(world, &["mongo", path]));
    assert_eq!(code, Some(1));
    assert!(second.contains("users: 0 added, 3 there already, 1 left out"), "{second}");
    assert!(second.contains("orders: 0 added, 8 there already, 1 left out"), "{second}");
}

pub async fn shows_what_was_imported(world: &CompatTestBed) {
    let mut tokens = Vec::new();
    for name in ["ann", "bob", DEE] {
        let login = async |password: &str| {
            world.at("ecommerce.auth").post("/login", &json!({"username": name, "password": password})).await
        };
        login("Teapots-4-al").await.expect(401);
        // once with the old hash, once with ours
        login(PASSWORD).await.expect(200);
        tokens.push(login(PASSWORD).await.expect(200).text("access_token").to_owned());
    }
    let products = world.at("ecommerce.products").get("/products").await.expect(200).body;
    let [teapot] = &products.as_array().unwrap()[..] else { panic!("{products}") };
    assert_eq!(
        (&teapot["name"], &teapot["price"], &teapot["stock"], &teapot["version"]),
        (&json!("Teapot"), &json!(24.5), &json!(12), &json!(3)),
        "orders have moved no stock"
    );
    let orders = world.at("ecommerce.orders").with_token(&tokens[0]);
    let orders = orders.get("/orders/user/ann").await.expect(200).body;
    let orders = orders.as_array().unwrap();
    let mut states: Vec<&str> = orders.iter().map(|order| order["status"].as_str().unwrap()).collect();
    states.sort_unstable();
    // what is delivered and settled is completed
    assert_eq!(states, ["cancelled", "completed", "completed", "confirmed", "pending", "shipped"]);
    for order in orders {
        let shown = (&order["quantity"], &order["total_price"], &order["product_id"], &order["user_id"]);
        assert_eq!(shown, (&json!(2), &json!(49), &teapot["_id"], &json!("ann")));
    }
    let bobs =
        world.at("ecommerce.orders").with_token(&tokens[1]).get("/orders/user/bob").await.expect(200).body;
    assert_eq!((&bobs[0]["quantity"], &bobs[0]["total_price"]), (&json!(3), &json!(70)));
    let dees = world.at("ecommerce.orders").with_token(&tokens[2]);
    let dees = dees.get(&format!("/orders/user/{DEE}")).await.expect(200).body;
    assert_eq!((&dees[0]["user_id"], &dees[0]["total_price"]), (&json!(DEE), &json!(24.5)));

    let admin = world.at("gateway").with_token(&world.admin().await);
    let all = admin.get("/v1/orders?limit=50").await.expect(200).body;
    let items = all["items"].as_array().unwrap();
    assert!(items.iter().all(|one| one["created_at"].as_str().unwrap().starts_with("2024-01-0")), "{all}");
    // a client that requests the changes since then has not seen them
    let since = admin.get("/v1/orders?limit=50&updated_from=2025-01-01T00:00:00Z").await.expect(200).body;
    assert_eq!(since["items"].as_array().unwrap().len(), items.len(), "{since}");
    for order in items {
        let is_settled = !["pending", "cancelled"].contains(&order["status"].as_str().unwrap());
        let came_to = order["metadata"]["imported_total"].as_str().unwrap();
        assert_eq!(order["total"]["amount"], if is_settled { "0.00" } else { came_to }, "{order}");
        assert_eq!(order["payment_due_at"], Value::Null);
    }
    assert_eq!(
        written_to(world, &admin).await,
        [ADMIN.0, "late@example.com"],
        "nobody is written to of the past"
    );
}

/// Whom mails were written to, once all that happened before has been heard of.
async fn written_to(world: &CompatTestBed, admin: &ListenerClient) -> Vec<String> {
    let late = json!({"email": "late@example.com", "password": PASSWORD});
    world.at("gateway").post("/v1/register", &late).await.expect(201);
    loop {
        let mails = admin.get("/v1/mails").await.expect(200).body;
        let mails = mails["items"].as_array().unwrap();
        let mut to: Vec<String> = mails.iter().map(|mail| mail["to"].as_str().unwrap().to_owned()).collect();
        to.sort();
        to.dedup();
        if to.contains(&"late@example.com".to_owned()) {
            return to;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn customers_come_with_their_bcrypt_hashes() {
    let (mut world, folder) = resting_shop();
    let csv = folder.path().join("users.csv");
    let rows = format!(
        "id,username,email,password_hash,created_at,is_active\n\
         1,johndoe,john@example.com,{BCRYPT},2025-12-18 12:00:00.000000,t\n\
         2,jane,jane@example.com,{BCRYPT},2025-12-19T12:00:00,false\n\
         3,max,max@example.com,{},2025-12-19T12:00:00,true\n\
         4,,ada@example.com,,,\n",
        BCRYPT.replace("$12$", "$31$")
    );
    fs::write(&csv, rows).unwrap();
    let file = csv.to_str().unwrap();
    let (code, out, bad) = told(&import(&world, &["customers", file, "--all-or-nothing"]));
    assert_eq!((code, out.ends_with("must be good with --all-or-nothing\n")), (Some(1), true), "{out}{bad}");
    let (code, out, bad) = told(&import(&world, &["customers", file]));
    let counted = "users: 3 added, 0 there already, 0 left out\n1 rows could not be read\n";
    assert_eq!((code, out.starts_with(counted)), (Some(1), true), "{out}");
    assert!(bad.contains("users.csv:4: ") && bad.contains("a bcrypt cost of 31"), "{bad}");
    let (_, again, _) = told(&import(&world, &["customers", file]));
    assert!(again.contains("users: 0 added, 3 there already"), "{again}");

    let json_file = folder.path().join("more.jsonl");
    fs::write(
        &json_file,
        json!({"email": "Zoe@example.com", "name": "Zoë", "password_hash": SCRYPT}).to_string(),
    )
    .unwrap();
    let (code, out, bad) =
        told(&import(&world, &["customers", json_file.to_str().unwrap(), "--all-or-nothing"]));
    let counted = "users: 1 added, 0 there already, 0 left out\nmembers read: `email`, `name`, `password_hash`; not read: none\n";
    assert_eq!((code, out.as_str()), (Some(0), counted), "{bad}");

    let arguments = ["serve", "--compat", "auth-service", "--compat-port", "auth-service.auth=0"];
    world.launch.arguments = arguments.map(str::to_owned).into();
    world.start_again();
    let auth = world.at("auth-service.auth");
    let login = async |email: &str| auth.post("/login", &json!({"email": email, "password": PASSWORD})).await;
    let john = login("john@example.com").await.expect(200).body;
    assert_eq!(
        (&john["user"]["username"], &john["user"]["email"]),
        (&json!("johndoe"), &json!("john@example.com"))
    );
    let me = auth.with_token(john["token"].as_str().unwrap()).get("/me").await.expect(200).body;
    assert_eq!(me["user"]["created_at"], "2025-12-18T12:00:00", "as Python's `isoformat` writes it");
    assert_eq!(login("jane@example.com").await.expect(401).body, json!({"error": "Account is deactivated"}));
    // the ids that the rows brought go on, and others come after them
    assert_eq!(john["user"]["id"], 1);
    let zoe = login("zoe@example.com").await.expect(200).body;
    assert_eq!(zoe["user"]["id"], 5);
    login("ada@example.com").await.expect(401);
    world.assert_audit_is_clean();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accounts_keep_the_ids_that_are_free() {
    let (mut world, folder) = resting_shop();
    let customers = async |world: &CompatTestBed, name: &str, rows: &str| {
        let file = folder.path().join(name);
        fs::write(&file, format!("id,username,email,password_hash,created_at\n{rows}")).unwrap();
        let (code, out, bad) = told(&import(world, &["customers", file.to_str().unwrap()]));
        assert_eq!(code, Some(0), "{out}{bad}");
        out
    };
    let row = |id: &str, name: &str, day: u32| {
        format!("{id},{name},{name}@example.com,{BCRYPT},2025-12-{day}T12:00:00Z\n")
    };
    let rows = [row("7", "ann", 18), row("", "bob", 11), row("3", "cyd", 19), row("x", "dee", 10)].concat();
    let out = customers(&world, "one.csv", &rows).await;
    assert!(!out.contains("its id is") && out.contains("one.csv:5: its id \"x\" is no whole"), "{out}");
    // again, and with others who bring what is taken
    let out = customers(&world, "one.csv", &rows).await;
    assert!(!out.contains("its id is"), "{out}");
    let out = customers(&world, "two.csv", &[row("7", "eve", 12), row("5", "fay", 13)].concat()).await;
    assert!(out.contains("two.csv:2: its id is 10 here; it was 7") && !out.contains("two.csv:3"), "{out}");

    let arguments = ["serve", "--compat", "auth-service", "--compat-port", "auth-service.auth=0"];
    world.launch.arguments = arguments.map(str::to_owned).into();
    world.start_again();
    let auth = world.at("auth-service.auth");
    for (name, id) in [("ann", 7), ("bob", 9), ("cyd", 3), ("dee", 8), ("eve", 10), ("fay", 5)] {
        let login = json!({"email": format!("{name}@example.com"), "password": PASSWORD});
        assert_eq!(auth.post("/login", &login).await.expect(200).body["user"]["id"], id, "{name}");
    }
    let new = json!({"username": "gil", "email": "gil@example.com", "password": PASSWORD});
    assert_eq!(auth.post("/register", &new).await.expect(201).body["user"]["id"], 11);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_of_a_row_that_was_left_out_says_so() {
    let (world, folder) = resting_shop();
    let users = [
        json!({"_id": {"$oid": ANN}, "username": "ann", "password": "hunter2"}),
        json!({"_id": {"$oid": BOB}, "username": "bob", "password": SCRYPT}),
        json!({"_id": {"$oid": "65920082a1b2c3d4e5f60718"}, "username": "Bob", "password": SCRYPT}),
    ];
    fs::write(folder.path().join("users.json"), lines(&users)).unwrap();
    let order = |n: u32, user: &str| {
        json!({"_id": {"$oid": format!("6594{n:04x}a1b2c3d4e5f60718")}, "user_id": user, "product_id": TEAPOT,
               "quantity": 1, "total_price": 5, "status": "pending"})
    };
    let orders = ["Ann", ANN, "65920082a1b2c3d4e5f60718", "bob", "cyd"];
    let orders: Vec<Value> = (1..).zip(orders).map(|(n, user)| order(n, user)).collect();
    fs::write(folder.path().join("orders.json"), lines(&orders)).unwrap();
    let path = folder.path().to_str().unwrap();
    for arguments in [&["mongo", path, "--dry-run"][..], &["mongo", path]] {
        let (code, out, bad) = told(&import(&world, arguments));
        assert_eq!((code, out.contains("0 there already, 4 left out")), (Some(1), true), "{out}{bad}");
        for (row, of, why) in [
            ("orders.json:1: ", "users.json:1", "no hash that can be taken over"),
            ("orders.json:2: ", "users.json:1", "no hash that can be taken over"),
            ("orders.json:3: ", "users.json:3", "it is there twice"),
            ("orders.json:5: ", "\"cyd\" is nobody's username or id", ""),
        ] {
            let tells = |line: &str| line.contains(row) && line.contains(of) && line.contains(why);
            assert!(bad.lines().any(tells), "{row}{why}: {bad}");
        }
        assert!(!bad.contains("hunter2"), "{bad}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_waits_for_the_shop_to_rest_and_a_dry_run_does_not() {
    let (mut world, folder) = resting_shop();
    let file = folder.path().join("customers.json");
    fs::write(&file, json!({"email": "ann@example.com"}).to_string()).unwrap();
    let file = file.to_str().unwrap();
    world.start_again();
    let (code, _, why) = told(&import(&world, &["customers", file]));
    assert_eq!((code, why.contains("in use by process")), (Some(5), true), "{why}");
    let (code, out, _) = told(&import(&world, &["customers", file, "--dry-run"]));
    assert_eq!((code, out.contains("users: 1 would be added")), (Some(0), true), "{out}");
    world.server().kill();
    let empty = folder.path().to_str().unwrap();
    let (code, _, why) = told(&import(&world, &["mongo", empty]));
    assert_eq!(
        (code, why.contains("users.json, products.json or orders.json is expected")),
        (Some(1), true),
        "{why}"
    );
    let (code, _, why) = told(&import(&world, &["customers", "/nowhere/customers.json"]));
    assert_eq!((code, why.contains("/nowhere/customers.json")), (Some(1), true), "{why}");
    world.launch.data = folder.path().join("no-shop");
    let (code, _, why) = told(&import(&world, &["customers", file]));
    assert_eq!((code, why.contains("there is no shop in")), (Some(4), true), "{why}");
    assert!(!world.launch.data.exists(), "nor is one made");
}

/// The commits of an import, between which the program may end, and whose rows they are.
const COMMITS: [(&str, &str); 3] = [
    ("auth.import_user", "users"),
    ("products.import_product", "products"),
    ("orders.import_order", "orders"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wherever_an_import_ends_the_next_one_adds_what_is_missing_and_nothing_twice() {
    let (mut world, folder) = resting_shop();
    write_good_export(folder.path());
    let path = folder.path().to_str().unwrap();
    let rested = world.launch.data.clone();
    for (point, rows) in COMMITS {
        for (side, is_there) in [("committing", false), ("committed", true)] {
            world.launch.data = folder.path().join(format!("{rows}-{side}"));
            let copied = Command::new("cp").arg("-a").arg(&rested).arg(&world.launch.data).status();
            assert!(copied.unwrap().success());
            let armed = world.launch.clone().with("ORDO_FAILPOINT", format!("{point}/{side}@1"));
            let ended = armed.command(&["import", "mongo", path]).output().unwrap();
            assert_eq!(ended.status.code(), None, "{point}/{side}: {ended:?}");
            let (code, out, bad) = told(&import(&world, &["mongo", path]));
            assert_eq!(code, Some(0), "{point}/{side}: {out}{bad}");
            let said = if is_there { "0 added, 1 there already" } else { "1 added, 0 there already" };
            assert!(out.contains(&format!("{rows}: {said}, 0 left out")), "{point}/{side}: {out}");
            let (_, again, _) = told(&import(&world, &["mongo", path]));
            assert_eq!(again.matches("0 added, 1 there already").count(), 3, "{point}/{side}: {again}");
            world.assert_audit_is_clean();
        }
    }
}
