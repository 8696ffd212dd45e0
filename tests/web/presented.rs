//! How a shop shows things by its settings: times in its zone, stock without counts; and what comes by itself in the console.

use super::{
    ADDRESS, Browser, PageResult, console::administrator, listed::product_data, orders_of, registered,
    shop_set, shop_with,
};
use crate::tampered_data::change;
use db::{Sql, params};
use kernel::Timestamp;
use serde_json::{Value, json};
use std::time::Duration;
use testkit::http_client::HttpClient;

/// So far from UTC is the zone of [`FAR`], in summer and winter.
const FAR_OFF: Duration = Duration::from_secs(14 * 3600);
const FAR: &str = "Pacific/Kiritimati";

/// Buys a piece of this product by the API, and pays where a method is named.
async fn buys(customer: &HttpClient, product: &str, quantity: i64, method: Option<&str>, key: &str) -> Value {
    let address: serde_json::Map<String, Value> =
        ADDRESS.into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect();
    let mut body =
        json!({"lines": [{"product_id": product, "quantity": quantity}], "shipping_address": address});
    if let Some(method) = method {
        body["payment"] = json!({"method": method});
    }
    customer.post("/v1/orders", key, &body).await.body
}

/// Each moment of a page, with what is read of it.
fn moments(page: &PageResult) -> Vec<(Timestamp, String)> {
    let tags = page.tags();
    let times = tags.iter().filter(|tag| tag.name == "time" && !tag.is_end);
    times.map(|tag| (tag.get("datetime").parse().unwrap(), tag.text.clone())).collect()
}

