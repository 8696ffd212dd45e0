//! What the lists of the console find and leave out, and in which order: by words, by filters, by days, and across all rooms.

use super::{
    Browser, PASSWORD, PageResult, address_and, api_of, at_checkout,
    browser::Tag,
    console::{administrator, ordered},
    large_orders::fill_shelves_apart,
    put_on_sale,
    query_budget::grow,
    registered,
    shop::Shop,
    shop_with,
    tampered_data::{change, meddle},
};
use db::{Sql, params};
use kernel::{Timestamp, id::OrderId};
use serde_json::json;
use std::collections::BTreeMap;
use testkit::http_client::HttpClient;

const MADE_THEN: Sql = Sql::both("update orders set created_at = $1 where id = $2");

/// Each that leads to one of these, from above.
fn shown(page: &PageResult, place: &str, names: &BTreeMap<String, &'static str>) -> Vec<&'static str> {
    let tags = page.tags();
    let links = tags.iter().filter(|tag| tag.name == "a").map(|tag| tag.get("href"));
    let ids = links.filter_map(|link| link.strip_prefix(place)?.strip_prefix('/'));
    ids.filter_map(|id| names.get(id).copied()).collect()
}

/// Those and no others are listed, in this order.
async fn lists(
    staff: &mut Browser,
    room: &str,
    asked: &str,
    names: &BTreeMap<String, &'static str>,
    expected: &[&str],
) {
    let page = staff.get(&format!("{room}?{asked}")).await.expect(200);
    assert_eq!(shown(&page, room, names), expected, "{room}?{asked}: {}", page.words());
}

async fn product(admin: &HttpClient, sku: &str, name: &str, price: &str, stock: i64, status: &str) -> String {
    let body = json!({"sku": sku, "name": name, "price": price, "stock": stock, "status": status});
    admin.post("/v1/products", "", &body).await.expect(201).text("id").to_owned()
}

/// An order of somebody with an account of this name: its id and its number.
async fn order(shop: &Shop, who: (&str, &str), product: &str, pieces: i64, method: &str) -> (String, String) {
    let (account, name) = who;
    let email = format!("{account}@example.com");
    let plain = HttpClient::new(&shop.url());
    let made = json!({"email": email, "name": name, "password": PASSWORD});
    let buyer = plain.with_token(plain.post("/v1/register", "", &made).await.expect(201).text("token"));
    let lines = json!([{"product_id": product, "quantity": pieces}]);
    let body = json!({"lines": lines, "payment": {"method": method}});
    let placed = buyer.post("/v1/orders", account, &body).await.expect(201);
    (placed.text("id").to_owned(), placed.body["number"].to_string())
}

/// Three orders that have nothing in common, from the oldest, each of a day of its own; and their numbers.
async fn three_orders(shop: &Shop) -> (BTreeMap<String, &'static str>, [String; 3]) {
    let admin = shop.admin().await;
    let pot = product(&admin, "POT", "Kettle", "20.00", 50, "active").await;
    let cup = product(&admin, "CUP", "Mug", "5.00", 50, "active").await;
    let bowl = product(&admin, "BOWL", "Dish", "12.00", 50, "active").await;
    let all = [
        ("of Ada", order(shop, ("countess", "Ada Lovelace"), &pot, 1, "sim_ok").await),
        ("of Bea", order(shop, ("peter", "Beatrix Webb"), &cup, 9, "sim_declined").await),
        ("of Cleo", order(shop, ("queen", "Cleo Philopator"), &bowl, 1, "sim_ok").await),
    ];
    // the last and the first moment of days, which belong to them
    for ((_, (id, _)), at) in
        all.iter().zip(["2026-01-05T23:59:59.999999Z", "2026-01-07T00:00:00Z", "2026-01-08T12:00:00Z"])
    {
        let (id, at): (OrderId, Timestamp) = (id.parse().unwrap(), at.parse().unwrap());
        assert_eq!(change(shop, "orders", &MADE_THEN, params![at, id]).await, 1);
    }
    let numbers = all.clone().map(|(_, (_, number))| number);
    (all.into_iter().map(|(name, (id, _))| (id, name)).collect(), numbers)
}

#[tokio::test]
async fn the_list_of_orders_finds_what_was_asked_for_and_nothing_else() {
    let (shop, _) = shop_with(&[]).await;
    let (names, numbers) = three_orders(&shop).await;
    let admin = shop.admin().await;
    let of_ada = names.iter().find(|(_, name)| **name == "of Ada").unwrap().0;
    let held = format!("/v1/orders/{of_ada}/hold");
    admin.post(&held, "", &json!({"reason": "asks about the address"})).await.expect(200);
    let mut staff = administrator(&shop).await;
    let by_number = format!("q={}", numbers[1]);
    let (ada, bea, cleo) = ("of Ada", "of Bea", "of Cleo");
    for (asked, expected) in [
        ("", vec![cleo, bea, ada]),
        // by its number, by who ordered, by what, and by all of it at once
        (by_number.as_str(), vec![bea]),
        ("q=lovelace", vec![ada]),
        ("q=BEATRIX+webb", vec![bea]),
        ("q=bowl", vec![cleo]),
        ("q=kett", vec![ada]),
        ("q=webb+mug", vec![bea]),
        ("q=webb+kettle", vec![]),
        // as they stand
        ("payment=paid", vec![cleo, ada]),
        ("payment=unpaid", vec![bea]),
        ("payment=refunded", vec![]),
        ("status=pending", vec![bea]),
        ("status=confirmed", vec![cleo, ada]),
        ("attention=on_hold", vec![ada]),
        ("fulfilment=unfulfilled", vec![cleo, bea, ada]),
        ("fulfilment=shipped", vec![]),
        // the days that are named belong to it, and the fields may be taken for one another
        ("from=2026-01-06", vec![cleo, bea]),
        ("from=2026-01-07", vec![cleo, bea]),
        ("from=2026-01-08", vec![cleo]),
        ("to=2026-01-05", vec![ada]),
        ("to=2026-01-06", vec![ada]),
        ("to=2026-01-07", vec![bea, ada]),
        ("from=2026-01-05&to=2026-01-05", vec![ada]),
        ("from=2026-01-06&to=2026-01-07", vec![bea]),
        ("from=2026-01-07&to=2026-01-06", vec![bea]),
        ("from=2026-01-06&to=2026-01-06", vec![]),
        // in another order
        ("sort=created_at", vec![ada, bea, cleo]),
        ("sort=-total", vec![bea, ada, cleo]),
        ("sort=total", vec![cleo, ada, bea]),
        ("sort=-updated_at", vec![ada, cleo, bea]),
        // and several of these together
        ("payment=paid&sort=created_at", vec![ada, cleo]),
        ("q=webb&payment=paid", vec![]),
        ("payment=paid&from=2026-01-06&sort=-total", vec![cleo]),
        // what is no value is left out
        ("payment=dollars&sort=sideways", vec![cleo, bea, ada]),
        // but for days: no list is longer for what cannot be read
        ("payment=paid&from=tomorrow", vec![]),
        ("from=2026-01-06&to=2026-01-32", vec![]),
    ] {
        lists(&mut staff, "/console/orders", asked, &names, &expected).await;
    }
    // what was asked for stands in the form and above the list, from where it can be taken away
    let page = staff.get("/console/orders?q=webb&payment=unpaid&from=2026-01-06").await.expect(200);
    assert_eq!(page.text.matches("(UTC)").count(), 3, "both fields, and the day above the list");
    let sent = page.form("/console/orders", &[]);
    for (field, value) in [("q", "webb"), ("payment", "unpaid"), ("from", "2026-01-06"), ("to", "")] {
        assert!(sent.contains(&(field.to_owned(), value.to_owned())), "{field}: {sent:?}");
    }
    for without in ["payment=unpaid&from=2026-01-06", "q=webb&from=2026-01-06", "q=webb&payment=unpaid"] {
        let link = format!("/console/orders?{without}");
        assert!(page.links().contains(&link), "{link}: {:?}", page.links());
    }
}

#[tokio::test]
async fn a_search_of_the_console_finds_in_every_room_what_fits_and_nothing_else() {
    let (shop, _) = shop_with(&[]).await;
    let (orders, numbers) = three_orders(&shop).await;
    let admin = shop.admin().await;
    let named = async |list: &str, member: &str| -> BTreeMap<String, &'static str> {
        let items = admin.get(list).await.expect(200).body["items"].as_array().unwrap().clone();
        let name = |text: &str| {
            ["POT", "CUP", "BOWL", "countess", "peter", "queen"].into_iter().find(|name| text.contains(name))
        };
        let named = items
            .iter()
            .filter_map(|item| Some((item["id"].as_str()?.to_owned(), name(item[member].as_str()?)?)));
        named.collect()
    };
    let (products, people) = (named("/v1/products", "sku").await, named("/v1/users", "email").await);
    assert_eq!((products.len(), people.len()), (3, 3));
    let mut staff = administrator(&shop).await;
    for (words, of_orders, of_products, of_people) in [
        (numbers[2].as_str(), vec!["of Cleo"], vec![], vec![]),
        ("lovelace", vec!["of Ada"], vec![], vec!["countess"]),
        ("mug", vec!["of Bea"], vec!["CUP"], vec![]),
        ("peter%40example.com", vec!["of Bea"], vec![], vec!["peter"]),
        ("ph", vec!["of Cleo"], vec![], vec!["queen"]),
        ("bowl", vec!["of Cleo"], vec!["BOWL"], vec![]),
    ] {
        let page = staff.get(&format!("/console/search?q={words}")).await.expect(200);
        assert_eq!(shown(&page, "/console/orders", &orders), of_orders, "{words}: {}", page.words());
        assert_eq!(shown(&page, "/console/products", &products), of_products, "{words}: {}", page.words());
        assert_eq!(shown(&page, "/console/customers", &people), of_people, "{words}: {}", page.words());
    }
    // what is looked for goes along to the rooms
    let page = staff.get("/console/search?q=mug").await.expect(200);
    for room in ["/console/orders?q=mug", "/console/products?q=mug"] {
        assert!(page.links().contains(room), "{:?}", page.links());
    }
    assert!(!page.links().contains("/console/customers?q=mug"), "{:?}", page.links());
    staff.get("/console/search?q=nothing+like+it").await.expect(200).shows("Nothing found");
    assert_eq!(staff.get("/console/search?q=").await.expect(303).location(), "/console");
}

