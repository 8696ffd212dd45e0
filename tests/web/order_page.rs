//! What an order's page in the console says: who drafted it, how far each line is, what comes next, what went back, and what
//! was corrected.

use super::{
    ADDRESS, PASSWORD, PageResult, address_and, api_of, at_checkout,
    console::{administrator, colleague, ordered, signed_in},
    orders_of, registered, shop_set, shop_with,
};
use serde_json::json;

fn said(page: &PageResult) -> String {
    page.words().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a question about a parcel does that is not opened yet.
const ASKED: [&str; 4] = ["deliver", "fail", "return", "correct"];

/// The buttons that are louder than others, but for that of the keys and those that nobody sees yet.
fn loud(page: &PageResult) -> Vec<String> {
    let tags = page.tags();
    let is_loud = |tag: &super::browser::Tag| tag.get("class").split(' ').any(|class| class == "btn-primary");
    tags.iter()
        .filter(|tag| is_loud(tag) && tag.text != "Close" && !ASKED.contains(&tag.get("value")))
        .map(|tag| tag.get("value").to_owned())
        .collect()
}

#[tokio::test]
async fn a_draft_says_who_drafts_it_and_asks_for_no_payment() {
    let (shop, _) = shop_with(&["Teapot"]).await;
    registered(&shop, "ada").await;
    let user = api_of(&shop, "ada").await.get("/v1/me").await.expect(200).text("id").to_owned();
    let mut staff = administrator(&shop).await;
    let draft = format!("/console/customers/{user}/draft");
    let form = staff.get(&draft).await.expect(200);
    let made =
        staff.submit(&form, &draft, &[("what-0", "T-0"), ("pieces-0", "2")]).await.expect(303).location();
    let page = staff.get(&made).await.expect(200);
    assert!(said(&page).contains("Drafted by you for ada"), "{}", said(&page));
    assert!(!said(&page).contains("Placed by") && !said(&page).contains("Unpaid"), "{}", said(&page));
    assert!(page.text.matches("No payment yet").count() == 2, "{}", said(&page));
    assert_eq!(loud(&page).len(), 1, "to place it is what comes next");
    // beside the button it stands how long the customer has, and that nobody knows where it goes
    page.shows("The customer gets a payment email and has 30 minutes to pay");
    page.shows("No shipping address").shows("before you place the order, unless it’s picked up");
    assert!(staff.get("/console/orders?status=draft").await.expect(200).words().contains("No payment yet"));
    staff.get("/console").await.expect(200).shows("draft, not placed yet");
    // and once it is placed it is an order like any other
    let order = made.split('?').next().unwrap();
    let edit = format!("{order}/draft");
    let form = staff.get(&edit).await.expect(200);
    let saved = staff.submit_and_follow(&form, &edit, &ADDRESS).await.expect(200);
    let placed = staff.submit_and_follow(&saved, &format!("{order}/place"), &[]).await.expect(200);
    placed.shows("Placed by you for").shows("Unpaid");
    // nobody tells the customer that she did
    let (_, theirs) = signed_in(&shop, "ada@example.com", PASSWORD, &order.replace("/console", "")).await;
    theirs.expect(200).shows("The shop placed the order for you").hides("You placed the order");
    assert!(!said(&saved).contains("No shipping address") && !said(&placed).contains("No shipping address"));
}

#[tokio::test]
async fn what_is_to_be_sent_and_goes_nowhere_is_said_until_there_is_an_address() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    registered(&shop, "ada").await;
    let ada = api_of(&shop, "ada").await;
    let lines = json!([{"product_id": ids[0], "quantity": 2}]);
    let body = json!({"lines": lines, "payment": {"method": "sim_ok"}});
    let order = ada.post("/v1/orders", "nowhere", &body).await.expect(201).text("id").to_owned();
    let page = format!("/console/orders/{order}");
    let address = format!("{page}/address");
    let mut staff = administrator(&shop).await;
    let bare = staff.until(&page, "Next parcel").await;
    assert!(said(&bare).matches("No shipping address").count() >= 3, "{}", said(&bare));
    // by one name, wherever it stands
    let ways = bare.tags().into_iter().filter(|tag| tag.get("href") == address).map(|tag| tag.text);
    assert_eq!(ways.collect::<Vec<_>>(), ["Add address…"; 3]);
    staff.get(&address).await.expect(200).shows("Add address for #").hides("Edit address");
    // it is said, and stops nobody: goods may be picked up
    let packed =
        staff.submit_and_follow(&bare, &format!("{page}/parcels"), &[("do", "pack")]).await.expect(200);
    packed.shows("Packed.").shows("No shipping address for the label");
    let form = staff.get(&address).await.expect(200);
    let known = staff.submit_and_follow(&form, &address, &ADDRESS).await.expect(200);
    assert!(!said(&known).contains("No shipping address"), "{}", said(&known));
}

