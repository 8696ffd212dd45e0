//! Whole journeys with scripts and without, on a desktop and a phone, light and dark: a shopper from the account to the
//! cancelled order, and staff from the first parcel to the refund and to a price that two edit.

use super::{
    Chromium, DESKTOP, buy, buys,
    keys::ENTER,
    look::each,
    newest, open_shop, press, register,
    shop::{ADMIN_EMAIL, ADMIN_PASSWORD, Shop, definite},
    states::tom,
};
use http::Method;
use serde_json::{Value, json};
use testkit::http_client::HttpClient;

/// Whose journey it is, in each of the looks.
const NAMES: [&str; 4] = ["ada", "grace", "mary", "joan"];

/// From the account over the search to an order that is declined, paid, followed and cancelled.
async fn shops(browser: &Chromium, shop: &Shop, admin: &HttpClient, name: &str, scripts: bool) {
    register(browser, shop, name).await;
    browser.go(&shop.url()).await;
    browser.write("header input[name=q]", "teapot").await;
    browser.keys(ENTER).await;
    browser.leaves("/").await;
    browser.press("main a[href^='/products/']").await;
    browser.says("Thrown by hand").await;
    let product = browser.url().await.rsplit('/').next().unwrap().to_owned();
    buy(browser, shop, &product, "sim_declined").await;
    browser.says("The card was declined").await;
    browser.says("You weren’t charged.").await;
    browser.press("main label:has([name=method][value=sim_ok])").await;
    browser.press("main form[action$='/pay'] button:not([type=button])").await;
    browser.says("Paid, preparing your order").await;
    let order = newest(admin).await;
    browser.go(&format!("{}/account/orders", shop.url())).await;
    browser.press(&format!("main a[href='/orders/{}']", order["id"].as_str().unwrap())).await;
    browser.says("Paid, preparing your order").await;
    follows(browser, admin, order["id"].as_str().unwrap(), scripts).await;
    browser.press("main a[href$='/cancel']").await;
    browser.press("main form[action$='/cancel'] button:not([type=button])").await;
    browser.says("Order cancelled").await;
    assert_eq!(browser.complaints().await, [""; 0]);
}

/// Staff pack it: with scripts the page says so by itself, without them when it is looked at again.
async fn follows(browser: &Chromium, admin: &HttpClient, order: &str, scripts: bool) {
    browser.run("window.sameOne = true", json!([])).await;
    let fulfilments = format!("/v1/orders/{order}/fulfilments");
    let parcel = definite(admin, Method::POST, &fulfilments, order, &json!({})).await.expect(201);
    let pack = format!("/v1/fulfilments/{}/pack", parcel.text("id"));
    definite(admin, Method::POST, &pack, "", &json!({})).await.expect(200);
    if !scripts {
        browser.press("main [data-only-without-script]").await;
    }
    browser.says("Your parcel was packed").await;
    let same = browser.run("return window.sameOne === true", json!([])).await;
    assert_eq!(same, scripts, "with scripts it is the same page");
}

