//! A parcel goes to the address that the page showed, and later corrections reach every open page of the order.

use super::{
    Browser, PageResult,
    console::{administrator, ordered},
    registered,
    shop::Shop,
    shop_with,
};
use http::Method;
use serde_json::{Value, json};

fn said(page: &PageResult) -> String {
    page.words().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Where the last form of a parcel leads.
fn parcel(page: &PageResult) -> String {
    let tags = page.tags();
    let mut actions = tags.iter().map(|tag| tag.get("action"));
    actions.rfind(|action| action.contains("/parcels/ful_")).unwrap().to_owned()
}

async fn order_of(shop: &Shop, page: &str) -> Value {
    let id = page.rsplit('/').next().unwrap();
    shop.admin().await.get(&format!("/v1/orders/{id}")).await.expect(200).body
}

/// A change of the order that is none of its address.
async fn touched(shop: &Shop, page: &str, word: &str) {
    let id = page.rsplit('/').next().unwrap();
    let body = json!({"metadata": {"word": word}});
    let admin = shop.admin().await;
    admin.try_call(Method::PATCH, &format!("/v1/orders/{id}"), "", &body).await.unwrap().expect(200);
}

async fn moved_to(staff: &mut Browser, page: &str, street: &str) {
    let form = format!("{page}/address");
    let seen = staff.get(&form).await.expect(200);
    staff.submit(&seen, &form, &[("line1", street)]).await.expect(303);
}

#[tokio::test]
async fn what_is_sent_goes_where_its_page_said() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let page = ordered(&shop, &mut ada, &ids[0], "2", "sim_ok").await;
    let mut staff = administrator(&shop).await;
    let parcels = format!("{page}/parcels");
    let first = staff.until(&page, "Next parcel").await;
    let tags = first.tags();
    let field = tags.iter().map(|tag| tag.get("name")).find(|name| name.starts_with("q-")).unwrap();
    moved_to(&mut staff, &page, "1 Dorset Street").await;
    let one = [(field, "1"), ("do", "ship")];
    let refused = staff.submit(&first, &parcels, &one).await.expect(409);
    refused.shows("The shipping address has changed").shows("1 Dorset Street");
    let order = order_of(&shop, &page).await;
    assert_eq!(
        (&order["lines"][0]["shipped"], &order["fulfilment_status"]),
        (&json!(0), &json!("unfulfilled"))
    );
    // what else changes meanwhile keeps nothing back
    touched(&shop, &page, "one").await;
    staff.submit(&refused, &parcels, &one).await.expect(303);
    let packed = staff.get(&page).await.expect(200);
    let packed = staff.submit_and_follow(&packed, &parcels, &[("do", "pack")]).await.expect(200);
    touched(&shop, &page, "two").await;
    let way = parcel(&packed);
    let seen = packed.form(&way, &[("do", "ship")]);
    moved_to(&mut staff, &page, "2 Dorset Street").await;
    staff.post(&way, &seen).await.expect(409).shows("2 Dorset Street");
    // a program names the version on which it decides
    let order = order_of(&shop, &page).await;
    let (admin, id) = (shop.admin().await, way.rsplit('/').next().unwrap());
    let ship = format!("/v1/fulfilments/{id}/ship");
    let before = json!({"order_version": order["version"].as_i64().unwrap() - 1});
    assert_eq!(admin.post(&ship, "a", &before).await.expect(409).text("code"), "version_conflict");
    admin.post(&ship, "a", &json!({"order_version": order["version"]})).await.expect(200);
    shop.assert_audit_is_clean("after two parcels were sent");
}

/// The page of the order hears of it as of all else, and says who did it, each time.
#[tokio::test]
async fn a_corrected_number_makes_another_version_of_the_order_by_whoever_corrected_it() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let page = ordered(&shop, &mut ada, &ids[0], "2", "sim_ok").await;
    let mut staff = administrator(&shop).await;
    let seen = staff.until(&page, "Next parcel").await;
    let fields = [("carrier", "DHL"), ("tracking_number", "A1XX"), ("do", "ship")];
    let shipped = staff.submit_and_follow(&seen, &format!("{page}/parcels"), &fields).await.expect(200);
    let (way, before) = (parcel(&shipped), order_of(&shop, &page).await);
    let (number, deed) = {
        let id = way.rsplit('/').next().unwrap();
        (format!("number-new-{id}"), format!("correct-{id}"))
    };
    let mut now = shipped;
    for typed in ["B2CORR", "C3CORR"] {
        let fields = [("do", "correct"), ("deed", &deed[..]), (&number[..], typed)];
        now = staff.submit_and_follow(&now, &way, &fields).await.expect(200);
    }
    let twice = said(&now);
    let told = "Parcel 1: carrier or tracking number updated by you";
    assert_eq!(twice.matches(told).count(), 2, "{twice}");
    // it is no correction of the address, nor anything else
    now.hides("Address or note updated").hides("A parcel, the address or the note was updated");
    let after = order_of(&shop, &page).await;
    assert_eq!(after["version"].as_i64(), before["version"].as_i64().map(|version| version + 2));
    let events =
        shop.admin().await.get(&format!("/v1/events?subject={}", after["id"].as_str().unwrap())).await;
    let versions: Vec<String> = events.expect(200).body["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|event| event["type"] == "order.updated")
        .map(|event| event["sequence"].as_str().unwrap().to_owned())
        .collect();
    assert!(versions.contains(&after["version"].to_string()), "{versions:?}");
    shop.assert_audit_is_clean("after a number was corrected");
}