#[tokio::test]
async fn who_ordered_is_told_apart_from_whom_it_goes_to_and_both_find_the_order() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let checkout = at_checkout(&mut ada, &ids[0], "1").await;
    let for_grace = |(name, value)| if name == "name" { (name, "Grace Hopper") } else { (name, value) };
    let fields: Vec<_> = address_and("sim_ok").into_iter().map(for_grace).collect();
    ada.submit(&checkout, "/checkout", &fields).await.expect(303);
    let order = orders_of(&api_of(&shop, "ada").await).await[0].clone();
    let number = format!("#{}", order["number"]);
    let mut staff = administrator(&shop).await;
    let page = staff.get(&format!("/console/orders/{}", order["id"].as_str().unwrap())).await.expect(200);
    let words = said(&page);
    assert!(words.contains("Placed by ada") && words.contains("Ships to Grace Hopper"), "{words}");
    for looked_for in ["ada", "hopper", "london"] {
        let list = staff.get(&format!("/console/orders?q={looked_for}")).await.expect(200);
        list.shows(&number).shows("ada").hides("Grace Hopper");
        let found = staff.get(&format!("/console/search?q={looked_for}")).await.expect(200);
        found.shows(&number).hides("Grace Hopper");
    }
    staff.get("/console").await.expect(200).shows(&number).hides("Grace Hopper");
}

#[tokio::test]
async fn each_line_says_how_far_it_is_and_one_button_what_comes_next() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let page = ordered(&shop, &mut ada, &ids[0], "5", "sim_ok").await;
    let mut staff = administrator(&shop).await;
    let order = staff.until(&page, "Next parcel").await;
    let tags = order.tags();
    let field = tags.iter().map(|tag| tag.get("name")).find(|name| name.starts_with("q-")).unwrap();
    let heads: Vec<&str> =
        tags.iter().filter(|tag| tag.get("role") == "columnheader").map(|tag| tag.text.as_str()).collect();
    assert_eq!(heads, ["Product", "Unit price", "Ordered", "To pack", "To ship", "Shipped", "Total"]);
    order.shows("5 left to pack");
    assert!(!said(&order).contains("5 open"), "{}", said(&order));
    assert_eq!(loud(&order), ["ship"]);
    let counts = |seen: &PageResult| {
        let tags = seen.tags();
        ["Ordered", "To pack", "To ship", "Shipped"].map(|name| {
            let cell = tags.iter().find(|tag| tag.name == "td" && tag.get("data-l") == name).unwrap();
            cell.text.parse::<i64>().unwrap()
        })
    };
    assert_eq!(counts(&order), [5, 5, 0, 0]);
    // on a phone what is none is left out
    let none = |tag: &&super::browser::Tag| tag.get("class").split(' ').any(|class| class == "none");
    assert_eq!(order.tags().iter().filter(none).count(), 2);
    let parcels = format!("{page}/parcels");
    let shipped =
        staff.submit_and_follow(&order, &parcels, &[(field, "2"), ("do", "ship")]).await.expect(200);
    assert_eq!(counts(&shipped), [5, 3, 0, 2]);
    // what has left does not come back by this
    let rest = staff.get(&format!("{page}/cancel")).await.expect(200);
    rest.shows("€62.50 is paid.").shows("up to €37.50").shows("Cancel and refund up to €37.50");
    // more is packed before anybody says that the first one has arrived
    assert_eq!(loud(&shipped), ["ship"]);
    let packed =
        staff.submit_and_follow(&shipped, &parcels, &[(field, "1"), ("do", "pack")]).await.expect(200);
    assert_eq!(counts(&packed), [5, 2, 1, 2]);
    let (loud_now, tags) = (loud(&packed), packed.tags());
    assert_eq!(loud_now, ["ship"], "what is packed is sent first");
    let rest = staff.get(&format!("{page}/cancel")).await.expect(200);
    rest.shows("3 not shipped, 1 of them in a parcel");
    let buttons = tags.iter().filter(|tag| tag.name == "button" && tag.get("name") == "do");
    assert!(buttons.count() > 3, "the others are there, and quieter");
}

