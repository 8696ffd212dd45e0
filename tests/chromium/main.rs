//! The pages in a real Chromium: with and without scripts, on a phone and a desktop, light and dark.
//!
//! `UPDATE_PICTURES=1 cargo nextest run -p ordo --test chromium` draws every page into `target/pictures`.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod account;
mod api_status;
mod auto_paging;
mod baskets;
mod console;
mod demo;
mod docs;
mod forced_colours;
mod glance;
mod guests;
mod hostile;
mod journeys;
mod keys;
mod layout;
mod live_updates;
mod look;
mod motion;
mod papers;
mod picking;
mod pictures;
#[allow(dead_code, reason = "what forms there are is looked at without a browser")]
#[path = "../web/routes.rs"]
mod routes;
#[path = "../shop/mod.rs"]
mod shop;
mod slow_network;
mod states;
mod stock;
mod times;
mod words;

use http::Method;
use look::{DESKTOP, LOOKS, PHONE, assert_shown_is_sound, assert_sound, defects};
use serde_json::{Value, json};
use shop::{Shop, definite};
use testkit::{chromium::Chromium, http_client::HttpClient};

const PASSWORD: &str = "a customer's password";

/// A shop that sells a few things.
async fn open_shop() -> (Shop, HttpClient, Vec<String>) {
    open_shop_set(&[]).await
}
async fn open_shop_set(settings: &[(&str, &str)]) -> (Shop, HttpClient, Vec<String>) {
    // a page that reports an error says whom to contact
    let shop = Shop::open(&[settings, &[("ORDO_SHOP_CONTACT", "help@shop.example")]].concat());
    let admin = shop.admin().await;
    let mut ids = Vec::new();
    for (n, (name, price, stock)) in [
        ("Blue teapot", "24.90", 40),
        ("Green cup", "9.50", 3),
        ("Bowl of the north, hand-thrown", "18.00", 0),
    ]
    .into_iter()
    .enumerate()
    {
        let body = json!({"sku": format!("T-{n}"), "name": name, "price": price, "stock": stock,
                          "description": "Thrown by hand, and fired twice.\nDishwashers do it no harm."});
        ids.push(admin.post("/v1/products", "", &body).await.expect(201).text("id").to_owned());
    }
    (shop, admin, ids)
}

async fn register(browser: &Chromium, shop: &Shop, name: &str) {
    register_at(browser, &shop.url(), name).await;
}

async fn register_at(browser: &Chromium, shop: &str, name: &str) {
    browser.go(&format!("{shop}/register")).await;
    browser.write("main input[name=name]", name).await;
    browser.write("main input[name=email]", &format!("{name}@example.com")).await;
    browser.write("main input[name=password]", PASSWORD).await;
    browser.press("main form[action='/register'] button").await;
    browser.leaves("/register").await;
}

async fn buy(browser: &Chromium, shop: &Shop, product: &str, card: &str) {
    browser.go(&format!("{}/products/{product}", shop.url())).await;
    browser.press("main form[action='/basket'] button:not([type=button])").await;
    browser.says("is in your basket").await;
    browser.press("header a[href='/basket']").await;
    browser.leaves(product).await;
    press(browser, "main button[name=to]").await;
    browser.leaves("/basket").await;
    fill_checkout(browser, card).await;
}

/// Presses what may lie beneath the bar at a phone's edge: people scroll to it.
async fn press(browser: &Chromium, selector: &str) {
    browser.text(selector).await;
    let middle =
        "document.querySelector(arguments[0]).scrollIntoView({block: 'center', behavior: 'instant'})";
    browser.run(middle, json!([selector])).await;
    browser.press(selector).await;
}

/// Fills in where it goes and how it is paid, and orders.
async fn fill_checkout(browser: &Chromium, card: &str) {
    for (field, text) in [
        ("name", "Ada Lovelace"),
        ("line1", "St James's Square 12"),
        ("postal_code", "SW1Y 4LB"),
        ("city", "London"),
    ] {
        browser.write(&format!("main [name={field}]"), text).await;
    }
    let country = "const s = document.querySelector('main [name=country]'); return s.tagName";
    if browser.run(country, json!([])).await == "SELECT" {
        browser.press("main [name=country] option[value=GB]").await;
    } else {
        browser.write("main [name=country]", "GB").await;
    }
    browser.press(&format!("main label:has([name=method][value={card}])")).await;
    browser.press("main form[action='/checkout'] button:not([type=button], [name=to])").await;
}

/// Orders so many pieces and pays, without a browser.
async fn buys(customer: &HttpClient, product: &str, quantity: i64, key: &str) {
    let lines = json!([{"product_id": product, "quantity": quantity}]);
    let address = json!({"name": "Ada Lovelace", "line1": "St James's Square 12", "postal_code": "SW1Y 4LB",
                         "city": "London", "country": "GB"});
    let body = json!({"lines": lines, "shipping_address": address, "payment": {"method": "sim_ok"}});
    definite(customer, Method::POST, "/v1/orders", key, &body).await.expect(201);
}

