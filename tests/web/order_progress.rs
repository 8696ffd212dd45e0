//! What an order's page shows the customer: headline, progress and money agree.

use super::{
    Browser, PageResult,
    console::{administrator, ordered},
    registered, shop_with,
};
use http::Method;
use serde_json::json;

fn said(page: &PageResult) -> String {
    page.words().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn two_parcels_and_a_refund_of_all_are_told_as_they_are() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    ordered(&shop, &mut ada, &ids[0], "3", "sim_ok").await;
    let admin = shop.admin().await;
    let order = admin.get("/v1/orders?limit=1").await.expect(200).body["items"][0].clone();
    let (id, line) = (order["id"].as_str().unwrap(), &order["lines"][0]["id"]);
    let (place, parcels) = (format!("/orders/{id}"), format!("/v1/orders/{id}/fulfilments"));
    ada.until(&place, "Paid, preparing your order").await;

    for (pieces, step) in [(1, "ship"), (2, "pack")] {
        let body = json!({"lines": [{"line_id": line, "quantity": pieces}]});
        let made = admin.post(&parcels, step, &body).await.expect(201);
        let path = format!("/v1/fulfilments/{}/{step}", made.text("id"));
        admin.post(&path, "", &json!({})).await.expect(200);
        // of how many there are nobody knows before all of it is packed
        let page = ada.get(&place).await.expect(200);
        assert_eq!(said(&page).contains("Parcel 1 of 2"), step == "pack", "{}", said(&page));
        page.shows("Parcel 1");
    }
    let page = ada.until(&place, "Partially shipped").await;
    // it stands where the first parcel is
    assert!(said(&page).contains("Shipped 1 of 3 items"), "{}", said(&page));
    assert!(!said(&page).contains("refunded"), "{}", said(&page));

    let refunds = format!("/v1/orders/{id}/refunds");
    let refund = |amount: &str| json!({"amount": amount, "reason": "a chip"});
    admin.post(&refunds, "some", &refund("1.00")).await.expect(201);
    ada.until(&place, "€1.00 refunded").await;
    admin.post(&refunds, "rest", &refund("36.50")).await.expect(201);
    let page = ada.until(&place, "€37.50 refunded").await;
    // what happened says how much it was each time
    page.shows("€1.00 refunded").shows("€36.50 refunded");
    page.shows("Partially shipped");
    ada.until(&place, "We’re looking into this order").await;
}

#[tokio::test]
async fn a_parcel_says_where_it_was_sent_however_the_address_was_corrected_since() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let console = ordered(&shop, &mut ada, &ids[0], "2", "sim_ok").await;
    let place = console.replace("/console", "");
    let id = place.trim_start_matches("/orders/");
    ada.until(&place, "Paid, preparing your order").await;
    let admin = shop.admin().await;
    let order = admin.get(&format!("/v1/orders/{id}")).await.expect(200);
    let lines = json!({"lines": [{"line_id": order.body["lines"][0]["id"], "quantity": 1}]});
    let made = admin.post(&format!("/v1/orders/{id}/fulfilments"), "one", &lines).await.expect(201);
    let parcel = format!("/v1/fulfilments/{}", made.text("id"));
    let step = async |name: &str| {
        admin.post(&format!("{parcel}/{name}"), "", &json!({})).await.expect(200);
    };
    step("ship").await;
    let mut staff = administrator(&shop).await;
    let form = format!("{console}/address");
    let correct = async |staff: &mut Browser, street: &str| {
        let page = staff.get(&form).await.expect(200);
        staff.submit(&page, &form, &[("line1", street)]).await.expect(303);
    };
    let old = "To: Ada Lovelace, St James's Square 12,";
    for page in [ada.get(&place).await, staff.get(&console).await] {
        assert!(!said(&page).contains("To: "), "it goes where the order goes: {}", said(&page));
    }
    // the other piece goes elsewhere
    correct(&mut staff, "1 Dorset Street").await;
    for page in [ada.get(&place).await, staff.get(&console).await] {
        page.expect(200).shows(old);
    }
    step("fail").await;
    correct(&mut staff, "2 Dorset Street").await;
    let page = ada.get(&place).await.expect(200);
    page.shows("It was addressed to: Ada Lovelace, St James's Square 12,")
        .shows("2 Dorset Street")
        .shows(old);
    assert!(!said(&page).contains("1 Dorset Street"), "{}", said(&page));
    step("ship").await;
    step("fail").await;
    ada.get(&place).await.expect(200).shows("It was addressed to: Ada Lovelace, 2 Dorset Street,");
    for page in [ada.get(&place).await, staff.get(&console).await] {
        assert!(!said(&page).contains(old), "{}", said(&page));
    }
}

