//! Guests on the pages: an address is enough to order, the link of a mail leads back, and an account that verifies the
//! address has what was ordered with it.

use super::{
    Browser, PASSWORD, PageResult, address_and, api_of, at_checkout, orders_of, registered, shop_set,
    shop_with,
};
use crate::shop::{Shop, mailed};
use http::Method;
use serde_json::json;
use std::time::Duration;
use testkit::http_client::HttpClient;
use tokio::time::sleep;

const BEA: &str = "bea@example.com";

fn filled(email: &'static str, card: &'static str) -> Vec<(&'static str, &'static str)> {
    [("email", email)].into_iter().chain(address_and(card)).collect()
}

/// Orders without an account; the browser, and the order's page.
async fn ordered(shop: &Shop, product: &str, card: &'static str) -> (Browser, String, PageResult) {
    let mut guest = Browser::new(&shop.url());
    let checkout = at_checkout(&mut guest, product, "1").await;
    let place = guest.submit(&checkout, "/checkout", &filled(BEA, card)).await.expect(303).location();
    let page = guest.get(&place).await.expect(200);
    (guest, place, page)
}

/// The link in the mail about a guest's order.
async fn link(admin: &HttpClient, place: &str) -> String {
    mailed(admin, &format!("about={}", place.trim_start_matches("/orders/")), "?key=").await
}
/// The link that verifies the address of an account.
async fn verifying(admin: &HttpClient, user: &str) -> String {
    mailed(admin, &format!("about={user}"), "/verify?").await
}

/// Looks at a list of orders until there are so many.
async fn until(person: &HttpClient, count: usize) {
    for _ in 0..200 {
        if orders_of(person).await.len() == count {
            return;
        }
        sleep(Duration::from_millis(50)).await;
    }
    panic!("{} orders, and not {count}", orders_of(person).await.len());
}

/// Items and address come before where the order is, and that before how to come back to it, beside no part that is put in anew.
#[track_caller]
fn assert_items_come_first(page: &PageResult) {
    let words = page.words();
    let parts = ["Items", "SW1Y 4LB", "Placed", "Ordered as a guest", "Timeline"];
    let places = parts.map(|part| words.find(part));
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?} {words}");
}

#[tokio::test]
async fn a_guest_orders_with_an_address_is_declined_pays_and_cancels() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let admin = shop.admin().await;
    let mut guest = Browser::new(&shop.url());
    let checkout = at_checkout(&mut guest, &ids[0], "2").await;
    checkout.shows("Your email").shows("No account needed.");
    let without = guest.submit(&checkout, "/checkout", &address_and("sim_ok")).await.expect(422);
    without.shows("Enter an email address");
    let wrong = guest.submit(&without, "/checkout", &filled("nowhere", "sim_ok")).await.expect(422);
    wrong.shows("Enter an email address, such as ada@example.com");
    assert!(orders_of(&admin).await.is_empty());

    let form = wrong.form("/checkout", &filled(BEA, "sim_declined"));
    let place = guest.post("/checkout", &form).await.expect(303).location();
    // the same form once more is the same order
    assert_eq!(guest.post("/checkout", &form).await.expect(303).location(), place);
    let order = guest.get(&place).await.expect(200);
    order.shows("The card was declined").shows("Ordered as a guest").shows(BEA);
    assert_items_come_first(&order);
    assert!(!order.text.contains("ork_") && !guest.cookies["ordo_keys"].contains("ork_"));
    guest.get("/basket").await.expect(200).shows("Your basket is empty");
    let pay = format!("{place}/pay");
    let paid = guest.submit_and_follow(&order, &pay, &[("method", "sim_ok")]).await.expect(200);
    paid.shows("Paid, preparing your order");
    assert_items_come_first(&paid);
    let cancel = format!("{place}/cancel");
    let question = guest.get(&cancel).await.expect(200);
    guest.submit(&question, &cancel, &[("reason", "too slow")]).await.expect(303);
    guest.until(&place, "Refunded").await.shows("Order cancelled");
    assert_eq!(orders_of(&admin).await.len(), 1);
    shop.assert_audit_is_clean("after a guest's order");
}

