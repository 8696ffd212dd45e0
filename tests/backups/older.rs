//! Databases that are older than they were, or have lost their end, are not served as if nothing had happened.

use crate::{
    mode, run,
    shop::{self, Shop, admin_at, all_items},
};
use http::Method;
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};
use testkit::{http_client::HttpClient, server::Launch};
use tokio::time::sleep;

/// An order of two pieces, paid or not.
async fn order(buyer: &HttpClient, product: &str, key: &str) -> Value {
    let order = json!({"lines": [{"product_id": product, "quantity": 2}]});
    buyer.post("/v1/orders", key, &order).await.expect(201).body
}

fn copy_file(from: &Path, to: &Path) {
    for end in ["", "-wal", "-shm", "-checksums"] {
        let [from, to] = [from, to].map(|path| PathBuf::from(format!("{}{end}", path.display())));
        match from.exists() {
            true => drop(fs::copy(from, to).unwrap()),
            false => drop(fs::remove_file(to)),
        }
    }
}

/// The start fails with this reason, and names the way out.
#[track_caller]
fn assert_start_refused(launch: &Launch, why: &str) {
    let log = launch.try_start().map(|_| ()).expect_err("it started");
    assert!(log.contains(why) && log.contains("--accept-loss"), "{why}: {log}");
}

/// A shop with a customer, as a kill has left it.
async fn killed_shop() -> Shop {
    let mut shop = Shop::embedded(&[]);
    shop.customer("buyer").await;
    add_address(&shop, "First Street 1").await;
    shop.server.take().unwrap().kill();
    shop
}

/// The start, the audit and the doctor say so.
#[track_caller]
fn assert_refused(launch: &Launch, why: &str) {
    assert_start_refused(launch, why);
    let audited = run(launch, &["audit", "--patience", "0"]).expect(1);
    assert!(audited.said.contains("I7 anchor: ") && audited.said.contains(why), "{}", audited.said);
    let doctor = run(launch, &["doctor"]).expect(1);
    assert!(doctor.said.contains("wrong  anchor: ") && doctor.said.contains(why), "{}", doctor.said);
}

fn accepting(launch: &Launch) -> Launch {
    let mut accepting = launch.clone();
    accepting.arguments.push("--accept-loss".to_owned());
    accepting
}

/// Adds an address to an account, which publishes no event.
async fn add_address(shop: &Shop, street: &str) {
    let buyer = shop::signed_in(&shop.url(), ("buyer@example.com", shop::CUSTOMER_PASSWORD)).await;
    let address = json!({"name": "Ada King", "line1": street, "postal_code": "10115", "city": "Berlin", "country": "DE"});
    buyer.post("/v1/me/addresses", "", &json!({"address": address})).await.expect(201);
}