#[tokio::test]
async fn a_mistyped_number_of_a_parcel_that_has_left_is_corrected() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let page = ordered(&shop, &mut ada, &ids[0], "2", "sim_ok").await;
    let mut staff = administrator(&shop).await;
    let order = staff.until(&page, "Next parcel").await;
    let field = [("carrier", "DHL"), ("tracking_number", "JJD0O42"), ("do", "ship")];
    let shipped = staff.submit_and_follow(&order, &format!("{page}/parcels"), &field).await.expect(200);
    let tags = shipped.tags();
    let mut actions = tags.iter().map(|tag| tag.get("action"));
    let parcel = actions.find(|action| action.contains("/parcels/ful_")).unwrap();
    let id = parcel.rsplit('/').next().unwrap();
    let (carrier, number) = (format!("carrier-new-{id}"), format!("number-new-{id}"));
    assert_eq!((shipped.value(&carrier), shipped.value(&number)), ("DHL".to_owned(), "JJD0O42".to_owned()));
    // the last that is written about it
    let mails = staff.until("/console/mails", "has shipped").await.links().len();
    let (deed, long) = (format!("correct-{id}"), "J".repeat(101));
    let fields =
        |typed| [("do", "correct"), ("deed", &deed[..]), (&carrier[..], "DHL Express"), (&number[..], typed)];
    let refused = staff.submit(&shipped, parcel, &fields(&long)).await.expect(422);
    assert_eq!((refused.value(&carrier), refused.value(&number)), ("DHL Express".to_owned(), long.clone()));
    assert!(refused.text.contains(&format!("id=\"{number}-error\"")), "{}", refused.text);
    let blank = staff.submit(&shipped, parcel, &fields("\u{202e}")).await.expect(422);
    blank.shows("Control characters and line breaks are not allowed here");
    let said = staff.submit_and_follow(&shipped, parcel, &fields("JJD0042")).await.expect(200);
    // a form that was opened before that puts nothing back unseen
    let version = shipped.value("version");
    let old_fields = [&fields("JJD0O42")[..], &[("version", &version[..])]].concat();
    let old = staff.submit(&shipped, parcel, &old_fields).await.expect(412);
    old.shows("This was changed in another session.").shows("DHL Express, JJD0042");
    assert_eq!((old.value(&number), old.value("version")), ("JJD0O42".to_owned(), said.value("version")));
    said.shows("Tracking updated. The customer’s order page shows it.")
        .shows("Parcel 1: carrier or tracking number updated");
    let place = page.trim_start_matches("/console").to_owned();
    let theirs = ada.get(&place).await.expect(200);
    theirs.shows("JJD0042").shows("DHL Express");
    assert!(!theirs.text.contains("JJD0O42"), "{}", theirs.words());
    assert_eq!(staff.get("/console/mails").await.expect(200).links().len(), mails, "no mail goes out");
    // what can be done next is as it was
    assert_eq!(loud(&said), loud(&shipped));
    let found = staff.get("/console/orders?q=JJD0042").await.expect(200);
    assert!(found.links().contains(&page), "{:?}", found.links());
    // it is corrected when it has arrived, too
    let arrived = staff.submit_and_follow(&said, parcel, &[("do", "deliver")]).await.expect(200);
    let said = staff.submit_and_follow(&arrived, parcel, &fields("JJD0043")).await.expect(200);
    said.shows("JJD0043").shows("Parcel 1: carrier or tracking number updated");
    ada.get(&place).await.expect(200).shows("JJD0043");
    // of one whose carrier nobody has said the number is shown by itself
    let bare = [("do", "correct"), ("deed", &deed[..]), (&carrier[..], ""), (&number[..], "JJD0043")];
    staff.submit_and_follow(&said, parcel, &bare).await.expect(200);
    ada.get(&place).await.expect(200).shows("JJD0043").hides("DHL");
    shop.assert_audit_is_clean("after two corrections");
}