async fn shoppers(scripts: bool) {
    let (shop, admin, _) = open_shop().await;
    let browser = Chromium::open(each(scripts)[0]).await;
    for (name, look) in NAMES.into_iter().zip(each(scripts)) {
        browser.anew(look).await;
        shops(&browser, &shop, &admin, name, scripts).await;
    }
    browser.close().await;
    shop.assert_audit_is_clean("after whole journeys");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shopper_searches_is_declined_pays_follows_and_cancels_in_each_look() {
    shoppers(true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shopper_does_all_of_it_without_scripts_in_each_look() {
    shoppers(false).await;
}

/// An order of three pieces, paid.
async fn ordered(shop: &Shop, admin: &HttpClient, name: &str, product: &str) -> Value {
    let customer = shop.customer(name).await;
    buys(&customer, product, 3, "one").await;
    newest(admin).await
}

/// One parcel is packed and sent, the other sent at once, and some of the money goes back.
async fn packs_and_refunds(browser: &Chromium, shop: &Shop, order: &Value, scripts: bool) {
    let page = format!("{}/console/orders/{}", shop.url(), order["id"].as_str().unwrap());
    browser.go(&page).await;
    browser.says("3 left to pack").await;
    // the button says how many pieces leave, where scripts can count them
    let ships = "main form[action$='/parcels'] button[value=ship]";
    let says = || browser.run("return document.querySelector(arguments[0]).textContent", json!([ships]));
    let so_many = |n: u8| if scripts { format!("Pack and ship {n}") } else { "Pack and ship".to_owned() };
    assert_eq!(says().await, so_many(3));
    if scripts {
        press(browser, "main form[action$='/parcels'] [data-step='-1']").await;
        assert_eq!(says().await, so_many(2));
    }
    browser.write("main form[action$='/parcels'] input[name^='q-']", "1").await;
    assert_eq!(says().await, so_many(1));
    press(browser, "main form[action$='/parcels'] button[value=pack]").await;
    browser.says("Parcel 1").await;
    press(browser, "main form[action*='/parcels/ful_'] button[value=ship]").await;
    browser.says("Partially shipped").await;
    browser.write("main form[action$='/parcels'] input[name=tracking_number]", "JJD0099").await;
    press(browser, "main form[action$='/parcels'] button[value=ship]").await;
    browser.says("Parcel 2").await;
    browser.says("JJD0099").await;
    browser.go(&format!("{page}/refund")).await;
    // the button says what goes back, and no more than that once somebody wants less
    let deed = "main form[action$='/refund'] .btn-primary";
    let says = || browser.run("return document.querySelector(arguments[0]).textContent", json!([deed]));
    let all = format!("Refund €{}", order["total"]["amount"].as_str().unwrap());
    assert_eq!(says().await, if scripts { &all } else { "Refund" });
    browser.write("main [name=amount]", "10").await;
    assert_eq!(says().await, "Refund");
    browser.write("main [name=reason]", "a chip").await;
    press(browser, "main form[action$='/refund'] button:not([type=button])").await;
    browser.says("a chip").await;
}

/// Tom saves another name and another price meanwhile, where a description and a price were being written: it is asked whose
/// price stays, by his name, and what only one of both has changed stays as they wrote it.
async fn edits_what_tom_edits(browser: &Chromium, shop: &Shop, tom: &HttpClient, product: &str) {
    let (place, path) = (format!("/console/products/{product}"), format!("/v1/products/{product}"));
    let shown = async || {
        let now = tom.get(&path).await.expect(200).body;
        ["/price/amount", "/name", "/description"]
            .map(|at| now.pointer(at).unwrap().as_str().unwrap().to_owned())
    };
    browser.go(&format!("{}{place}", shop.url())).await;
    let [price, name, description] = shown().await;
    let (theirs, own) = if price == "62.50" { ("66.00", "61.50") } else { ("64.00", "62.50") };
    let (named, written) = (format!("{name} of Tom’s"), format!("{description} Kept warm."));
    let change = json!({"price": theirs, "name": named});
    tom.try_call(Method::PATCH, &path, "", &change).await.unwrap().expect(200);
    browser.write("main [name=price]", own).await;
    browser.write("main [name=description]", &written).await;
    let save = format!("main form[action='{place}'] .btn-primary");
    press(browser, &save).await;
    browser.says("Tom Reuter saved this product").await;
    for amount in [theirs, own] {
        browser.says(amount).await;
    }
    assert_eq!(shown().await, [theirs, &named, &description], "nobody's is lost unasked");
    press(browser, &save).await;
    browser.says("Saved.").await;
    assert_eq!(shown().await, [own, &named, &written]);
}

async fn staff(scripts: bool) {
    let (shop, admin, ids) = open_shop().await;
    let tom = tom(&shop, &admin).await;
    let browser = Chromium::open(each(scripts)[0]).await;
    for (name, look) in NAMES.into_iter().zip(each(scripts)) {
        let order = ordered(&shop, &admin, name, &ids[0]).await;
        browser.anew(look).await;
        browser.go(&format!("{}/console", shop.url())).await;
        browser.write("main input[name=who]", ADMIN_EMAIL).await;
        browser.write("main input[name=password]", ADMIN_PASSWORD).await;
        browser.press("main form[action='/sign-in'] .btn-primary").await;
        browser.leaves("/sign-in").await;
        packs_and_refunds(&browser, &shop, &order, scripts).await;
        edits_what_tom_edits(&browser, &shop, &tom, &ids[0]).await;
        // the page's status, which the browser repeats, says that a choice is required
        assert_eq!(browser.complaints_but_for("409").await, [""; 0]);
    }
    browser.close().await;
    shop.assert_audit_is_clean("after what staff did");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn staff_send_two_parcels_refund_and_are_asked_whose_price_stays_in_each_look() {
    staff(true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn staff_do_all_of_it_without_scripts_in_each_look() {
    staff(false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_scripts_run_the_basket_follows_what_is_changed_and_checkout_takes_it_along() {
    let (shop, _, ids) = open_shop().await;
    let browser = Chromium::open(DESKTOP).await;
    browser.go(&format!("{}/products/{}", shop.url(), ids[0])).await;
    browser.press("main form[action='/basket'] button:not([type=button])").await;
    browser.says("is in your basket").await;
    browser.go(&format!("{}/basket", shop.url())).await;
    browser.run("window.sameOne = true", json!([])).await;
    browser.press("main .qty [data-step='1']").await;
    browser.says("€49.80").await;
    let field = "return [window.sameOne === true, document.querySelector('main .qty input').value,
        document.activeElement.matches('[data-step=\"1\"]'), document.querySelector('[data-told]').textContent,
        document.querySelector('.shop-top .count').textContent]";
    assert_eq!(browser.run(field, json!([])).await, json!([true, "2", true, "Total €49.80", "2"]));
    // whoever is quicker than the answer takes along what stands in the field
    browser.press("main .qty [data-step='1']").await;
    browser.press("main button[name=to]").await;
    // the sum may come before the next page does
    browser.leaves("/basket").await;
    browser.says("€74.70").await;
    assert!(browser.url().await.ends_with("/checkout"));
    browser.go(&format!("{}/basket", shop.url())).await;
    browser.run("window.sameOne = true", json!([])).await;
    browser.press("main button[name=remove]").await;
    browser.says("Your basket is empty").await;
    assert_eq!(browser.run("return window.sameOne === true", json!([])).await, json!(true));
    assert_eq!(browser.complaints().await, [""; 0]);
    browser.close().await;
}