#[tokio::test]
async fn a_guest_confirms_at_the_bank() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let (mut guest, place, page) = ordered(&shop, &ids[0], "sim_requires_action").await;
    let words = page.shows("Confirm the payment with your bank").words();
    let at = |what: &str| words.find(what).unwrap();
    assert!(at("Confirm the payment") < at("Ordered as a guest"), "what must be done comes first");
    let bank = format!("{place}/bank");
    let page = guest.get(&bank).await.expect(200);
    guest.submit(&page, &bank, &[]).await.expect(303);
    guest.until(&place, "Paid, preparing your order").await;
}

#[tokio::test]
async fn the_link_of_a_mail_leads_to_the_order_and_to_no_other() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let admin = shop.admin().await;
    let (_, place, _) = ordered(&shop, &ids[0], "sim_ok").await;
    let (other, others, _) = ordered(&shop, &ids[0], "sim_ok").await;
    let link = link(&admin, &place).await;
    assert!(link.starts_with(&format!("{place}?key=ork_")), "{link}");

    let mut elsewhere = Browser::new(&shop.url());
    let asked = elsewhere.get(&place).await.expect(303).location();
    assert!(asked.starts_with("/sign-in?"), "{asked}");
    elsewhere.get(&asked).await.expect(200).shows("Open the link in the email we sent you");
    // the key does not stay in the address
    assert_eq!(elsewhere.get(&link).await.expect(303).location(), place);
    elsewhere.get(&place).await.expect(200).shows("Paid, preparing your order");
    // nor does it open another order, or one that is bent
    let key = link.split_once('?').unwrap().1;
    for wrong in [format!("{others}?{key}"), format!("{link}A"), format!("{place}?key=ork_")] {
        elsewhere.get(&wrong).await.expect(404);
    }
    assert!(elsewhere.get(&others).await.expect(303).location().starts_with("/sign-in?"));
    let mut taken = Browser::new(&shop.url());
    taken.cookies.insert("ordo_keys".to_owned(), format!("{}x", other.cookies["ordo_keys"]));
    taken.get(&others).await.expect(303);
    // somebody who is signed in has it by the link, too
    let mut ada = super::registered(&shop, "ada").await;
    ada.get(&place).await.expect(404).shows("open the link in the email we sent you");
    ada.open(&link).await.expect(200).shows("Paid, preparing your order");
}

#[tokio::test]
async fn an_account_that_verifies_its_address_has_what_was_ordered_with_it() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let admin = shop.admin().await;
    let (mut guest, place, _) = ordered(&shop, &ids[0], "sim_ok").await;
    // what a guest has ordered before nobody knows
    let count =
        async || admin.get(&format!("/v1{place}/whole")).await.expect(200).body["customer_orders"].clone();
    assert_eq!(count().await, serde_json::Value::Null);
    // somebody has made an account with the address: that alone gives them nothing
    let mut bea = super::registered(&shop, "bea").await;
    let api = api_of(&shop, "bea").await;
    bea.get("/account/profile").await.expect(200).shows("Not verified yet");
    let home = bea.get("/account").await.expect(200);
    assert!(home.shows("Verify your email address").links().contains("/account/profile"));
    assert!(!home.words().contains("You’re all caught up."), "{}", home.words());
    assert!(orders_of(&api).await.is_empty());
    bea.get(&place).await.expect(404);

    // with the key of the order they read what is left to do
    let mut with_key = super::console::signed_in(&shop, BEA, super::PASSWORD, "/account").await.0;
    with_key.get(&place).await.expect(404);
    with_key.cookies.insert("ordo_keys".to_owned(), guest.cookies["ordo_keys"].clone());
    let told = with_key.get(&place).await.expect(200);
    told.shows("Verify your email address to add this order to your account");
    assert!(told.hides("Create an account").links().contains("/account/profile"));

    let me = api.get("/v1/me").await.expect(200);
    assert_eq!(me.body["email_verified"], false);
    let link = verifying(&admin, me.text("id")).await;
    let page = bea.get(&link).await.expect(200);
    page.shows("Verify your email address");
    assert_eq!(api.get("/v1/me").await.body["email_verified"], false, "looking at the link verifies nothing");
    let form = page.form("/verify", &[]);
    let forged: Vec<_> = form.iter().filter(|(name, _)| name == "token").cloned().collect();
    bea.post("/verify", &forged).await.expect(403);
    bea.post("/verify", &form).await.expect(200).shows("Email address verified");
    bea.get("/account").await.expect(200).shows("You’re all caught up.");
    bea.post("/verify", &form).await.expect(422).shows("This link is invalid or has expired");
    until(&api, 1).await;
    bea.get("/account/orders").await.expect(200).shows("€12.50");
    bea.get(&place).await.expect(200).shows("Paid, preparing your order");
    // the browser that has ordered has it still
    guest.get(&place).await.expect(200).shows("Paid, preparing your order");
    bea.get("/account/profile").await.expect(200).shows("Verified");

    // what is ordered with the address from now on comes there by itself
    ordered(&shop, &ids[0], "sim_ok").await;
    until(&api, 2).await;
    assert_eq!(count().await, 2);
    let history = admin.get(&format!("/v1{place}/history")).await.expect(200).body;
    let kinds: Vec<_> =
        history["items"].as_array().unwrap().iter().map(|item| item["type"].clone()).collect();
    assert!(kinds.contains(&"order.claimed".into()), "{kinds:?}");
    shop.assert_audit_is_clean("after two orders came into an account");
}

