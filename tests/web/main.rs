//! The pages that people use, from outside and without scripts: the real program behind its gateway.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod account;
mod allowed_actions;
mod banks;
mod baskets;
mod browser;
mod confirmation;
mod console;
mod console_access;
mod console_lists;
mod copy;
mod crawl;
mod credentials;
mod empty_shop;
mod expired_session;
mod fields;
mod figures;
mod flash_messages;
mod form_pages;
mod form_replay;
mod forms;
mod gateway_errors;
mod guarded;
mod guests;
mod imported;
mod languages;
mod large_orders;
mod listed;
mod mailed;
mod order_page;
mod order_progress;
mod page_size;
mod papers;
mod picking;
mod presented;
mod price_changes;
mod products;
mod query_budget;
mod refused;
mod routes;
mod set_up;
mod shipping;
#[path = "../shop/mod.rs"]
mod shop;
mod spelled;
mod stored;
mod tampered_data;
mod timeline;
mod unknown_charges;
mod visited;
mod waiting;
mod windows;

use browser::{Browser, PageResult};
use serde_json::json;
use shop::Shop;
use testkit::http_client::HttpClient;

const PASSWORD: &str = "a customer's password";

/// A shop with products of these names; each costs 12.50, and there are five.
async fn shop_with(names: &[&str]) -> (Shop, Vec<String>) {
    shop_set(&[], names).await
}
async fn shop_set(settings: &[(&str, &str)], names: &[&str]) -> (Shop, Vec<String>) {
    let shop = Shop::open(settings);
    let ids = put_on_sale(&shop, names).await;
    (shop, ids)
}

/// Products of these names, with five pieces each: their ids.
async fn put_on_sale(shop: &Shop, names: &[&str]) -> Vec<String> {
    let admin = shop.admin().await;
    let mut ids = Vec::new();
    for (n, name) in names.iter().enumerate() {
        let body = json!({"sku": format!("T-{n}"), "name": name, "price": "12.50", "stock": 5});
        ids.push(admin.post("/v1/products", "", &body).await.expect(201).text("id").to_owned());
    }
    ids
}

/// Somebody who has made an account by the form.
async fn registered(shop: &Shop, name: &str) -> Browser {
    let mut browser = Browser::new(&shop.url());
    let page = browser.get("/register").await.expect(200);
    let email = format!("{name}@example.com");
    let fields = [("name", name), ("email", &email), ("password", PASSWORD)];
    browser.submit(&page, "/register", &fields).await.expect(303);
    browser
}

/// The same person, by the API.
async fn api_of(shop: &Shop, name: &str) -> HttpClient {
    let plain = HttpClient::new(&shop.url());
    let body = json!({"email": format!("{name}@example.com"), "password": PASSWORD});
    plain.with_token(plain.post("/v1/login", "", &body).await.expect(200).text("token"))
}

async fn orders_of(person: &HttpClient) -> Vec<serde_json::Value> {
    person.get("/v1/orders").await.expect(200).body["items"].as_array().unwrap().clone()
}

/// Puts a product into the basket, and goes to checkout.
async fn at_checkout(browser: &mut Browser, product: &str, quantity: &str) -> PageResult {
    let page = browser.get(&format!("/products/{product}")).await.expect(200);
    let put = browser.submit_and_follow(&page, "/basket", &[("quantity", quantity)]).await.expect(200);
    put.shows("is in your basket");
    browser.get("/checkout").await.expect(200)
}

const ADDRESS: [(&str, &str); 5] = [
    ("name", "Ada Lovelace"),
    ("line1", "St James's Square 12"),
    ("postal_code", "SW1Y 4LB"),
    ("city", "London"),
    ("country", "GB"),
];
fn address_and(method: &'static str) -> Vec<(&'static str, &'static str)> {
    ADDRESS.into_iter().chain([("method", method)]).collect()
}