/// A customer who corrects an address while the parcel leaves sees where it went, and their correction.
#[tokio::test]
async fn an_address_that_is_corrected_too_late_is_said_to_be_so() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let mut late = Vec::new();
    let mut staff = administrator(&shop).await;
    for (n, way) in ["fulfilments", "cancel", "return"].into_iter().enumerate() {
        let console = ordered(&shop, &mut ada, &ids[0], "1", "sim_ok").await;
        staff.until(&console, "Next parcel").await;
        let (form, order) = (format!("{console}/address"), console.replace("/console", "/v1"));
        let admin = shop.admin().await;
        let made =
            async || admin.post(&format!("{order}/fulfilments"), &format!("way-{n}"), &json!({})).await;
        let step = async |parcel: &str, name: &str| {
            let path = format!("/v1/fulfilments/{parcel}/{name}");
            admin.post(&path, "", &json!({})).await.expect(200);
        };
        let parcel =
            if way == "cancel" { String::new() } else { made().await.expect(201).text("id").to_owned() };
        if way == "return" {
            step(&parcel, "ship").await;
            step(&parcel, "fail").await;
        }
        let seen = staff.get(&form).await.expect(200);
        match way {
            "fulfilments" => step(&parcel, "ship").await,
            "return" => step(&parcel, "return").await,
            _ => drop(admin.post(&format!("{order}/cancel"), "whole", &json!({})).await.expect(200)),
        }
        let fields = [("line1", "1 Dorset Street"), ("note", "at the back door")];
        let told = staff.submit(&seen, &form, &fields).await.expect(409);
        told.shows("The address wasn’t changed").shows("You entered: Ada Lovelace, 1 Dorset Street");
        told.shows("“at the back door”");
        told.hides("send it once more");
        late.push(said(&told));
    }
    assert!(late[0].contains("A parcel has shipped to Ada Lovelace, St James"), "{}", late[0]);
    for late in &late[1..] {
        assert!(late.contains("can no longer be edited"), "{late}");
    }
}

/// Nobody waits for a parcel that was undone.
#[tokio::test]
async fn a_number_that_is_missing_among_parcels_is_accounted_for() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let console = ordered(&shop, &mut ada, &ids[0], "3", "sim_ok").await;
    let place = console.replace("/console", "");
    ada.until(&place, "Paid, preparing your order").await;
    let admin = shop.admin().await;
    let order = admin.get(&format!("/v1{place}")).await.expect(200);
    let one = json!({"lines": [{"line_id": order.body["lines"][0]["id"], "quantity": 1}]});
    let made = async |key: &str| {
        let made = admin.post(&format!("/v1{place}/fulfilments"), key, &one).await.expect(201);
        made.text("id").to_owned()
    };
    made("first").await;
    let second = made("second").await;
    ada.get(&place).await.expect(200).shows("Parcel 2").hides("before shipping");
    admin.post(&format!("/v1/fulfilments/{second}/cancel"), "", &json!({})).await.expect(200);
    // it is the last one: nothing is missing
    ada.get(&place).await.expect(200).hides("Parcel 2").hides("before shipping");
    made("third").await;
    let seen = ada.get(&place).await.expect(200);
    seen.shows("Parcel 3").shows("Parcel 2 was cancelled before shipping.");
}