/// The newest order of the shop.
async fn newest(admin: &HttpClient) -> Value {
    admin.get("/v1/orders?limit=1").await.expect(200).body["items"][0].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shopper_is_declined_pays_and_follows_the_order_until_it_has_arrived() {
    let (shop, admin, ids) = open_shop().await;
    let browser = Chromium::open(PHONE).await;
    browser.go(&shop.url()).await;
    browser.says("Blue teapot").await;
    register(&browser, &shop, "ada").await;
    buy(&browser, &shop, &ids[0], "sim_declined").await;
    browser.says("The card was declined").await;
    browser.press("main label:has([name=method][value=sim_ok])").await;
    browser.press("main form[action$='/pay'] button:not([type=button])").await;
    browser.says("Paid, preparing your order").await;

    // what staff do shows by itself: the page is not loaded again
    browser.run("window.sameOne = true", json!([])).await;
    let order = newest(&admin).await;
    let post = |path: String| {
        let admin = admin.clone();
        async move { definite(&admin, Method::POST, &path, &path, &json!({})).await }
    };
    let fulfilment =
        post(format!("/v1/orders/{}/fulfilments", order["id"].as_str().unwrap())).await.expect(201);
    let fulfilment = fulfilment.text("id").to_owned();
    post(format!("/v1/fulfilments/{fulfilment}/ship")).await.expect(200);
    browser.says("On its way").await;
    post(format!("/v1/fulfilments/{fulfilment}/deliver")).await.expect(200);
    browser.says("Delivered").await;
    assert_eq!(browser.run("return window.sameOne === true", json!([])).await, true);
    assert_eq!(browser.complaints().await, [""; 0]);
    browser.close().await;
    shop.assert_audit_is_clean("after the journey");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_is_open_tells_that_the_order_is_paid_once_it_is() {
    // time enough to open the page first
    let (shop, _, ids) = open_shop_set(&[("ORDO_SIMULATOR_WEBHOOK_DELAY_MS", "8000")]).await;
    let browser = Chromium::open(DESKTOP).await;
    register(&browser, &shop, "ada").await;
    buy(&browser, &shop, &ids[0], "sim_webhook_late").await;
    browser.says("Payment processing").await;
    // what comes by the first look after the stream has begun is no news of it
    browser.text("[data-lamp][data-state=connected]").await;
    browser.run("window.sameOne = true", json!([])).await;
    browser.says("Paid, preparing your order").await;
    assert_eq!(browser.run("return window.sameOne === true", json!([])).await, true);
    assert_eq!(browser.complaints().await, [""; 0]);
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_sought_is_shown_while_it_is_typed() {
    let (shop, ..) = open_shop().await;
    let browser = Chromium::open(DESKTOP).await;
    browser.go(&format!("{}/search", shop.url())).await;
    browser.write("header input[name=q], main input[name=q]", "nor").await;
    browser.says("Bowl of the north").await;
    // the list has it, too: the suggestion is what hangs below the field
    browser.text(".suggest a").await;
    assert_shown_is_sound(&browser, &shop.url(), "/search#suggested", "200").await;
    let open = "return document.querySelector('[role=combobox]').getAttribute('aria-expanded')";
    assert_eq!(browser.run(open, json!([])).await, "true");
    // into the suggestions, and out of the field altogether
    browser.run("document.querySelector('.suggest a').focus()", json!([])).await;
    assert_eq!(browser.run(open, json!([])).await, "true", "who goes through them is still there");
    browser.run("document.querySelector('.shop-foot a').focus()", json!([])).await;
    assert_eq!(browser.run(open, json!([])).await, "false");
    assert_eq!(browser.run("return document.querySelectorAll('.suggest').length", json!([])).await, 0);
    assert_eq!(browser.complaints().await, [""; 0]);
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_declined_order_and_a_paid_one_are_sound_and_stand_on_their_lines() {
    let (shop, admin, ids) = open_shop().await;
    let browser = Chromium::open(DESKTOP).await;
    register(&browser, &shop, "ada").await;
    buy(&browser, &shop, &ids[0], "sim_declined").await;
    browser.says("The card was declined").await;
    let declined = format!("/orders/{}#declined", newest(&admin).await["id"].as_str().unwrap());
    buy(&browser, &shop, &ids[1], "sim_ok").await;
    browser.says("Paid, preparing your order").await;
    let paid = format!("/orders/{}#paid", newest(&admin).await["id"].as_str().unwrap());
    for path in [&declined, &paid, "/account/orders#two"] {
        assert_sound(&browser, &shop.url(), path, &LOOKS).await;
    }
    browser.go(&format!("{}/account/orders", shop.url())).await;
    // one has a longer state than the other: what it costs stands beside the number all the same
    for row in ["tr:first-child", "tr:last-child"].map(|row| format!("tbody {row} > :is(.fold-end, th)")) {
        assert_eq!(layout::apart(&browser, &[&row]).await, json!([]));
    }
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_sound_is_found() {
    let (shop, ..) = open_shop().await;
    let browser = Chromium::open(PHONE).await;
    browser.go(&shop.url()).await;
    assert_eq!(defects(&browser).await, [""; 0]);
    let spoil = "const field = document.createElement('input');
                 const wide = document.createElement('div');
                 wide.className = 'wide';
                 wide.style.width = '2000px';
                 wide.textContent = 'too wide';
                 const table = document.createElement('div');
                 table.className = 'table-wrap';
                 table.ariaLabel = 'Spoilt';
                 const row = document.createElement('div');
                 row.style.width = '2000px';
                 row.textContent = 'no room';
                 table.append(row);
                 document.querySelector('main').append(field, wide, table);
                 console.error('spoilt');";
    browser.run(spoil, json!([])).await;
    let found = defects(&browser).await.join("\n");
    assert!(found.contains("label (") && found.contains("DIV.wide sticks out"), "{found}");
    assert!(found.contains("the table “Spoilt” needs"), "{found}");
    assert!(browser.complaints().await.iter().any(|what| what.contains("spoilt")));
    // and what a wide screen stretches
    let stretch = "const main = document.querySelector('main'), long = document.createElement('p');
                   main.style.maxInlineSize = long.style.maxInlineSize = 'none';
                   long.textContent = 'wide '.repeat(200);
                   main.append(long);";
    browser.run(stretch, json!([])).await;
    let found = look::on_wide_screens(&browser, "/").await.join("\n");
    assert!(found.contains("px wide") && found.contains("“wide wide"), "{found}");
    browser.close().await;
}