#[tokio::test]
async fn without_scripts_one_finds_orders_is_declined_pays_and_cancels() {
    let (shop, ids) = shop_with(&["Blue teapot", "Green cup"]).await;
    let mut ada = registered(&shop, "ada").await;
    ada.get("/").await.expect(200).shows("Blue teapot").shows("ada");
    let found = ada.get("/search?q=teap&stock=on").await.expect(200);
    assert!(found.links().contains(&format!("/products/{}", ids[0])));
    assert!(!found.links().contains(&format!("/products/{}", ids[1])));
    found.shows("€12.50");
    ada.get("/search?q=nothing+like+it").await.expect(200).shows("No products found");

    let checkout = at_checkout(&mut ada, &ids[0], "2").await;
    checkout.shows("€25.00");
    let wrong = [("name", "Ada \"the\" Countess"), ("line1", ""), ("postal_code", " "), ("city", "London")];
    let again = ada.submit(&checkout, "/checkout", &wrong).await.expect(422);
    again
        .shows("2 things need you")
        .shows("Enter a street and a number")
        .shows("Enter a postal code such as 10115 (Germany)");
    assert_eq!((again.value("name"), again.value("city")), ("Ada \"the\" Countess".into(), "London".into()));
    let api = api_of(&shop, "ada").await;
    assert!(orders_of(&api).await.is_empty());

    let fields = address_and("sim_declined");
    let order = ada.submit_and_follow(&again, "/checkout", &fields).await.expect(200);
    order.shows("Not paid yet").shows("The card was declined").shows("You weren’t charged.").shows("London");
    let id = orders_of(&api).await[0]["id"].as_str().unwrap().to_owned();
    ada.get("/basket").await.expect(200).shows("Your basket is empty");
    let pay = format!("/orders/{id}/pay");
    let paid = ada.submit_and_follow(&order, &pay, &[("method", "sim_ok")]).await.expect(200);
    paid.shows("Paid, preparing your order").shows("Payment received");
    // what was bought is named once, and the sum says what it came to
    paid.shows("Subtotal (2\u{a0}items");
    assert_eq!(paid.words().matches("Blue teapot").count(), 1);
    // the form of the page before, once more: it pays nothing twice
    ada.submit_and_follow(&order, &pay, &[("method", "sim_ok")])
        .await
        .expect(200)
        .shows("Paid, preparing your order");

    ada.get("/account/orders").await.expect(200).shows("€25.00");
    let cancel = format!("/orders/{id}/cancel");
    let question = ada.get(&cancel).await.expect(200);
    question.shows("€25.00 will be refunded");
    ada.submit(&question, &cancel, &[("reason", "too slow")]).await.expect(303);
    let cancelled = ada.until(&format!("/orders/{id}"), "Refunded").await;
    cancelled.shows("Order cancelled").shows("too slow").shows("€25.00 refunded");
    let order = &orders_of(&api).await[0];
    assert_eq!(order["payment"]["captured"]["amount"], "25.00");
    assert_eq!(orders_of(&api).await.len(), 1);
    shop.assert_audit_is_clean("after the journey");
}

#[tokio::test]
async fn a_checkout_that_is_sent_twice_is_one_order() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let checkout = at_checkout(&mut ada, &ids[0], "1").await;
    let form = checkout.form("/checkout", &address_and("sim_ok"));
    let (mut first, mut second) = (ada.clone(), ada.clone());
    let (one, other) = tokio::join!(first.post("/checkout", &form), second.post("/checkout", &form));
    let later = ada.post("/checkout", &form).await.expect(303);
    assert_eq!((one.status, other.status), (303, 303));
    assert_eq!((one.location(), other.location()), (later.location(), later.location()));
    let api = api_of(&shop, "ada").await;
    assert_eq!(orders_of(&api).await.len(), 1);
    assert_eq!(api.get(&format!("/v1/products/{}", ids[0])).await.body["stock"], 5);
    assert_eq!(api.get(&format!("/v1/products/{}", ids[0])).await.body["available"], 4);
    // the same checkout with another address is no second order, and says so
    let mut changed = form.clone();
    changed.retain(|(name, _)| name != "city");
    changed.push(("city".to_owned(), "Paris".to_owned()));
    ada.cookies = first.cookies.clone();
    at_checkout(&mut ada, &ids[0], "1").await;
    let before = ada.post("/checkout", &changed).await.expect(303).location();
    assert!(before.starts_with(&later.location()), "{before}");
    ada.get(&before).await.expect(200).shows("Already placed with different details").shows("London");
    assert_eq!(orders_of(&api).await.len(), 1);
    ada.get("/basket").await.expect(200).shows("€12.50");
}

