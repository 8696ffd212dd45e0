//! What happens to the files of a shop that runs: they are deleted, replaced, cut off, changed or copied, and cannot be synced.

use crate::{
    run,
    shop::{Shop, admin_at, all_items, launch, load::SplitMix},
};
use http::Method;
use serde_json::json;
use std::{
    collections::BTreeSet,
    fs,
    os::unix::fs::FileExt,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    time::Duration,
};
use testkit::{http_client::HttpClient, syncs, temp_dir::TempDir};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};

const BUYERS: usize = 6;
/// The next request that writes notices it, and there are many.
const NOTICED_WITHIN: Duration = Duration::from_secs(30);
/// A page that nobody reads is checked once a minute.
const LOOKED_AT_WITHIN: Duration = Duration::from_secs(150);
/// So many orders are acknowledged before something is done.
const ORDERS_BEFORE: usize = 10;
/// Copies of a running folder: in every run, and in the long form.
const COPIES: u64 = 8;
const COPIES_LONG: u64 = 200;

/// Customers who place orders until they are stopped.
#[derive(Default)]
struct OrderingCustomers {
    /// What was acknowledged.
    acknowledged: Mutex<BTreeSet<String>>,
    /// What was acknowledged and asked for after something was done to the files.
    afterwards: Mutex<Vec<String>>,
    is_done: AtomicBool,
    stop: AtomicBool,
}

impl OrderingCustomers {
    fn start(self: &Arc<Self>, buyer: &HttpClient, product: &str) -> JoinSet<()> {
        let mut tasks = JoinSet::new();
        for n in 0..BUYERS {
            let (placing, buyer, product) = (self.clone(), buyer.apart(), product.to_owned());
            #[allow(clippy::disallowed_methods, reason = "clients are no part of the program")]
            tasks.spawn(async move { placing.place(&buyer, &product, n).await });
        }
        tasks
    }

    async fn place(&self, buyer: &HttpClient, product: &str, n: usize) {
        let order =
            json!({"lines": [{"product_id": product, "quantity": 1}], "payment": {"method": "sim_ok"}});
        for turn in 0.. {
            if self.stop.load(SeqCst) {
                return;
            }
            let is_after = self.is_done.load(SeqCst);
            match buyer.try_call(Method::POST, "/v1/orders", &format!("b{n}-{turn}"), &order).await {
                Ok(said) if said.code() == 201 => {
                    let id = said.text("id").to_owned();
                    if is_after {
                        self.afterwards.lock().unwrap().push(id.clone());
                    }
                    self.acknowledged.lock().unwrap().insert(id);
                }
                Ok(said) => assert!(said.code() >= 500, "{} {}", said.status, said.body),
                Err(_) => {}
            }
        }
    }
}

/// What is done to the files of a running shop.
struct FileTampering {
    what: &'static str,
    /// The path of the data folder, and the file whose existence makes syncs fail.
    inflict: fn(&Path, &Path),
    noticed_within: Duration,
    /// Nothing that is asked for afterwards is acknowledged. A page that nobody reads is checked in its turn.
    at_once: bool,
    /// What was acknowledged is there when the shop is started again.
    leaves_all: bool,
}

fn replace(data: &Path, name: &str) {
    let (path, copy) = (data.join(name), data.join("another"));
    fs::copy(&path, &copy).unwrap();
    fs::rename(&copy, &path).unwrap();
}

/// A byte in a page of the file, behind what is read all the time.
fn change_page(data: &Path) {
    let file = fs::File::options().read(true).write(true).open(data.join("ordo.db")).unwrap();
    let at = file.metadata().unwrap().len() / 4096 / 2 * 4096 + 2000;
    let mut byte = [0];
    file.read_exact_at(&mut byte, at).unwrap();
    file.write_all_at(&[byte[0] ^ 1], at).unwrap();
}