/// The database file and its checksums, written over those that are there: each is sound, and so are both together.
fn put_back(from: &Path, data: &Path) {
    for name in ["ordo.db", "ordo.db-checksums"] {
        fs::write(data.join(name), fs::read(from.join(name)).unwrap()).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_file_with_its_checksums_is_refused_whatever_was_written_since() {
    const WHY: &str = "are older than what was acknowledged last";
    let mut shop = Shop::embedded(&[]);
    shop.customer("buyer").await;
    shop.stop();
    let (data, old, new) =
        (shop.launch.data.clone(), shop.folder.path().join("old"), shop.folder.path().join("new"));
    let keep = |to: &Path| {
        fs::create_dir_all(to).unwrap();
        put_back(&data, to);
    };
    keep(&old);
    // after an orderly end
    shop.start_again();
    add_address(&shop, "First Street 1").await;
    shop.stop();
    keep(&new);
    put_back(&old, &data);
    assert_start_refused(&shop.launch, WHY);
    put_back(&new, &data);
    shop.start_again();
    // after a kill, with the log that there is then
    add_address(&shop, "Second Street 2").await;
    shop.server.take().unwrap().kill();
    keep(&new);
    put_back(&old, &data);
    assert_start_refused(&shop.launch, WHY);
    put_back(&new, &data);
    shop.start_again();
    let buyer = shop::signed_in(&shop.url(), ("buyer@example.com", shop::CUSTOMER_PASSWORD)).await;
    assert_eq!(all_items(&buyer, "/v1/me/addresses").await.len(), 2);
    // what a kill has left is older than what an orderly end has
    shop.stop();
    put_back(&new, &data);
    assert_start_refused(&shop.launch, WHY);
}

/// The log and its record of an orderly end, written over those that a kill has left: what was acknowledged since would be gone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_log_with_its_record_is_refused() {
    let mut shop = Shop::embedded(&[]);
    shop.customer("buyer").await;
    shop.stop();
    let data = shop.launch.data.clone();
    let old =
        ["ordo.db-wal", ".ordo.db-told"].map(|name| (name, fs::read(data.join(name)).unwrap_or_default()));
    shop.start_again();
    add_address(&shop, "First Street 1").await;
    shop.server.take().unwrap().kill();
    let new = old.clone().map(|(name, _)| (name, fs::read(data.join(name)).unwrap()));
    for (name, bytes) in &old {
        fs::write(data.join(name), bytes).unwrap();
    }
    assert_start_refused(&shop.launch, ".ordo.db-told is older than its checksums");
    for (name, bytes) in &new {
        fs::write(data.join(name), bytes).unwrap();
    }
    shop.start_again();
    let buyer = shop::signed_in(&shop.url(), ("buyer@example.com", shop::CUSTOMER_PASSWORD)).await;
    assert_eq!(all_items(&buyer, "/v1/me/addresses").await.len(), 1);
}

/// The provider that is simulated forgets no charge either.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_log_of_the_simulator_is_refused() {
    let mut shop = Shop::embedded(&[]);
    let admin = shop.admin().await;
    let product = shop.stock_up(&admin, &[(1000, 50)]).await.remove(0).id;
    // its tables are in the file then
    shop.stop();
    shop.start_again();
    let admin = shop.admin().await;
    for n in 0..5 {
        let order =
            json!({"lines": [{"product_id": product, "quantity": 1}], "payment": {"method": "sim_ok"}});
        admin.post("/v1/orders", &n.to_string(), &order).await.expect(201);
    }
    shop.server.take().unwrap().kill();
    let log = shop.launch.data.join("simulator.db-wal");
    let whole = fs::read(&log).unwrap();
    for how in ["a bit", "half", "all"] {
        let mut bytes = whole.clone();
        match how {
            "a bit" => bytes[whole.len() / 2] ^= 1,
            "half" => bytes.truncate(whole.len() / 2),
            _ => bytes.clear(),
        }
        fs::write(&log, bytes).unwrap();
        assert_start_refused(&shop.launch, "simulator.db");
    }
    fs::write(&log, whole).unwrap();
    shop.start_again();
    shop.assert_audit_is_clean("with the whole log");
}

/// A file that cannot be read says no less at the next start, and the right one says that all is well.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_file_of_checksums_is_refused_at_each_start() {
    let mut shop = killed_shop().await;
    shop.start_again();
    // at an orderly end all pages leave the log
    shop.stop();
    shop.start_again();
    shop.server.take().unwrap().kill();
    let sums = shop.launch.data.join("ordo.db-checksums");
    let whole = fs::read(&sums).unwrap();
    let mut changed = whole.clone();
    changed[20] ^= 1;
    for damaged in [&changed[..], &[], &whole[..40], &whole[..64], &whole[..64 + 40]] {
        fs::write(&sums, damaged).unwrap();
        for _ in 0..2 {
            assert_start_refused(&shop.launch, "its checksums");
        }
        fs::write(&sums, &whole).unwrap();
    }
    shop.start_again();
}

/// Deleting the checksums accepts the pages as they are, but not a lost log.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_is_gone_with_the_checksums_is_missed() {
    let mut shop = killed_shop().await;
    shop.start_again();
    shop.stop();
    shop.start_again();
    add_address(&shop, "Second Street 2").await;
    shop.server.take().unwrap().kill();
    let [log, sums] = ["ordo.db-wal", "ordo.db-checksums"].map(|name| shop.launch.data.join(name));
    let whole = fs::read(&log).unwrap();
    for left in [None, Some(whole.len() / 2), Some(whole.len() - 4096), Some(0)] {
        let _ = fs::remove_file(&sums);
        match left {
            None => fs::remove_file(&log).unwrap(),
            Some(bytes) => fs::write(&log, &whole[..bytes]).unwrap(),
        }
        assert_start_refused(&shop.launch, "the log beside it");
        fs::write(&log, &whole).unwrap();
    }
    let _ = fs::remove_file(&sums);
    shop.start_again();
    shop.assert_audit_is_clean("with its log, and without checksums");
}

