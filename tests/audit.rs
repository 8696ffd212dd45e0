//! `ordo audit`: for each invariant of `docs/lifecycle.md`, what breaks it is named by exactly that one;
//! and a shop in which nothing is broken is clean, at rest and at work.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod audited;
mod shop;

use audited::{
    Sample, audit,
    breaks::{self, blob},
    busy::Bustle,
    findings, known, meddle,
};
use shop::{Shop, books::Books, load::Load};
use std::{collections::BTreeSet, time::Duration};
use testkit::folder::TempFolder;
use tokio::time::{Instant, sleep};

/// So many audits are made of a busy shop before it is called idle.
const MOST_AUDITS: usize = 20;

/// How long a busy shop is looked at.
const BUSY_FOR: Duration = Duration::from_secs(6);

fn printed(output: &std::process::Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_broken_invariant_is_named_and_no_other() {
    let sample = Sample::make().await;
    let clean = sample.audited(None);
    assert_eq!(clean.status.code(), Some(0), "{}", printed(&clean));
    assert_eq!(printed(&clean), "the audit is clean: I1 to I10 hold\n");
    let (mut named, mut wrong) = (BTreeSet::new(), Vec::new());
    for broken in breaks::all(&sample) {
        let output = sample.audited(Some((broken.service, &broken.statements)));
        let (expected, found) = (broken.expected(), findings(&output));
        let one_by_one = sample.found_one_by_one(Some((broken.service, &broken.statements))).await;
        assert_eq!(one_by_one, found, "however many orders are looked at together, the same is found");
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
        let invariants: BTreeSet<_> = broken.broken.into_iter().map(|(invariant, _)| invariant).collect();
        // what is broken together with another might never be found alone
        named.extend(invariants.first().copied().filter(|_| invariants.len() == 1));
    }
    assert!(wrong.is_empty(), "{} are not as they should be:\n\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(named.len(), 10, "each invariant has a statement that breaks it alone: {named:?}");

    // what has fallen due since the shop stands is nobody's fault
    let due = "update timer set due_at = due_at - 7200000000 where kind = 'due'";
    let due = [due.to_owned()];
    let stood = |hours: u64| sample.audited_after(("orders", &due), Duration::from_secs(hours * 3600));
    assert_eq!(findings(&stood(0)).len(), 1);
    assert_eq!(printed(&stood(4)), "the audit is clean: I1 to I10 hold\n");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stock_of_an_order_that_ended_as_the_shop_was_killed_is_not_forgotten_and_what_is_forgotten_is_named()
{
    let mut shop = Shop::embedded(&[("ORDO_HOLD", "3600")]);
    let order = audited::killed_when_cancelled(&mut shop).await;
    let data = shop.launch.data.clone();
    shop.assert_audit_is_clean("of a shop that was killed, and stands");

    let placing = blob(order.placement.uuid());
    let head = audited::number(&data, "orders", "select head from feed");
    let heard = audited::number(&data, "products", "select position from heard where producer = 'orders'");
    let version = audited::number(
        &data,
        "orders",
        &format!("select version from orders where id = {}", blob(order.order.uuid())),
    );
    let known =
        audited::number(&data, "products", &format!("select version from placement where id = {placing}"));
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
    let books = Books::default();
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
        let mut bustle = Bustle::begin(&shop, &admin, &goods).await;
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
        if shop.server.is_some() {
            is_named_while_it_is_busy(&shop, &mut bustle);
        }
    }
}

/// What is broken, though it is refunded all the time.
fn is_named_while_it_is_busy(shop: &Shop, bustle: &mut Bustle) {
    let data = &shop.launch.data;
    let [given_back, other] = [&bustle.refunded[0], &bustle.refunded[1]].map(|order| known(data, order));
    let charge = format!("update charge set refunded = refunded + 1 where order_id = {}", given_back.id());
    meddle(data, "simulator", &charge);
    meddle(data, "orders", &format!("update orders set number = number + 1000 where id = {}", other.id()));
    let expected = [format!("I4 {}: refunded: ", given_back.payment), format!("I7 {}: ", other.order)];
    let until = Instant::now() + BUSY_FOR;
    loop {
        let before = bustle.done();
        let output = shop.audit_with(&["--patience", "2"]);
        assert!(bustle.done() > before, "the shop was not busy");
        let found = findings(&output);
        let is_expected = |line: &String| expected.iter().any(|expected| line.starts_with(expected));
        assert!(found.iter().all(is_expected), "{expected:?}, and not {}", printed(&output));
        // a refund that is under way at each moment that is looked at hides as much as it gives back
        if found.len() == expected.len() {
            return;
        }
        assert!(Instant::now() < until, "{expected:?}, and only {}", printed(&output));
    }
}

#[test]
fn a_folder_without_a_shop_is_refused() {
    let folder = TempFolder::new();
    let nowhere = folder.path().join("nowhere");
    let output = audit(&nowhere, &[]);
    assert_eq!(output.status.code(), Some(4), "{}", printed(&output));
    let told = format!("ordo: there is no shop in {}. Name its folder with --data.\n", nowhere.display());
    assert_eq!(printed(&output), told);
    assert!(!nowhere.exists(), "looking at a shop makes none");
}
