//! Moments: in the time zone of the shop, wherever somebody reads them, with scripts and without.

use super::{Chromium, DESKTOP, buy, newest, open_shop, open_shop_set, register};
use kernel::Timestamp;
use serde_json::{Value, json};
use std::time::Duration;
use testkit::chromium::Viewport;
use tokio::time::sleep;

/// Of each moment on the page: when it is, and what is read of it.
const MOMENTS: &str = "return [...document.querySelectorAll('main time:has(.zone)')]
    .map(time => [time.dateTime, time.innerText, time.title])";

/// What is read of each moment of the newest order, and what it should be so far from UTC.
async fn moments(browser: &Chromium, from_utc: Duration) -> Vec<(String, String, String)> {
    let moments = browser.run(MOMENTS, json!([])).await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let of_one = |one: &Value| {
        let there = text(&one[0]).parse::<Timestamp>().unwrap().plus(from_utc).to_string();
        let (day, time) = (there[8..10].trim_start_matches('0').to_owned(), there[11..16].to_owned());
        (format!("{day} … {time}"), text(&one[1]), text(&one[2]))
    };
    let moments: Vec<_> = moments.as_array().unwrap().iter().map(of_one).collect();
    assert!(moments.len() > 3, "{moments:?}");
    moments
}

fn is_as_expected(expected: &str, read: &str) -> bool {
    let (day, time) = expected.split_once(" … ").unwrap();
    read.starts_with(&format!("{day} ")) && read.ends_with(&format!(", {time}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn moments_are_in_the_time_of_the_shop() {
    let (shop, admin, ids) = open_shop_set(&[("ORDO_TIME_ZONE", "Asia/Kolkata")]).await;
    let browser = Chromium::open(DESKTOP).await;
    browser.in_zone("America/New_York").await;
    register(&browser, &shop, "ada").await;
    buy(&browser, &shop, &ids[0], "sim_ok").await;
    browser.says("Paid, preparing your order").await;
    let order = format!("{}/orders/{}", shop.url(), newest(&admin).await["id"].as_str().unwrap());
    browser.go(&order).await;
    browser.run("document.querySelector('[data-part=history] time').isTheSame = true", json!([])).await;
    browser.text("[data-lamp][data-state=connected]").await;
    for (expected, read, exact) in moments(&browser, Duration::from_secs(5 * 3600 + 1800)).await {
        let short = read.strip_suffix(" IST").unwrap_or_else(|| panic!("{read} does not say where"));
        assert!(is_as_expected(&expected, short), "{read} is not {expected}");
        assert!(exact.ends_with("IST"), "{exact}");
    }
    // what is fetched again is in that time, too: nothing changes under somebody's eyes
    sleep(Duration::from_secs(1)).await;
    let same =
        browser.run("return document.querySelector('[data-part=history] time').isTheSame", json!([])).await;
    assert_eq!(same, json!(true));
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_scripts_moments_are_said_to_be_in_utc() {
    let (shop, admin, ids) = open_shop().await;
    let browser = Chromium::open(Viewport { scripts: false, ..DESKTOP }).await;
    browser.in_zone("Asia/Kolkata").await;
    register(&browser, &shop, "ada").await;
    buy(&browser, &shop, &ids[0], "sim_ok").await;
    browser.says("Paid, preparing your order").await;
    browser.go(&format!("{}/orders/{}", shop.url(), newest(&admin).await["id"].as_str().unwrap())).await;
    for (expected, read, exact) in moments(&browser, Duration::ZERO).await {
        let short = read.strip_suffix(" UTC").unwrap_or_else(|| panic!("{read} does not say where"));
        assert!(is_as_expected(&expected, short), "{read} is not {expected}");
        assert!(exact.ends_with("UTC"), "{exact}");
    }
    browser.close().await;
}
