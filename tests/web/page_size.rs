//! What is written at great length, in letters that no compression makes small, makes no page large.

use super::{
    api_of,
    browser::Browser,
    console::administrator,
    crawl::{PAGE_BYTES_MAX, weight},
    products::two_at,
    registered,
    shop::Shop,
    shop_with,
    timeline::chinese,
};
use serde_json::{Value, json};

fn letters(n: usize, count: usize) -> String {
    (0..).flat_map(|more| chinese(n + 100 * more).chars().collect::<Vec<_>>()).take(count).collect()
}

/// A paid order of Ada's for some of each of these products.
async fn ordered(shop: &Shop, products: &[String], quantity: i64, key: &str) -> Value {
    let lines: Vec<_> = products.iter().map(|id| json!({"product_id": id, "quantity": quantity})).collect();
    let order = json!({"lines": lines, "payment": {"method": "sim_ok"}, "note": letters(7, 500)});
    let order = api_of(shop, "ada").await.post("/v1/orders", key, &order).await.expect(201).body;
    let path = format!("/console/orders/{}", order["id"].as_str().unwrap());
    administrator(shop).await.until(&path, "Next parcel").await;
    order
}

async fn products(shop: &Shop, count: usize) -> Vec<String> {
    let (admin, mut all) = (shop.admin().await, Vec::new());
    for n in 0..count {
        let made = json!({"sku": format!("L-{n}"), "name": letters(n, 190), "price": "5.00", "stock": 50});
        all.push(admin.post("/v1/products", "", &made).await.expect(201).text("id").to_owned());
    }
    all
}

/// How much an answer to a form weighs where the page that it stands on has the same files.
async fn weight_of_answer(browser: &mut Browser, path: &str, form: &[(String, String)]) -> usize {
    let page = browser.get(path).await.expect(200);
    let whole = weight(browser, path, &page).await;
    browser.says = vec![("accept-encoding", "gzip".to_owned())];
    let (page, answer) = (browser.get(path).await.bytes, browser.post(path, form).await.expect(409).bytes);
    browser.says.clear();
    whole - page + answer
}

#[tokio::test]
async fn two_long_descriptions_of_a_product_are_merged_on_a_page_that_is_not_large() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let page = format!("/console/products/{}", ids[0]);
    let [(mut ines, of_ines), (mut tom, of_tom)] = two_at(&shop, &page).await;
    let [hers, his] = [10, 40].map(|n| (letters(n, 200), letters(n + 1, 10_000)));
    tom.submit(&of_tom, &page, &[("name", &his.0), ("description", &his.1)]).await.expect(303);
    let form = of_ines.form(&page, &[("name", &hers.0), ("description", &hers.1)]);
    let asked = ines.post(&page, &form).await.expect(409);
    asked.shows("Conflicting changes");
    for description in [&hers.1, &his.1] {
        asked.shows(&description.chars().take(300).collect::<String>());
    }
    let typed = asked.form(&page, &[]).into_iter().find(|(name, _)| name == "description");
    assert_eq!(typed.map(|(_, value)| value), Some(hers.1), "what was typed is there as a whole");
    let bytes = weight_of_answer(&mut ines, &page, &form).await;
    assert!(bytes < PAGE_BYTES_MAX, "it weighs {bytes}");
}

#[tokio::test]
async fn an_order_of_many_refunds_with_long_reasons_has_a_page_that_is_not_large() {
    const REFUNDS: usize = 40;
    let (shop, ids) = shop_with(&["Teapot"]).await;
    registered(&shop, "ada").await;
    let order = ordered(&shop, &ids, 1, "one").await;
    let (id, admin) = (order["id"].as_str().unwrap(), shop.admin().await);
    let reason = |n: usize| format!("because {n:02} {}", letters(n, 480));
    for n in 0..REFUNDS {
        let refund = json!({"amount": "0.01", "reason": reason(n)});
        admin.post(&format!("/v1/orders/{id}/refunds"), &format!("r-{n}"), &refund).await.expect(201);
    }
    let path = format!("/console/orders/{id}");
    let mut staff = administrator(&shop).await;
    let page = staff.get(&path).await.expect(200);
    let words = page.words();
    for n in 0..REFUNDS {
        assert!(words.contains(&format!("because {n:02}")), "the reason {n} is not there");
    }
    // the newest is there as a whole, of the oldest the beginning
    assert!(words.contains(&reason(REFUNDS - 1)) && !words.contains(&reason(0)));
    let bytes = weight(&mut staff, &path, &page).await;
    assert!(bytes < PAGE_BYTES_MAX, "it weighs {bytes}");
}

#[tokio::test]
async fn the_slips_of_large_parcels_stand_on_pages_that_are_not_large() {
    const LINES: usize = 100;
    let (shop, _) = shop_with(&[]).await;
    registered(&shop, "ada").await;
    let (admin, products) = (shop.admin().await, products(&shop, LINES).await);
    let mut picks = Vec::new();
    for n in 0..3 {
        let order = ordered(&shop, &products, 2, &format!("key-{n}")).await;
        let id = order["id"].as_str().unwrap();
        let lines = order["lines"].as_array().unwrap().iter();
        let one_of_each: Vec<_> = lines.map(|line| json!({"line_id": line["id"], "quantity": 1})).collect();
        let path = format!("/v1/orders/{id}/fulfilments");
        admin.post(&path, "one", &json!({"lines": one_of_each})).await.expect(201);
        if n != 1 {
            admin.post(&path, "rest", &json!({})).await.expect(201);
        }
        picks.push(format!("pick={id}"));
    }
    let mut staff = administrator(&shop).await;
    let (mut next, mut sheets) = (Some(format!("/console/orders/slips?{}", picks.join("&"))), Vec::new());
    while let Some(path) = next {
        let page = staff.get(&path).await.expect(200);
        let bytes = weight(&mut staff, &path, &page).await;
        assert!(bytes < PAGE_BYTES_MAX, "{path} weighs {bytes}");
        let tags = page.tags();
        let here = tags.iter().filter(|tag| tag.name == "article" && !tag.is_end);
        sheets.extend(here.map(|tag| tag.get("aria-label").to_owned()));
        // of what has no room beside another it says so, and leads to the order
        if page.words().contains("Some parcels of order") {
            sheets.push("and more".to_owned());
        }
        next = page.links().into_iter().find(|way| way.contains("/slips?"));
    }
    let expected = [("1001", 1, true), ("1002", 1, false), ("1003", 1, true)];
    let expected = expected.into_iter().flat_map(|(number, parcel, is_in_part)| {
        let sheet = format!("Packing slip for order #{number}, Parcel {parcel}");
        std::iter::once(sheet).chain(is_in_part.then(|| "and more".to_owned()))
    });
    assert_eq!(sheets, expected.collect::<Vec<_>>());
}