#[tokio::test]
async fn every_time_day_and_filter_is_in_the_zone_of_the_shop() {
    let (shop, ids) = shop_set(&[("ORDO_TIME_ZONE", FAR)], &["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let api = super::api_of(&shop, "ada").await;
    let order = buys(&api, &ids[0], 1, Some("sim_ok"), "one").await;
    let path = format!("/orders/{}", order["id"].as_str().unwrap());
    let page = ada.until(&path, "Paid, preparing your order").await;
    let local = |at: Timestamp| at.plus(FAR_OFF).to_string();
    let times: Vec<_> = moments(&page).into_iter().filter(|(_, read)| read.contains(':')).collect();
    assert!(times.len() >= 3, "{times:?}");
    for (at, read) in times {
        let there = local(at);
        let day = there[8..10].trim_start_matches('0');
        assert!(
            read.starts_with(&format!("{day} ")) && read.ends_with(&there[11..16]),
            "{read} is not {there}"
        );
    }
    page.shows("UTC+14");
    // the invoice is of the day that it is there
    let created: Timestamp = order["created_at"].as_str().unwrap().parse().unwrap();
    let there = local(created);
    let invoice = ada.get(&format!("{path}/invoice")).await.expect(200);
    assert!(
        moments(&invoice)[0].1.starts_with(there[8..10].trim_start_matches('0')),
        "{:?}",
        moments(&invoice)
    );
    // and so are the days of filters
    let mut staff = administrator(&shop).await;
    let number = format!("#{}", order["number"]);
    let (today, before) =
        (&there[..10], local(created.minus(Duration::from_secs(24 * 3600)))[..10].to_owned());
    staff.get(&format!("/console/orders?from={today}&to={today}")).await.expect(200).shows(&number);
    staff.get(&format!("/console/orders?to={before}")).await.expect(200).hides(&number);
    let home = staff.get("/console").await.expect(200);
    assert!(home.text.contains(&format!("in {FAR}:")), "{}", home.text);
    home.shows("€12.50");
    // a mail says until when to pay in the same time
    buys(&api, &ids[0], 1, None, "two").await;
    let admin = shop.admin().await;
    for _ in 0..200 {
        let mails = admin.get("/v1/mails").await.expect(200).body.to_string();
        if mails.contains("Please pay") {
            assert!(mails.contains(" UTC+14."), "{mails}");
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("no mail asks for money");
}

#[tokio::test]
async fn a_day_that_begins_at_1_00_ends_at_midnight() {
    let (shop, ids) = shop_set(&[("ORDO_TIME_ZONE", "Africa/Cairo")], &["Teapot"]).await;
    registered(&shop, "ada").await;
    let api = super::api_of(&shop, "ada").await;
    // 1:30 and 23:30 of the 24th, on which there was no midnight, and 0:30 of the 25th
    let moments = ["2026-04-23T22:30:00Z", "2026-04-24T20:30:00Z", "2026-04-24T21:30:00Z"];
    let mut numbers = Vec::new();
    for at in moments {
        let order = buys(&api, &ids[0], 1, Some("sim_ok"), at).await;
        let number = order["number"].as_i64().unwrap();
        let values = params![at.parse::<Timestamp>().unwrap(), number];
        assert_eq!(change(&shop, "orders", &MOVE, values).await, 1);
        numbers.push(format!("#{number}"));
    }
    let mut staff = administrator(&shop).await;
    for (day, those) in [("24", [true, true, false]), ("25", [false, false, true])] {
        let page = format!("/console/orders?from=2026-04-{day}&to=2026-04-{day}");
        let list = staff.get(&page).await.expect(200).words();
        let found: Vec<_> = numbers.iter().map(|number| list.contains(number)).collect();
        assert_eq!(found, those, "{day} {list}");
    }
}

const MOVE: Sql = Sql::both("update orders set created_at = $1 where number = $2");

#[tokio::test]
async fn a_time_of_another_year_says_of_which() {
    let (shop, ids) = shop_set(&[("ORDO_TIME_ZONE", "Europe/Berlin")], &["Teapot"]).await;
    registered(&shop, "ada").await;
    let api = super::api_of(&shop, "ada").await;
    let old = buys(&api, &ids[0], 1, Some("sim_ok"), "old").await;
    let at: Timestamp = "2011-12-31T23:30:00Z".parse().unwrap();
    assert_eq!(change(&shop, "orders", &MOVE, params![at, old["number"].as_i64().unwrap()]).await, 1);
    let new = buys(&api, &ids[0], 1, Some("sim_ok"), "new").await;
    let new: Timestamp = new["created_at"].as_str().unwrap().parse().unwrap();
    let (far, last): (Timestamp, Timestamp) =
        ("2036-11-25T12:00:00Z".parse().unwrap(), "9999-12-31T23:59:59Z".parse().unwrap());
    for end in [far, last] {
        let key = json!({"name": "Till", "scopes": ["orders"], "expires_at": end.to_string()});
        shop.admin().await.post("/v1/api-keys", "", &key).await.expect(201);
    }
    let mut staff = administrator(&shop).await;
    for (language, [in_2012, in_2036, at_last]) in [
        ("en", ["1 Jan 2012, 00:30", "25 Nov 2036, 13:00", "31 Dec 9999, 23:59"]),
        ("de", ["1. Jan. 2012, 00:30", "25. Nov. 2036, 13:00", "31. Dez. 9999, 23:59"]),
    ] {
        staff.says = vec![("accept-language", language.to_owned())];
        let orders = staff.get("/console/orders").await.expect(200);
        let keys = staff.get("/console/api-keys").await.expect(200);
        let read = [moments(&orders), moments(&keys)].concat();
        for (moment, expected) in [(at, in_2012), (far, in_2036), (last, at_last)] {
            assert!(read.contains(&(moment, expected.to_owned())), "{expected}: {read:?}");
        }
        keys.shows("UTC");
        // one of this year is short
        let (_, now) = read.iter().find(|(moment, _)| *moment == new).unwrap();
        assert_eq!(now.split_whitespace().count(), 3, "{now}");
    }
}

#[tokio::test]
async fn a_day_that_is_none_lists_no_orders_and_is_said() {
    for (zone, last) in [("Europe/Berlin", "9999-12-29"), ("Africa/Cairo", "9999-12-29")] {
        let (shop, ids) = shop_set(&[("ORDO_TIME_ZONE", zone)], &["Teapot"]).await;
        registered(&shop, "ada").await;
        let api = super::api_of(&shop, "ada").await;
        let number = format!("#{}", buys(&api, &ids[0], 1, Some("sim_ok"), "one").await["number"]);
        let mut staff = administrator(&shop).await;
        for day in ["9999-12-31", "2026-02-30", "soon", "10000-01-01"] {
            for member in ["from", "to"] {
                let place = format!("/console/orders?{member}={day}");
                let list = staff.get(&place).await.expect(200);
                let said = format!("“{day}” isn’t a date, or it’s out of range.");
                list.shows(&said).hides(&number).shows("No orders match");
                assert_eq!(list.value(member), "", "a field of days takes nothing else");
                let news = format!("/console/orders/new?since=2020-01-01T00:00:00Z&{member}={day}");
                assert_eq!(staff.get(&news).await.expect(200).text, "", "{news}");
            }
        }
        for asked in ["from=0000-01-01".to_owned(), format!("to={last}"), String::new()] {
            let list = staff.get(&format!("/console/orders?{asked}")).await.expect(200);
            list.shows(&number).hides("isn’t a date");
        }
        let none = staff.get(&format!("/console/orders?from={last}")).await.expect(200);
        none.hides(&number).hides("isn’t a date");
        staff.says = vec![("accept-language", "de".to_owned())];
        let list = staff.get("/console/orders?from=9999-12-31").await.expect(200);
        list.shows("„9999-12-31“ ist kein gültiges Datum.").hides(&number);
    }
}

#[tokio::test]
async fn a_shop_can_hide_how_many_there_are_from_everybody_but_staff() {
    let (shop, ids) =
        shop_set(&[("ORDO_SHOW_STOCK", "level"), ("ORDO_UNPAID_STOCK_PERCENT_CUSTOMER", "30")], &["Teapot"])
            .await;
    let admin = shop.admin().await;
    let many = json!({"sku": "M", "name": "Cup", "price": "2.00", "stock": 47});
    let many = admin.post("/v1/products", "", &many).await.expect(201).text("id").to_owned();
    let few = ids[0].clone();
    let (mut guest, plain) = (Browser::new(&shop.url()), HttpClient::new(&shop.url()));
    registered(&shop, "ada").await;
    let ada = super::api_of(&shop, "ada").await;
    let counts = |body: &Value| ["stock", "available", "reserved"].map(|name| body[name].as_i64().unwrap());
    let path = |id: &str| format!("/v1/products/{id}");
    for caller in [&plain, &ada] {
        assert_eq!(counts(&caller.get(&path(&few)).await.expect(200).body), [1, 1, 0]);
        assert_eq!(counts(&caller.get(&path(&many)).await.expect(200).body), [6, 6, 0]);
        let list = caller.get("/v1/products").await.expect(200).body;
        let told: Vec<_> = list["items"].as_array().unwrap().iter().map(counts).collect();
        assert_eq!(told, [[6, 6, 0], [1, 1, 0]]);
    }
    assert_eq!(counts(&admin.get(&path(&many)).await.expect(200).body), [47, 47, 0]);
    // a sale that does not change the level changes nothing that is shown
    let tag = |said: &testkit::http_client::HttpResponse| said.headers["etag"].to_str().unwrap().to_owned();
    let before = plain.get(&path(&many)).await;
    buys(&ada, &many, 3, Some("sim_ok"), "one").await;
    let after = plain.get(&path(&many)).await;
    assert_eq!((tag(&before), &before.body), (tag(&after), &after.body));
    assert_eq!(counts(&admin.get(&path(&many)).await.expect(200).body), [47, 44, 3]);
    // nor does an order that is too large tell it
    let refused = buys(&ada, &many, 45, Some("sim_ok"), "two").await;
    assert_eq!(refused["code"], "insufficient_stock", "{refused}");
    let (wrong, detail) = (&refused["errors"][0], refused["errors"][0]["detail"].as_str().unwrap());
    assert!(wrong["available"] == 6 && !detail.contains("4"), "{refused}");
    // nor one that unpaid orders may not reserve, of which a third is the customer's share
    let refused = buys(&ada, &many, 20, None, "three").await;
    let why = refused["errors"][0]["detail"].as_str().unwrap();
    let part = "unpaid orders can reserve only a part of the stock: fewer than that can be ordered now";
    assert_eq!((why, &refused["errors"][0]["limited"]), (part, &json!(true)));
    let page = guest.get(&format!("/products/{many}")).await.expect(200);
    page.shows("In stock").hides("44").hides("as of");
    assert_eq!(product_data(&page).unwrap()["offers"]["availability"], "https://schema.org/InStock");
    guest.get(&format!("/products/{few}")).await.expect(200).shows("Only a few left").hides("5 left");
    guest.get("/search").await.expect(200).shows("Only a few left").hides("5 left");
    let product = guest.get(&format!("/products/{many}")).await.expect(200);
    let basket = guest.submit_and_follow(&product, "/basket", &[("quantity", "45")]).await.expect(200);
    basket.shows("You selected 45, but fewer are left.").hides("44");
    guest.get("/basket").await.expect(200).shows("but fewer are left.").hides("44");
    let basket = guest.get(&format!("/products/{many}/stock")).await.expect(200);
    assert!(!basket.text.contains("44"), "{}", basket.text);
    // staff see all of it
    let mut staff = administrator(&shop).await;
    staff.get("/console/products").await.expect(200).shows("44");
    // as usual everybody does
    let (open, ids) = shop_with(&["Teapot"]).await;
    assert_eq!(counts(&HttpClient::new(&open.url()).get(&path(&ids[0])).await.expect(200).body), [5, 5, 0]);
}

#[tokio::test]
async fn a_list_of_orders_says_how_many_came_since() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    registered(&shop, "ada").await;
    let ada = super::api_of(&shop, "ada").await;
    buys(&ada, &ids[0], 1, Some("sim_ok"), "before").await;
    let mut staff = administrator(&shop).await;
    let news_of = |page: &PageResult| {
        let tags = page.tags();
        tags.iter().find(|tag| tag.attributes.contains_key("data-news")).unwrap().get("data-news").to_owned()
    };
    let all = news_of(&staff.get("/console/orders").await.expect(200));
    let unpaid = news_of(&staff.get("/console/orders?status=pending&sort=-total").await.expect(200));
    assert_eq!(staff.get(&all).await.expect(200).text, "");
    buys(&ada, &ids[0], 1, Some("sim_ok"), "after").await;
    let one = staff.get(&all).await.expect(200);
    one.shows("1 new order");
    assert!(one.links().contains("/console/orders"), "{}", one.text);
    assert_eq!(staff.get(&unpaid).await.expect(200).text, "", "it is not in that list");
    buys(&ada, &ids[0], 1, Some("sim_declined"), "unpaid").await;
    staff.get(&all).await.expect(200).shows("2 new orders");
    let filtered = staff.get(&unpaid).await.expect(200);
    filtered.shows("1 new order");
    assert!(
        filtered.text.contains("status=pending") && filtered.text.contains("sort=-total"),
        "{}",
        filtered.text
    );
    assert_eq!(staff.get("/console/orders/new?since=yesterday").await.status, 404);
    // staff without the permission to see orders see nothing of it
    assert_eq!(Browser::new(&shop.url()).get(&all).await.status, 303);
    // the newest orders of the first page are asked for again by its script
    let home = staff.get("/console").await.expect(200);
    let newest = home.text.split("data-live=\"newest\"").nth(1).unwrap();
    assert!(newest.contains(&format!("#{}", orders_of(&ada).await[0]["number"])), "{newest}");
}