#[tokio::test]
async fn what_is_wrong_with_the_number_of_a_packed_parcel_stands_at_its_own_field() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let page = ordered(&shop, &mut ada, &ids[0], "2", "sim_ok").await;
    let mut staff = administrator(&shop).await;
    let order = staff.until(&page, "Next parcel").await;
    let packed =
        staff.submit_and_follow(&order, &format!("{page}/parcels"), &[("do", "pack")]).await.expect(200);
    let tags = packed.tags();
    let mut actions = tags.iter().map(|tag| tag.get("action"));
    let parcel = actions.find(|action| action.contains("/parcels/ful_")).unwrap();
    let number = format!("number-{}", parcel.rsplit('/').next().unwrap());
    let long = "https://carrier.example/".to_owned() + &"J".repeat(101);
    let fields = [("do", "ship"), (&number[..], &long[..])];
    let refused = staff.submit(&packed, parcel, &fields).await.expect(422);
    assert_eq!(refused.value(&number), long);
    for said in [format!("id=\"{number}-error\""), format!("href=\"#{number}\"")] {
        assert!(refused.text.contains(&said), "{said}: {}", refused.text);
    }
    assert!(!refused.text.contains("tracking_number-error"), "{}", refused.text);
}

/// Without scripts it says nothing; with them it receives the event stream of the customer's order page.
#[tokio::test]
async fn a_page_of_an_order_can_say_that_the_order_is_another_one_meanwhile() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let page = ordered(&shop, &mut ada, &ids[0], "2", "sim_ok").await;
    let mut staff = administrator(&shop).await;
    staff.until(&page, "Next parcel").await;
    let (admin, id) = (shop.admin().await, page.rsplit('/').next().unwrap());
    let hold = json!({"reason": "asks about the colour"});
    for _ in 0..2 {
        let order = admin.get(&format!("/v1/orders/{id}")).await.expect(200).body;
        let tags = staff.get(&page).await.expect(200).tags();
        let watch = tags.iter().find(|tag| tag.attributes.contains_key("data-watch")).unwrap();
        assert!(watch.attributes.contains_key("hidden"), "{watch:?}");
        assert_eq!(watch.get("data-version"), order["version"].to_string());
        assert!(watch.get("data-events").split(' ').any(|kind| kind == "order.updated"), "{watch:?}");
        let live = staff.get(watch.get("data-watch")).await.expect(200);
        assert_eq!(live.header("content-type"), "text/event-stream");
        admin.post(&format!("/v1/orders/{id}/hold"), "", &hold).await.expect(200);
    }
}

