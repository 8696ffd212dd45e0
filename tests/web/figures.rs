//! The first page of the console and the page of the system: figures that are true, and what can be done from there.

use super::{
    Browser, PageResult, address_and, at_checkout,
    query_budget::grow,
    registered,
    shop::{ADMIN_EMAIL, ADMIN_PASSWORD, Shop},
    shop_with,
    tampered_data::{change, meddle, put_aside, write_held},
};
use db::{Sql, params};
use kernel::Timestamp;
use serde_json::json;
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};
use testkit::{http_client::HttpClient, server::Launch, temp_dir::TempDir};

const UNANSWERED: &str = "/console/orders/unanswered";

const SUM: Sql = Sql::both(
    "insert into order_sum (begins, currency, part, orders, paid, revenue) values ($1, 'EUR', 0, 4, 4, $2)",
);
const OF_ATTEMPT: Sql = Sql::both(
    "update attempt set state = $1, updated_at = $2
     where payment_id = (select id from payment order by id limit 1 offset $3)",
);
const OF_REFUND: Sql = Sql::both(
    "update refund set state = $1, updated_at = $2
     where payment_id = (select id from payment order by id limit 1 offset $3)",
);

/// The beginnings of the day a week ago and of last month, in UTC.
fn before(now: Timestamp) -> (Timestamp, Timestamp) {
    const DAY: Duration = Duration::from_secs(24 * 3600);
    let begins = |at: Timestamp, day: &str| -> Timestamp {
        let day = format!("{}{day}", &at.to_string()[..10 - day.len()]);
        format!("{day}T00:00:00Z").parse().unwrap()
    };
    (begins(now.minus(7 * DAY), ""), begins(begins(now, "01").minus(DAY), "01"))
}

async fn administrator(shop: &Shop) -> Browser {
    let mut browser = Browser::new(&shop.url());
    let form = browser.open("/console").await.expect(200);
    let fields = [("who", ADMIN_EMAIL), ("password", ADMIN_PASSWORD)];
    browser.submit_and_follow(&form, "/sign-in", &fields).await.expect(200);
    browser
}

async fn buys(browser: &mut Browser, product: &str, pieces: &str, method: &'static str) -> String {
    let checkout = at_checkout(browser, product, pieces).await;
    browser.submit(&checkout, "/checkout", &address_and(method)).await.expect(303).location()
}

/// The words of a page, however they are set apart.
#[track_caller]
pub(crate) fn says(page: &PageResult, words: &str) {
    let all = page.words().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(all.contains(words), "the page does not say {words:?}: {all}");
}

#[tokio::test]
async fn the_first_page_tells_what_today_and_the_month_have_brought_and_what_waits() {
    let (shop, ids) = shop_with(&["Teapot", "Cup"]).await;
    let mut admin = administrator(&shop).await;
    let home = admin.get("/console").await.expect(200);
    says(&home, "€0.00");
    says(&home, "2 products low on stock");
    let mut ada = registered(&shop, "ada").await;
    buys(&mut ada, &ids[0], "2", "sim_ok").await;
    buys(&mut ada, &ids[0], "1", "sim_declined").await;
    let home = admin.get("/console").await.expect(200);
    for words in [
        "Revenue today €25.00",
        "2 orders, 1 paid",
        "1 order to pack",
        "1 unpaid order, with a failed payment",
    ] {
        says(&home, words);
    }
    charts_show_two_orders(&home, &shop).await;
    // what cannot be had any more is one of the things to do
    buys(&mut ada, &ids[1], "5", "sim_ok").await;
    let home = admin.get("/console").await.expect(200);
    says(&home, "Revenue today €87.50");
    says(&home, "1 product sold out");
    says(&home, "1 product low on stock");
    for wanted in ["out", "low"] {
        let place = format!("/console/products?status=active&stock={wanted}");
        assert!(home.links().contains(&place), "{:?}", home.links());
    }
    let low = admin.get("/console/products?status=active&stock=low").await.expect(200);
    low.shows("Low stock").shows("Teapot");
    assert!(!low.words().contains("Cup"), "what is sold out is not low: {}", low.words());
    // in the list of all each says for itself how it is
    let badges = |seen: &PageResult, says: &str| {
        let html = seen.text.split("<tbody").nth(1).unwrap_or_default().to_owned();
        html.matches(says).count()
    };
    let all = admin.get("/console/products").await.expect(200);
    assert_eq!((badges(&all, "Low stock"), badges(&all, "Sold out")), (1, 1), "{}", all.text);
    shop.assert_audit_is_clean("after three orders");
}

