//! The lamp that shows the status of the API, on a page that is not reloaded.

use super::{Chromium, console::staff_at, shop::Shop};
use serde_json::json;

/// Pages ask ten times as often as they do for people.
const IN_A_HURRY: &str = "
    const usual = window.setInterval;
    window.setInterval = (what, every) => usual(what, every / 10);
";

/// Somebody keeps a service from writing, and lets it go: the page says both by itself.
async fn assert_follows(browser: &Chromium, shop: &Shop, path: &str) {
    let products = shop.database("products").await;
    browser.go(&format!("{}{path}", shop.url())).await;
    browser.says("API connected").await;
    browser.run("window.sameOne = true", json!([])).await;
    for _ in 0..2 {
        let held = products.begin().await.unwrap();
        browser.text("[data-state-of] .lamp[data-state=degraded]").await;
        browser.says("API degraded").await;
        held.rollback().await.unwrap();
        browser.text("[data-state-of] .lamp[data-state=connected]").await;
        browser.says("API connected").await;
    }
    assert_eq!(browser.run("return window.sameOne === true", json!([])).await, true, "{path}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_lamp_tells_by_itself_that_a_service_cannot_write_and_that_it_can_again() {
    // its database is held beside it
    let shop = Shop::embedded(&[]);
    let browser = staff_at(&shop, "/console/products").await;
    browser.on_each_page(IN_A_HURRY).await;
    for path in ["/console/products", "/account/developer"] {
        assert_follows(&browser, &shop, path).await;
    }
    assert_eq!(browser.complaints().await, [""; 0]);
    browser.close().await;
}