#[tokio::test]
async fn what_was_packed_as_its_order_was_cancelled_is_to_be_taken_apart() {
    const APART: &str = "Unpack it and put the units back on the shelf";
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let page = ordered(&shop, &mut ada, &ids[0], "2", "sim_ok").await;
    let mut staff = administrator(&shop).await;
    let order = staff.until(&page, "Next parcel").await;
    let parcels = format!("{page}/parcels");
    let packed = staff.submit_and_follow(&order, &parcels, &[("do", "pack")]).await.expect(200);
    // a parcel that staff undo they have in their hands
    let tags = packed.tags();
    let parcel =
        tags.iter().map(|tag| tag.get("action")).find(|action| action.contains("/parcels/ful_")).unwrap();
    let undone = staff.submit_and_follow(&packed, parcel, &[("do", "cancel")]).await.expect(200);
    assert!(!said(&undone).contains(APART), "{}", said(&undone));
    let packed = staff.submit_and_follow(&undone, &parcels, &[("do", "pack")]).await.expect(200);
    // it keeps its number, and the next one has the next
    packed.shows("Parcel 1: cancelled").shows("Parcel 1: packed").shows("Parcel 2: packed");
    assert!(said(&packed).contains("Parcel 1 Cancelled") && said(&packed).contains("Parcel 2 Packed"));
    // the customer never sees the one that was undone, and sees the other
    let theirs = ada.get(&page.replace("/console", "")).await.expect(200);
    theirs.shows("Your parcel was packed").hides("Parcel 1").hides("Parcel 2").hides("Cancelled");
    // who ordered does not want it any more, and knows nothing of the shelf
    let cancel = format!("{}/cancel", page.replace("/console", ""));
    let question = ada.get(&cancel).await.expect(200);
    ada.submit(&question, &cancel, &[]).await.expect(303);
    let seen = staff.until(&page, APART).await;
    // staff who still have the earlier page see why nothing ships
    let tags = packed.tags();
    let mut actions = tags.iter().map(|tag| tag.get("action"));
    let parcel = actions.rfind(|action| action.contains("/parcels/ful_")).unwrap();
    let late = staff.submit(&packed, parcel, &[("do", "ship")]).await.expect(409);
    late.shows("It has been cancelled since you opened this page.");
    seen.shows("Cancelled after packing").shows("Parcel 2 was already packed");
    for n in [1, 2] {
        assert!(said(&seen).contains(&format!("Parcel {n} Cancelled")), "{}", said(&seen));
    }
    // what is cancelled as a whole costs nothing any more
    assert!(said(&seen).contains("before: €25.00"), "{}", seen.text);
    assert_eq!(said(&seen).matches(APART).count(), 2, "{}", said(&seen));
    assert!(!ada.get(&page.replace("/console", "")).await.words().contains(APART));
    // the console shows it to staff until it is done
    const WAITS: &str = "cancelled, needs unpacking";
    staff.get("/console").await.expect(200).shows(WAITS);
    let list = staff.get("/console/orders?attention=to_unpack").await.expect(200);
    assert!(list.tags().iter().any(|tag| tag.get("href") == page), "{}", list.words());
    let tags = seen.tags();
    let parcel =
        tags.iter().map(|tag| tag.get("action")).find(|action| action.contains("/parcels/ful_")).unwrap();
    let done = staff.submit_and_follow(&seen, parcel, &[("do", "unpack")]).await.expect(200);
    done.shows("Marked as unpacked").shows("Parcel 2: unpacked").hides("Mark as unpacked");
    staff.get("/console").await.expect(200).hides(WAITS);
}

#[tokio::test]
async fn a_refund_that_its_provider_refuses_is_not_asked_to_be_paid_by_hand() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let admin = shop.admin().await;
    let mut ada = registered(&shop, "ada").await;
    let page = ordered(&shop, &mut ada, &ids[0], "2", "sim_ok").await;
    let mut staff = administrator(&shop).await;
    staff.until(&page, "Next parcel").await;
    let lines = json!([{"product_id": ids[0], "quantity": 1}]);
    let payment = json!({"method": "sim_refund_refused"});
    let address =
        json!({"name": "Ada", "line1": "1 Lane", "city": "London", "postal_code": "N1 9GU", "country": "GB"});
    let new = json!({"lines": lines, "payment": payment, "shipping_address": address});
    let placed = admin.post("/v1/orders", "refused", &new).await.expect(201);
    let page = format!("/console/orders/{}", placed.text("id"));
    staff.until(&page, "Next parcel").await;
    let way = format!("{page}/refund");
    let form = staff.get(&way).await.expect(200);
    staff.submit(&form, &way, &[("amount", "1.00")]).await.expect(303);
    let told = staff.until(&page, "Provider declined refund of").await;
    told.shows("don’t refund the customer yet").hides("Ordo doesn’t send this money");
    // what staff hand over in the end no provider has sent
    let tags = told.tags();
    let refund = tags.iter().map(|tag| tag.get("action")).find(|action| action.contains("/refunds/ref_"));
    let handed = staff.submit_and_follow(&told, refund.unwrap(), &[]).await.expect(200);
    handed.shows("Refund marked as paid.").shows("Refunded in cash or by transfer");
    assert!(said(&handed).contains("€1.00 refunded manually by admin"), "{}", said(&handed));
}