/// What somebody says yes to is what the question said.
#[tokio::test]
async fn a_cancellation_of_what_has_changed_meanwhile_is_asked_once_more_and_what_was_sent_stays() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    ordered(&shop, &mut ada, &ids[0], "2", "sim_ok").await;
    let admin = shop.admin().await;
    let order = admin.get("/v1/orders?limit=1").await.expect(200).body["items"][0].clone();
    let id = order["id"].as_str().unwrap();
    let place = format!("/orders/{id}");
    ada.until(&place, "Paid, preparing your order").await;
    let cancel = format!("{place}/cancel");
    let question = ada.get(&cancel).await.expect(200);
    question.shows("Nothing has shipped. €25.00 will be refunded").shows("Cancel and refund €25.00");
    // less is left to go back
    let refund = json!({"amount": "5.00", "reason": "a chip"});
    admin.post(&format!("/v1/orders/{id}/refunds"), "some", &refund).await.expect(201);
    ada.until(&place, "€5.00 refunded").await;
    let other = ada.submit(&question, &cancel, &[("reason", "too many")]).await.expect(409);
    other.shows("The order has changed").shows("Nothing was cancelled.").shows("Cancel and refund €20.00");
    assert_eq!(other.value("reason"), "too many");
    // what has been sent stays
    let made = admin.post(&format!("/v1/orders/{id}/fulfilments"), "all", &json!({})).await.expect(201);
    let again = ada.get(&cancel).await.expect(200);
    admin.post(&format!("/v1/fulfilments/{}/ship", made.text("id")), "", &json!({})).await.expect(200);
    for etag in [again.value("etag"), String::new()] {
        let kept = ada.submit_and_follow(&again, &cancel, &[("etag", etag.as_str())]).await.expect(200);
        kept.shows("The order wasn’t cancelled").shows("On its way");
    }
}

/// It is as somebody wished it to be, whichever of the two pages did it.
#[tokio::test]
async fn an_order_that_is_cancelled_in_two_tabs_is_cancelled() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    ordered(&shop, &mut ada, &ids[0], "1", "sim_ok").await;
    let order = shop.admin().await.get("/v1/orders?limit=1").await.expect(200).body["items"][0].clone();
    let place = format!("/orders/{}", order["id"].as_str().unwrap());
    ada.until(&place, "Paid, preparing your order").await;
    let cancel = format!("{place}/cancel");
    let tabs = [ada.get(&cancel).await.expect(200), ada.get(&cancel).await.expect(200)];
    for tab in tabs {
        let page = ada.submit_and_follow(&tab, &cancel, &[]).await.expect(200);
        assert!(!page.words().contains("wasn’t cancelled"), "{}", page.words());
    }
    ada.until(&place, "€12.50 refunded").await.shows("Order cancelled");
}

/// The customer sees what becomes of the money, and that nothing more arrives.
#[tokio::test]
async fn a_parcel_that_came_back_says_what_becomes_of_its_money() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    ordered(&shop, &mut ada, &ids[0], "1", "sim_ok").await;
    let admin = shop.admin().await;
    let order = admin.get("/v1/orders?limit=1").await.expect(200).body["items"][0].clone();
    let place = format!("/orders/{}", order["id"].as_str().unwrap());
    ada.until(&place, "Paid, preparing your order").await.hides("Returned");
    // what went back before is not for that
    let refund = |amount: &str| json!({"amount": amount, "reason": "a reason"});
    admin.post(&format!("/v1{place}/refunds"), "some", &refund("1.00")).await.expect(201);
    ada.until(&place, "€1.00 refunded").await;
    let made = admin.post(&format!("/v1{place}/fulfilments"), "all", &json!({})).await.expect(201);
    for step in ["ship", "fail", "return"] {
        let path = format!("/v1/fulfilments/{}/{step}", made.text("id"));
        admin.post(&path, "", &json!({})).await.expect(200);
    }
    let page = ada.get(&place).await.expect(200);
    page.shows("Returned to sender").shows("Your parcel was returned to us");
    page.shows("We’ll contact you about your refund.").hides("Delivered");
    assert!(said(&page).contains("Shipped") && said(&page).contains("Returned"), "{}", said(&page));
    admin.post(&format!("/v1{place}/refunds"), "rest", &refund("11.50")).await.expect(201);
    let page = ada.until(&place, "€11.50 refunded.").await;
    page.shows("Your parcel was returned to us").hides("contact you about your refund").hides("Delivered");
}

