//! A shop whose files were damaged is refused, or serves what it has always served.

use crate::{
    running::assert_is_refused,
    shop::{Shop, admin_at, all_items, load::SplitMix},
};
use serde_json::{Value, json};
use std::{fs, path::Path};
use testkit::http_client::HttpClient;

/// In every run; and in the long form.
const DAMAGED: u64 = 40;
const DAMAGED_LONG: u64 = 400;

/// What the shop shows of all that it has.
async fn shown(admin: &HttpClient) -> Vec<Value> {
    let mut shown = Vec::new();
    for path in ["/v1/orders", "/v1/products", "/v1/users", "/v1/events", "/v1/mails", "/v1/api-keys"] {
        shown.extend(all_items(admin, path).await);
    }
    shown
}

/// What it shows once all events of the orders have been published and all emails sent.
async fn shown_at_rest(admin: &HttpClient) -> Vec<Value> {
    let (mut before, mut same) = (Vec::new(), 0);
    while same < 3 {
        let now = shown(admin).await;
        same = if now == before { same + 1 } else { 0 };
        before = now;
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    }
    before
}

/// A folder as a kill has left it, and what was shown by it before.
async fn killed_shop() -> (Shop, Vec<Value>) {
    let mut shop = Shop::embedded(&[]);
    let (admin, buyer) = (shop.admin().await, shop.customer("buyer").await);
    let product = shop.stock_up(&admin, &[(1999, 100)]).await.remove(0).id;
    for n in 0..6 {
        if n == 3 {
            // its log is copied into the file and started again
            shop.stop();
            shop.start_again();
        }
        let order = json!({"lines": [{"product_id": product, "quantity": 2}], "note": "x".repeat(400)});
        let buyer =
            crate::shop::signed_in(&shop.url(), ("buyer@example.com", crate::shop::CUSTOMER_PASSWORD)).await;
        buyer.post("/v1/orders", &format!("{n}"), &order).await.expect(201);
    }
    drop((admin, buyer));
    let shown = shown_at_rest(&admin_at(&shop.url()).await).await;
    shop.server.take().unwrap().kill();
    // a copy of a folder that was in use is checked from end to end: here the checks of every start are to find what is wrong
    let anchor = shop.launch.data.join("anchor.json");
    let mut known: Value = serde_json::from_str(&fs::read_to_string(&anchor).unwrap()).unwrap();
    assert!(known.as_object_mut().unwrap().remove("in_use").is_some());
    fs::write(anchor, known.to_string()).unwrap();
    (shop, shown)
}

fn copy(from: &Path, to: &Path) {
    let _ = fs::remove_dir_all(to);
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_file()) {
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

/// Damages one of the files of a folder; how.
fn damage(data: &Path, dice: &mut SplitMix, n: u64) -> String {
    let name = match n % 8 {
        0..4 => "ordo.db",
        4 => "simulator.db",
        5 => "ordo.db-wal",
        6 => ["ordo.db-checksums", "simulator.db-checksums", "anchor.json", ".ordo.db-told"]
            [dice.roll(4) as usize],
        _ => ["ordo.db", "ordo.db-wal", "simulator.db-wal", "ordo.db-shm"][dice.roll(4) as usize],
    };
    let path = data.join(name);
    let mut bytes = fs::read(&path).unwrap();
    let at = dice.roll(bytes.len().max(1) as u64) as usize;
    let how = match (n % 8, dice.roll(4)) {
        (7, 0) => {
            fs::remove_file(&path).unwrap();
            return format!("{name} is removed");
        }
        (7, 1) => {
            let other = data.join(if name == "ordo.db" { "simulator.db" } else { "ordo.db" });
            fs::copy(other, &path).unwrap();
            return format!("{name} is another file");
        }
        (7, _) => {
            bytes.truncate(at);
            format!("cut off at {at}")
        }
        (_, 0) => {
            let end = (at + 2000).min(bytes.len());
            bytes[at..end].fill(0xa5);
            format!("noise from {at} to {end}")
        }
        _ if bytes.is_empty() => "it is empty".to_owned(),
        (_, bit) => {
            bytes[at] ^= 1 << bit;
            format!("bit {bit} of {at}")
        }
    };
    fs::write(&path, bytes).unwrap();
    format!("{name}: {how}")
}

/// How files are damaged.
enum Damage {
    Random(u64),
    /// This file, and what is done to it.
    Loss(&'static str, &'static str),
}

/// What is done to each file by itself, whatever the dice say.
fn losses() -> impl Iterator<Item = Damage> {
    const FILES: [&str; 8] = [
        "ordo.db",
        "ordo.db-wal",
        "ordo.db-checksums",
        "simulator.db",
        "simulator.db-wal",
        "simulator.db-checksums",
        "anchor.json",
        ".ordo.db-told",
    ];
    FILES
        .into_iter()
        .flat_map(|file| ["removed", "swapped", "halved", "emptied"].map(|how| Damage::Loss(file, how)))
}

/// Removes a file, swaps it with the other database's, cuts it in half, or empties it.
fn lose(data: &Path, name: &str, how: &str) {
    let path = data.join(name);
    let bytes = fs::read(&path).unwrap();
    match how {
        "removed" => fs::remove_file(&path).unwrap(),
        "halved" => fs::write(&path, &bytes[..bytes.len() / 2]).unwrap(),
        "emptied" => fs::write(&path, "").unwrap(),
        _ => {
            let other = match name.strip_prefix("ordo.db") {
                Some(end) => format!("simulator.db{end}"),
                None if name.starts_with('.') => ".simulator.db-told".to_owned(),
                None => name.replace("simulator.db", "ordo.db").replace("anchor.json", "ordo.db-checksums"),
            };
            fs::write(&path, fs::read(data.join(&other)).unwrap()).unwrap();
            fs::write(data.join(other), bytes).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn damaged_files_are_refused_or_change_nothing() {
    let (shop, expected) = killed_shop().await;
    let seed = testkit::seed();
    println!("TEST_SEED={seed}");
    let mut dice = SplitMix::new(seed);
    let (whole, data) = (shop.launch.data.clone(), shop.folder.path().join("damaged"));
    let mut launch = shop.launch.clone();
    launch.data.clone_from(&data);
    let (mut refused, mut served) = (0, 0);
    let at_random = 0..if testkit::is_long() { DAMAGED_LONG } else { DAMAGED };
    let mut ways: Vec<Damage> = at_random.map(Damage::Random).collect();
    ways.extend(losses());
    for way in ways {
        copy(&whole, &data);
        let how = match way {
            Damage::Random(n) => damage(&data, &mut dice, n),
            Damage::Loss(file, how) => {
                lose(&data, file, how);
                format!("{file} is {how}")
            }
        };
        match launch.try_start() {
            Err(log) => {
                refused += 1;
                assert_is_refused(&log, &how);
            }
            Ok(server) => {
                served += 1;
                let now = shown(&admin_at(server.url()).await).await;
                assert_eq!(now, expected, "{how}");
            }
        }
    }
    println!("{refused} refused, {served} served as before");
    assert!(refused > served && served > 0);
}
