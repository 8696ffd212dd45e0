//! Emails are in the language of their recipient: of a guest, of an account, and of a customer who orders by the API.

use super::{
    Browser, PASSWORD, address_and, api_of,
    console::{administrator, ordered},
    put_on_sale, registered,
    shop::Shop,
    shop_set, shop_with,
    tampered_data::LockedTable,
};
use http::Method;
use serde_json::{Value, json};
use std::time::Duration;
use testkit::http_client::{HttpClient, HttpResponse, path_in};
use tokio::time::sleep;

const BEA: &str = "bea@example.com";

/// The newest mail about something, as an administrator reads it.
async fn mailed(admin: &HttpClient, about: &str, template: &str) -> HttpResponse {
    for _ in 0..200 {
        let mails = admin.get(&format!("/v1/mails?about={about}")).await.expect(200).body;
        let mut mails = mails["items"].as_array().unwrap().iter();
        if let Some(mail) = mails.find(|mail| mail["template"] == template) {
            return admin.get(&format!("/v1/mails/{}", mail["id"].as_str().unwrap())).await.expect(200);
        }
        sleep(Duration::from_millis(50)).await;
    }
    panic!("there is no {template} about {about}")
}

fn german(url: &str) -> Browser {
    let mut browser = Browser::new(url);
    browser.says = vec![("accept-language", "de".to_owned())];
    browser
}

/// A product, by what it costs.
async fn costing(admin: &HttpClient, price: &str) -> String {
    let body = json!({"sku": "K-1", "name": "Kanne", "price": price, "stock": 5});
    admin.post("/v1/products", "", &body).await.expect(201).text("id").to_owned()
}

#[tokio::test]
async fn what_a_guest_orders_in_german_is_mailed_in_german() {
    let (shop, _) = shop_with(&[]).await;
    let admin = shop.admin().await;
    let product = costing(&admin, "36.40").await;
    let mut bea = german(&shop.url());
    let put = bea.get(&format!("/products/{product}")).await.expect(200);
    bea.submit_and_follow(&put, "/basket", &[("quantity", "1")]).await.expect(200);
    let checkout = bea.get("/checkout").await.expect(200);
    let fields: Vec<_> = [("email", BEA)].into_iter().chain(address_and("sim_ok")).collect();
    let place = bea.submit(&checkout, "/checkout", &fields).await.expect(303).location();
    let id = place.trim_start_matches("/orders/");
    let order = admin.get(&format!("/v1/orders/{id}")).await.expect(200);
    assert_eq!(order.text("language"), "de");
    let number = order.body["number"].to_string();

    let placed = mailed(&admin, id, "order_placed").await;
    assert_eq!(placed.text("subject"), format!("Wir haben Bestellung {number} erhalten"));
    let text = placed.text("text");
    assert!(text.contains(&format!("Bestellung {number} über 36,40\u{a0}€ erhalten")), "{text}");
    assert!(text.starts_with("Guten Tag") && !text.contains("EUR"), "{text}");
    let confirmed = mailed(&admin, id, "order_confirmed").await;
    assert_eq!(confirmed.text("subject"), format!("Bestellung {number} ist bestätigt"));
    // its link leads to the order, whatever the browser speaks
    let link = path_in(text).unwrap();
    assert!(link.starts_with(&format!("{place}?key=ork_")), "{link}");
    let mut elsewhere = Browser::new(&shop.url());
    elsewhere.open(link).await.expect(200).shows("Paid, preparing your order").shows("€36.40");
}

