//! `ordo audit`: for each invariant of `docs/lifecycle.md`, what breaks it is named by exactly that one;
//! and a shop in which nothing is broken is clean, at rest and at work.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod audit_fixture;
#[path = "audit_fixture/costs.rs"]
mod costs;
mod shop;

use audit_fixture::{
    Sample, audit,
    busy::BackgroundLoad,
    corruptions::{self, blob},
    findings, meddle, number,
};
use db::{Sql, params};
use http::Method;
use kernel::id::{OrderId, PaymentId};
use serde_json::{Value, json};
use shop::{Shop, client_ledger::ClientLedger, definite, load::Load};
use std::{
    collections::BTreeSet,
    fs::OpenOptions,
    io::{Seek, SeekFrom, Write},
    path::Path,
    sync::atomic::{AtomicBool, Ordering::SeqCst},
    time::Duration,
};
use testkit::{
    http_client::HttpClient,
    part::{PARTS, Shard},
    temp_dir::TempDir,
};
use tokio::time::{Instant, sleep};

/// So many audits are made of a busy shop before it is called idle.
const MOST_AUDITS: usize = 20;

/// How long a busy shop is checked.
const BUSY_FOR: Duration = Duration::from_secs(6);
/// What a refund that is under way may hide at many a look: each takes seconds on a busy machine.
const NAMED_WITHIN: Duration = Duration::from_secs(60);

