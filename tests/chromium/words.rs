//! Words that people bring along: longer than any line, and kept while the language changes.

use super::{
    Chromium, DESKTOP, HttpClient, console::staff_at, hostile::until, look::defects, newest, open_shop,
};
use endpoint::http::Method;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_longest_words_stay_within_the_page() {
    let (shop, admin, _) = open_shop().await;
    let words = ["Sommerteezubereitungskannenuntersatz".to_owned(), "n".repeat(200)];
    let mut paths = vec!["/search".to_owned(), "/basket".to_owned(), "/checkout".to_owned()];
    for (n, word) in words.iter().enumerate() {
        let body = json!({"sku": format!("L-{n}"), "name": word, "price": "9.00", "stock": 5});
        let product = admin.post("/v1/products", "", &body).await.expect(201).text("id").to_owned();
        paths.push(format!("/products/{product}"));
        paths.push(format!("/search?q={word}"));
        // no product is called like this one
        paths.push(format!("/search?q={}", word.replace('n', "q")));
        paths.push(format!("/console/products?q={word}"));
        paths.push(format!("/console/orders?q={word}"));
    }
    let last = paths.iter().rfind(|path| path.starts_with("/products/")).unwrap();
    paths.extend(pages_of_a_long_order(&admin, last.strip_prefix("/products/").unwrap()).await);
    let browser = staff_at(&shop, "/console").await;
    for path in paths.clone().iter().filter(|path| path.starts_with("/products/")) {
        browser.go(&format!("{}{path}", shop.url())).await;
        browser.press("main form[action='/basket'] button:not([type=button])").await;
        browser.says("is in your basket").await;
    }
    let mut wrong = Vec::new();
    for width in [320, DESKTOP.width] {
        browser.sized(width, DESKTOP.height, false).await;
        for path in &paths {
            browser.go(&format!("{}{path}", shop.url())).await;
            wrong.extend(defects(&browser).await.iter().map(|what| format!("{path} {width}: {what}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    browser.close().await;
}

/// Somebody of the longest name orders, and has it sent by a carrier of the longest name; the pages of that.
async fn pages_of_a_long_order(buyer: &HttpClient, product: &str) -> Vec<String> {
    let (name, carrier) = ("W".repeat(200), "m".repeat(100));
    buyer.try_call(Method::PATCH, "/v1/me", "", &json!({"name": name})).await.unwrap().expect(200);
    let to = json!({"name": name, "line1": name, "postal_code": "10115", "city": "W".repeat(100), "country": "DE"});
    let body = json!({"lines": [{"product_id": product, "quantity": 1}], "shipping_address": to, "note": name,
        "payment": {"method": "sim_ok"}});
    let order = buyer.post("/v1/orders", "long", &body).await.expect(201);
    let (id, user) = (order.text("id").to_owned(), order.text("user_id").to_owned());
    until(buyer, &format!("/v1/orders/{id}"), |order| order["status"] == "confirmed").await;
    let parcel = json!({"carrier": carrier, "tracking_number": "m".repeat(100)});
    let parcel = buyer.post(&format!("/v1/orders/{id}/fulfilments"), "parcel", &parcel).await.expect(201);
    let page = format!("/console/orders/{id}");
    let shipped = format!("/v1/fulfilments/{}/ship", parcel.text("id"));
    buyer.post(&shipped, "", &json!({})).await.expect(200);
    let after = ["refund", "hold"].map(|what| format!("{page}/{what}"));
    let lists = ["/console".to_owned(), "/console/orders".to_owned(), format!("/console/customers/{user}")];
    [
        &after[..],
        &lists,
        &[page, format!("/orders/{id}"), "/account".to_owned(), "/account/orders".to_owned()],
    ]
    .concat()
}

/// Speaks German from here on.
pub(super) async fn in_german(browser: &Chromium) {
    let choose = "
        const [button, list] = ['button[value=de]', 'select'].map(what => document.querySelector(`form[action='/language'] ${what}`));
        if (button) { button.click(); return; }
        list.value = 'de';
        list.dispatchEvent(new Event('change', {bubbles: true}));";
    browser.run(choose, json!([])).await;
    browser.text("html[lang=de] body").await;
}

/// The values of the fields of these names.
async fn typed(browser: &Chromium, names: &[&str]) -> Value {
    let values = "return arguments[0].map(name => document.querySelector(`main [name=${name}]`).value)";
    browser.run(values, json!([names])).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_typed_is_there_in_another_language_but_no_password() {
    let (shop, admin, ids) = open_shop().await;
    let names = ["name", "email", "password"];
    let browser = Chromium::open(DESKTOP).await;
    let register = format!("{}/register", shop.url());
    browser.go(&register).await;
    for (name, text) in names.iter().zip(["Ada", "ada@example", "short"]) {
        browser.write(&format!("main input[name={name}]"), text).await;
    }
    // refused or not, it is what was typed
    browser.press("main form[action='/register'] .btn-primary").await;
    browser.text(".banner.bad").await;
    in_german(&browser).await;
    assert_eq!(typed(&browser, &names).await, json!(["Ada", "ada@example", ""]));
    browser.go(&register).await;
    assert_eq!(typed(&browser, &names).await, json!(["", "", ""]), "it is written once");
    browser.close().await;

    super::buys(&shop.customer("ada").await, &ids[0], 1, "k").await;
    let order = newest(&admin).await["id"].as_str().unwrap().to_owned();
    let browser = staff_at(&shop, &format!("/console/orders/{order}/refund")).await;
    browser.write("main input[name=amount]", "999").await;
    browser.press("main form .btn-primary").await;
    browser.text(".banner.bad").await;
    in_german(&browser).await;
    assert_eq!(typed(&browser, &["amount"]).await, json!(["999"]), "not what would be refunded by default");
    browser.close().await;
}
