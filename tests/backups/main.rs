//! Backups and restores of an embedded shop, by its commands and by itself.
//!
//! Whatever was acknowledged before a backup began is in it, and all services in it are of one moment, however busy the shop
//! was; and what is damaged, or in the way, is refused before anything is written.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod damaged;
mod older;
mod running;
#[path = "../shop/mod.rs"]
mod shop;

use serde_json::{Value, json};
use shop::{
    Shop, admin_at, all_items,
    client_ledger::ClientLedger,
    launch,
    ledger::{ledger, nobody_is_charged_twice},
    load::{Load, SplitMix},
};
use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::FileExt,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::{Duration, UNIX_EPOCH},
};
use testkit::{http_client::HttpClient, real_env::env, server::Launch, temp_dir::TempDir};
use tokio::time::sleep;

const BUYERS: usize = 24;
/// In every run; and in the long form.
const BACKUPS: u64 = 6;
const BACKUPS_LONG: u64 = 20;

/// How a command ended, and what it said.
struct CommandResult {
    code: Option<i32>,
    said: String,
    complained: String,
}

impl CommandResult {
    #[track_caller]
    fn expect(self, code: i32) -> CommandResult {
        assert_eq!(self.code, Some(code), "{}{}", self.said, self.complained);
        self
    }
}

