//! The documentation's page: an operation is tried, and a stream is shown while it goes on.

use crate::{
    look::{DESKTOP, defects},
    open_shop, shop,
};
use serde_json::json;
use std::time::Duration;
use testkit::chromium::Chromium;
use tokio::time::sleep;

const OPERATION: &str = "#stream_events";

/// How many events are shown.
async fn shown(browser: &Chromium) -> u64 {
    let count = format!("return document.querySelectorAll('{OPERATION} .stream > li').length");
    browser.run(&count, json!([])).await.as_u64().unwrap()
}

/// Waits until more than so many are shown.
async fn more_than(browser: &Chromium, before: u64) -> u64 {
    for _ in 0..600 {
        let now = shown(browser).await;
        if now > before {
            return now;
        }
        sleep(Duration::from_millis(50)).await;
    }
    panic!("no more than {before} events are shown: {}", browser.text(&format!("{OPERATION} .answer")).await);
}

/// So many are shown once no more come of what has happened.
async fn all_of(browser: &Chromium) -> u64 {
    let mut all = more_than(browser, 2).await;
    loop {
        sleep(Duration::from_millis(500)).await;
        match shown(browser).await {
            now if now == all => return all,
            now => all = now,
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_is_shown_as_it_comes_until_it_is_stopped_and_goes_on_from_there() {
    let (shop, admin, _) = open_shop().await;
    let browser = Chromium::open(DESKTOP).await;
    browser.go(&format!("{}/docs{OPERATION}", shop.url())).await;
    browser.press("[data-sign-in]").await;
    browser.write("#who", shop::ADMIN_EMAIL).await;
    browser.write("#password", shop::ADMIN_PASSWORD).await;
    browser.press("[data-sign-in-form] button[type=submit]").await;
    browser.says("Signed in as").await;
    // all that has happened, from the oldest event on
    browser.press(&format!("{OPERATION} [name=from] option:last-child")).await;
    let send = format!("{OPERATION} .try button[type=submit]");
    browser.press(&send).await;
    let before = all_of(&browser).await;
    // it has not ended: what happens now is shown, too
    let product = json!({"name": "Streamed jug", "price": "5.00"});
    admin.post("/v1/products", "", &product).await.expect(201);
    more_than(&browser, before).await;
    browser.press(&format!("{OPERATION} .stream > li:first-child summary")).await;
    browser.says("product.created").await;
    assert_eq!(defects(&browser).await, [""; 0]);

    browser.press(&format!("{OPERATION} .answer .button")).await;
    browser.says("Stopped. Send again to resume the stream.").await;
    let last = format!("return document.querySelector('{OPERATION} [name=Last-Event-ID]').value");
    let last = browser.run(&last, json!([])).await;
    assert!(last.as_str().unwrap().len() > 10, "{last}");
    // nothing that was shown comes twice
    browser.press(&send).await;
    browser.says("Listening.").await;
    admin.post("/v1/products", "", &json!({"name": "One more", "price": "5.00"})).await.expect(201);
    assert_eq!(more_than(&browser, 0).await, 1);
    // after signing out, the page receives no more events
    browser.press("[data-sign-in]").await;
    browser.says("The server closed the stream.").await;
    assert_eq!(browser.complaints().await, [""; 0]);
    browser.close().await;
}
