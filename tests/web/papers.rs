//! The documents of an order: an invoice says what the order's page says and has the same readers, and a packing slip
//! names no price.

use super::{
    ADDRESS, Browser, PASSWORD, PageResult, address_and, api_of, at_checkout,
    console::{administrator, colleague, order_by_api, ordered, signed_in},
    orders_of, registered,
    shop::{Shop, mailed},
    shop_set, shop_with,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use testkit::http_client::HttpClient;

const IMPRINT: &str = "Halm & Ton GmbH, Karl-Heine-Straße 90, 04229 Leipzig. VAT DE 312 445 901";

/// What an order comes to, row by row, on its page or on its invoice.
fn sums(page: &PageResult) -> Vec<String> {
    let tags = page.tags();
    let cells = tags.iter().filter(|tag| ["dt", "dd"].contains(&tag.name.as_str()) && !tag.is_end);
    let all: Vec<String> = cells.map(|tag| tag.text.clone()).collect();
    let goods = |text: &String| text.starts_with("Subtotal (") || text.starts_with("Zwischensumme (");
    let first = all.iter().position(goods).unwrap_or_else(|| panic!("no sum: {}", page.words()));
    all[first..].to_vec()
}

fn said(page: &PageResult) -> String {
    page.words().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An order by the API, placed and paid in this way.
async fn placed(ada: &HttpClient, product: &str, quantity: i64, payment: &Value) -> Value {
    let address = json!({"name": "Grace Hopper", "line1": "Am Ufer 1", "postal_code": "10115", "city": "Berlin", "country": "DE"});
    let lines = json!([{"product_id": product, "quantity": quantity}]);
    let body =
        json!({"lines": lines, "shipping_address": address, "note": "It is a gift", "payment": payment});
    let key = payment.to_string().replace(' ', "");
    ada.post("/v1/orders", &format!("{quantity}{key}"), &body).await.expect(201).body
}

#[tokio::test]
async fn an_invoice_has_the_sums_of_the_orders_page_also_once_some_was_cancelled_and_refunded() {
    let (shop, ids) = shop_set(&[("ORDO_SHOP_IMPRINT", IMPRINT)], &["Teapot <b>\"&amp;</b>"]).await;
    let mut ada = registered(&shop, "ada").await;
    let of_staff = ordered(&shop, &mut ada, &ids[0], "3", "sim_ok").await;
    let page = of_staff.replace("/console", "");
    let (order, invoice) = (order_by_api(&shop).await, format!("{page}/invoice"));
    let seen = ada.until(&page, "Paid, preparing your order").await;
    assert!(seen.links().contains(&invoice));
    let paper = ada.get(&invoice).await.expect(200);
    assert_eq!(sums(&paper), sums(&seen));
    assert_eq!(sums(&paper), ["Subtotal (3\u{a0}items)", "€37.50", "Total", "€37.50", "Paid", "€37.50"]);
    let (number, words) = (order["number"].to_string(), said(&paper));
    for word in [IMPRINT, "Teapot <b>\"&amp;</b>", "T-0", "Ada Lovelace", "Paid by card on", &number] {
        assert!(words.contains(word), "{word} is not on {words}");
    }
    // of the frame there is nothing but the way back, and what prints is shown by a script alone
    assert_eq!(paper.links(), BTreeSet::from([page.clone()]));
    let tags = paper.tags();
    let buttons = tags.iter().filter(|tag| tag.name == "button" && !tag.is_end);
    assert!(buttons.clone().count() == 1 && buttons.clone().all(|tag| tag.attributes.contains_key("hidden")));
    assert!(!tags.iter().any(|tag| ["form", "nav"].contains(&tag.name.as_str())));

    // one piece is cancelled, and one euro more goes back
    let admin = shop.admin().await;
    let id = order["id"].as_str().unwrap();
    let lines = json!({"lines": [{"line_id": order["lines"][0]["id"], "quantity": 1}]});
    admin.post(&format!("/v1/orders/{id}/cancel"), "one", &lines).await;
    ada.until(&page, "€12.50 refunded").await;
    let refund = json!({"amount": "1.00", "reason": "a chip"});
    admin.post(&format!("/v1/orders/{id}/refunds"), "chip", &refund).await.expect(201);
    let seen = ada.until(&page, "€1.00 refunded").await;
    let paper = ada.get(&invoice).await.expect(200);
    assert_eq!(sums(&paper), sums(&seen));
    assert_eq!(
        sums(&paper)[4..],
        ["Total after cancellations", "€25.00", "Paid", "€37.50", "Refunded", "−€13.50"]
    );
    let words = said(&paper);
    assert!(words.contains("before: 3 2 €12.50 before: €37.50 €25.00"), "{words}");
    assert!(words.contains("€12.50 refunded on") && words.contains("€1.00 refunded on"), "{words}");

    // staff have the same, and in German it is the same
    let mut staff = administrator(&shop).await;
    assert!(staff.get(&of_staff).await.expect(200).links().contains(&format!("{of_staff}/invoice")));
    let theirs = staff.get(&format!("{of_staff}/invoice")).await.expect(200);
    assert_eq!(sums(&theirs), sums(&paper));
    assert_eq!(theirs.links(), BTreeSet::from([of_staff]));
    ada.says = vec![("accept-language", "de".to_owned())];
    let german = ada.get(&invoice).await.expect(200);
    german.shows("Rechnung").shows("Zurück zur Bestellung").shows("mit Karte bezahlt").shows("25,00\u{a0}€");
    assert_eq!(sums(&german), sums(&ada.get(&page).await.expect(200)));
}

#[tokio::test]
async fn an_invoice_is_for_whoever_may_see_the_order() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let of_staff = ordered(&shop, &mut ada, &ids[0], "1", "sim_ok").await + "/invoice";
    let invoice = of_staff.replace("/console", "");
    // without an imprint the foot says what the shop is called
    let tags = ada.get(&invoice).await.expect(200).tags();
    let foot = tags.iter().find(|tag| tag.name == "footer").expect("a foot");
    assert!(foot.text.contains("Ordo"), "{}", foot.text);
    registered(&shop, "grace").await.get(&invoice).await.expect(404);
    ada.get(&of_staff).await.expect(403).shows("Staff access only");
    let asked = Browser::new(&shop.url()).get(&invoice).await.expect(303).location();
    assert!(asked.starts_with("/sign-in?next=%2Forders%2F"), "{asked}");
    let (mut seller, _) = colleague(&shop, "tom", &["products"], "/console").await;
    seller.get(&of_staff).await.expect(403).shows("You don’t have permission");
    ada.get("/orders/ord_00000000000000000000000000/invoice").await.expect(404);

    // a guest has one by the link of a mail
    let mut guest = Browser::new(&shop.url());
    let checkout = at_checkout(&mut guest, &ids[0], "1").await;
    let fields = [&[("email", "bea@example.com")][..], &address_and("sim_ok")].concat();
    let place = guest.submit(&checkout, "/checkout", &fields).await.expect(303).location();
    guest.get(&format!("{place}/invoice")).await.expect(200).shows("Ada Lovelace");
    let about = format!("about={}", place.trim_start_matches("/orders/"));
    let link = mailed(&shop.admin().await, &about, "?key=").await;
    let mut elsewhere = Browser::new(&shop.url());
    elsewhere.get(&link).await.expect(303);
    elsewhere.get(&format!("{place}/invoice")).await.expect(200).shows("Invoice");
}

#[tokio::test]
async fn what_is_not_paid_has_no_invoice() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    registered(&shop, "ada").await;
    let (api, admin) = (api_of(&shop, "ada").await, shop.admin().await);
    let held = json!({"method": "sim_ok", "capture": "manual"});
    let mut orders = Vec::new();
    for payment in [json!({"method": "sim_declined"}), held] {
        orders.push(placed(&api, &ids[0], 1, &payment).await);
    }
    let user = api.get("/v1/me").await.expect(200).text("id").to_owned();
    let draft = json!({"user_id": user, "lines": [{"product_id": ids[0], "quantity": 1}]});
    orders.push(admin.post("/v1/orders/drafts", "", &draft).await.expect(201).body);
    let (mut ada, _) = signed_in(&shop, "ada@example.com", PASSWORD, "/account").await;
    let mut staff = administrator(&shop).await;
    for order in &orders {
        let page = format!("/orders/{}", order["id"].as_str().unwrap());
        let invoice = format!("{page}/invoice");
        // a draft is not hers yet
        if order["status"] != "draft" {
            assert!(!ada.get(&page).await.expect(200).links().contains(&invoice), "{order}");
            assert_eq!(ada.get(&invoice).await.expect(303).location(), page);
        }
        let page = format!("/console{page}");
        let invoice = format!("{page}/invoice");
        assert!(!staff.get(&page).await.expect(200).links().contains(&invoice), "{order}");
        assert_eq!(staff.get(&invoice).await.expect(303).location(), page);
    }
    // money that staff have in their hands is money
    let page = format!("/console/orders/{}", orders[0]["id"].as_str().unwrap());
    let offline = format!("{page}/offline");
    let form = staff.get(&offline).await.expect(200);
    staff.submit_and_follow(&form, &offline, &[]).await.expect(200);
    staff.until(&format!("{page}/invoice"), "Paid offline on").await;
}