#[tokio::test]
async fn an_account_goes_on_where_its_guest_stopped() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let admin = shop.admin().await;
    let (_, place, page) = ordered(&shop, &ids[0], "sim_requires_action").await;
    page.shows("Confirm the payment with your bank");
    let mut bea = super::registered(&shop, "bea").await;
    let api = api_of(&shop, "bea").await;
    let me = api.get("/v1/me").await.expect(200).text("id").to_owned();
    let order = admin.get(&format!("/v1{place}")).await.expect(200).body;
    let payment = format!("/v1/payments/{}", order["payment"]["id"].as_str().unwrap());
    api.get(&payment).await.expect(404);
    let page = bea.get(&verifying(&admin, &me).await).await.expect(200);
    bea.submit(&page, "/verify", &[]).await.expect(200);
    until(&api, 1).await;
    for _ in 0..200 {
        if api.get(&payment).await.code() == 200 {
            break;
        }
        sleep(Duration::from_millis(50)).await;
    }
    api.get(&format!("{payment}/refunds")).await.expect(200);
    super::registered(&shop, "eve").await;
    api_of(&shop, "eve").await.get(&payment).await.expect(404);
    let bank = format!("{place}/bank");
    let page = bea.get(&bank).await.expect(200);
    bea.submit(&page, &bank, &[]).await.expect(303);
    bea.until(&place, "Paid, preparing your order").await;
    shop.assert_audit_is_clean("after an account went on");
}

#[tokio::test]
async fn what_a_guest_writes_is_never_run_and_forms_of_others_order_nothing() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let admin = shop.admin().await;
    let mut guest = Browser::new(&shop.url());
    let checkout = at_checkout(&mut guest, &ids[0], "1").await;
    let form = checkout.form("/checkout", &filled("\"><script>alert(1)</script>@x.com", "sim_ok"));
    let without: Vec<_> = form.iter().filter(|(name, _)| name != "csrf").cloned().collect();
    let mut stranger = Browser::new(&shop.url());
    stranger.get("/").await.expect(200);
    guest.post("/checkout", &without).await.expect(403).shows("Nothing was changed.");
    // nor does one of another visitor
    stranger.post("/checkout", &form).await.expect(403);
    assert!(orders_of(&admin).await.is_empty());
    // what would have to be quoted is no address, and stands in its field as it was typed
    let refused = guest.post("/checkout", &form).await.expect(422);
    assert!(!refused.text.contains("<script>alert"), "{}", refused.text);
    assert_eq!(refused.value("email"), "\"><script>alert(1)</script>@x.com");
    assert!(orders_of(&admin).await.is_empty());
    let mut fields = filled("'x'/onload=alert`1`&amp@x.com", "sim_ok");
    let name = fields.iter_mut().find(|(name, _)| *name == "name").expect("a name is asked for");
    name.1 = "\"><script>alert(1)</script>";
    let form = refused.form("/checkout", &fields);
    let place = guest.post("/checkout", &form).await.expect(303).location();
    let page = guest.get(&place).await.expect(200);
    assert!(!page.text.contains("<script>alert"), "{}", page.text);
    page.shows("'x'/onload=alert`1`&amp@x.com").shows("\"><script>alert(1)</script>");
}

