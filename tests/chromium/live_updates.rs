//! What changes by itself in the console: what asks for somebody shows that it has, figures do not.

use super::{buys, console::staff_at, open_shop};
use serde_json::{Value, json};
use std::time::Duration;
use testkit::chromium::Chromium;

/// Notes of each part that changes by itself how often it came anew, and whether it showed so.
const NOTES: &str = "
    window.came = {};
    for (const part of document.querySelectorAll('[data-live]')) {
        new MutationObserver(() => { came[part.dataset.live] = part.classList.contains('is-fresh'); })
            .observe(part, {childList: true});
    }";

/// Waits until that part came anew; whether it showed so.
async fn came(browser: &Chromium, part: &str) -> Value {
    for _ in 0..600 {
        let came = browser.run("return window.came[arguments[0]] ?? null", json!([part])).await;
        if came != Value::Null {
            return came;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{part} stays as it is")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_asks_for_somebody_shows_that_it_has_changed_and_figures_do_not() {
    let (shop, admin, ids) = open_shop().await;
    let browser = staff_at(&shop, "/console/system").await;
    browser.run(NOTES, json!([])).await;
    for n in 0..20 {
        admin.get(&format!("/v1/products?q={n}")).await.expect(200);
    }
    for part in ["asked", "services"] {
        assert_eq!(came(&browser, part).await, false, "{part}");
    }
    // that the audit was begun is past once it is known what it found
    browser.press("main form[action='/console/system/audit'] button").await;
    browser.says("Audit started").await;
    browser.run(NOTES, json!([])).await;
    came(&browser, "begun").await;
    browser.says("Passed").await;
    let begun = "return document.querySelector('[data-live=begun]').getBoundingClientRect().height";
    let mut height = browser.run(begun, json!([])).await;
    for _ in 0..100 {
        if height == 0 {
            break;
        }
        // what the audit found may come before what says that it was begun goes
        tokio::time::sleep(Duration::from_millis(50)).await;
        height = browser.run(begun, json!([])).await;
    }
    assert_eq!(height, 0);
    browser.go(&format!("{}/console", shop.url())).await;
    browser.run(NOTES, json!([])).await;
    buys(&shop.customer("ada").await, &ids[0], 1, "one").await;
    assert_eq!(came(&browser, "todo").await, true);
    let told = browser.run("return document.querySelector('[data-told]').textContent", json!([])).await;
    assert!(told.as_str().unwrap().starts_with("Needs attention: "), "{told}");
    assert_eq!(browser.complaints().await, [""; 0]);
    browser.close().await;
}