const HARMS: [FileTampering; 8] = [
    FileTampering {
        what: "ordo.db is deleted",
        inflict: |data, _| fs::remove_file(data.join("ordo.db")).unwrap(),
        noticed_within: NOTICED_WITHIN,
        at_once: true,
        leaves_all: false,
    },
    FileTampering {
        what: "its log is deleted",
        inflict: |data, _| fs::remove_file(data.join("ordo.db-wal")).unwrap(),
        noticed_within: NOTICED_WITHIN,
        at_once: true,
        leaves_all: false,
    },
    FileTampering {
        what: "ordo.db is replaced",
        inflict: |data, _| replace(data, "ordo.db"),
        noticed_within: NOTICED_WITHIN,
        at_once: true,
        leaves_all: false,
    },
    FileTampering {
        what: "its log is replaced",
        inflict: |data, _| replace(data, "ordo.db-wal"),
        noticed_within: NOTICED_WITHIN,
        at_once: true,
        leaves_all: false,
    },
    FileTampering {
        what: "simulator.db is deleted",
        inflict: |data, _| fs::remove_file(data.join("simulator.db")).unwrap(),
        noticed_within: NOTICED_WITHIN,
        at_once: true,
        leaves_all: false,
    },
    FileTampering {
        what: "simulator.db is replaced",
        inflict: |data, _| replace(data, "simulator.db"),
        noticed_within: NOTICED_WITHIN,
        at_once: true,
        leaves_all: false,
    },
    FileTampering {
        what: "its log cannot be synced",
        inflict: |_, failing| fs::write(failing, "").unwrap(),
        noticed_within: NOTICED_WITHIN,
        at_once: true,
        leaves_all: true,
    },
    FileTampering {
        what: "a page of ordo.db is changed",
        inflict: |data, _| change_page(data),
        noticed_within: LOOKED_AT_WITHIN,
        at_once: false,
        leaves_all: false,
    },
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shop_whose_files_are_harmed_acknowledges_nothing_more() {
    let mut tasks = JoinSet::new();
    for harm in &HARMS {
        #[allow(clippy::disallowed_methods, reason = "each is a test of its own")]
        tasks.spawn(acknowledges_nothing_after(harm));
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
}

async fn acknowledges_nothing_after(harm: &'static FileTampering) {
    let folder = TempDir::new();
    let failing = folder.path().join("failing");
    let library = syncs::failing_while(folder.path(), &failing);
    let launch = launch(&folder.path().join("data")).with("LD_PRELOAD", library.display());
    let mut shop = Shop::of(folder, launch);
    let admin = shop.admin().await;
    let product = shop.stock_up(&admin, &[(1999, 1_000_000)]).await.remove(0).id;
    let buyer = shop.customer("buyer").await;
    let placing = Arc::new(OrderingCustomers::default());
    let mut tasks = placing.start(&buyer, &product);
    while placing.acknowledged.lock().unwrap().len() < ORDERS_BEFORE {
        sleep(Duration::from_millis(20)).await;
    }
    if !harm.at_once {
        // a page that is written again in the meantime is sound again, and of one that is in the log the file says
        // nothing
        placing.stop.store(true, SeqCst);
        while !tasks.is_empty() {
            tasks.join_next().await;
        }
        shop.stop();
        shop.start_again();
    }
    let before = placing.acknowledged.lock().unwrap().clone();
    (harm.inflict)(&shop.launch.data, &failing);
    placing.is_done.store(true, SeqCst);
    let noticed = Instant::now();
    let public = HttpClient::new(&shop.url());
    while public.get("/ready").await.code() != 503 {
        assert!(noticed.elapsed() < harm.noticed_within, "{}: /ready says that all is well", harm.what);
        sleep(Duration::from_millis(100)).await;
    }
    let ready = public.get("/ready").await;
    placing.stop.store(true, SeqCst);
    let _ = tasks.join_all().await;
    let order = json!({"lines": [{"product_id": product, "quantity": 1}]});
    let refused = buyer.post("/v1/orders", "after", &order).await.expect(503);
    assert_eq!(refused.text("code"), "outcome_unknown", "{}: {}", harm.what, refused.body);
    let afterwards = placing.afterwards.lock().unwrap().clone();
    assert!(afterwards.is_empty(), "{}: {afterwards:?}", harm.what);
    // its log is read beside it
    let mut patience = 50;
    while !shop.server.as_ref().unwrap().has_said("nothing is acknowledged any more") {
        patience -= 1;
        assert!(patience > 0, "{}", harm.what);
        sleep(Duration::from_millis(100)).await;
    }
    println!("{}: noticed after {:?}: {}", harm.what, noticed.elapsed(), ready.text("code"));
    shop.server.take().unwrap().kill();
    let _ = fs::remove_file(&failing);
    // where the disk failed, or the files are there under their names, nothing needs to be lost
    match shop.launch.try_start() {
        Ok(server) => {
            shop.server = Some(server);
            // while a file is copied to replace another, it goes on
            let acknowledged =
                if harm.leaves_all { placing.acknowledged.lock().unwrap().clone() } else { before };
            println!("{}: {} acknowledged", harm.what, acknowledged.len());
            assert_all_are_there(&shop.url(), &acknowledged, harm.what).await;
        }
        Err(log) => {
            assert!(!harm.leaves_all, "{}: {log}", harm.what);
            assert_is_refused(&log, harm.what);
        }
    }
}

/// A start is refused for what is wrong with the files.
/// The start has ended with a reason that has to do with the files.
pub(crate) fn assert_is_refused(log: &str, when: &str) {
    let reasons = [
        "is damaged",
        "missing",
        "malformed",
        "another history",
        "has nothing of",
        "do not go together",
        "is not a database",
        "was changed after it was applied",
        // what SQLite reads before the pages are compared: the text of a table is changed
        "the database: ",
    ];
    let (_, said) = log.split_once("ordo: ").unwrap_or(("", log));
    println!("{when}: {said}");
    assert!(reasons.iter().any(|reason| said.contains(reason)), "{when}: {log}");
}

async fn assert_all_are_there(url: &str, acknowledged: &BTreeSet<String>, when: &str) {
    let there = all_items(&admin_at(url).await, "/v1/orders").await;
    let there: BTreeSet<String> =
        there.iter().map(|order| order["id"].as_str().unwrap().to_owned()).collect();
    let lost: Vec<_> = acknowledged.difference(&there).collect();
    assert!(lost.is_empty(), "{when}: {lost:?} are lost");
}

/// As `cp -r` copies it: one file after the other, in any order, while the shop writes on.
async fn copy_slowly(from: &Path, to: &Path, dice: &mut SplitMix) {
    fs::create_dir(to).unwrap();
    let mut names: Vec<_> = fs::read_dir(from)
        .unwrap()
        .map(|e| e.unwrap())
        .filter(|e| e.path().is_file())
        .map(|e| e.file_name())
        .collect();
    for left in (1..=names.len() as u64).rev() {
        let name = names.swap_remove(dice.roll(left) as usize);
        // a file that is written now and gone then
        let _ = fs::copy(from.join(&name), to.join(&name));
        sleep(Duration::from_millis(dice.roll(200))).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_of_a_running_folder_is_refused_or_sound() {
    let shop = Shop::embedded(&[]);
    let admin = shop.admin().await;
    let product = shop.stock_up(&admin, &[(1999, 1_000_000)]).await.remove(0).id;
    let buyer = shop.customer("buyer").await;
    let placing = Arc::new(OrderingCustomers::default());
    let tasks = placing.start(&buyer, &product);
    let mut dice = SplitMix::new(11);
    let mut copies = Vec::new();
    for n in 0..if testkit::is_long() { COPIES_LONG } else { COPIES } {
        sleep(Duration::from_millis(dice.roll(500))).await;
        let acknowledged = placing.acknowledged.lock().unwrap().clone();
        let to = shop.folder.path().join(format!("copy-{n}"));
        copy_slowly(&shop.launch.data, &to, &mut dice).await;
        copies.push((to, acknowledged));
    }
    placing.stop.store(true, SeqCst);
    let _ = tasks.join_all().await;
    let mut refused = 0;
    for (data, acknowledged) in copies {
        let when = data.display().to_string();
        let launch = launch(&data);
        match launch.try_start() {
            Err(log) => {
                refused += 1;
                assert_is_refused(&log, &when);
            }
            Ok(server) => {
                assert!(server.has_said("was copied while the shop ran"), "{when} was not recognized");
                assert_all_are_there(server.url(), &acknowledged, &when).await;
                server.stop();
                let audited = run(&launch, &["audit"]).expect(0);
                println!("{when}: {}", audited.said.trim());
            }
        }
        fs::remove_dir_all(&data).unwrap();
    }
    println!("{refused} refused");
}

/// Those of the whole program, the payment simulator's among them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_paid_order_of_one_client_takes_four_syncs() {
    const ORDERS: usize = 200;
    const SYNCS_MAX: usize = 4;
    let folder = TempDir::new();
    let counter = folder.path().join("counter");
    let library = syncs::counted_in(folder.path(), &counter);
    let launch = launch(&folder.path().join("data")).with("LD_PRELOAD", library.display());
    let shop = Shop::of(folder, launch);
    let product = shop.stock_up(&shop.admin().await, &[(1999, 1_000_000)]).await.remove(0).id;
    let buyer = shop.customer("buyer").await;
    let count = || fs::metadata(&counter).map_or(0, |file| file.len() as usize);
    let order = json!({"lines": [{"product_id": product, "quantity": 1}], "payment": {"method": "sim_ok"}});
    let (before, begun) = (count(), Instant::now());
    for n in 0..ORDERS {
        let said = buyer.post("/v1/orders", &format!("{n}"), &order).await.expect(201);
        assert_eq!(said.body["payment_status"], "paid");
    }
    // what follows the last one: emails, and the order that is confirmed
    sleep(Duration::from_secs(2)).await;
    let (syncs, seconds) = (count() - before, begun.elapsed().as_secs() as usize);
    println!("{syncs} syncs for {ORDERS} paid orders in {seconds} s");
    assert!(syncs >= ORDERS, "the library counts nothing");
    // the anchor and what is due by the clock, where the machine is slow
    let by_the_clock = 4 * seconds.saturating_sub(3);
    assert!(
        syncs <= SYNCS_MAX * ORDERS + by_the_clock,
        "{syncs} syncs for {ORDERS} paid orders in {seconds} s"
    );
}
