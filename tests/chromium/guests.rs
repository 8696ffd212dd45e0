//! Guests in a real browser: an order with an address alone, by its link, with and without scripts.

use super::{
    Chromium, DESKTOP, LOOKS, PHONE, assert_sound, definite, fill_checkout,
    look::each,
    newest, open_shop,
    shop::{Shop, mailed},
};
use http::Method;
use serde_json::json;
use testkit::{chromium::Viewport, http_client::HttpClient};

/// Puts a product into the basket of somebody who is not signed in, and orders it.
async fn order(browser: &Chromium, shop: &Shop, product: &str, card: &str) {
    browser.go(&format!("{}/products/{product}", shop.url())).await;
    browser.press("main form[action='/basket'] button:not([type=button])").await;
    browser.says("is in your basket").await;
    browser.go(&format!("{}/checkout", shop.url())).await;
    browser.says("No account needed.").await;
    browser.write("main [name=email]", "bea@example.com").await;
    fill_checkout(browser, card).await;
}

/// The link in the mail about the newest order.
async fn link(admin: &HttpClient) -> String {
    let order = newest(admin).await["id"].as_str().unwrap().to_owned();
    mailed(admin, &format!("about={order}"), "?key=").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guest_is_declined_pays_and_follows_the_order_by_its_link_on_another_device() {
    let (shop, admin, ids) = open_shop().await;
    let phone = Chromium::open(PHONE).await;
    order(&phone, &shop, &ids[0], "sim_declined").await;
    phone.says("The card was declined").await;
    phone.says("Ordered as a guest").await;
    phone.press("main label:has([name=method][value=sim_ok])").await;
    phone.press("main form[action$='/pay'] button:not([type=button])").await;
    phone.says("Paid, preparing your order").await;
    assert_eq!(phone.complaints().await, [""; 0]);
    phone.close().await;

    let desk = Chromium::open(DESKTOP).await;
    desk.go(&format!("{}{}", shop.url(), link(&admin).await)).await;
    desk.says("Paid, preparing your order").await;
    let address = desk.run("return location.pathname + location.search", json!([])).await;
    let id = newest(&admin).await["id"].as_str().unwrap().to_owned();
    assert_eq!(address, format!("/orders/{id}"), "the key does not stay in the address");
    desk.run("window.sameOne = true", json!([])).await;
    let path = format!("/v1/orders/{id}/fulfilments");
    let fulfilment = definite(&admin, Method::POST, &path, "parcel", &json!({})).await.expect(201);
    let ship = format!("/v1/fulfilments/{}/ship", fulfilment.text("id"));
    definite(&admin, Method::POST, &ship, "ship", &json!({})).await.expect(200);
    desk.says("On its way").await;
    assert_eq!(desk.run("return window.sameOne === true", json!([])).await, true);
    assert_eq!(desk.complaints().await, [""; 0]);
    desk.close().await;
    shop.assert_audit_is_clean("after a guest's journey");
}

/// From a card that is declined to the order's link on another device, and to the cancelled order.
async fn guest(browser: &Chromium, shop: &Shop, admin: &HttpClient, product: &str, look: Viewport) {
    browser.anew(look).await;
    order(browser, shop, product, "sim_declined").await;
    browser.says("The card was declined").await;
    browser.press("main label:has([name=method][value=sim_ok])").await;
    browser.press("main form[action$='/pay'] button:not([type=button])").await;
    browser.says("Paid, preparing your order").await;
    assert_eq!(browser.complaints().await, [""; 0]);
    browser.anew(look).await;
    browser.go(&format!("{}{}", shop.url(), link(admin).await)).await;
    browser.says("Paid, preparing your order").await;
    browser.press("main a[href$='/cancel']").await;
    browser.press("main form[action$='/cancel'] button:not([type=button])").await;
    browser.says("Order cancelled").await;
    assert_eq!(browser.complaints().await, [""; 0]);
}

async fn guests(scripts: bool) {
    let (shop, admin, ids) = open_shop().await;
    let browser = Chromium::open(each(scripts)[0]).await;
    for look in each(scripts) {
        guest(&browser, &shop, &admin, &ids[0], look).await;
    }
    browser.close().await;
    shop.assert_audit_is_clean("after guests' journeys");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guest_is_declined_pays_comes_back_by_the_link_and_cancels_in_each_look() {
    guests(true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guest_does_all_of_it_without_scripts_in_each_look() {
    guests(false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guests_pages_are_sound_however_they_are_looked_at() {
    let (shop, admin, ids) = open_shop().await;
    let browser = Chromium::open(DESKTOP).await;
    order(&browser, &shop, &ids[0], "sim_ok").await;
    browser.says("Paid, preparing your order").await;
    let page = format!("/orders/{}", newest(&admin).await["id"].as_str().unwrap());
    browser.go(&format!("{}/products/{}", shop.url(), ids[1])).await;
    browser.press("main form[action='/basket'] button:not([type=button])").await;
    browser.says("is in your basket").await;
    for path in ["/checkout#guest", &format!("{page}#guest"), "/verify?token=oev_x#guest"] {
        assert_sound(&browser, &shop.url(), path, &LOOKS).await;
    }
    browser.close().await;
}