/// A glob that empties a folder leaves what begins with a dot, and that is of another shop then.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_is_restored_beside_what_is_left_of_a_killed_shop() {
    let shop = killed_shop().await;
    let (backup, data) = (shop.folder.path().join("b.tar"), shop.folder.path().join("again"));
    run(&shop.launch, &["backup", backup.to_str().unwrap()]).expect(0);
    fs::create_dir(&data).unwrap();
    for left in [".ordo.db-told", ".simulator.db-told"] {
        fs::copy(shop.launch.data.join(left), data.join(left)).unwrap();
    }
    let launch = shop::launch(&data);
    run(&launch, &["restore", backup.to_str().unwrap()]).expect(0);
    assert!(launch.start().stop().success());
}

/// The record of the log's length is missing or damaged, and the log has lost its end.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_shop_without_the_record_of_its_log_is_refused() {
    let mut shop = killed_shop().await;
    let told = shop.launch.data.join(".ordo.db-told");
    let whole = fs::read(&told).unwrap();
    for damage in ["removed", "emptied", "shorter", "changed"] {
        match damage {
            "removed" => fs::remove_file(&told).unwrap(),
            "emptied" => fs::write(&told, "").unwrap(),
            "shorter" => fs::write(&told, &whole[..12]).unwrap(),
            _ => {
                let mut bytes = whole.clone();
                bytes[9] ^= 4;
                fs::write(&told, bytes).unwrap();
            }
        }
        for _ in 0..2 {
            assert_start_refused(&shop.launch, ".ordo.db-told is missing or damaged");
        }
    }
    fs::write(&told, whole).unwrap();
    shop.start_again();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_copy_of_the_databases_is_refused_until_the_loss_is_accepted() {
    let mut shop = Shop::embedded(&[]);
    let (admin, buyer) = (shop.admin().await, shop.customer("buyer").await);
    let product = shop.stock_up(&admin, &[(1999, 100)]).await.remove(0).id;
    order(&buyer, &product, "first").await;
    shop.stop();
    let (database, old, new) = (
        shop.launch.data.join("ordo.db"),
        shop.folder.path().join("old.db"),
        shop.folder.path().join("new.db"),
    );
    copy_file(&database, &old);
    shop.start_again();
    order(&buyer, &product, "second").await;
    shop.stop();
    copy_file(&database, &new);
    copy_file(&old, &database);
    assert_refused(&shop.launch, "orders: 1 event is missing");
    let backup = run(&shop.launch, &["backup", shop.folder.path().join("old").to_str().unwrap()]).expect(4);
    assert!(backup.complained.contains("orders: 1 event is missing"), "{}", backup.complained);
    // ended on the way, it is refused again
    for (point, side) in [("auth.begin_epoch", "committed"), ("payments.begin_epoch", "committed")] {
        let log = accepting(&shop.launch).with("ORDO_FAILPOINT", format!("{point}/{side}@1")).try_start();
        let log = log.map(|_| ()).expect_err("it started");
        assert!(log.contains(point), "{log}");
        assert_refused(&shop.launch, "orders: 1 event is missing");
    }
    shop.server = Some(accepting(&shop.launch).start());
    let buyer = shop::signed_in(&shop.url(), ("buyer@example.com", shop::CUSTOMER_PASSWORD)).await;
    order(&buyer, &product, "third").await;
    shop.stop();
    shop.start_again();
    assert_eq!(all_items(&admin_at(&shop.url()).await, "/v1/orders").await.len(), 2);
    shop.assert_audit_is_clean("after the loss was accepted");
    shop.stop();
    copy_file(&new, &database);
    assert_refused(&shop.launch, "are from epoch 1");
}