#[tokio::test]
async fn an_account_is_written_to_in_the_language_that_its_owner_chose_last() {
    let (shop, ids) = shop_with(&["Kanne"]).await;
    let admin = shop.admin().await;
    let mut bea = german(&shop.url());
    let page = bea.get("/register").await.expect(200);
    let fields = [("name", "Bea"), ("email", BEA), ("password", PASSWORD)];
    bea.submit(&page, "/register", &fields).await.expect(303);
    let api = api_of(&shop, "bea").await;
    let me = api.get("/v1/me").await.expect(200);
    assert_eq!(me.text("language"), "de");
    let verify = mailed(&admin, me.text("id"), "verify_email").await;
    assert_eq!(verify.text("subject"), "Bestätigen Sie Ihre E‑Mail-Adresse für Ordo");
    let text = verify.text("text");
    assert!(text.starts_with("Guten Tag,\n\nmit dieser E‑Mail-Adresse wurde"), "{text}");
    assert_eq!(mailed(&admin, me.text("id"), "welcome").await.text("subject"), "Willkommen bei Ordo");
    let page = bea.get(path_in(text).unwrap()).await.expect(200);
    bea.submit(&page, "/verify", &[]).await.expect(200).shows("E‑Mail‑Adresse bestätigt");

    // an order by the API that says nothing is written about as the account is
    let silent = json!({"lines": [{"product_id": ids[0], "quantity": 1}]});
    let order = api.post("/v1/orders", "bea-1", &silent).await.expect(201);
    assert_eq!(order.text("language"), "de");

    // the switch at the foot of the page is the account's as well
    let page = bea.get("/account").await.expect(200);
    bea.submit(&page, "/language", &[("language", "en")]).await.expect(303);
    assert_eq!(api.get("/v1/me").await.expect(200).text("language"), "en");
    let page = bea.get("/account/profile").await.expect(200);
    let fields = [("current_password", PASSWORD), ("new_password", "another long one")];
    bea.submit(&page, "/account/password", &fields).await;
    let changed = mailed(&admin, me.text("id"), "password_changed").await;
    assert_eq!(changed.text("subject"), "Your Ordo password was changed");
    let text = changed.text("text");
    assert!(text.starts_with("Hello Bea,"), "an address that is verified is its owner's: {text}");
    // what was ordered before goes on in its own language
    let placed = mailed(&admin, order.text("id"), "order_placed").await;
    assert!(placed.text("text").contains("12,50\u{a0}€"), "{}", placed.text("text"));
}

#[tokio::test]
async fn the_language_of_a_page_is_nobodys_who_is_not_signed_in() {
    let (shop, _) = shop_with(&[]).await;
    registered(&shop, "ada").await;
    let api = api_of(&shop, "ada").await;
    let mut nobody = Browser::new(&shop.url());
    let page = nobody.get("/").await.expect(200);
    nobody.submit(&page, "/language", &[("language", "de")]).await.expect(303);
    assert_eq!(api.get("/v1/me").await.expect(200).text("language"), "en");
}

#[tokio::test]
async fn an_order_by_the_api_says_its_language() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let (admin, ada) = (shop.admin().await, shop.customer("ada").await);
    assert_eq!(ada.get("/v1/me").await.expect(200).body.get("language"), None);
    let order = |language: Value| {
        let mut order = json!({"lines": [{"product_id": ids[0], "quantity": 1}]});
        if !language.is_null() {
            order["language"] = language;
        }
        order
    };
    let german = ada.post("/v1/orders", "order-1", &order(json!("de"))).await.expect(201);
    assert_eq!(german.text("language"), "de");
    let mail = mailed(&admin, german.text("id"), "order_placed").await;
    assert!(mail.text("text").contains("über 12,50\u{a0}€ erhalten"), "{}", mail.text("text"));
    // nobody has said anything: the shop's own language
    let silent = ada.post("/v1/orders", "order-2", &order(Value::Null)).await.expect(201);
    assert_eq!(silent.body.get("language"), None);
    let mail = mailed(&admin, silent.text("id"), "order_placed").await;
    assert!(mail.text("text").contains("for €12.50 and reserved your items"), "{}", mail.text("text"));

    let account = json!({"email": BEA, "password": PASSWORD, "language": "xx"});
    let basket = ada.post("/v1/baskets", "", &json!({})).await.expect(201).text("id").to_owned();
    for (method, path, body) in [
        (Method::POST, "/v1/orders", order(json!("xx"))),
        (Method::POST, "/v1/orders", order(json!("DE"))),
        (Method::POST, "/v1/orders", order(json!(7))),
        (Method::POST, "/v1/register", account),
        (Method::PATCH, "/v1/me", json!({"language": "xx"})),
        (Method::POST, &format!("/v1/baskets/{basket}/place"), json!({"language": "xx"})),
    ] {
        let said = ada.try_call(method, path, "wrong", &body).await.unwrap().expect(400);
        let pointers: Vec<_> =
            said.body["errors"].as_array().unwrap().iter().map(|fault| &fault["pointer"]).collect();
        assert_eq!(pointers, ["/language"], "{path}: {}", said.body);
    }
}