#[tokio::test]
async fn the_first_page_tells_what_happened_last_and_of_which_order() {
    let (shop, ids) = shop_with(&["Teapot", "Cup"]).await;
    let mut admin = administrator(&shop).await;
    let home = admin.get("/console").await.expect(200);
    assert!(!home.words().contains("Recent activity"), "nothing has happened yet: {}", home.words());
    let mut ada = registered(&shop, "ada").await;
    buys(&mut ada, &ids[0], "1", "sim_declined").await;
    let paid = buys(&mut ada, &ids[1], "2", "sim_ok").await;
    let paid = format!("/console{}", paid.split('?').next().unwrap());
    let order = admin.until(&paid, "Pack and ship").await;
    admin.submit(&order, &format!("{paid}/parcels"), &[("do", "ship")]).await.expect(303);
    let home = admin.get("/console").await.expect(200);
    let lately = home.text.split_once("data-live=\"lately\"").unwrap().1.split_once("</ol>").unwrap().0;
    // the newest first, each with the way to its order
    let words =
        ["Parcel shipped", "#1002", "Parcel packed", "Confirmed", "Placed", "Payment failed", "#1001"];
    let mut rest = lately;
    for one in words {
        rest = rest.split_once(one).unwrap_or_else(|| panic!("no {one} in {rest} of {lately}")).1;
    }
    assert!(lately.contains(&format!("href=\"{paid}\"")), "{lately}");
    assert!(!lately.contains("Updated"), "{lately}");
}

/// What the charts say of two orders, the first of them paid, and the rows of their tables in which that one is.
async fn charts_show_two_orders(home: &PageResult, shop: &Shop) {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let orders = shop.admin().await.get("/v1/orders?limit=2").await.expect(200).body;
    let [second, first] = [0, 1].map(|n| orders["items"][n]["created_at"].as_str().unwrap());
    let number = |of: std::ops::Range<usize>| first[of].parse::<usize>().unwrap();
    let (hour, month) = (format!("{}:00", number(11..13)), MONTHS[number(5..7) - 1]);
    let day = format!("{} {month}", number(8..10));
    let tags = home.tags();
    let charts = tags.iter().filter(|tag| tag.name == "svg").map(|tag| tag.get("aria-label"));
    let expected = [
        format!("Revenue per day in {month}, in UTC: €25.00 so far, most of it on {day} with €25.00"),
        format!("Orders per day in {month}, in UTC: 2 so far, most of them on {day}, 2"),
        format!("Revenue per hour today, in UTC: €25.00 so far, most of it from {hour}"),
        format!("Orders per hour today, in UTC: 2 so far, most of them from {hour}"),
    ];
    assert_eq!(charts.filter(|said| !said.is_empty()).collect::<Vec<_>>(), expected);
    // of both tables of a time: what it has brought, and how many orders
    let rows = |name: &str| -> Vec<&str> {
        let heads = (0..tags.len()).filter(|at| tags[*at].name == "th" && tags[*at].text == name);
        heads.map(|at| tags[at..].iter().find(|tag| tag.name == "td").unwrap().text.as_str()).collect()
    };
    // the other one may have come after the full hour
    let of_hour = if first[..13] == second[..13] { "2" } else { "1" };
    assert_eq!((rows(&day), rows(&hour)), (vec!["€25.00", "2"], vec!["€25.00", of_hour]));
}