/// A client that got no response repeats its request: the order is another one, and its charge is the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_that_was_lost_and_is_repeated_is_not_charged_again() {
    let mut shop = Shop::embedded(&[]);
    let (admin, buyer) = (shop.admin().await, shop.customer("buyer").await);
    let product = shop.stock_up(&admin, &[(1999, 100)]).await.remove(0).id;
    let lines = json!([{"product_id": product, "quantity": 2}]);
    let basket = buyer.post("/v1/baskets", "", &json!({})).await.expect(201);
    let basket = format!("/v1/baskets/{}", basket.text("id"));
    buyer.post(&format!("{basket}/lines"), "", &lines[0]).await.expect(200);
    let place = format!("{basket}/place");
    shop.stop();
    let (database, old) = (shop.launch.data.join("ordo.db"), shop.folder.path().join("old.db"));
    copy_file(&database, &old);
    shop.start_again();
    let payment = json!({"method": "sim_ok"});
    let requests = [
        ("/v1/orders", json!({"lines": lines, "payment": payment})),
        (place.as_str(), json!({"payment": payment})),
    ];
    let draft = json!({"user_id": buyer.get("/v1/me").await.expect(200).text("id"), "lines": lines});
    let place_all = async |admin: &HttpClient, buyer: &HttpClient| {
        let mut orders = Vec::new();
        for (path, body) in &requests {
            orders.push(buyer.post(path, "key", body).await.expect(201));
        }
        let draft = admin.post("/v1/orders/drafts", "key", &draft).await.expect(201);
        let place = format!("/v1/orders/drafts/{}/place", draft.text("id"));
        orders.push(admin.post(&place, "", &json!({"payment": payment})).await.expect(200));
        orders
    };
    let lost = place_all(&shop.admin().await, &buyer).await;
    let lost: Vec<_> = lost.iter().map(|order| order.text("id").to_owned()).collect();
    let two = json!({"lines": lines, "payment": payment});
    let of_two = buyer.post("/v1/orders", "other", &two).await.expect(201);
    shop.stop();
    copy_file(&old, &database);
    shop.server = Some(accepting(&shop.launch).start());
    let admin = admin_at(&shop.url()).await;
    let buyer = shop::signed_in(&shop.url(), ("buyer@example.com", shop::CUSTOMER_PASSWORD)).await;
    for order in place_all(&admin, &buyer).await {
        assert!(!lost.contains(&order.text("id").to_owned()));
        let path = format!("/v1/orders/{}", order.text("id"));
        // until the provider has listed its charges, the payment waits
        for _ in 0..200 {
            if buyer.get(&path).await.expect(200).body["payment_status"] == "paid" {
                break;
            }
            sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(buyer.get(&path).await.expect(200).body["payment_status"], "paid");
    }
    // with another body it is another order
    let one = json!({"lines": [{"product_id": product, "quantity": 1}], "payment": payment});
    let of_one = buyer.post("/v1/orders", "other", &one).await.expect(201);
    assert_eq!(of_one.body["payment_status"], "paid");
    let listed = all_items(&admin, "/v1/unknown-charges").await;
    assert_eq!(listed.len(), 1, "{listed:?}");
    assert_eq!(listed[0]["order_id"], of_two.text("id"));
    let refund = format!("/v1/unknown-charges/{}/refund", listed[0]["id"].as_str().unwrap());
    admin.post(&refund, "", &Value::Null).await.expect(200);
    shop.assert_audit_is_clean("after the orders were placed again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_was_cut_off_is_found_whenever_the_process_ended() {
    let mut shop = Shop::embedded(&[]);
    let (admin, buyer) = (shop.admin().await, shop.customer("buyer").await);
    let product = shop.stock_up(&admin, &[(1999, 100)]).await.remove(0).id;
    // the log is empty then, and what follows is less than would be copied into the file
    shop.stop();
    shop.start_again();
    for n in 0..5 {
        order(&buyer, &product, &format!("{n}")).await;
    }
    // at once: the anchor is written once a second
    shop.server.take().unwrap().kill();
    let path = shop.launch.data.join("ordo.db-wal");
    let whole = fs::read(&path).unwrap();
    let until = |frames: usize| &whole[..32 + frames * (24 + 4096)];
    let frames = whole.len() / (24 + 4096);
    for left in [frames / 2, 4, 0] {
        fs::write(&path, until(left)).unwrap();
        let log = shop.launch.try_start().map(|_| ()).expect_err("it started");
        assert!(log.contains("the log beside it ") && log.contains("--accept-loss"), "{left}: {log}");
        let audited = run(&shop.launch, &["audit", "--patience", "0"]).expect(1);
        assert!(audited.said.contains("I7 pages: ordo.db"), "{left}: {}", audited.said);
    }
    fs::remove_file(&path).unwrap();
    let log = shop.launch.try_start().map(|_| ()).expect_err("it started");
    assert!(log.contains("--accept-loss") || log.contains("has nothing of"), "{log}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_shop_is_sound_whatever_command_opens_it_first() {
    let mut shop = Shop::embedded(&[]);
    let product = shop.stock_up(&shop.admin().await, &[(1999, 100)]).await.remove(0).id;
    shop.customer("buyer").await;
    let file = shop.folder.path().join("backup.tar");
    let backup = ["backup", file.to_str().unwrap()];
    let commands = [
        &["migrate"][..],
        &["audit"],
        &["doctor"],
        &backup,
        &["admin", "create", "--email", "b@example.com"],
    ];
    for (n, command) in commands.into_iter().enumerate() {
        let buyer = shop::signed_in(&shop.url(), ("buyer@example.com", shop::CUSTOMER_PASSWORD)).await;
        order(&buyer, &product, &format!("{n}")).await;
        shop.server.take().unwrap().kill();
        for _ in 0..2 {
            let done = run(&shop.launch, command);
            // the second administrator and the second backup are refused
            assert!(matches!(done.code, Some(0 | 1 | 2 | 4)), "{command:?}: {}", done.complained);
            assert!(!done.complained.contains("is damaged"), "{command:?}: {}", done.complained);
        }
        shop.start_again();
        assert_eq!(all_items(&admin_at(&shop.url()).await, "/v1/orders").await.len(), n + 1, "{command:?}");
    }
    shop.stop();
    shop.start_again();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_copy_brings_back_no_api_key_that_was_revoked() {
    let mut shop = Shop::embedded(&[]);
    let key = json!({"name": "till", "scopes": ["orders"]});
    let key = shop.admin().await.post("/v1/api-keys", "till", &key).await.expect(201);
    shop.stop();
    let database = shop.launch.data.join("ordo.db");
    let old = shop.folder.path().join("old.db");
    copy_file(&database, &old);
    shop.start_again();
    let revoked = format!("/v1/api-keys/{}", key.text("id"));
    let admin = shop.admin().await;
    admin.try_call(Method::DELETE, &revoked, "", &Value::Null).await.unwrap().expect(204);
    shop.stop();
    copy_file(&old, &database);
    assert_refused(&shop.launch, "auth: ");
    shop.server = Some(accepting(&shop.launch).start());
    assert!(!shop.server.as_ref().unwrap().has_said("had no effect"));
    HttpClient::new(&shop.url()).with_token(key.text("key")).get("/v1/orders").await.expect(401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn databases_without_their_anchor_and_an_anchor_without_its_databases_are_refused() {
    let mut shop = Shop::embedded(&[]);
    shop.stop();
    let data = shop.launch.data.clone();
    let anchor = fs::read(data.join("anchor.json")).unwrap();
    assert_eq!(mode(&data.join("anchor.json")), 0o600);
    fs::remove_file(data.join("anchor.json")).unwrap();
    assert_refused(&shop.launch, "anchor.json is missing");
    fs::write(data.join("anchor.json"), "{").unwrap();
    let log = shop.launch.try_start().map(|_| ()).expect_err("it started");
    assert!(log.contains("anchor.json: it is damaged") && log.contains("--accept-loss"), "{log}");
    fs::write(data.join("anchor.json"), anchor).unwrap();
    shop.start_again();
    shop.stop();
    for file in ["ordo.db", "simulator.db"] {
        fs::remove_file(data.join(file)).unwrap();
    }
    for _ in 0..2 {
        let log = shop.launch.try_start().map(|_| ()).expect_err("it started");
        assert!(log.contains("--accept-loss"), "{log}");
    }
}

/// All records of how far the shop had come are older, too, as with a snapshot of a machine: only the provider shows the loss.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_copy_of_the_whole_folder_beside_its_provider_is_refused_by_the_charges() {
    let mut shop = Shop::embedded(&[]);
    let (admin, buyer) = (shop.admin().await, shop.customer("buyer").await);
    let product = shop.stock_up(&admin, &[(1999, 100)]).await.remove(0).id;
    let kept = order(&buyer, &product, "kept").await["id"].as_str().unwrap().to_owned();
    let key = json!({"name": "till", "scopes": ["orders"]});
    let key = admin.post("/v1/api-keys", "till", &key).await.expect(201);
    shop.stop();
    let (data, old) = (shop.launch.data.clone(), shop.folder.path().join("old"));
    copy_folder(&data, &old);
    shop.start_again();
    let revoked = format!("/v1/api-keys/{}", key.text("id"));
    let admin = admin_at(&shop.url()).await;
    admin.try_call(Method::DELETE, &revoked, "", &Value::Null).await.unwrap().expect(204);
    let buyer = shop::signed_in(&shop.url(), ("buyer@example.com", shop::CUSTOMER_PASSWORD)).await;
    let card = json!({"method": "sim_ok"});
    buyer.post(&format!("/v1/orders/{kept}/payments"), "card", &card).await.expect(201);
    let lost = json!({"lines": [{"product_id": product, "quantity": 1}], "payment": card});
    buyer.post("/v1/orders", "lost", &lost).await.expect(201);
    shop.stop();
    copy_folder(&old, &data);
    const WHY: &str = "the payment provider has 2 charges that are missing here";
    for _ in 0..2 {
        assert_start_refused(&shop.launch, WHY);
    }
    let doctor = run(&shop.launch, &["doctor"]).expect(1);
    assert!(doctor.said.contains("wrong  charges: ") && doctor.said.contains(WHY), "{}", doctor.said);
    // once the loss is accepted, what was revoked is not valid again, and nobody pays twice
    shop.server = Some(accepting(&shop.launch).start());
    assert!(!shop.server.as_ref().unwrap().has_said("had no effect"));
    HttpClient::new(&shop.url()).with_token(key.text("key")).get("/v1/orders").await.expect(401);
    until_listed(&admin_at(&shop.url()).await, 2).await;
    let buyer = shop::signed_in(&shop.url(), ("buyer@example.com", shop::CUSTOMER_PASSWORD)).await;
    let paid = buyer.post(&format!("/v1/orders/{kept}/payments"), "again", &card).await.expect(201);
    assert_eq!(paid.text("status"), "captured");
    until_listed(&admin_at(&shop.url()).await, 1).await;
    shop.stop();
    // what is listed for staff keeps no start
    shop.start_again();
    shop.stop();
    // and the epoch hides no further loss, though its search is repeated after an hour
    let again = shop.folder.path().join("again");
    copy_folder(&data, &again);
    shop.start_again();
    let buyer = shop::signed_in(&shop.url(), ("buyer@example.com", shop::CUSTOMER_PASSWORD)).await;
    buyer.post("/v1/orders", "lost-again", &lost).await.expect(201);
    shop.stop();
    copy_folder(&again, &data);
    assert_start_refused(&shop.launch, "the payment provider has 1 charge that is missing here");
    let backup = run(&shop.launch, &["backup", shop.folder.path().join("b").to_str().unwrap()]).expect(4);
    assert!(backup.complained.contains("1 charge that is missing"), "{}", backup.complained);
    shop.server = Some(accepting(&shop.launch).start());
    until_listed(&admin_at(&shop.url()).await, 2).await;
    let charges = shop.database("simulator").await.query(&CHARGES, db::params![]).await.unwrap();
    assert_eq!(charges.len(), 3);
}

/// What the folder of a stopped shop has, but for the provider.
fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let name = entry.unwrap().file_name();
        if from.join(&name).is_file() && !name.to_string_lossy().contains("simulator.db") {
            fs::copy(from.join(&name), to.join(&name)).unwrap();
        }
    }
}

/// Where the program ends during the refund of a charge, and what resumes it: its timer, or a repeated request.
const ENDS: [(&str, bool); 4] = [
    ("payments.refund_unknown_charge/committed", true),
    ("provider.refund/called", false),
    ("payments.apply_given_back/committing", false),
    ("payments.apply_given_back/committed", false),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn charges_of_the_lost_time_are_refunded_or_taken_over() {
    let mut shop = Shop::embedded(&[]);
    let (admin, buyer) = (shop.admin().await, shop.customer("buyer").await);
    let product = shop.stock_up(&admin, &[(1999, 100)]).await.remove(0).id;
    let kept = order(&buyer, &product, "first").await["id"].as_str().unwrap().to_owned();
    shop.stop();
    let (database, old) = (shop.launch.data.join("ordo.db"), shop.folder.path().join("old.db"));
    copy_file(&database, &old);
    shop.start_again();
    let card = json!({"method": "sim_ok"});
    let paid = buyer.post(&format!("/v1/orders/{kept}/payments"), "card", &card).await.expect(201);
    assert_eq!(paid.text("status"), "captured");
    let mut lost = Vec::new();
    for n in 0..ENDS.len() {
        let body = json!({"lines": [{"product_id": product, "quantity": 1}], "payment": card});
        let placed = buyer.post("/v1/orders", &format!("lost-{n}"), &body).await.expect(201);
        lost.push(placed.text("id").to_owned());
    }
    shop.stop();
    copy_file(&old, &database);
    // the search goes on where it was cut off
    for point in ["provider.list_charges/called", "payments.note_charges/committing"] {
        let mut ends = match point.starts_with("provider") {
            true => accepting(&shop.launch),
            false => shop.launch.clone(),
        };
        ends = ends.with("ORDO_FAILPOINT", point);
        if let Ok(mut server) = ends.try_start() {
            has_ended(&mut server).await;
        }
    }
    shop.start_again();
    let admin = admin_at(&shop.url()).await;
    let listed = until_listed(&admin, 1 + lost.len()).await;
    let orders: Vec<&str> = listed.iter().map(|charge| charge["order_id"].as_str().unwrap()).collect();
    assert_eq!(orders, [&kept].into_iter().chain(&lost).collect::<Vec<_>>());
    let said = shop.server.as_ref().unwrap().log();
    assert!(said.contains("the provider has charges that this shop has forgotten"), "{said}");
    let audited = run(&shop.launch, &["audit", "--patience", "0"]).expect(1);
    assert!(
        audited.said.contains("the provider charged it, and there is no payment of it"),
        "{}",
        audited.said
    );
    let doctor = run(&shop.launch, &["doctor"]).expect(1);
    assert!(doctor.said.contains("wrong  charges: 5 charges"), "{}", doctor.said);
    // the order that is still there is paid with its charge, and the others get their money back
    let taken_over = json!({"method": "existing_charge"});
    let paid = admin.post(&format!("/v1/orders/{kept}/payments"), "take-over", &taken_over).await.expect(201);
    assert_eq!((paid.text("status"), &paid.body["captured"]["amount"]), ("captured", &json!("39.98")));
    shop.stop();
    for ((point, is_by_itself), charge) in ENDS.into_iter().zip(&listed[1..]) {
        let mut server = shop.launch.clone().with("ORDO_FAILPOINT", point).start();
        let admin = admin_at(server.url()).await;
        let path = format!("/v1/unknown-charges/{}/refund", charge["id"].as_str().unwrap());
        // it may be answered, where it ends after that
        drop(admin.try_call(http::Method::POST, &path, "", &Value::Null).await);
        has_ended(&mut server).await;
        shop.start_again();
        let admin = admin_at(&shop.url()).await;
        if !is_by_itself {
            let said = admin.post(&path, "", &Value::Null).await.expect(200);
            assert_eq!(said.text("status"), "refunded", "{point}");
        }
        let left = all_items(&admin, "/v1/unknown-charges").await.len();
        until_listed(&admin, if is_by_itself { left - 1 } else { left }).await;
        shop.stop();
    }
    shop.start_again();
    until_listed(&admin_at(&shop.url()).await, 0).await;
    shop.assert_audit_is_clean("after all charges were settled");
    let charges = shop.database("simulator").await.query(&CHARGES, db::params![]).await.unwrap();
    let mut taken: Vec<(i64, i64)> =
        charges.iter().map(|row| (row.get("captured").unwrap(), row.get("refunded").unwrap())).collect();
    taken.sort_unstable();
    assert_eq!(taken, [(1999, 1999), (1999, 1999), (1999, 1999), (1999, 1999), (3998, 0)]);
}

const CHARGES: db::Sql = db::Sql::both("select captured, refunded from charge");

async fn has_ended(server: &mut testkit::server::Server) {
    for _ in 0..300 {
        if server.has_ended().is_some() {
            return;
        }
        sleep(Duration::from_millis(100)).await;
    }
    panic!("it goes on: {}", server.log());
}

/// The charges that are listed, once there are so many.
async fn until_listed(admin: &HttpClient, many: usize) -> Vec<Value> {
    let mut listed = Vec::new();
    for _ in 0..300 {
        listed = all_items(admin, "/v1/unknown-charges").await;
        if listed.len() == many {
            return listed;
        }
        sleep(Duration::from_millis(100)).await;
    }
    panic!("{many} are expected: {listed:?}");
}