#[tokio::test]
async fn the_timeline_names_what_went_back_and_what_was_corrected_while_a_parcel_waits() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let page = ordered(&shop, &mut ada, &ids[0], "2", "sim_ok").await;
    let mut staff = administrator(&shop).await;
    let order = staff.until(&page, "Next parcel").await;
    staff.submit(&order, &format!("{page}/parcels"), &[("do", "pack")]).await.expect(303);
    // what is packed is not cancelled by itself, and the form says so before and after
    let cancel = format!("{page}/cancel");
    let question = staff.get(&cancel).await.expect(200);
    question.shows("2 not shipped, 2 of them in a parcel").shows("to cancel the parcels too");
    staff.get(&page).await.expect(200).hides("changed after packing");
    let tags = question.tags();
    let field = tags.iter().map(|tag| tag.get("name")).find(|name| name.starts_with("q-")).unwrap();
    let refused = staff.submit(&question, &cancel, &[(field, "1")]).await;
    refused.shows("All units are in a parcel or shipped. Cancel all unshipped units");
    let address = format!("{page}/address");
    let form = staff.get(&address).await.expect(200);
    let corrected = staff
        .submit_and_follow(&form, &address, &[("city", "Paris"), ("country", "FR"), ("postal_code", "75001")])
        .await;
    let seen = corrected.expect(200);
    seen.shows("Address or note updated").shows("changed after packing");

    for (n, amount) in ["10.00", "2.50"].into_iter().enumerate() {
        let refund = format!("{page}/refund");
        let form = staff.get(&refund).await.expect(200);
        let done = staff.submit_and_follow(&form, &refund, &[("amount", amount)]).await.expect(200);
        let banner = [format!("€{amount} refund in progress."), format!("€{amount} refunded.")];
        assert!(banner.iter().any(|words| said(&done).contains(words)), "{}", said(&done));
        staff.until(&page, &format!("€{amount} refunded")).await;
        let seen = staff.get(&page).await.expect(200);
        assert_eq!(said(&seen).matches("0 refunded").count(), n + 1, "{}", said(&seen));
        // a refund that begins is no correction
        assert_eq!(said(&seen).matches("or note updated").count(), 1, "{}", said(&seen));
    }
    assert!(!said(&staff.get(&page).await).contains("Refund issued"));
}