#[tokio::test]
async fn figures_say_how_they_changed_or_that_there_is_nothing_to_compare_with() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    buys(&mut registered(&shop, "ada").await, &ids[0], "2", "sim_ok").await;
    let mut admin = administrator(&shop).await;
    let home = admin.get("/console").await.expect(200);
    says(&home, "1 of them paid Not enough data for last ");
    says(&home, "1 order, 1 paid Not enough data for these days in ");
    assert!(home.text.contains("in UTC: 1 so far, on "), "{}", home.text);
    says(&home, "By day, ending with today so far: €0.00, €0.00, €0.00, €0.00, €0.00, €0.00, €0.00, €25.00");
    let (week_ago, last_month) = before(testkit::real_env::env().now());
    for (begins, revenue) in [(week_ago, 5000), (last_month, 1000)] {
        assert_eq!(change(&shop, "orders", &SUM, params![begins, revenue]).await, 1);
    }
    let home = admin.get("/console").await.expect(200);
    says(&home, "50% less than last ");
    says(&home, "75% less than last ");
    says(&home, "100% more than last ");
    says(&home, "more than on these days in ");
    assert!(!home.words().contains("Not enough data"), "{}", home.words());
}

/// Every number of the first page that leads to orders, with where it leads.
fn counted(home: &PageResult) -> BTreeMap<String, usize> {
    let mut tags = home.tags().into_iter();
    let mut counted = BTreeMap::new();
    while let Some(tag) = tags.next() {
        if tag.name == "a" && tag.get("href").starts_with("/console/orders?") {
            let number = tags.by_ref().find(|tag| tag.name == "b").unwrap();
            counted.insert(tag.get("href").to_owned(), number.text.parse().unwrap());
        }
    }
    counted
}

/// The numbers beside the views of the list of orders, with where these lead.
fn in_views(list: &PageResult) -> BTreeMap<String, usize> {
    let tags = list.tags();
    let pairs = tags.iter().zip(tags.iter().skip(1));
    let counted = pairs.filter(|(link, count)| link.name == "a" && count.get("class") == "count");
    counted.map(|(link, count)| (link.get("href").to_owned(), count.text.parse().unwrap())).collect()
}

/// How many orders a list has, on all of its pages.
async fn rows(browser: &mut Browser, list: &str) -> usize {
    let (mut orders, mut page) = (BTreeSet::new(), list.to_owned());
    loop {
        let seen = browser.get(&page).await.expect(200);
        orders.extend(seen.links().into_iter().filter(|link| link.starts_with("/console/orders/ord_")));
        match seen.tags().iter().find(|tag| tag.get("rel") == "next") {
            Some(next) => page = next.get("href").to_owned(),
            None => return orders.len(),
        }
    }
}