/// A parcel tells the newest hundred of its corrections; what was before them is no address for that.
#[tokio::test]
async fn a_number_that_is_corrected_more_often_than_is_told_makes_no_address_of_it() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let page = ordered(&shop, &mut ada, &ids[0], "2", "sim_ok").await;
    let mut staff = administrator(&shop).await;
    let seen = staff.until(&page, "Next parcel").await;
    let tags = seen.tags();
    let field = tags.iter().map(|tag| tag.get("name")).find(|name| name.starts_with("q-")).unwrap();
    let (parcels, one) = (format!("{page}/parcels"), [(field, "1"), ("do", "ship")]);
    let sent = staff.submit_and_follow(&seen, &parcels, &one).await.expect(200);
    let way = parcel(&sent).replace("/parcels/", " ");
    let corrected = format!("/v1/fulfilments/{}", way.split_whitespace().last().unwrap());
    staff.submit_and_follow(&sent, &parcels, &[("do", "pack")]).await.expect(200);
    let admin = shop.admin().await;
    for n in 0..102 {
        let number = json!({"tracking_number": format!("N{n}")});
        admin.try_call(Method::PATCH, &corrected, "", &number).await.unwrap().expect(200);
    }
    let seen = staff.get(&page).await.expect(200);
    seen.hides("Address or note updated").hides("changed after packing");
    let all = said(&seen);
    assert_eq!(all.matches("carrier or tracking number updated").count(), 100);
    assert_eq!(all.matches("A parcel, the address or the note was updated").count(), 2);
}

/// A form that comes once more, after something else was done, does nothing, and nothing is said of what is not so any more.
#[tokio::test]
async fn what_is_not_so_any_more_is_not_said_to_be_done() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let page = ordered(&shop, &mut ada, &ids[0], "2", "sim_ok").await;
    let mut staff = administrator(&shop).await;
    let seen = staff.until(&page, "Next parcel").await;
    let making = seen.form(&format!("{page}/parcels"), &[("do", "pack")]);
    let done = staff.post(&format!("{page}/parcels"), &making).await.expect(303).location();
    let packed = staff.get(&done).await.expect(200);
    packed.shows("Packed.");
    let undone = staff.submit_and_follow(&packed, &parcel(&packed), &[("do", "cancel")]).await.expect(200);
    undone.shows("Parcel cancelled");
    let again = staff.post(&format!("{page}/parcels"), &making).await.expect(303).location();
    staff.get(&again).await.expect(200).hides("Packed.");
    // the same of one that was sent, and came to nobody
    let sending = undone.form(&format!("{page}/parcels"), &[("do", "ship")]);
    let done = staff.post(&format!("{page}/parcels"), &sending).await.expect(303).location();
    let sent = staff.get(&done).await.expect(200);
    sent.shows("Shipped. The customer will be emailed.");
    staff.submit_and_follow(&sent, &parcel(&sent), &[("do", "fail")]).await.shows("Marked as undelivered.");
    let again = staff.post(&format!("{page}/parcels"), &sending).await.expect(303).location();
    staff.get(&again).await.expect(200).hides("Shipped. The customer will be emailed.");
}

/// Whoever sends a form again, for no answer came, is told what was done, and not that nothing was.
#[tokio::test]
async fn a_form_that_comes_once_more_after_the_address_was_corrected_is_answered_as_it_was() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let page = ordered(&shop, &mut ada, &ids[0], "3", "sim_ok").await;
    let mut staff = administrator(&shop).await;
    let parcels = format!("{page}/parcels");
    let first = staff.until(&page, "Next parcel").await;
    let tags = first.tags();
    let field = tags.iter().map(|tag| tag.get("name")).find(|name| name.starts_with("q-")).unwrap();
    let making = first.form(&parcels, &[(field, "1"), ("do", "ship")]);
    staff.post(&parcels, &making).await.expect(303);
    moved_to(&mut staff, &page, "1 Dorset Street").await;
    assert!(staff.post(&parcels, &making).await.expect(303).location().starts_with(&page));
    // the same of a parcel that was there
    let seen = staff.get(&page).await.expect(200);
    let packed = staff.submit_and_follow(&seen, &parcels, &[(field, "1"), ("do", "pack")]).await.expect(200);
    let way = parcel(&packed);
    let sending = packed.form(&way, &[("do", "ship")]);
    staff.post(&way, &sending).await.expect(303);
    moved_to(&mut staff, &page, "2 Dorset Street").await;
    assert!(staff.post(&way, &sending).await.expect(303).location().starts_with(&page));
    let id = page.rsplit('/').next().unwrap();
    let all = shop.admin().await.get(&format!("/v1/orders/{id}/fulfilments")).await.expect(200);
    let streets: Vec<&Value> =
        all.body["items"].as_array().unwrap().iter().map(|one| &one["shipping_address"]["line1"]).collect();
    assert_eq!(streets, ["St James's Square 12", "1 Dorset Street"]);
    // what was not sent before is not sent now
    let last = packed.form(&parcels, &[(field, "1"), ("do", "ship")]);
    staff.post(&parcels, &last).await.expect(409).shows("Nothing was shipped");
    assert_eq!(order_of(&shop, &page).await["lines"][0]["shipped"], json!(2));
    shop.assert_audit_is_clean("after two forms came twice");
}