fn printed(output: &std::process::Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_broken_invariant_is_named_and_no_other() {
    let sample = Sample::make().await;
    let clean = sample.audited();
    assert_eq!(clean.status.code(), Some(0), "{}", printed(&clean));
    assert_eq!(printed(&clean), "the audit is clean: I1 to I10 hold\n");
    let (mut named, mut wrong) = (BTreeSet::new(), Vec::new());
    let part = Shard::of_run();
    let all = corruptions::all(&sample);
    for broken in &all {
        let invariants: BTreeSet<_> = broken.broken.iter().map(|(invariant, _)| *invariant).collect();
        // what is broken together with another might never be found alone
        named.extend(invariants.first().copied().filter(|_| invariants.len() == 1));
    }
    assert_eq!(named.len(), 10, "each invariant has a statement that breaks it alone: {named:?}");
    for (n, broken) in all.into_iter().enumerate().filter(|(n, _)| part.has(*n)) {
        let folder = TempDir::new();
        let data = sample.copy(&folder, Some((broken.service, &broken.statements)));
        let output = audit(&data, &["--patience", "0"]);
        let (expected, found) = (broken.expected(), findings(&output));
        // what is broken in one table is found by the same code: each other one tells, and in the long form each one
        if (n / PARTS).is_multiple_of(2) || testkit::is_long() {
            assert_eq!(
                audit_fixture::found_one_by_one(&data).await,
                found,
                "however many orders are looked at together, the same is found"
            );
        }
        println!("{}", found.join("\n"));
        let all_named = expected.iter().all(|expected| found.iter().any(|line| line.starts_with(expected)));
        let no_other = found.iter().all(|line| expected.iter().any(|expected| line.starts_with(expected)));
        if output.status.code() != Some(1) || !all_named || !no_other {
            wrong.push(format!(
                "{}: {}\nbreaks {expected:?}, and the audit says ({}):\n{}",
                broken.service,
                broken.statements.join("; "),
                output.status,
                printed(&output)
            ));
        }
    }
    assert!(wrong.is_empty(), "{} are not as they should be:\n\n{}", wrong.len(), wrong.join("\n"));

    // what has fallen due since the shop stands is nobody's fault
    let due = "update timer set due_at = due_at - 7200000000 where kind = 'due'";
    let due = [due.to_owned()];
    let stood = |hours: u64| sample.audited_after(("orders", &due), Duration::from_secs(hours * 3600));
    assert_eq!(findings(&stood(0)).len(), 1);
    assert_eq!(printed(&stood(4)), "the audit is clean: I1 to I10 hold\n");

    files_with_noise_are_named(&sample);
    a_price_in_another_currency_is_no_matter_of_the_setting(&sample);
}

/// Noise in the middle of a file, and at its beginning.
fn files_with_noise_are_named(sample: &Sample) {
    let noise = |page: u64, bytes: usize| {
        let folder = TempDir::new();
        let data = sample.copy(&folder, None);
        let mut file = OpenOptions::new().write(true).open(data.join("ordo.db")).unwrap();
        file.seek(SeekFrom::Start(4096 * (page - 1))).unwrap();
        file.write_all(&vec![0xa5; bytes]).unwrap();
        drop(file);
        audit(&data, &["--patience", "0"])
    };
    let root = "select rootpage from sqlite_master where name = 'notifications__public_event'";
    let page = number(&sample.data(), "notifications", root);
    let damaged = noise(page.unsigned_abs(), 4096);
    let found = findings(&damaged);
    assert_eq!(damaged.status.code(), Some(1), "{}", printed(&damaged));
    assert!(found[0].starts_with("I7 ordo.db: the file is damaged ("), "{}", printed(&damaged));
    let none = noise(1, 100);
    assert_eq!(none.status.code(), Some(4), "{}", printed(&none));
    assert!(printed(&none).contains("/ordo.db: file is not a database"), "{}", printed(&none));
}

fn a_price_in_another_currency_is_no_matter_of_the_setting(sample: &Sample) {
    let folder = TempDir::new();
    let first = sample.goods[0];
    let change = format!("update product set currency = 'USD' where id = {}", blob(first.uuid()));
    let data = sample.copy(&folder, Some(("products", &[change])));
    let refused = shop::launch(&data).try_start().err().unwrap();
    assert!(refused.contains(&format!("the price of the product {first} is in USD")), "{refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stock_of_an_order_that_ended_as_the_shop_was_killed_is_not_forgotten_and_what_is_forgotten_is_named()
{
    let mut shop = Shop::embedded(&[("ORDO_HOLD", "3600")]);
    let order = audit_fixture::killed_when_cancelled(&mut shop).await;
    let data = shop.launch.data.clone();
    shop.assert_audit_is_clean("of a shop that was killed, and stands");

    let placing = blob(order.placement.uuid());
    let head = audit_fixture::number(&data, "orders", "select head from feed");
    let heard =
        audit_fixture::number(&data, "products", "select position from heard where producer = 'orders'");
    let version = audit_fixture::number(
        &data,
        "orders",
        &format!("select version from orders where id = {}", blob(order.order.uuid())),
    );
    let known = audit_fixture::number(
        &data,
        "products",
        &format!("select version from placement where id = {placing}"),
    );
    assert!(known < version, "products has heard of it before it was killed");
    for (why, change, back) in [
        (
            "products has heard that it ended",
            format!("update placement set version = {version} where id = {placing}"),
            format!("update placement set version = {known} where id = {placing}"),
        ),
        (
            "the event will not come again",
            format!("update heard set position = {head} where producer = 'orders'"),
            format!("update heard set position = {heard} where producer = 'orders'"),
        ),
    ] {
        meddle(&data, "products", &change);
        let output = shop.audit();
        let found = findings(&output);
        assert_eq!(output.status.code(), Some(1), "{why}: {}", printed(&output));
        assert_eq!(found.len(), 1, "{why}: {}", printed(&output));
        assert!(found[0].starts_with(&format!("I10 {}: ", order.placement)), "{why}: {}", found[0]);
        assert!(found[0].ends_with("2 units are held: its order has ended"), "{why}: {}", found[0]);
        meddle(&data, "products", &back);
    }
    shop.assert_audit_is_clean("as it was");
    shop.server = Some(shop.launch.start());
    shop.assert_audit_is_clean("after the next start");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_busy_shop_is_clean() {
    let shop = Shop::open(&[]);
    let admin = shop.admin().await;
    let goods = shop.stock_up(&admin, &[(1999, 100_000), (500, 100_000), (700, 60)]).await;
    let mut buyers = Vec::new();
    for n in 0..4 {
        let buyer = shop.customer(&format!("buyer{n}")).await;
        buyers.extend((0..4).map(|_| buyer.apart()));
    }
    let books = ClientLedger::default();
    let load = Load::new(goods, admin, books.clone(), 0);
    let tasks = load.start(&buyers, 11);
    sleep(Duration::from_secs(1)).await;
    // on a busy machine a whole audit can fall between two answers: what counts are those with answers beside them
    let mut beside = 0;
    for turn in 0..MOST_AUDITS {
        let before = load.requests();
        shop.assert_audit_is_clean(&format!("beside a busy shop, turn {turn}"));
        beside += usize::from(load.requests() > before);
        if beside == 2 {
            break;
        }
    }
    assert_eq!(beside, 2, "the shop was not busy");
    load.finish(tasks).await;
    assert!(books.len() > 0, "nobody has ordered anything");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_single_look_at_a_busy_shop_is_clean_and_what_is_broken_in_it_is_named() {
    // the databases are looked into, or the services asked
    for shop in [Shop::embedded(&[]), Shop::split(&[])] {
        let admin = shop.admin().await;
        let goods = shop.stock_up(&admin, &[(1999, 100_000), (500, 100_000)]).await;
        let mut bustle = BackgroundLoad::begin(&shop, &admin, &goods).await;
        let ways: &[&[&str]] = match shop.server {
            Some(_) => &[&["--patience", "0"]],
            None => &[&["--patience", "0"], &["--patience", "0", "--ask"]],
        };
        let (mut looks, before, until) = (0, bustle.done(), Instant::now() + BUSY_FOR);
        while looks < ways.len() || Instant::now() < until {
            let way = ways[looks % ways.len()];
            let output = shop.audit_with(way);
            looks += 1;
            assert!(output.status.success(), "look {looks}, {way:?}: {}", printed(&output));
        }
        println!("{looks} looks beside {} pieces of work", bustle.done() - before);
        assert!(bustle.done() > before, "the shop was not busy");
        is_named_while_it_is_busy(&shop, &mut bustle).await;
    }
}

/// What is broken, though it is refunded all the time.
async fn is_named_while_it_is_busy(shop: &Shop, bustle: &mut BackgroundLoad) {
    const GIVE_BACK: Sql = Sql::both("update charge set refunded = refunded + 1 where order_id = $1");
    const RENUMBER: Sql = Sql::both("update orders set number = number - 1000 where id = $1");
    const PAYMENT: Sql = Sql::both("select id from payment where order_id = $1");
    let [given_back, other] = [0, 1].map(|n| bustle.refunded[n].parse::<OrderId>().unwrap());
    let payment: PaymentId = shop
        .database("payments")
        .await
        .query_one(&PAYMENT, params![given_back])
        .await
        .unwrap()
        .get("id")
        .unwrap();
    for (service, change, order) in [("simulator", GIVE_BACK, given_back), ("orders", RENUMBER, other)] {
        let mut tx = shop.database(service).await.begin().await.unwrap();
        assert_eq!(tx.run(&change, params![order]).await.unwrap(), 1);
        tx.commit("test").await.unwrap();
    }
    let expected = [format!("I4 {payment}: "), format!("I7 {other}: ")];
    let ways: &[&[&str]] = match shop.server {
        Some(_) => &[&["--patience", "2"]],
        None => &[&["--patience", "2"], &["--patience", "2", "--ask"]],
    };
    for way in ways {
        let until = Instant::now() + NAMED_WITHIN;
        loop {
            let before = bustle.done();
            let output = shop.audit_with(way);
            assert!(bustle.done() > before, "the shop was not busy");
            let found = findings(&output);
            let is_expected = |line: &String| expected.iter().any(|expected| line.starts_with(expected));
            assert!(found.iter().all(is_expected), "{way:?}: {expected:?}, and not {}", printed(&output));
            // a refund that is under way at each moment that is checked hides as much as it refunds
            if found.len() == expected.len() {
                break;
            }
            assert!(Instant::now() < until, "{way:?}: {expected:?}, and only {}", printed(&output));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[allow(clippy::disallowed_methods, reason = "whoever meddles is no part of the program")]
async fn what_is_broken_in_other_words_at_each_look_is_named() {
    let shop = Shop::embedded(&[]);
    let admin = shop.admin().await;
    let goods = shop.stock_up(&admin, &[(1999, 100)]).await;
    let lines = json!([{"product_id": goods[0].id, "quantity": 1}]);
    let order = json!({"lines": lines, "payment": {"method": "sim_ok"}});
    let order = admin.post("/v1/orders", "twice", &order).await.expect(201).text("id").to_owned();
    let data = &shop.launch.data;
    let until = Instant::now() + BUSY_FOR;
    while !shop.audit_with(&["--patience", "0"]).status.success() || count_of(data) == 0 {
        assert!(Instant::now() < until, "{}", printed(&shop.audit()));
        sleep(Duration::from_millis(50)).await;
    }
    let second = format!(
        "insert into charge (id, key, order_id, currency, capture, amount, captured, state, created_at)
         select {}, 'another', order_id, currency, capture, amount, captured, state, created_at from charge",
        blob(uuid::Uuid::from_u128(7))
    );
    meddle(data, "simulator", &second);
    let is_over = AtomicBool::new(false);
    let output = std::thread::scope(|scope| {
        scope.spawn(|| {
            // the key of a charge is among the words
            for turn in (0..26u8).cycle() {
                if is_over.load(SeqCst) {
                    break;
                }
                let key = char::from(b'a' + turn);
                meddle(data, "simulator", &format!("update charge set key = '{key}' where length(key) < 8"));
                std::thread::sleep(Duration::from_millis(40));
            }
        });
        let output = shop.audit_with(&["--patience", "3"]);
        is_over.store(true, SeqCst);
        output
    });
    assert_eq!(output.status.code(), Some(1), "{}", printed(&output));
    let found = findings(&output);
    assert_eq!(found.len(), 1, "{}", printed(&output));
    assert!(found[0].starts_with(&format!("I4 {order}: the provider has 2 charges of it: ")), "{}", found[0]);
    meddle(data, "simulator", "delete from charge where length(key) < 8");
    shop.assert_audit_is_clean("as it was");
}

fn count_of(data: &Path) -> i64 {
    number(data, "simulator", "select count(*) from charge where state = 'captured'")
}

#[test]
fn a_folder_without_a_shop_is_refused() {
    let folder = TempDir::new();
    let nowhere = folder.path().join("nowhere");
    let output = audit(&nowhere, &[]);
    assert_eq!(output.status.code(), Some(4), "{}", printed(&output));
    let told =
        format!("ordo: there is no shop in {}. Name the folder of the shop with --data;", nowhere.display());
    assert!(printed(&output).starts_with(&told), "{}", printed(&output));
    assert!(!nowhere.exists(), "looking at a shop makes none");
}

/// The customer's money is not blocked for nothing, and the order is not lost.
async fn what_comes_to_owe_nothing_is_sent(shop: Shop) {
    let admin = shop.admin().await;
    let customer = shop.customer("ada").await;
    let goods = shop.stock_up(&admin, &[(1999, 10)]).await;
    let post = async |who: &HttpClient, path: &str, body: Value, status| {
        definite(who, Method::POST, path, path, &body).await.expect(status)
    };
    let order = json!({
        "lines": [{"product_id": goods[0].id, "quantity": 2}, {"title": "A card", "quantity": 1}],
        "payment": {"method": "sim_ok", "capture": "manual"},
    });
    let placed = post(&customer, "/v1/orders", order, 201).await;
    assert_eq!((placed.text("status"), placed.text("payment_status")), ("confirmed", "authorized"));
    let path = format!("/v1/orders/{}", placed.text("id"));
    let paid_for = json!([{"line_id": placed.body["lines"][0]["id"], "quantity": 2}]);
    let left = post(&admin, &format!("{path}/cancel"), json!({ "lines": paid_for }), 200).await;
    assert_eq!((left.text("status"), &left.body["owed"]["amount"]), ("confirmed", &json!("0.00")));

    // past the end of the promise, and of the time to pay again
    sleep(PROMISE + DUE + Duration::from_secs(3)).await;
    let kept = admin.get(&path).await.expect(200);
    assert_eq!((kept.text("status"), &kept.body["holds"]), ("confirmed", &json!([])), "{}", kept.body);
    const CHARGES: Sql = Sql::both("select state, captured from charge");
    let charges = shop.database("simulator").await.query(&CHARGES, &[]).await.unwrap();
    let charges: Vec<(String, i64)> =
        charges.iter().map(|row| (row.get("state").unwrap(), row.get("captured").unwrap())).collect();
    assert_eq!(charges, [("voided".to_owned(), 0)], "given back, not left to lapse");

    let parcel = post(&admin, &format!("{path}/fulfilments"), json!({}), 201).await;
    for step in ["ship", "deliver"] {
        post(&admin, &format!("/v1/fulfilments/{}/{step}", parcel.text("id")), json!({}), 200).await;
    }
    let done = admin.get(&path).await.expect(200);
    assert_eq!(done.text("status"), "completed", "{}", done.body);
    let history = admin.get(&format!("{path}/history")).await.expect(200).body.to_string();
    for never in ["order.payment_lapsed", "order.payment_failed", "order.cancel_requested"] {
        assert!(!history.contains(never), "{history}");
    }
    shop.assert_audit_is_clean("when nothing is owed");
}

const PROMISE: Duration = Duration::from_secs(3);
const DUE: Duration = Duration::from_secs(2);
const SOON_OVER: [(&str, &str); 2] = [("ORDO_AUTHORIZATION_LIFE", "3"), ("ORDO_PAYMENT_DUE", "2")];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_that_comes_to_owe_nothing_is_sent_and_its_promise_given_back() {
    what_comes_to_owe_nothing_is_sent(Shop::embedded(&SOON_OVER)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_processes_too_an_order_that_owes_nothing_is_sent_and_its_promise_given_back() {
    what_comes_to_owe_nothing_is_sent(Shop::split(&SOON_OVER)).await;
}