#[tokio::test]
async fn each_number_of_the_first_page_is_the_number_of_rows_that_it_leads_to() {
    let (folder, demo) = (TempDir::new(), "admin@example.com");
    let data = folder.path().join("data");
    let mut launch = Launch::new(env!("CARGO_BIN_EXE_ordo"), &data).with("ORDO_RATE_LIMIT", "off");
    launch.arguments.push("--demo".to_owned());
    let shop = Shop::of(folder, launch);
    let body = json!({"email": demo, "password": "demo-admin-password"});
    let api = HttpClient::new(&shop.url());
    let api = api.with_token(api.post("/v1/login", "", &body).await.expect(200).text("token"));
    // of what is to be packed one order is held, and a parcel of another one is packed
    let to_pack = api.get("/v1/orders?attention=to_pack&limit=10").await.expect(200).body;
    let id = |n: usize| to_pack["items"][n]["id"].as_str().unwrap();
    let held = format!("/v1/orders/{}/hold", id(0));
    api.post(&held, "", &json!({"reason": "asks about the address"})).await.expect(200);
    let parcel = api.post(&format!("/v1/orders/{}/fulfilments", id(1)), "p", &json!({})).await.expect(201);
    api.post(&format!("/v1/fulfilments/{}/pack", parcel.text("id")), "", &json!({})).await.expect(200);

    // a parcel of a third one could not be delivered, of which not all was in a parcel before
    let mut rest = 2..10;
    let parcel = loop {
        let n = rest.next().expect("one has something open");
        let made = api.post(&format!("/v1/orders/{}/fulfilments", id(n)), &format!("f{n}"), &json!({})).await;
        if made.code() == 201 {
            break made;
        }
    };
    for step in ["ship", "fail"] {
        let step = format!("/v1/fulfilments/{}/{step}", parcel.text("id"));
        api.post(&step, "", &json!({})).await.expect(200);
    }
    // one of a fourth one came back, and a fifth one was packed and is not wanted any more
    let kettle = json!({"sku": "K-1", "name": "Kettle", "price": "12.50", "stock": 50});
    let kettle = api.post("/v1/products", "", &kettle).await.expect(201).text("id").to_owned();
    let lines = json!([{"product_id": kettle, "quantity": 1}]);
    let new = json!({"lines": lines, "payment": {"method": "sim_ok"}});
    let fresh = async |key: &str| {
        let order = format!("/v1/orders/{}", api.post("/v1/orders", key, &new).await.expect(201).text("id"));
        let made =
            api.post(&format!("{order}/fulfilments"), &format!("f-{key}"), &json!({})).await.expect(201);
        (format!("/v1/fulfilments/{}", made.text("id")), order)
    };
    let (parcel, _) = fresh("back").await;
    for step in ["ship", "fail", "return"] {
        api.post(&format!("{parcel}/{step}"), "", &json!({})).await.expect(200);
    }
    let (parcel, order) = fresh("packed").await;
    api.post(&format!("{parcel}/pack"), "", &json!({})).await.expect(200);
    api.post(&format!("{order}/cancel"), "unwanted", &json!({})).await.expect(200);
    // and one was paid in cash and cancelled: its money is handed back by people
    let unpaid = api.get("/v1/orders?attention=unpaid&limit=1").await.expect(200).body;
    let cash = format!("/v1/orders/{}", unpaid["items"][0]["id"].as_str().unwrap());
    api.post(&format!("{cash}/payments"), "cash", &json!({"method": "offline"})).await.expect(201);
    api.post(&format!("{cash}/cancel"), "cancel", &json!({})).await.expect(200);

    let mut admin = Browser::new(&shop.url());
    let form = admin.open("/console").await.expect(200);
    let fields = [("who", demo), ("password", "demo-admin-password")];
    let home = admin.submit_and_follow(&form, "/sign-in", &fields).await.expect(200);
    let counted = counted(&home);
    let kinds = [
        "to_pack",
        "packed",
        "on_hold",
        "partially_shipped",
        "undelivered",
        "to_hand_back",
        "came_back",
        "to_unpack",
        "unpaid",
    ];
    for kind in kinds {
        let wanted = format!("attention={kind}&");
        assert!(counted.keys().any(|place| place.contains(&wanted)), "{kind}: {counted:?}");
    }
    // a part of another one is shown with it, and not counted again
    says(&home, "of them with a failed payment");
    for kind in ["to_pack_late", "payment_refused", "unpaid_expiring"] {
        assert!(!counted.keys().any(|place| place.contains(&format!("attention={kind}&"))), "{counted:?}");
    }
    for (place, count) in counted {
        assert_eq!(rows(&mut admin, &place).await, count, "{place}");
    }
    // and so is each beside the name of a view
    let views = in_views(&admin.get("/console/orders").await.expect(200));
    assert!(views.len() >= 4, "{views:?}");
    for (place, count) in views {
        assert_eq!(rows(&mut admin, &place).await, count, "{place}");
    }
}