/// An order of three, and the pages of two parcels of it.
async fn parcels(shop: &Shop, product: &str) -> (Value, [String; 2]) {
    let ada = api_of(shop, "ada").await;
    let order = placed(&ada, product, 3, &json!({"method": "sim_ok"})).await;
    let (admin, id) = (shop.admin().await, order["id"].as_str().unwrap().to_owned());
    let line = &order["lines"][0]["id"];
    administrator(shop).await.until(&format!("/console/orders/{id}"), "Next parcel").await;
    let mut pages = Vec::new();
    for (key, quantity) in [("a", 2), ("b", 1)] {
        let parcel = json!({"lines": [{"line_id": line, "quantity": quantity}], "carrier": "DHL", "tracking_number": "JD014600"});
        let made = admin.post(&format!("/v1/orders/{id}/fulfilments"), key, &parcel).await.expect(201);
        pages.push(format!("/console/orders/{id}/parcels/{}", made.text("id")));
    }
    (order, [pages[0].clone(), pages[1].clone()])
}

#[tokio::test]
async fn a_packing_slip_says_what_is_in_a_parcel_and_no_price() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    registered(&shop, "ada").await;
    let (order, [first, second]) = parcels(&shop, &ids[0]).await;
    let page = format!("/console/orders/{}", order["id"].as_str().unwrap());
    let (mut staff, slip) = (administrator(&shop).await, format!("{first}/slip"));
    assert!(staff.get(&page).await.expect(200).links().contains(&slip));
    let paper = staff.get(&slip).await.expect(200);
    let (words, number) = (said(&paper), format!("#{}", order["number"]));
    let expected = ["Grace Hopper", "1 of 2", &number, "Teapot", "T-0", "It is a gift", "DHL", "JD014600"];
    for word in expected {
        assert!(words.contains(word), "{word} is not on {words}");
    }
    assert!(!words.contains('€') && !words.contains("12.50") && !words.contains("EUR"), "{words}");
    assert_eq!(paper.text.matches("to-tick").count(), 1);
    assert_eq!(paper.links(), BTreeSet::from([page.clone()]));
    staff.says = vec![("accept-language", "de".to_owned())];
    staff.get(&slip).await.expect(200).shows("Packzettel").shows("1 von 2").hides("€");
    staff.says.clear();

    // until it leaves, it goes where the order goes now; then the slip says where it was sent
    let (address, admin) = (format!("{page}/address"), shop.admin().await);
    let [of_first, of_second] =
        [&first, &second].map(|one| one.replace(&format!("{page}/parcels"), "/v1/fulfilments"));
    let form = staff.get(&address).await.expect(200);
    staff.submit_and_follow(&form, &address, &ADDRESS).await.expect(200);
    staff.get(&slip).await.expect(200).shows("Ada Lovelace").hides("Grace Hopper");
    admin.post(&format!("{of_first}/ship"), "away", &json!({})).await.expect(200);
    let form = staff.get(&address).await.expect(200);
    staff.submit_and_follow(&form, &address, &[("name", "Mary Somerville")]).await.expect(200);
    staff.get(&slip).await.expect(200).shows("Ada Lovelace").hides("Mary Somerville");
    staff.get(&format!("{second}/slip")).await.expect(200).shows("Mary Somerville");

    // with one that is undone nothing is packed
    admin.post(&format!("{of_second}/cancel"), "undone", &json!({})).await.expect(200);
    let undone = format!("{second}/slip");
    let seen = staff.get(&page).await.expect(200);
    assert!(seen.links().contains(&slip) && !seen.links().contains(&undone));
    assert_eq!(staff.get(&undone).await.expect(303).location(), page);

    // a parcel of another order, and none at all
    let other = placed(&api_of(&shop, "ada").await, &ids[0], 1, &json!({"method": "sim_ok"})).await;
    let elsewhere = slip.replace(order["id"].as_str().unwrap(), other["id"].as_str().unwrap());
    staff.get(&elsewhere).await.expect(404);
    staff.get(&format!("{page}/parcels/ful_00000000000000000000000000/slip")).await.expect(404);
    let (mut seller, _) = colleague(&shop, "tom", &["products"], "/console").await;
    seller.get(&slip).await.expect(403).shows("You don’t have permission");
    assert_eq!(orders_of(&api_of(&shop, "ada").await).await.len(), 2);
}