#[tokio::test]
async fn a_draft_of_staff_speaks_the_customers_language() {
    let (shop, ids) = shop_with(&["Kanne"]).await;
    let admin = shop.admin().await;
    let mut bea = german(&shop.url());
    let page = bea.get("/register").await.expect(200);
    bea.submit(&page, "/register", &[("name", "Bea"), ("email", BEA), ("password", PASSWORD)])
        .await
        .expect(303);
    let me = api_of(&shop, "bea").await.get("/v1/me").await.expect(200).text("id").to_owned();
    let draft = json!({"user_id": me, "lines": [{"product_id": ids[0], "quantity": 1}]});
    let draft = admin.post("/v1/orders/drafts", "draft-1", &draft).await.expect(201).text("id").to_owned();
    let placed = admin.post(&format!("/v1/orders/drafts/{draft}/place"), "", &json!({})).await.expect(200);
    assert_eq!(placed.text("language"), "de");
    let mail = mailed(&admin, &draft, "order_placed").await;
    assert!(mail.text("subject").starts_with("Wir haben Bestellung"), "{}", mail.text("subject"));
}

#[tokio::test]
async fn the_mails_to_an_address_are_listed_and_each_shows_its_text() {
    let (shop, _) = shop_with(&[]).await;
    let admin = shop.admin().await;
    for name in ["dora", "bea"] {
        registered(&shop, name).await;
        let me = api_of(&shop, name).await.get("/v1/me").await.expect(200);
        for template in ["verify_email", "welcome"] {
            mailed(&admin, me.text("id"), template).await;
        }
    }
    let mut staff = administrator(&shop).await;
    let all = staff.get("/console/mails").await.expect(200);
    all.shows("dora@example.com").shows("bea@example.com");
    for (own, other) in [("dora@example.com", BEA), (BEA, "dora@example.com")] {
        let list = staff.get(&format!("/console/mails?to={own}")).await.expect(200);
        list.shows(own);
        assert!(!list.words().contains(other), "{}", list.words());
        let mails = list.links().into_iter().filter(|link| link.starts_with("/console/mails/"));
        let mails: Vec<String> = mails.collect();
        assert_eq!(mails.len(), 2, "{mails:?}");
        for page in mails {
            let id = page.trim_start_matches("/console/mails/");
            let mail = admin.get(&format!("/v1/mails/{id}")).await.expect(200);
            let shown = staff.get(&page).await.expect(200);
            let text = shown.tags().into_iter().find(|tag| tag.name == "pre").unwrap().text;
            assert_eq!(text, mail.text("text"));
            assert!(text.starts_with("Hello,") && mail.text("to") == own, "{text}");
            shown.shows(mail.text("subject")).shows(own);
        }
    }
    let none = staff.get("/console/mails?to=cleo@example.com").await.expect(200);
    none.shows("cleo@example.com").shows("Clear filters");
    assert!(!none.links().iter().any(|link| link.starts_with("/console/mails/")), "{}", none.words());
    staff.get("/console/mails/mai_00000000000000000000000000").await.expect(404);
}