#[tokio::test]
async fn a_checkout_sells_what_it_shows_and_nothing_that_was_put_in_since_unseen() {
    let (shop, ids) = shop_with(&["Teapot", "Cup"]).await;
    let mut ada = registered(&shop, "ada").await;
    let checkout = at_checkout(&mut ada, &ids[0], "1").await;
    // in another tab
    at_checkout(&mut ada, &ids[0], "3").await.shows("4 ×").shows("€50.00");
    at_checkout(&mut ada, &ids[1], "2").await.shows("€75.00");
    let refused = ada.submit(&checkout, "/checkout", &address_and("sim_ok")).await.expect(409);
    refused.shows("Your basket has changed").shows("4 ×").shows("Cup").shows("Pay €75.00");
    assert_eq!(refused.value("city"), "London");
    let api = api_of(&shop, "ada").await;
    assert!(orders_of(&api).await.is_empty());
    let mut unnamed = address_and("sim_ok");
    unnamed.retain(|(name, _)| *name != "name");
    unnamed.push(("name", ""));
    let faulty = ada.submit(&checkout, "/checkout", &unnamed).await.expect(422);
    faulty.shows("4 ×").shows("Pay €75.00");
    let order = ada.submit_and_follow(&refused, "/checkout", &address_and("sim_ok")).await.expect(200);
    order.shows("€75.00");
    // what was put in after that is in a basket of its own
    at_checkout(&mut ada, &ids[1], "1").await.shows("Pay €12.50");
    let again = ada.submit(&refused, "/checkout", &address_and("sim_ok")).await.expect(303);
    assert_eq!(again.location(), format!("/orders/{}", orders_of(&api).await[0]["id"].as_str().unwrap()));
    ada.get("/basket").await.expect(200).shows("Cup").shows("€12.50");
    assert_eq!(orders_of(&api).await.len(), 1);
}

#[tokio::test]
async fn what_changed_since_is_said_before_anything_is_bought() {
    let (shop, ids) = shop_with(&["Teapot", "Cup", "Bowl"]).await;
    let admin = shop.admin().await;
    let mut ada = registered(&shop, "ada").await;
    for id in &ids {
        at_checkout(&mut ada, id, "4").await;
    }
    let checkout = ada.get("/checkout").await.expect(200);
    let patch = async |id: &str, body| {
        let path = format!("/v1/products/{id}");
        admin.try_call(http::Method::PATCH, &path, "", &body).await.unwrap().expect(200);
    };
    patch(&ids[0], json!({"price": "13.00"})).await;
    // what was seen is not what it costs now
    let refused = ada.submit(&checkout, "/checkout", &address_and("sim_ok")).await.expect(409);
    refused.shows("A price has changed").shows("€150.00 to €152.00");
    // it is news, and nothing is wrong
    assert!(refused.text.contains("<div class=\"banner wait\"") && !refused.text.contains("banner bad"));
    let adjust = format!("/v1/products/{}/stock/adjustments", ids[1]);
    admin.post(&adjust, "k1", &json!({"delta": -3, "reason": "adjustment"})).await.expect(201);
    let short = ada.submit(&refused, "/checkout", &address_and("sim_ok")).await.expect(409);
    short.shows("Not enough in stock").shows(" : You selected 4, but only 2 are left.");
    let gone =
        admin.try_call(http::Method::DELETE, &format!("/v1/products/{}", ids[2]), "", &json!(null)).await;
    gone.unwrap().expect(204);
    let basket = ada.get("/basket").await.expect(200);
    basket
        .shows("1 product is no longer available")
        .shows("You selected 4, but only 2 are left.")
        .shows("from €12.50 to €13.00");
    let field = format!("q-{}", ids[1]);
    let fewer = ada.submit_and_follow(&basket, "/basket/change", &[(&field, "2")]).await.expect(200);
    let remove = [("remove", ids[2].as_str())];
    let settled = ada.submit_and_follow(&fewer, "/basket/change", &remove).await.expect(200);
    settled.shows("€77.00");
    assert!(!settled.words().contains("Not enough stock"), "{}", settled.words());
    let checkout = ada.get("/checkout").await.expect(200);
    let order = ada.submit_and_follow(&checkout, "/checkout", &address_and("sim_ok")).await.expect(200);
    order.shows("Paid, preparing your order").shows("€77.00");
}

/// The simulator's cards as the page has them: the method, and what is read beside it.
fn cards(page: &PageResult) -> Vec<(String, String)> {
    let mut cards: Vec<(String, String)> = Vec::new();
    for tag in page.tags() {
        match cards.last_mut() {
            _ if tag.get("type") == "radio" && tag.get("name") == "method" => {
                cards.push((tag.get("value").to_owned(), tag.text));
            }
            Some((_, said)) if !said.ends_with('.') => {
                said.push_str(if tag.name == "label" && tag.is_end { "." } else { &tag.text });
            }
            _ => {}
        }
    }
    cards.into_iter().map(|(method, said)| (method, said.trim_end_matches('.').to_owned())).collect()
}