#[tokio::test]
async fn the_list_of_products_finds_what_was_asked_for_and_nothing_else() {
    let (shop, _) = shop_with(&[]).await;
    let admin = shop.admin().await;
    let (pot, cup, bowl, lid) = ("Kettle", "Mug", "Dish", "Lid");
    let mut names = BTreeMap::new();
    for (sku, name, price, stock, status) in [
        ("POT", pot, "20.00", 50, "active"),
        ("CUP", cup, "5.00", 3, "active"),
        ("BOWL", bowl, "12.00", 0, "active"),
        ("LID", lid, "1.00", 50, "draft"),
    ] {
        names.insert(product(&admin, sku, name, price, stock, status).await, name);
    }
    let gone = product(&admin, "WORN", "Worn carpet", "3.00", 1, "active").await;
    let path = format!("/v1/products/{gone}");
    admin.try_call(http::Method::DELETE, &path, "", &json!(null)).await.unwrap().expect(204);
    let mut staff = administrator(&shop).await;
    for (asked, expected) in [
        ("", vec![lid, bowl, cup, pot]),
        ("q=mug", vec![cup]),
        ("q=BOWL", vec![bowl]),
        ("q=nothing+like+it", vec![]),
        ("status=active", vec![bowl, cup, pot]),
        ("status=draft", vec![lid]),
        ("status=active&stock=in", vec![cup, pot]),
        ("status=active&stock=low", vec![cup]),
        ("stock=out", vec![bowl]),
        ("sort=name", vec![bowl, pot, lid, cup]),
        ("sort=price", vec![lid, cup, bowl, pot]),
        ("sort=-price", vec![pot, bowl, cup, lid]),
        ("sort=created_at", vec![pot, cup, bowl, lid]),
        ("q=mug&status=draft", vec![]),
        ("status=active&sort=price", vec![cup, bowl, pot]),
        ("status=sold&stock=many&sort=sideways", vec![lid, bowl, cup, pot]),
    ] {
        lists(&mut staff, "/console/products", asked, &names, &expected).await;
    }
    // what is deleted is shown to whoever asks for it
    assert!(!staff.get("/console/products").await.expect(200).words().contains("Worn carpet"));
    let deleted = staff.get("/console/products?status=deleted").await.expect(200);
    deleted.shows("Worn carpet").shows("Deleted");
    assert_eq!(shown(&deleted, "/console/products", &names), [""; 0]);
}

