//! `ordo audit`: for each invariant of `docs/lifecycle.md`, a statement that breaks it is named by exactly that one;
//! and a shop in which nothing is broken is clean, at rest and at work.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod audited;
mod shop;

use audited::{Sample, audit, breaks, findings};
use shop::{Shop, books::Books, load::Load};
use std::{collections::BTreeSet, time::Duration};
use testkit::folder::TempFolder;
use tokio::time::sleep;

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
        let output = sample.audited(Some((broken.service, &broken.statement)));
        let (expected, found) = (broken.expected(), findings(&output));
        println!("{}", found.join("\n"));
        let all_named = expected.iter().all(|expected| found.iter().any(|line| line.starts_with(expected)));
        let no_other = found.iter().all(|line| expected.iter().any(|expected| line.starts_with(expected)));
        if output.status.code() != Some(1) || !all_named || !no_other {
            wrong.push(format!(
                "{}: {}\nbreaks {expected:?}, and the audit says ({}):\n{}",
                broken.service,
                broken.statement,
                output.status,
                printed(&output)
            ));
        }
        named.insert(broken.invariant);
    }
    assert!(wrong.is_empty(), "{} are not as they should be:\n\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(named.len(), 10, "each invariant has a statement: {named:?}");
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
    for turn in 0..2 {
        let before = load.requests();
        shop.assert_audit_is_clean(&format!("beside a busy shop, turn {turn}"));
        assert!(load.requests() > before, "the shop was not busy");
    }
    load.finish(tasks).await;
    assert!(books.len() > 0, "nobody has ordered anything");
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