#[tokio::test]
async fn nothing_that_opens_an_order_or_verifies_an_address_is_logged() {
    let (shop, ids) = super::shop_set(&[("ORDO_LOG", "trace")], &["Teapot"]).await;
    let admin = shop.admin().await;
    let (_, place, _) = ordered(&shop, &ids[0], "sim_ok").await;
    let link = link(&admin, &place).await;
    let mut elsewhere = Browser::new(&shop.url());
    elsewhere.open(&link).await.expect(200);
    elsewhere.get(&format!("{link}A")).await.expect(404);
    elsewhere.get("/verify?token=oev_of-nobody").await.expect(200);
    let Some(server) = &shop.server else { return };
    let log = server.log();
    assert!(log.contains("order placed"), "{log}");
    for secret in ["ork_", "oev_", "bas_", BEA] {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret} is logged");
    }
}

/// What was typed at checkout is there after a look at the basket, in this browser alone, until it is ordered.
#[tokio::test]
async fn what_a_guest_typed_at_checkout_is_there_after_a_look_at_the_basket() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut guest = Browser::new(&shop.url());
    let checkout = at_checkout(&mut guest, &ids[0], "1").await;
    let tags = checkout.tags();
    let back = tags.iter().find(|tag| tag.get("name") == "to").unwrap();
    let form = tags.iter().find(|tag| tag.name == "form" && tag.get("id") == back.get("form")).unwrap();
    assert!(back.name == "button" && form.attributes.contains_key("novalidate"));
    let mut fields = filled(BEA, "sim_slow");
    fields.extend([("note", "a gift"), ("to", back.get("value"))]);
    assert_eq!(guest.submit(&checkout, "/checkout", &fields).await.expect(303).location(), "/basket");
    let again = guest.get("/checkout").await.expect(200);
    assert_eq!((again.value("email"), again.value("city")), (BEA.to_owned(), "London".to_owned()));
    again.shows("a gift");
    assert!(again.form("/checkout", &[]).contains(&("method".to_owned(), "sim_slow".to_owned())));
    assert!(!guest.cookies["ordo_typed"].contains("London"));
    // more than a cookie holds is not kept, and what is older is not taken for it
    let long = "n".repeat(5000);
    let fields = [("note", long.as_str()), ("city", "Paris"), ("to", back.get("value"))];
    guest.submit(&again, "/checkout", &fields).await.expect(303);
    let kept = guest.get("/checkout").await.expect(200);
    assert_eq!(kept.shows("Your note wasn’t saved").value("city"), "Paris");
    assert!(kept.form("/checkout", &[]).contains(&("note".to_owned(), String::new())));
    // nor is it lost to whoever remembers that they have an account
    let mut ada = super::registered(&shop, "ada").await;
    let me = ada.get("/account/addresses").await.expect(200);
    ada.submit(&me, "/sign-out", &[]).await.expect(303);
    let checkout = at_checkout(&mut ada, &ids[0], "1").await;
    let mut fields = filled("ada@example.com", "sim_ok");
    fields.extend([("note", "the back door"), ("to", "sign-in")]);
    let sign_in = ada.submit(&checkout, "/checkout", &fields).await.expect(303).location();
    let form = ada.get(&sign_in).await.expect(200);
    form.shows("Your basket is kept when you sign in.");
    let known = [("who", "ada@example.com"), ("password", super::PASSWORD)];
    let again_there = ada.submit_and_follow(&form, "/sign-in", &known).await.expect(200);
    assert_eq!(again_there.value("city"), "London");
    again_there.shows("the back door");
    Browser::new(&shop.url())
        .get("/sign-in")
        .await
        .expect(200)
        .hides("Your basket is kept when you sign in.");
    guest.submit(&again, "/checkout", &filled(BEA, "sim_ok")).await.expect(303);
    assert!(!guest.cookies.contains_key("ordo_typed"));
}