fn run(launch: &Launch, arguments: &[&str]) -> CommandResult {
    let output = launch.command(arguments).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    CommandResult { code: output.status.code(), said: text(&output.stdout), complained: text(&output.stderr) }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A shop that is started on what was restored.
fn restored(from: &Path, data: &Path) -> Launch {
    let launch = launch(data);
    let done = run(&launch, &["restore", text(from)]).expect(0);
    assert!(done.said.contains("the audit is clean"), "{}", done.said);
    launch
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_under_load_has_all_that_was_acknowledged_before_it() {
    let backups = if testkit::is_long() { BACKUPS_LONG } else { BACKUPS };
    let shop = Shop::embedded(&[("ORDO_PAYMENT_DUE", "3")]);
    let admin = shop.admin().await;
    let goods = shop.stock_up(&admin, &[(1999, 1_000_000), (500, 1_000_000), (12_345, 300), (700, 60)]).await;
    let mut buyers = Vec::new();
    for n in 0..BUYERS / 6 {
        let buyer = shop.customer(&format!("buyer{n}")).await;
        buyers.extend((0..6).map(|_| buyer.apart()));
    }
    let (books, mut dice) = (ClientLedger::default(), SplitMix::new(1));
    let load = Load::new(goods.clone(), admin.clone(), books.clone(), 0);
    let tasks = load.start(&buyers, 1);
    let folder = TempDir::new();
    let mut taken = Vec::new();
    for n in 0..backups {
        sleep(Duration::from_millis(200 + dice.roll(600))).await;
        let acknowledged = books.orders();
        let to = folder.path().join(if n % 2 == 0 { format!("{n}") } else { format!("{n}.tar") });
        let launch = shop.launch.clone();
        let into = to.clone();
        let done = env().blocking(move || run(&launch, &["backup", text(&into)])).await.unwrap();
        done.expect(0);
        taken.push((to, acknowledged));
    }
    load.finish(tasks).await;
    assert!(taken.windows(2).all(|two| two[0].1.len() < two[1].1.len()), "the shop was not busy");
    let terms_now: BTreeMap<String, Value> =
        all_items(&admin, "/v1/orders").await.iter().map(terms_by_id).collect();
    for (n, (from, acknowledged)) in taken.iter().enumerate() {
        let data = folder.path().join(format!("data-{n}"));
        let launch = restored(from, &data);
        let server = launch.start();
        let admin = admin_at(server.url()).await;
        let there = all_items(&admin, "/v1/orders").await;
        let there: BTreeMap<String, Value> = there.iter().map(terms_by_id).collect();
        let lost: Vec<_> = acknowledged.iter().filter(|id| !there.contains_key(*id)).collect();
        assert!(lost.is_empty(), "backup {n} has not {lost:?}");
        for (id, terms) in &there {
            assert_eq!(Some(terms), terms_now.get(id), "backup {n}: {id} was another order");
        }
        nobody_is_charged_twice(&launch).await;
        println!("backup {n}: {} orders, {} of them acknowledged before it", there.len(), acknowledged.len());
    }
    shop.assert_audit_is_clean("after the backups");
    books.compare(&admin, "").await;
}

/// What of an order never changes: its number, what was bought, and for how much.
fn terms_by_id(order: &Value) -> (String, Value) {
    let lines: Vec<_> = order["lines"].as_array().unwrap().iter().map(terms_of_line).collect();
    assert!(!lines.is_empty(), "{order}");
    let terms = json!([order["number"], order["created_at"], order["user_id"], order["total"], lines]);
    assert!(terms.as_array().unwrap().iter().all(|term| !term.is_null()), "{order}");
    (order["id"].as_str().unwrap().to_owned(), terms)
}

fn terms_of_line(line: &Value) -> Value {
    json!([
        line["id"],
        line["product_id"],
        line["title"],
        line["quantity"],
        line["unit_price"],
        line["total"]
    ])
}

/// A shop with an order and a picture, and a backup of it.
async fn backed_up(name: &str) -> (Shop, PathBuf, Value) {
    let shop = Shop::embedded(&[]);
    let admin = shop.admin().await;
    let goods = shop.stock_up(&admin, &[(1999, 10)]).await;
    let buyer = shop.customer("buyer").await;
    let order = json!({"lines": [{"product_id": goods[0].id, "quantity": 2}]});
    let order = buyer.post("/v1/orders", "one", &order).await.expect(201).body;
    let pictures = shop.launch.data.join("pictures");
    fs::create_dir(&pictures).unwrap();
    fs::write(pictures.join("teapot.png"), "a picture").unwrap();
    let to = shop.folder.path().join(name);
    let done = run(&shop.launch, &["backup", text(&to)]).expect(0);
    assert!(done.said.contains("backup of 20") && done.said.contains(text(&to)), "{}", done.said);
    (shop, to, order)
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restored_shop_is_the_one_that_was_backed_up() {
    let (shop, to, order) = backed_up("backup").await;
    assert_eq!(mode(&to), 0o700);
    for entry in fs::read_dir(&to).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file()) {
        assert_eq!(mode(&entry), 0o600, "{}", entry.display());
    }
    let manifest: Value = serde_json::from_slice(&fs::read(to.join("manifest.json")).unwrap()).unwrap();
    let names: Vec<&str> =
        manifest["files"].as_array().unwrap().iter().map(|file| file["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["ordo.db", "pictures/teapot.png", "secret", "simulator.db"]);
    assert_eq!(manifest["orders"], 1);
    // nothing is overwritten
    let again = run(&shop.launch, &["backup", text(&to)]).expect(4);
    assert!(again.complained.contains("exists already"), "{}", again.complained);
    let within = shop.launch.data.join("backup.tar");
    let within = run(&shop.launch, &["backup", text(&within)]).expect(4);
    assert!(within.complained.contains("is in the data folder"), "{}", within.complained);
    let onto = run(&shop.launch, &["restore", text(&to)]).expect(4);
    assert!(onto.complained.contains("is not empty"), "{}", onto.complained);
    let other = shop.launch.clone().with("ORDO_SECRET", "5e".repeat(32));
    let wrong = run(&other, &["backup", text(&shop.folder.path().join("wrong"))]).expect(8);
    assert!(wrong.complained.contains("could not be used"), "{}", wrong.complained);
    // what comes later is not in it, and whatever was valid before has ended: it may have ended since
    let later = json!({"sku": "later", "name": "Later", "price": "5.00", "stock": 1});
    let later = shop.admin().await.post("/v1/products", "", &later).await.expect(201);
    let (earlier, token) = (shop.admin().await, shop.admin().await.token().unwrap().to_owned());
    let key = json!({"name": "a program", "scopes": ["orders"]});
    let key = earlier.post("/v1/api-keys", "", &key).await.expect(201).text("key").to_owned();
    let again = shop.folder.path().join("again.tar");
    run(&shop.launch, &["backup", text(&again)]).expect(0);
    let data = shop.folder.path().join("restored");
    let launch = restored(&to, &data);
    let server = launch.start();
    let admin = admin_at(server.url()).await;
    let found = admin.get(&format!("/v1/orders/{}", order["id"].as_str().unwrap())).await.expect(200).body;
    assert_eq!((&found["number"], &found["total"]), (&order["number"], &order["total"]));
    admin.get(&format!("/v1/products/{}", later.text("id"))).await.expect(404);
    assert_eq!(fs::read(data.join("pictures/teapot.png")).unwrap(), b"a picture");
    HttpClient::new(server.url()).with_token(&token).get("/v1/me").await.expect(401);
    drop(server);
    let server = restored(&again, &shop.folder.path().join("with-sessions")).start();
    for credential in [token, key] {
        HttpClient::new(&shop.url()).with_token(&credential).get("/v1/orders").await.expect(200);
        HttpClient::new(server.url()).with_token(&credential).get("/v1/orders").await.expect(401);
    }
    admin_at(server.url()).await.get("/v1/orders").await.expect(200);
}

/// Puts a byte of a file another way.
fn damage(path: &Path, at: usize) {
    let mut bytes = fs::read(path).unwrap();
    bytes[at] ^= 1;
    fs::write(path, bytes).unwrap();
}

/// What was open at the moment of a backup is not overdue because it is restored later: nobody could do it in between.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_with_open_work_is_sound_however_late_it_is_restored() {
    let shop = Shop::open(&[]);
    let product = shop.stock_up(&shop.admin().await, &[(1999, 100)]).await[0].id.clone();
    let unpaid = json!({"lines": [{"product_id": product, "quantity": 1}]});
    shop.customer("buyer").await.post("/v1/orders", "unpaid", &unpaid).await.expect(201);
    let to = shop.folder.path().join("open");
    run(&shop.launch, &["backup", text(&to)]).expect(0);
    let a_month = testkit::clock::ahead(Duration::from_secs(30 * 24 * 3600));
    let here = launch(&shop.folder.path().join("late"));
    let late = a_month.into_iter().fold(here, |launch, (name, value)| launch.with(name, value));
    for arguments in [&["restore", text(&to)][..], &["audit"]] {
        let done = run(&late, arguments).expect(0);
        assert!(done.said.contains("the audit is clean"), "{}", done.said);
    }
    // work that fell due in that month is not overdue before the shop had time to do it
    let again = shop.folder.path().join("again");
    let server = late.start();
    run(&late, &["backup", text(&again)]).expect(0);
    assert!(server.stop().success());
    run(&late, &["audit"]).expect(0);
    let mut copy = late.clone();
    copy.data = shop.folder.path().join("copy");
    for arguments in [&["restore", text(&again)][..], &["audit"]] {
        let done = run(&copy, arguments).expect(0);
        assert!(done.said.contains("the audit is clean"), "{}", done.said);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_damaged_or_no_backup_is_not_restored() {
    let (shop, whole, _) = backed_up("whole").await;
    let root = shop.folder.path().to_owned();
    let archive = root.join("whole.tar");
    run(&shop.launch, &["backup", text(&archive)]).expect(0);
    let copy = |name: &str| {
        let to = root.join(name);
        fs::create_dir_all(to.join("pictures")).unwrap();
        for file in ["manifest.json", "ordo.db", "simulator.db", "secret", "pictures/teapot.png"] {
            fs::copy(whole.join(file), to.join(file)).unwrap();
        }
        to
    };
    let length = |file: &str| usize::try_from(fs::metadata(whole.join(file)).unwrap().len()).unwrap();
    let mut refused: Vec<(PathBuf, &str)> = Vec::new();
    for (n, at) in [0, 100, length("ordo.db") / 2, length("ordo.db") - 1].into_iter().enumerate() {
        let backup = copy(&format!("flipped-{n}"));
        damage(&backup.join("ordo.db"), at);
        refused.push((backup, "ordo.db: it is damaged"));
    }
    let shorter = copy("shorter");
    fs::write(shorter.join("secret"), "").unwrap();
    refused.push((shorter, "secret: it is shorter"));
    let missing = copy("missing");
    fs::remove_file(missing.join("simulator.db")).unwrap();
    refused.push((missing, "simulator.db"));
    let elsewhere = copy("elsewhere");
    let manifest = fs::read_to_string(elsewhere.join("manifest.json")).unwrap();
    fs::write(elsewhere.join("manifest.json"), manifest.replace("pictures/teapot.png", "../teapot.png"))
        .unwrap();
    refused.push((elsewhere, "is no file of a backup"));
    let of_another_time = copy("of-another-time");
    let taken_at: Value = serde_json::from_str(&manifest).unwrap();
    let (at, later) = (taken_at["taken_at"].as_str().unwrap(), "2027-01-01T00:00:00.000000Z");
    fs::write(of_another_time.join("manifest.json"), manifest.replace(at, later)).unwrap();
    refused.push((of_another_time, "its own checksum"));
    let bare = copy("bare");
    fs::remove_file(bare.join("manifest.json")).unwrap();
    refused.push((bare, "is no backup"));
    let cut = root.join("cut.tar");
    let bytes = fs::read(&archive).unwrap();
    fs::write(&cut, &bytes[..bytes.len() / 2]).unwrap();
    refused.push((cut, "cut.tar"));
    let flipped = root.join("flipped.tar");
    fs::write(&flipped, &bytes).unwrap();
    damage(&flipped, bytes.len() / 2);
    refused.push((flipped, "it is damaged"));
    let other = root.join("other.tar");
    fs::write(&other, "this is no archive").unwrap();
    refused.push((other, "other.tar"));
    refused.push((root.join("nowhere"), "nowhere"));
    for (backup, why) in refused {
        let data = root.join("refused");
        let launch = launch(&data);
        let done = run(&launch, &["restore", text(&backup)]).expect(4);
        assert!(done.complained.contains(why), "{}: {}", backup.display(), done.complained);
        let says_what_to_do =
            ["Nothing was restored. Restore another backup", "Name the folder or the .tar file"];
        assert!(says_what_to_do.iter().any(|how| done.complained.contains(how)), "{}", done.complained);
        let left: Vec<_> = fs::read_dir(&data)
            .map_or_else(|_| Vec::new(), |all| all.map(|e| e.unwrap().file_name()).collect());
        assert!(left.iter().all(|name| name == "lock"), "{}: {left:?}", backup.display());
    }
    restored(&whole, &root.join("refused"));
    restored(&archive, &root.join("from-archive"));
    // one that was interrupted is not served, and can be started again
    let half = root.join("half");
    fs::create_dir_all(half.join("prepared")).unwrap();
    for file in ["restoring", "ordo.db", "secret"] {
        fs::write(half.join(file), "").unwrap();
    }
    let log = launch(&half).try_start().map(|_| ()).expect_err("it started");
    assert!(log.contains("has not come to its end"), "{log}");
    let server = restored(&archive, &half).start();
    admin_at(server.url()).await.get("/v1/orders").await.expect(200);
    for (name, why) in [("b.tar.gz", "ends in .tar"), ("nowhere/b", "create it")] {
        let done = run(&shop.launch, &["backup", text(&root.join(name))]).expect(4);
        assert!(done.complained.contains(why), "{name}: {}", done.complained);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_of_a_damaged_shop_is_refused() {
    let (mut shop, _, _) = backed_up("whole").await;
    shop.stop();
    let file = shop.launch.data.join("ordo.db");
    let mut bytes = fs::read(&file).unwrap();
    // noise in the middle, where rows are
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 4096].fill(0xa5);
    fs::write(&file, bytes).unwrap();
    let to = shop.folder.path().join("damaged.tar");
    let done = run(&shop.launch, &["backup", text(&to)]).expect(4);
    assert!(done.complained.contains("damaged"), "{}", done.complained);
    let log = shop.launch.try_start().map(|_| ()).expect_err("it started");
    assert!(log.contains("ordo.db is damaged") && log.contains("Restore the newest backup"), "{log}");
    let doctor = run(&shop.launch, &["doctor", "--deep"]).expect(1);
    assert!(doctor.said.contains("wrong  data: ordo.db is damaged"), "{}", doctor.said);
    assert!(!to.exists() && !shop.folder.path().join("damaged.tar.partial").exists());
}

/// SQLite reads a changed page as readily as any: only its checksum tells.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_of_a_running_shop_with_a_changed_page_is_refused() {
    let mut shop = Shop::open(&[]);
    let product = json!({"sku": "untouched", "name": "Untouched since", "price": "5.00", "stock": 1});
    shop.admin().await.post("/v1/products", "", &product).await.expect(201);
    // the log is copied into the file
    shop.stop();
    shop.server = Some(shop.launch.start());
    let (file, to) = (shop.launch.data.join("ordo.db"), shop.folder.path().join("sound"));
    run(&shop.launch, &["backup", text(&to)]).expect(0);
    let bytes = fs::read(&file).unwrap();
    let open = fs::OpenOptions::new().write(true).open(&file).unwrap();
    // the row and its event; the log may already replace the page of the event
    for (at, _) in bytes.windows(15).enumerate().filter(|(_, text)| *text == b"Untouched since") {
        open.write_all_at(&[bytes[at] ^ 1], at as u64).unwrap();
    }
    let changed = shop.folder.path().join("changed.tar");
    let done = run(&shop.launch, &["backup", text(&changed)]).expect(4);
    assert!(
        done.complained.contains(" as it was written") || done.complained.contains(" as they were written"),
        "{}",
        done.complained
    );
    assert!(!changed.exists());
}

/// What is left of the folder is no place for a new shop.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shop_whose_databases_are_gone_is_not_taken_for_a_new_one() {
    let mut shop = Shop::open(&[]);
    run(&shop.launch, &["backup", text(&shop.folder.path().join("b.tar"))]).expect(0);
    shop.stop();
    for entry in fs::read_dir(&shop.launch.data).unwrap().map(|entry| entry.unwrap().path()) {
        if !["secret", "last-backup.json"].iter().any(|kept| entry.ends_with(kept)) {
            fs::remove_file(entry).unwrap();
        }
    }
    let log = shop.launch.try_start().map(|_| ()).expect_err("it started");
    assert!(log.contains("had a shop") && log.contains("restore the backup"), "{log}");
    assert!(!shop.launch.data.join("ordo.db").exists());
}

/// Those in the folder, by their names.
fn archives(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

async fn until(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..400 {
        if holds() {
            return;
        }
        sleep(Duration::from_millis(50)).await;
    }
    panic!("waited in vain for {what}")
}

async fn meters(shop: &Shop) -> String {
    let url = shop.server.as_ref().unwrap().listener("metrics").to_owned();
    let read =
        move || ureq::get(format!("{url}/metrics")).call().unwrap().body_mut().read_to_string().unwrap();
    env().blocking(read).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn backups_are_written_automatically_and_the_newest_are_kept() {
    let (folder, port) = (TempDir::new(), testkit::port::free());
    let to = folder.path().join("backups");
    let mut launch =
        launch(&folder.path().join("data")).with("ORDO_BACKUP_TO", to.display()).with("ORDO_BACKUP_KEEP", 2);
    launch.arguments.extend(["--listen".to_owned(), format!("metrics=127.0.0.1:{port}")]);
    // the disk for them is not there yet: the shop serves all the same, and says so
    let mut shop = Shop::of(folder, launch);
    until("the log to tell", || shop.server.as_ref().unwrap().has_said("the backup was not written")).await;
    assert!(meters(&shop).await.contains("ordo_backup_failures_total 1"));
    let doctor = run(&shop.launch, &["doctor"]).expect(1);
    assert!(
        doctor.said.contains("wrong  backups") && doctor.said.contains("ORDO_BACKUP_TO"),
        "{}",
        doctor.said
    );
    fs::create_dir(&to).unwrap();
    shop.kill_and_restart();
    until("a backup", || archives(&to).iter().any(|name| name.ends_with(".tar"))).await;
    until("the end of it", || archives(&to).len() == 1).await;
    let first = archives(&to).remove(0);
    let told = meters(&shop).await;
    let bytes = fs::metadata(to.join(&first)).unwrap().len();
    assert!(
        told.contains(&format!("ordo_backup_bytes {bytes}")) && told.contains("ordo_backup_age_seconds "),
        "{told}"
    );
    assert!(run(&shop.launch, &["doctor"]).said.contains("ok     backups: the newest is of 20"));
    // older ones of this shop, one of another, and what an interrupted one has left
    for day in ["2026-01-01", "2026-01-02"] {
        let older = to.join(format!("{}{day}T00-00-00Z.tar", &first[..14]));
        fs::copy(to.join(&first), &older).unwrap();
        let written = fs::File::options().write(true).open(older).unwrap();
        written.set_modified(UNIX_EPOCH + Duration::from_secs(1_767_225_600)).unwrap();
    }
    let another = "ordo-00000000-2026-01-01T00-00-00Z.tar";
    fs::write(to.join(another), "of another shop").unwrap();
    fs::create_dir(to.join(format!("{}2026-01-03T00-00-00Z.tar.partial", &first[..14]))).unwrap();
    fs::remove_file(shop.launch.data.join("last-backup.json")).unwrap();
    sleep(Duration::from_millis(1100)).await;
    shop.kill_and_restart();
    until("another backup", || archives(&to).len() == 3 && archives(&to).last() != Some(&first)).await;
    let left = archives(&to);
    assert_eq!((left[0].as_str(), &left[1]), (another, &first), "{left:?}");
    restored(&to.join(&left[2]), &shop.folder.path().join("restored"));
    // it is not due again
    shop.kill_and_restart();
    sleep(Duration::from_millis(500)).await;
    assert_eq!(archives(&to), left);
    // it is to stay there
    shop.stop();
    fs::rename(to.join(&left[2]), shop.folder.path().join("moved.tar")).unwrap();
    let doctor = run(&shop.launch, &["doctor"]).expect(1);
    let gone = format!("{}, which is no longer there. Put it back", left[2]);
    assert!(doctor.said.contains("wrong  backups: ") && doctor.said.contains(&gone), "{}", doctor.said);
    // one that the command wrote may be deleted, as after a drill
    let drill = to.join("drill.tar");
    run(&shop.launch, &["backup", drill.to_str().unwrap()]).expect(0);
    fs::remove_file(drill).unwrap();
    let doctor = run(&shop.launch, &["doctor"]).expect(0);
    assert!(doctor.said.contains("drill.tar, which is no longer there"), "{}", doctor.said);
}

/// `docs/backup-and-restore.md`, as it stands there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_drill_of_the_documentation_can_be_run() {
    const PAGE: &str = include_str!("../../docs/backup-and-restore.md");
    let (_, drill) = PAGE.split_once("### Of an embedded deployment").unwrap();
    let drill = drill.split_once("```sh\n").unwrap().1.split_once("```").unwrap().0;
    assert_eq!(drill.lines().count(), 3, "{drill}");
    let folder = TempDir::new();
    let mut launch = launch(&folder.path().join("ordo-data"));
    launch.arguments.push("--demo".to_owned());
    let shop = Shop::of(folder, launch);
    let program = Path::new(env!("CARGO_BIN_EXE_ordo")).parent().unwrap();
    let mut shell = std::process::Command::new("/bin/sh");
    shell.args(["-euc", drill]).current_dir(shop.folder.path()).env("PATH", program).env("ORDO_LOG", "warn");
    let output = shell.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(said.matches("the audit is clean").count(), 2, "{said}");
}

/// What the provider has taken stays taken, whatever the shop has forgotten of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_that_was_paid_after_the_backup_is_not_charged_twice() {
    for again in ["sim_ok", "sim_webhook_twice"] {
        paid_after_the_backup(again).await;
    }
}

async fn paid_after_the_backup(method: &str) {
    let (mut shop, to, order) = backed_up("before").await;
    let path = format!("/v1/orders/{}/payments", order["id"].as_str().unwrap());
    let buyer = shop::signed_in(&shop.url(), ("buyer@example.com", shop::CUSTOMER_PASSWORD)).await;
    let paid = buyer.post(&path, "pay", &json!({"method": "sim_ok"})).await;
    assert!(matches!(paid.code(), 200 | 201), "{} {}", paid.status, paid.body);
    shop.stop();
    let data = shop.folder.path().join("restored");
    let launch = restored(&to, &data);
    for end in ["", "-wal", "-shm", "-checksums"] {
        let from = shop.launch.data.join(format!("simulator.db{end}"));
        let into = data.join(format!("simulator.db{end}"));
        if from.exists() {
            fs::copy(from, into).unwrap();
        }
    }
    let server = launch.start();
    let buyer = shop::signed_in(server.url(), ("buyer@example.com", shop::CUSTOMER_PASSWORD)).await;
    let unpaid = &order["id"].as_str().unwrap();
    let shown = buyer.get(&format!("/v1/orders/{unpaid}")).await.expect(200).body;
    assert_eq!(shown["payment_status"], "unpaid");
    let again = buyer.post(&path, "pay-again", &json!({"method": method})).await.expect(201).body;
    assert_eq!(again["captured"]["amount"], "39.98", "{again}");
    let taken = ledger(&launch).await;
    assert_eq!(taken.values().map(|taken| taken.charges).sum::<i64>(), 1, "{taken:?}");
    sleep(Duration::from_millis(500)).await;
    let shown = buyer.get(&format!("/v1/orders/{unpaid}")).await.expect(200).body;
    assert_eq!((&shown["payment_status"], &shown["status"]), (&json!("paid"), &json!("confirmed")));
    let audited = run(&launch, &["audit"]).expect(0);
    assert!(audited.said.contains("the audit is clean"), "{}", audited.said);
}