#[tokio::test]
async fn words_that_many_have_and_nothing_has_together_find_nothing_at_once() {
    // the files of an embedded shop are filled past its services
    let mut shop = Shop::embedded(&[]);
    put_on_sale(&shop, &["Kettle"]).await;
    registered(&shop, "ada").await;
    // of two words each is had by more than a search compares, and none of them has both
    grow(&mut shop, |data| {
        fill_shelves_apart(data, 2_400);
        let apart =
            "insert or replace into search_text (rowid, tokens) select seq, case when seq % 2 = 0 then 'teapot' else 'lovelace' end
             from search_entry where seq < 1000000000";
        meddle(data, "auth", apart);
    });
    let mut staff = administrator(&shop).await;
    for room in ["/search", "/console/products", "/console/customers", "/console/search"] {
        for (words, is_there) in [("teapot", true), ("lovelace", true), ("teapot+lovelace", false)] {
            let seen = staff.get(&format!("{room}?q={words}")).await.expect(200);
            seen.hides("No matches so far");
            let leads_on = |tag: &Tag| tag.get("href").contains("cursor=");
            let is_found = room == "/console/search" || seen.tags().iter().any(leads_on);
            assert_eq!(is_found, is_there || room == "/console/search", "{room} {words}: {}", seen.words());
        }
    }
    staff.get("/console/search?q=teapot+lovelace").await.expect(200).shows("Nothing found");
    // a typing error is corrected, and the page says so
    let seen = staff.get("/search?q=ketle").await.expect(200);
    seen.shows("Showing results for").shows("Kettle");
}