/// All mails are written after all that happened: none of them stands where it was written.
#[tokio::test]
async fn a_mail_stands_with_what_it_tells_of() {
    let shop = Shop::embedded(&[]);
    let ids = put_on_sale(&shop, &["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let held = LockedTable::table(&shop.launch.data, "notifications__public_event");
    let order = ordered(&shop, &mut ada, &ids[0], "1", "sim_ok").await;
    let (admin, id) = (shop.admin().await, order.rsplit('/').next().unwrap());
    let parcel = admin.post(&format!("/v1/orders/{id}/fulfilments"), "p", &json!({})).await.expect(201);
    for step in ["ship", "fail"] {
        let path = format!("/v1/fulfilments/{}/{step}", parcel.text("id"));
        admin.post(&path, "", &json!({})).await.expect(200);
    }
    drop(held);
    let mut staff = administrator(&shop).await;
    for mail in ["We’ve received", "is confirmed"] {
        staff.until(&order, mail).await;
    }
    // the newest first
    let words = staff.until(&order, "has shipped").await.words();
    let timeline = words.split_once("Timeline").unwrap().1;
    let places = [
        "delivery failed",
        "has shipped",
        "shipped",
        "is confirmed",
        "Confirmed: paid",
        "We’ve received",
        "Placed",
    ];
    let places = places.map(|text| timeline.find(text));
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?} {timeline}");
    // each right above its own, though two were written of one moment
    for step in ["ship", "deliver"] {
        let path = format!("/v1/fulfilments/{}/{step}", parcel.text("id"));
        admin.post(&path, "", &json!({})).await.expect(200);
    }
    staff.until(&order, "was delivered").await;
    let number = admin.get(&format!("/v1/orders/{id}")).await.expect(200).body["number"].to_string();
    let words = staff.until(&order, &format!("Order {number} is complete")).await.words();
    let timeline = words.split_once("Timeline").unwrap().1;
    let complete = format!("Order {number} is complete");
    let places = [&complete, "Order completed", "was delivered", "Parcel 1: delivered"];
    let places = places.map(|text| timeline.find(text));
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?} {timeline}");
}

#[tokio::test]
async fn an_address_is_not_flooded_by_guests_and_staff_see_what_was_not_sent() {
    // one about orders, two about signing up, one about resets
    let (shop, ids) = shop_set(&[("ORDO_EMAILS_PER_ADDRESS_PER_HOUR", "4")], &["Kanne"]).await;
    let admin = shop.admin().await;
    let nobody = HttpClient::new(&shop.url());
    for email in ["bea@example.com", "Bea@Example.com", "bea+2@example.com", "bea+3@example.com"] {
        let basket = nobody.post("/v1/baskets", "", &json!({})).await.expect(201).text("id").to_owned();
        let line = json!({"product_id": ids[0], "quantity": 1});
        nobody.post(&format!("/v1/baskets/{basket}/lines"), "", &line).await.expect(200);
        let placed = json!({"email": email});
        nobody.post(&format!("/v1/baskets/{basket}/place"), "", &placed).await.expect(201);
    }
    let mut suppressed = Value::Null;
    for _ in 0..200 {
        suppressed = admin.get("/v1/mails?status=suppressed").await.expect(200).body;
        if suppressed["items"].as_array().unwrap().len() == 3 {
            break;
        }
        sleep(Duration::from_millis(50)).await;
    }
    let items = suppressed["items"].as_array().unwrap();
    assert_eq!(items.len(), 3, "{suppressed}");
    assert!(items.iter().all(|mail| mail["suppressed"] == "hourly_limit"), "{suppressed}");
    let sent = admin.get("/v1/mails").await.expect(200).body;
    let sent: Vec<_> =
        sent["items"].as_array().unwrap().iter().filter(|m| m["template"] == "order_placed").collect();
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert!(sent[0].get("suppressed").is_none());
    admin.get("/v1/mails?status=lost").await.expect(400);

    let mut staff = administrator(&shop).await;
    let mails = staff.get("/console/mails").await.expect(200);
    mails.shows("Suppressed emails").hides("bea+3@example.com");
    let found = staff.get("/console/mails?status=suppressed").await.expect(200);
    found.shows("had reached the hourly limit").shows("bea+3@example.com");
    let one = found.links().into_iter().find(|link| link.starts_with("/console/mails/mai_")).unwrap();
    staff.get(&one).await.expect(200).shows("Not sent: the address had reached the hourly email limit.");
}