/// What the shop has settled in its own way is not promised any more.
#[tokio::test]
async fn of_money_that_the_shop_keeps_nothing_is_promised_once_that_is_settled() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    ordered(&shop, &mut ada, &ids[0], "2", "sim_ok").await;
    let admin = shop.admin().await;
    let order = admin.get("/v1/orders?limit=1").await.expect(200).body["items"][0].clone();
    let place = format!("/orders/{}", order["id"].as_str().unwrap());
    ada.until(&place, "Paid, preparing your order").await;
    let send = async |key: &str, body: serde_json::Value, steps: &[&str]| {
        let made = admin.post(&format!("/v1{place}/fulfilments"), key, &body).await.expect(201);
        for step in steps {
            let path = format!("/v1/fulfilments/{}/{step}", made.text("id"));
            admin.post(&path, "", &json!({})).await.expect(200);
        }
    };
    let one = json!({"lines": [{"line_id": order["lines"][0]["id"], "quantity": 1}]});
    send("one", one, &["ship", "fail", "return"]).await;
    // the other piece is in no parcel yet
    let page = ada.get(&place).await.expect(200);
    page.shows("A parcel was returned to us").hides("Your parcel was returned to us");
    page.shows("We’ll contact you about your refund.");
    let refund = json!({"amount": "1.00", "reason": "a reason"});
    admin.post(&format!("/v1{place}/refunds"), "some", &refund).await.expect(201);
    let page = ada.until(&place, "€1.00 refunded.").await;
    page.shows("We’ll contact you about the remaining amount.").hides("contact you about your refund");
    send("rest", json!({}), &["ship", "deliver"]).await;
    ada.get(&place).await.expect(200).shows("We’ll contact you about the remaining amount.");
    let completed = json!({"status": "completed"});
    admin.try_call(Method::PUT, &format!("/v1{place}"), "", &completed).await.unwrap().expect(200);
    let page = ada.get(&place).await.expect(200);
    page.shows("A parcel was returned to us").shows("€1.00 refunded.").hides("contact you about");
}

/// The same where nothing went back.
#[tokio::test]
async fn a_parcel_that_came_back_and_is_settled_is_said_to_be_back_and_no_more() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    ordered(&shop, &mut ada, &ids[0], "1", "sim_ok").await;
    let admin = shop.admin().await;
    let order = admin.get("/v1/orders?limit=1").await.expect(200).body["items"][0].clone();
    let place = format!("/orders/{}", order["id"].as_str().unwrap());
    ada.until(&place, "Paid, preparing your order").await;
    let made = admin.post(&format!("/v1{place}/fulfilments"), "all", &json!({})).await.expect(201);
    for step in ["ship", "fail", "return"] {
        let path = format!("/v1/fulfilments/{}/{step}", made.text("id"));
        admin.post(&path, "", &json!({})).await.expect(200);
    }
    ada.get(&place).await.expect(200).shows("We’ll contact you about your refund.");
    let completed = json!({"status": "completed"});
    admin.try_call(Method::PUT, &format!("/v1{place}"), "", &completed).await.unwrap().expect(200);
    ada.get(&place).await.expect(200).shows("Your parcel was returned to us").hides("contact you about");
}

#[tokio::test]
async fn an_order_of_which_all_went_back_before_it_was_sent_has_no_course() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    ordered(&shop, &mut ada, &ids[0], "1", "sim_ok").await;
    let admin = shop.admin().await;
    let order = admin.get("/v1/orders?limit=1").await.expect(200).body["items"][0].clone();
    let place = format!("/orders/{}", order["id"].as_str().unwrap());
    ada.until(&place, "Paid, preparing your order").await.shows("Shipped");
    let refund = json!({"amount": "12.50", "reason": "a chip"});
    admin.post(&format!("/v1{place}/refunds"), "all", &refund).await.expect(201);
    let page = ada.until(&place, "We’re looking into this order").await;
    page.shows("Refunded in full").shows("€12.50 refunded");
    assert!(!said(&page).contains("Shipped"), "{}", said(&page));
}