#[tokio::test]
async fn a_list_leads_on_and_back_page_by_page() {
    let (shop, _) = shop_with(&["Cup"; 80]).await;
    let mut staff = administrator(&shop).await;
    let list = "/console/products?status=active";
    let way = |page: &PageResult, rel: &str| {
        let tags = page.tags();
        tags.iter().find(|tag| tag.get("rel") == rel).map(|tag| tag.get("href").to_owned())
    };
    let mut came = vec![list.to_owned()];
    let mut page = staff.get(list).await.expect(200);
    assert_eq!((way(&page, "first"), way(&page, "prev")), (None, None));
    while let Some(next) = way(&page, "next") {
        page = staff.get(&next).await.expect(200);
        // nobody needs a second way to the first page
        let first = (came.len() > 1).then(|| list.to_owned());
        assert_eq!((way(&page, "first"), way(&page, "prev")), (first, came.last().cloned()));
        came.push(next);
    }
    assert_eq!(came.len(), 4);
    page.shows("First page").shows("Previous page").hides("Next page");
    while let Some(before) = way(&page, "prev") {
        came.pop();
        assert_eq!(Some(&before), came.last());
        page = staff.get(&before).await.expect(200);
    }
    // who has the address of a page, and not the way there, comes back to the first
    let third = format!("{list}&cursor=made-up&by=%2F");
    assert_eq!(staff.get(&third).await.expect(303).location(), list);
}

#[tokio::test]
async fn the_orders_of_a_customer_are_nobody_elses() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let hers = ordered(&shop, &mut ada, &ids[0], "1", "sim_ok").await;
    // a guest whose address begins as hers does
    let mut guest = Browser::new(&shop.url());
    let checkout = at_checkout(&mut guest, &ids[0], "1").await;
    let fields = [&address_and("sim_ok")[..], &[("email", "ada@example.com.au")]].concat();
    guest.submit(&checkout, "/checkout", &fields).await.expect(303);
    let mut staff = administrator(&shop).await;
    staff.until("/console/orders?q=ada%40example.com", "#1002").await;
    let user = api_of(&shop, "ada").await.get("/v1/me").await.expect(200).text("id").to_owned();
    let place = format!("/console/orders?customer={user}");
    let found = staff.get(&place).await.expect(200);
    let orders: Vec<String> =
        found.links().into_iter().filter(|link| link.starts_with("/console/orders/ord_")).collect();
    assert_eq!(orders, [hers], "{}", found.words());
    found.shows("One customer");
    // another filter keeps it, and what is no customer is no filter
    let form = found.tags();
    assert!(form.iter().any(|tag| (tag.get("name"), tag.get("value")) == ("customer", user.as_str())));
    staff.get(&format!("{place}&status=expired")).await.expect(200).shows("No orders match");
    let all = staff.get("/console/orders?customer=nobody").await.expect(200);
    assert!(!all.shows("#1002").words().contains("One customer"));
}
