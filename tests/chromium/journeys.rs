//! Whole journeys in the looks that no other test has: a shopper from the account to the cancelled order.

use super::{Chromium, DESKTOP, PHONE, buy, newest, open_shop, register, shop::Shop};
use testkit::{chromium::Look, plain::Plain};

/// With scripts and without, wide and narrow, light and dark.
const LOOKS: [Look; 2] = [Look { dark: true, ..DESKTOP }, Look { dark: true, scripts: false, ..PHONE }];

/// From the account over the search to an order that is declined, paid, followed and cancelled.
async fn shops(shop: &Shop, admin: &Plain, name: &str, look: Look) {
    let browser = Chromium::open(look).await;
    register(&browser, shop, name).await;
    browser.go(&format!("{}/search?q=teapot", shop.url())).await;
    browser.press("main a[href^='/products/']").await;
    browser.says("Thrown by hand").await;
    let product = browser.url().await.rsplit('/').next().unwrap().to_owned();
    buy(&browser, shop, &product, "sim_declined").await;
    browser.says("The card was declined").await;
    browser.says("Nothing was charged.").await;
    browser.press("main label:has([name=method][value=sim_ok])").await;
    browser.press("main form[action$='/pay'] button:not([type=button])").await;
    browser.says("Paid, to be packed next").await;
    let order = newest(admin).await;
    browser.go(&format!("{}/account/orders", shop.url())).await;
    browser.press(&format!("main a[href='/orders/{}']", order["id"].as_str().unwrap())).await;
    browser.says("Paid, to be packed next").await;
    browser.press("main a[href$='/cancel']").await;
    browser.press("main form[action$='/cancel'] button:not([type=button])").await;
    browser.says("The order was cancelled").await;
    assert_eq!(browser.complaints().await, [""; 0]);
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shopper_searches_is_declined_pays_follows_and_cancels_in_each_look() {
    let (shop, admin, _) = open_shop().await;
    for (name, look) in ["ada", "grace"].into_iter().zip(LOOKS) {
        shops(&shop, &admin, name, look).await;
    }
    shop.assert_audit_is_clean("after whole journeys");
}