#[tokio::test]
async fn the_page_of_the_system_tells_how_each_service_does() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut admin = administrator(&shop).await;
    let mut ada = registered(&shop, "ada").await;
    buys(&mut ada, &ids[0], "1", "sim_ok").await;
    let page = admin.get("/console/system").await.expect(200);
    for service in ["auth", "products", "orders", "payments", "notifications", "gateway"] {
        page.shows(service);
    }
    // it has answered all that led here
    let of_gateway = page.text.split(">gateway<").nth(1).unwrap().split("</tr>").next().unwrap();
    assert!(of_gateway.contains("Healthy") && !of_gateway.contains("–"), "{of_gateway}");
    // in many processes the disk is the database's own affair
    if shop.server.is_some() {
        page.shows("disk").shows("Writable");
    }
    page.shows("Requests/s")
        .shows("p99")
        .shows("0.00%")
        .shows("Event flow")
        .shows("All events were processed.");
    page.shows("Not run yet").shows("I10");
    // the events of an order have been published and consumed
    let up_to_date = admin.until("/console/system", "All consumers are up to date").await;
    up_to_date.shows("published");
    let audited = admin.submit(&page, "/console/system/audit", &[]).await.expect(303);
    admin.get(&audited.location()).await.expect(200).shows("results appear below");
    let ended = admin.until("/console/system", "Passed").await;
    assert!(!ended.words().contains("violated"), "{}", ended.words());
    // it is for those alone who look after the shop's settings
    ada.get("/console/system").await.expect(403);
    let token = ada.get("/account").await.expect(200).value("csrf");
    for action in ["/console/system/audit", "/console/system/letters"] {
        ada.post(action, &[("csrf".to_owned(), token.clone())]).await.expect(403);
        admin.post(action, &[]).await.expect(403);
    }
}

#[tokio::test]
async fn a_service_that_cannot_write_is_shown_as_such_with_what_waits_there() {
    let shop = Shop::embedded(&[]);
    let mut admin = administrator(&shop).await;
    let well = admin.get("/console/system").await.expect(200);
    assert!(!well.words().contains("ead-only"), "{}", well.words());
    let held = write_held(&shop.launch.data);
    let page = admin.get("/console/system").await.expect(200);
    // they share one file
    page.shows("auth, products, orders, payments, notifications are read-only");
    page.shows("Read-only").shows("can be read");
    // and the lamp above it says no other thing
    page.shows("API degraded");
    // it responds, and so reports what it has published and what waits, as all others do
    assert!(!page.words().contains("nreachable"), "{}", page.words());
    // the lamp above every page shows it, too
    admin.until("/console/orders", "API degraded").await;
    assert_eq!(page.words().matches("published").count(), well.words().matches("published").count());
    drop(held);
    let well = admin.get("/console/system").await.expect(200);
    assert!(!well.words().contains("ead-only"), "{}", well.words());
}

#[tokio::test]
async fn what_no_provider_answers_is_counted_and_shown_alike() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let (staff, mut admin) = (shop.admin().await, administrator(&shop).await);
    let mut ada = registered(&shop, "ada").await;
    let mut orders = BTreeSet::new();
    for _ in 0..3 {
        let place = buys(&mut ada, &ids[0], "1", "sim_ok").await;
        let id = place.split(['/', '?']).find(|part| part.starts_with("ord_")).unwrap();
        staff.post(&format!("/v1/orders/{id}/refunds"), id, &json!({"amount": "1.00"})).await.expect(201);
        let page = format!("/console/orders/{id}");
        // nothing of it is under way any more
        admin.until(&page, "Partially refunded").await;
        orders.insert(page);
    }
    admin.get(UNANSWERED).await.expect(200).shows("No unresolved payments");
    // no list of orders by their payments would show these: the first two are paid for, as it seems
    for (statement, state, nth) in [
        (&OF_ATTEMPT, "unknown_capturing", 0),
        (&OF_ATTEMPT, "unknown_voiding", 1),
        (&OF_REFUND, "unknown", 2),
    ] {
        let long_ago = Timestamp::from_seconds(1);
        assert_eq!(change(&shop, "payments", statement, params![state, long_ago, nth]).await, 1);
    }
    let home = admin.until("/console", "unresolved payments").await;
    says(&home, "3 unresolved payments");
    assert!(home.links().contains(UNANSWERED), "{:?}", home.links());
    let page = admin.get(UNANSWERED).await.expect(200);
    page.shows("Capture of authorized payment")
        .shows("Void of authorized payment")
        .shows("Refund")
        .shows("€1.00");
    let shown: BTreeSet<String> =
        page.links().into_iter().filter(|link| link.starts_with("/console/orders/ord_")).collect();
    assert_eq!(shown, orders);
    ada.get(UNANSWERED).await.expect(403);
}