#[tokio::test]
async fn what_came_back_with_a_parcel_is_booked_into_stock_once() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let page = ordered(&shop, &mut ada, &ids[0], "2", "sim_ok").await;
    let mut staff = administrator(&shop).await;
    let order = staff.until(&page, "Next parcel").await;
    let tags = order.tags();
    let field = tags.iter().map(|tag| tag.get("name")).find(|name| name.starts_with("q-")).unwrap();
    let one = [(field, "1"), ("do", "ship")];
    let mut seen = staff.submit_and_follow(&order, &format!("{page}/parcels"), &one).await.expect(200);
    for deed in ["fail", "return"] {
        let tags = seen.tags();
        let parcel =
            tags.iter().map(|tag| tag.get("action")).find(|action| action.contains("/parcels/ful_")).unwrap();
        seen = staff.submit_and_follow(&seen, parcel, &[("do", deed)]).await.expect(200);
    }
    // its price is what staff will give back, if they do
    let refund = format!("{page}/refund");
    let form = staff.get(&refund).await.expect(200);
    form.shows("Value of returned units: €12.50.");
    assert_eq!(form.value("amount"), "12.50");
    let some = [("amount", "2.50")];
    staff.submit(&form, &refund, &some).await.expect(303);
    assert_eq!(staff.get(&refund).await.expect(200).value("amount"), "10.00");
    let stock = format!("/console/products/{}/stock", ids[0]);
    let way = seen.links().into_iter().find(|link| link.starts_with(&stock)).unwrap();
    let form = staff.get(&way).await.expect(200);
    let other = staff.get(&way).await.expect(200);
    let (mut carl, theirs) = colleague(&shop, "carl", &["orders", "products"], &way).await;
    // no more than the parcel had
    let refused = staff.submit(&form, &stock, &[("pieces", "30")]).await.expect(422);
    refused.shows("Parcel 1 contained 1\u{a0}unit of this");
    assert_eq!(refused.value("pieces"), "30");
    // whatever an address says of that
    let claimed = staff.get(&format!("{way}&had=999")).await.expect(200);
    staff
        .submit(&claimed, &stock, &[("pieces", "30")])
        .await
        .expect(422)
        .shows("Parcel 1 contained 1\u{a0}unit");
    let own = [("remark", "in good order")];
    staff.submit_and_follow(&form, &stock, &own).await.expect(200).shows("Restocked.");
    // neither the form that stood open beside it nor a colleague's nor the same way does it once more
    staff.submit(&other, &stock, &[]).await.expect(409).shows("Already restocked");
    let words = [("remark", "looks like new")];
    carl.submit(&theirs, &stock, &words).await.expect(409).shows("Already restocked");
    let again = staff.get(&way).await.expect(200);
    again.shows("Already restocked").shows("in good order");
    assert!(!again.text.contains("name=\"pieces\"") && again.links().contains(&page));
    staff.get(&stock).await.expect(200).hides("Already restocked");
    let ledger = shop.admin().await.get(&format!("/v1/products/{}/stock", ids[0])).await.expect(200);
    let restocks =
        ledger.body["items"].as_array().unwrap().iter().filter(|moved| moved["reason"] == "restock");
    assert_eq!(restocks.count(), 1);
    // what was deleted meanwhile is put in no stock, and the way back is said
    let delete = format!("/console/products/{}/delete", ids[0]);
    let question = staff.get(&delete).await.expect(200);
    staff.submit(&question, &delete, &[]).await.expect(303);
    let gone = staff.get(&way).await.expect(410);
    gone.shows("This product was deleted");
    assert!(gone.links().contains(&page), "{:?}", gone.links());
    staff.get(&stock).await.expect(404);
    staff.get(&way.replace(&ids[0], "prd_01mcc5rm00e008000000000004")).await.expect(404);
}

#[tokio::test]
async fn a_parcel_is_found_under_its_own_order_alone() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let first = ordered(&shop, &mut ada, &ids[0], "1", "sim_ok").await;
    let mut staff = administrator(&shop).await;
    let seen = staff.until(&first, "Next parcel").await;
    let packed =
        staff.submit_and_follow(&seen, &format!("{first}/parcels"), &[("do", "pack")]).await.expect(200);
    let tags = packed.tags();
    let way = tags
        .iter()
        .map(|tag| tag.get("action"))
        .find(|way| way.contains("/parcels/ful_"))
        .unwrap()
        .to_owned();
    let other = ordered(&shop, &mut ada, &ids[0], "1", "sim_ok").await;
    let elsewhere = way.replace(&first, &other);
    assert_ne!(way, elsewhere);
    for deed in ["ship", "correct"] {
        let fields = packed.form(&way, &[("do", deed)]);
        staff.post(&elsewhere, &fields).await.expect(404);
    }
    // a parcel is packed or shipped, and nothing else is taken for it
    staff.submit(&seen, &format!("{first}/parcels"), &[("do", "explode")]).await.expect(404);
    staff.get(&first).await.expect(200).shows("Packed");
}

#[tokio::test]
async fn an_order_that_has_expired_offers_what_there_is_to_buy() {
    let (shop, ids) = shop_set(&[("ORDO_PAYMENT_DUE", "1")], &["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let order = ordered(&shop, &mut ada, &ids[0], "1", "sim_declined").await.replace("/console", "");
    let expired = ada.until(&order, "Expired: not paid in time").await;
    let is_way = |tag: &super::browser::Tag| tag.get("class") == "btn" && tag.get("href") == "/search";
    assert!(expired.tags().iter().any(|tag| is_way(tag) && tag.text == "All products"), "{}", said(&expired));
}