/// At checkout, and where an order is to be paid with another card, where that which was refused says so.
#[tokio::test]
async fn each_test_card_says_what_it_does() {
    let expected = [
        ("sim_ok", "Card that works", "Charged immediately"),
        ("sim_declined", "Card that is declined", "The order is placed and awaits payment with another card"),
        ("sim_insufficient_funds", "Card with insufficient funds", "Not enough money in the account"),
        (
            "sim_requires_action",
            "Card that requires authentication",
            "The bank asks you to confirm the payment first",
        ),
        ("sim_slow", "Slow card", "Works, but takes a while to respond"),
        (
            "sim_webhook_late",
            "Card that is charged later",
            "The provider confirms the payment later; the order page shows when",
        ),
        (
            "sim_timeout_after_charge",
            "Card with a lost response",
            "Charged without a response; the shop detects the payment automatically",
        ),
    ];
    let mut expected =
        expected.map(|(method, name, more)| (method.to_owned(), format!("{name}{more}{method}")));
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let checkout = at_checkout(&mut ada, &ids[0], "1").await;
    assert_eq!(cards(&checkout), expected);
    let unpaid =
        ada.submit_and_follow(&checkout, "/checkout", &address_and("sim_declined")).await.expect(200);
    expected[1].1 = expected[1].1.replacen("declined", "declined Declined", 1);
    assert_eq!(cards(&unpaid), expected);
}

/// Is sent to sign in, once all processes know that the session has ended.
async fn is_signed_out(browser: &mut Browser) {
    for _ in 0..200 {
        let seen = browser.get("/account").await;
        if seen.status == 303 {
            assert_eq!(seen.location(), "/sign-in?next=%2Faccount");
            assert!(!browser.cookies.contains_key("ordo_session"));
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the session goes on");
}

#[tokio::test]
async fn an_account_is_looked_after_without_scripts() {
    let (shop, _) = shop_with(&[]).await;
    let mut ada = registered(&shop, "ada").await;
    let mut elsewhere = Browser::new(&shop.url());
    let page = elsewhere.get("/sign-in?next=%2Faccount%2Fsessions").await.expect(200);
    let wrong = elsewhere.submit(&page, "/sign-in", &[("who", "ada@example.com"), ("password", "no")]).await;
    wrong.expect(422).shows("Incorrect email, username or password");
    let fields = [("who", "ada@example.com"), ("password", PASSWORD)];
    elsewhere.submit_and_follow(&page, "/sign-in", &fields).await.expect(200).shows("This session");

    let sessions = ada.get("/account/sessions").await.expect(200);
    ada.submit(&sessions, "/account/sessions/end", &[("session", "others")]).await.expect(303);
    is_signed_out(&mut elsewhere).await;

    let profile = ada.get("/account/profile").await.expect(200);
    ada.submit_and_follow(&profile, "/account/profile", &[("name", "Ada L.")])
        .await
        .expect(200)
        .shows("Name saved");
    ada.get("/").await.shows("Ada L.");
    let profile = ada.get("/account/profile").await.expect(200);
    let fields = [("current_password", "not it"), ("new_password", "another long one")];
    ada.submit(&profile, "/account/password", &fields)
        .await
        .expect(422)
        .shows("The current password is incorrect");
    let fields = [("current_password", PASSWORD), ("new_password", "another long one")];
    ada.submit_and_follow(&profile, "/account/password", &fields).await.expect(200).shows("Password changed");
    let mut nobody = Browser::new(&shop.url());
    let page = nobody.get("/register").await.expect(200);
    let fields = [("email", "ada@example.com"), ("password", "short")];
    nobody
        .submit(&page, "/register", &fields)
        .await
        .expect(422)
        .shows("Enter a password of 8 to 128 characters");
    let fields = [("email", "ada@example.com"), ("password", PASSWORD)];
    nobody
        .submit(&page, "/register", &fields)
        .await
        .expect(422)
        .shows("This email address is already in use");
    let page = nobody.get("/forgot").await.expect(200);
    let sent =
        nobody.submit_and_follow(&page, "/forgot", &[("email", "nobody@example.com")]).await.expect(200);
    let fields = [("token", "guessed"), ("new_password", "another long one")];
    nobody.submit(&sent, "/reset", &fields).await.expect(422).shows("This code is invalid or has expired");
    // the mail's link brings its code along
    let brought = nobody.get("/reset?token=orr_brought-along").await.expect(200);
    assert_eq!(brought.value("token"), "orr_brought-along");
    let asks_for = |page: &browser::PageResult, field: &str| {
        page.tags().iter().any(|tag| tag.get("name") == field && tag.get("type") != "hidden")
    };
    assert!(
        !asks_for(&brought, "token") && asks_for(&sent, "token"),
        "it is asked for where it did not come along"
    );
}