#[tokio::test]
async fn what_was_put_aside_is_acted_on_once_more_by_a_button() {
    let shop = Shop::open(&[]);
    for n in [1, 2] {
        put_aside(&shop, n).await;
    }
    let mut admin = administrator(&shop).await;
    let page = admin.get("/console/system").await.expect(200);
    page.shows("why number 1").shows("why number 2").shows("not processed by products").shows("2 events");
    // above the drawing of the flow, in it, and in the table that stands for it
    assert!(page.words().matches("2 dead letters").count() >= 3, "{}", page.words());
    page.shows("\"subject\": \"ord_1\"");
    admin.until("/console", "dead letters").await;
    let again = page.form("/console/system/letters", &[("do", "replay")]);
    let done = admin.post("/console/system/letters", &again).await.expect(303).location();
    admin.get(&done).await.expect(200).shows("Replay queued");
    // the same form once more asks for nothing new
    admin.post("/console/system/letters", &again).await.expect(303);
    // what still cannot be acted on lies there again, and says why
    let failed = admin.until("/console/system", "missing field").await;
    failed.shows("2 events").shows("Replayed once, failed again.");
    let dropped = page.form("/console/system/letters", &[("do", "drop")]);
    admin.post("/console/system/letters", &dropped).await.expect(303);
    admin.get("/console/system").await.expect(200).shows("1 event");
    admin.until("/console", "dead letter").await;
}

#[tokio::test]
async fn what_an_audit_finds_leads_to_its_order_and_is_kept() {
    let mut shop = Shop::embedded(&[]);
    let staff = shop.admin().await;
    let teapot = json!({"sku": "T-1", "name": "Teapot", "price": "12.50", "stock": 5});
    let teapot = staff.post("/v1/products", "", &teapot).await.expect(201).text("id").to_owned();
    let place = buys(&mut registered(&shop, "ada").await, &teapot, "1", "sim_ok").await;
    grow(&mut shop, |data| meddle(data, "orders", "update orders set total = total + 1"));
    put_aside(&shop, 1).await;
    let mut admin = administrator(&shop).await;
    let page = admin.get("/console/system").await.expect(200);
    admin.submit(&page, "/console/system/audit", &[]).await.expect(303);
    let found = admin.until("/console/system", "violated").await;
    let order = format!("/console{}", place.split('?').next().unwrap());
    assert!(found.links().contains(&order), "{:?}", found.links());
    // dead letters are further up, and are shown in the language that they are written in
    found.shows("dead letters");
    assert!(found.tags().iter().any(|tag| tag.name == "a" && tag.get("href") == "#letters"));
    assert!(found.tags().iter().any(|tag| tag.name == "p" && tag.get("lang") == "en"));
    admin.until("/console", "violated in the last audit").await;

    // it is the last one, also after this process has ended, until another one has ended
    grow(&mut shop, |data| {
        meddle(data, "orders", "update orders set total = total - 1");
        meddle(data, "products", "delete from dead_letter");
    });
    let mut admin = administrator(&shop).await;
    let kept = admin.get("/console/system").await.expect(200);
    kept.shows("violated").shows("Completed");
    assert!(kept.links().contains(&order), "{:?}", kept.links());
    admin.until("/console", "violated in the last audit").await;
    admin.submit(&kept, "/console/system/audit", &[]).await.expect(303);
    let all_hold = |page: &PageResult| page.words().matches(" Passed").count() == 10;
    let mut seen = admin.get("/console/system").await.expect(200);
    for _ in 0..200 {
        if all_hold(&seen) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        seen = admin.get("/console/system").await.expect(200);
    }
    grow(&mut shop, |_| ());
    let kept = administrator(&shop).await.get("/console/system").await.expect(200);
    assert!(all_hold(&seen) && all_hold(&kept), "{}", kept.words());
}

#[tokio::test]
async fn no_page_waits_to_hear_how_the_api_is() {
    let shop = Shop::open(&[]);
    let mut admin = Browser::new(&shop.url());
    let form = admin.get("/sign-in").await.expect(200);
    let whole = [("who", ADMIN_EMAIL), ("password", ADMIN_PASSWORD)];
    admin.submit(&form, "/sign-in", &whole).await.expect(303);
    admin.get("/console/products/new").await.expect(200).shows("Checking API");
    admin.until("/console/products/new", "API connected").await;
}