#[tokio::test]
async fn what_finds_no_room_in_the_accounts_basket_is_said_until_it_does() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    registered(&shop, "ada").await;
    let ada = api_of(&shop, "ada").await;
    let basket = ada.post("/v1/baskets", "", &json!({})).await.expect(201).text("id").to_owned();
    // one less than a basket can hold of it
    let nearly_all = json!({"product_id": ids[0], "quantity": 999});
    ada.post(&format!("/v1/baskets/{basket}/lines"), "", &nearly_all).await.expect(200);
    let mut guest = Browser::new(&shop.url());
    let page = guest.get(&format!("/products/{}", ids[0])).await.expect(200);
    guest.submit(&page, "/basket", &[("quantity", "3")]).await.expect(303);
    let form = guest.get("/sign-in").await.expect(200);
    guest.submit(&form, "/sign-in", &[("who", "ada@example.com"), ("password", PASSWORD)]).await.expect(303);
    const SAID: &str = "Some items couldn’t be added";
    for path in ["/basket", "/checkout", "/basket"] {
        guest.get(path).await.expect(200).shows(SAID).shows("are saved, and are added once");
    }
    let one = json!({"lines": [{"product_id": ids[0], "quantity": 1}]});
    ada.try_call(Method::PATCH, &format!("/v1/baskets/{basket}"), "", &one).await.unwrap().expect(200);
    let page = guest.get("/basket").await.expect(200);
    assert!(!page.words().contains(SAID), "{}", page.words());
    let now = ada.get("/v1/baskets/mine").await.expect(200).body;
    assert_eq!(now["lines"][0]["quantity"], 3, "{now}");
}

#[tokio::test]
async fn one_guest_cannot_reserve_the_whole_stock_of_a_product() {
    let shares = [
        ("ORDO_UNPAID_STOCK_PERCENT", "80"),
        ("ORDO_UNPAID_STOCK_PERCENT_GUESTS", "60"),
        ("ORDO_UNPAID_STOCK_PERCENT_CUSTOMER", "30"),
    ];
    let (shop, _) = shop_set(&shares, &[]).await;
    let admin = shop.admin().await;
    let product = json!({"sku": "K-1", "name": "Kettle", "price": "12.50", "stock": 60});
    let kettle = admin.post("/v1/products", "", &product).await.expect(201).text("id").to_owned();
    let available =
        async || admin.get(&format!("/v1/products/{kettle}")).await.expect(200).body["available"].clone();
    let mut guest = Browser::new(&shop.url());
    let checkout = at_checkout(&mut guest, &kettle, "60").await;
    let refused = guest.submit(&checkout, "/checkout", &filled(BEA, "sim_declined")).await.expect(409);
    refused.shows("This quantity can’t be ordered now");
    assert_eq!(available().await, 60);
    // a card that is declined leaves an unpaid order: it holds what it may, and the same address gets no more
    let mut guest = Browser::new(&shop.url());
    let checkout = at_checkout(&mut guest, &kettle, "18").await;
    guest.submit(&checkout, "/checkout", &filled(BEA, "sim_declined")).await.expect(303);
    assert_eq!(available().await, 42);
    let nobody = HttpClient::new(&shop.url());
    let basket = nobody.post("/v1/baskets", "", &json!({})).await.expect(201).text("id").to_owned();
    let one = json!({"product_id": kettle, "quantity": 1});
    nobody.post(&format!("/v1/baskets/{basket}/lines"), "", &one).await.expect(200);
    let place = json!({"email": "BEA@example.com"});
    let said = nobody.post(&format!("/v1/baskets/{basket}/place"), "one-more", &place).await.expect(409);
    let line = &said.body["errors"][0];
    assert_eq!(
        (said.text("code"), &line["available"], &line["limited"]),
        ("insufficient_stock", &json!(0), &json!(true))
    );
    shop.assert_audit_is_clean("with unpaid orders");
}
