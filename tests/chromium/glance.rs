//! What is in sight without scrolling on a phone, and what comes into sight by itself in the console.

use super::{Chromium, PHONE, buys, console::staff_at, newest, open_shop, press};
use serde_json::{Value, json};
use testkit::chromium::Viewport;

/// Whether all of an element is within the window, of a page that is not scrolled.
const IN_SIGHT: &str = "
    const box = document.querySelector(arguments[0]).getBoundingClientRect();
    return scrollY === 0 && box.height > 0 && box.top >= 0 && box.bottom <= innerHeight;";
/// Whether the last breadcrumb has one line, and the whole name.
const ONE_LINE: &str = "
    const crumb = document.querySelector('.crumbs > [aria-current]'), name = document.querySelector('h1').textContent;
    return crumb.offsetHeight < 1.9 * parseFloat(getComputedStyle(crumb).fontSize) && crumb.textContent === name;";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_phone_has_a_menu_and_shows_the_buy_button_at_once() {
    let (shop, admin, ids) = open_shop().await;
    let images: Vec<Value> =
        (0..3).map(|n| json!({"url": format!("/pictures/{n}.png"), "alt": "A teapot"})).collect();
    // the longest name that a product can have
    let name: String =
        "Teapot of the north, thrown by hand and fired twice. ".repeat(4).chars().take(200).collect();
    let body = json!({"sku": "L", "name": name, "price": "1234.50",
                      "stock": 4, "images": images, "description": "A long story. ".repeat(80)});
    let long = admin.post("/v1/products", "", &body).await.expect(201).text("id").to_owned();
    let browser = Chromium::open(Viewport { scripts: false, ..PHONE }).await;
    for product in [&ids[0], &long] {
        browser.go(&format!("{}/products/{product}", shop.url())).await;
        let button = "main form[action='/basket'] button:not([type=button])";
        assert_eq!(browser.run(IN_SIGHT, json!([button])).await, true, "{product}");
        assert_eq!(browser.run(ONE_LINE, json!([])).await, true, "{product}");
    }
    // without scripts: links stand behind a sign that opens them
    let link = ".nav-menu a[href='/search']";
    let is_seen = "return document.querySelector(arguments[0]).checkVisibility()";
    assert_eq!(browser.run(is_seen, json!([link])).await, false);
    browser.press(".nav-menu summary").await;
    assert_eq!(browser.run(IN_SIGHT, json!([link])).await, true);
    browser.press(link).await;
    browser.leaves(&long).await;
    assert!(browser.url().await.ends_with("/search"));
    // where there is room the links stand in the line
    browser.sized(1280, 900, false).await;
    assert_eq!(browser.run(is_seen, json!([".nav-menu"])).await, false);
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_decline_the_focus_is_at_the_cards_without_scripts_too() {
    let (shop, _, ids) = open_shop().await;
    let browser = Chromium::open(Viewport { scripts: false, ..PHONE }).await;
    super::register(&browser, &shop, "ada").await;
    browser.go(&format!("{}/products/{}", shop.url(), ids[0])).await;
    press(&browser, "main form[action='/basket'] button:not([type=button])").await;
    browser.says("is in your basket").await;
    browser.go(&format!("{}/checkout", shop.url())).await;
    super::fill_checkout(&browser, "sim_declined").await;
    browser.says("The card was declined").await;
    let focused =
        "const e = document.activeElement; return [e.name, e.checked, e.closest('#method') !== null]";
    assert_eq!(browser.run(focused, json!([])).await, json!(["method", false, true]));
    let described = "return document.getElementById(document.querySelector('#method').getAttribute('aria-describedby')).innerText";
    let said = browser.run(described, json!([])).await;
    assert!(said.as_str().unwrap().contains("The card was declined"), "{said}");
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn new_orders_come_into_sight_by_themselves_and_move_nothing() {
    let (shop, admin, ids) = open_shop().await;
    let ada = shop.customer("ada").await;
    buys(&ada, &ids[0], 1, "one").await;
    let browser = staff_at(&shop, "/console").await;
    buys(&ada, &ids[0], 1, "two").await;
    let number = newest(&admin).await["number"].to_string();
    let first = "const row = document.querySelector('[data-live=newest] tbody tr'); return row?.innerText.includes(arguments[0])";
    while browser.run(first, json!([number])).await != true {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    // a list stays as it is, and says how many came
    browser.go(&format!("{}/console/orders", shop.url())).await;
    let rows = "return [...document.querySelectorAll('tbody tr')].map(e => [e.innerText, e.getBoundingClientRect().top])";
    let before = browser.run(rows, json!([])).await;
    buys(&ada, &ids[0], 1, "three").await;
    buys(&ada, &ids[0], 1, "four").await;
    browser.says("2 new orders").await;
    assert_eq!(browser.run(rows, json!([])).await, before);
    browser.press("[data-news] a").await;
    let many = "return document.querySelectorAll('tbody tr').length";
    while browser.run(many, json!([])).await != 4 {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(browser.complaints().await, [""; 0]);
    browser.close().await;
}
