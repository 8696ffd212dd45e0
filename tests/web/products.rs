//! Products in the console: two who edit one, and what is added, counted and taken off sale.

use super::{
    Browser, PageResult,
    console::{administrator, colleague, ordered},
    registered,
    shop::Shop,
    shop_set, shop_with,
};
use serde_json::{Value, json};

/// The address of the picture that a product's page shows, and where its small ones lead, the chosen one first.
fn pictures(seen: &PageResult) -> (String, Vec<String>) {
    let tags = seen.tags();
    let shown = tags.iter().find(|tag| tag.name == "img").expect("a picture").get("src").to_owned();
    let mut ways: Vec<_> = tags.iter().filter(|tag| tag.get("href").contains("?picture=")).collect();
    ways.sort_by_key(|tag| tag.get("aria-current") != "true");
    let nth = |href: &str| {
        href.strip_suffix("#pictures").and_then(|way| way.rsplit('=').next()).unwrap().to_owned()
    };
    (shown, ways.into_iter().map(|tag| nth(tag.get("href"))).collect())
}

#[tokio::test]
async fn each_picture_of_a_product_is_looked_at_in_its_page() {
    let (shop, _) = shop_with(&[]).await;
    let images = ["/a.png", "https://elsewhere.example/b.png", "/c.png", "/d.png"];
    let images: Vec<Value> = images.iter().map(|url| json!({"url": url, "alt": "from the side"})).collect();
    let product = json!({"sku": "P-1", "name": "Pot", "price": "5.00", "stock": 1, "images": images});
    let product =
        shop.admin().await.post("/v1/products", "", &product).await.expect(201).text("id").to_owned();
    let mut nobody = Browser::new(&shop.url());
    let page = format!("/products/{product}");
    for (asked, shown, ways) in [
        ("", "/a.png", ["1", "2", "3"]),
        ("?picture=2", "/c.png", ["2", "1", "3"]),
        ("?picture=3", "/d.png", ["3", "1", "2"]),
        // what there is not is the first
        ("?picture=4", "/a.png", ["1", "2", "3"]),
        ("?picture=0", "/a.png", ["1", "2", "3"]),
        ("?picture=-1", "/a.png", ["1", "2", "3"]),
        ("?picture=/a.png", "/a.png", ["1", "2", "3"]),
    ] {
        let seen = nobody.get(&format!("{page}{asked}")).await.expect(200);
        assert_eq!(pictures(&seen), (shown.to_owned(), ways.map(str::to_owned).to_vec()), "{asked}");
    }
}

/// Ines, an administrator, and Tom, who may do all with products: both look at the same page.
pub(super) async fn two_at(shop: &Shop, page: &str) -> [(Browser, PageResult); 2] {
    let mut ines = administrator(shop).await;
    let (mut tom, _) = colleague(shop, "tom", &["products"], "/console/products").await;
    let of_ines = ines.get(page).await.expect(200);
    let of_tom = tom.get(page).await.expect(200);
    [(ines, of_ines), (tom, of_tom)]
}

#[tokio::test]
async fn two_who_edit_one_product_lose_nothing() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let page = format!("/console/products/{}", ids[0]);
    let [(mut ines, of_ines), (mut tom, of_tom)] = two_at(&shop, &page).await;
    tom.submit_and_follow(&of_tom, &page, &[("price", "66.00"), ("description", "Two\nlines")])
        .await
        .expect(200)
        .shows("Saved.");
    // she changed another field: both hold
    let merged = ines.submit_and_follow(&of_ines, &page, &[("name", "Blue teapot")]).await.expect(200);
    merged.shows("Saved.").shows("Blue teapot");
    assert_eq!(merged.value("price"), "66.00");

    // both change the price
    let (of_ines, of_tom) = (ines.get(&page).await, tom.get(&page).await);
    tom.submit(&of_tom, &page, &[("price", "64.00")]).await.expect(303);
    let asked = ines.submit(&of_ines, &page, &[("price", "62.50"), ("sku", "TEA-1")]).await.expect(409);
    asked.shows("tom saved this product").shows("66.00").shows("64.00").shows("62.50");
    assert_eq!((asked.value("price"), asked.value("sku")), ("62.50".into(), "TEA-1".into()));
    let product = async || shop.admin().await.get(&format!("/v1/products/{}", ids[0])).await.body;
    assert_eq!(product().await["price"]["amount"], "64.00");
    ines.submit_and_follow(&asked, &page, &[("choose-price", "theirs")]).await.expect(200).shows("Saved.");
    assert_eq!(
        (&product().await["price"]["amount"], &product().await["sku"]),
        (&json!("64.00"), &json!("TEA-1"))
    );
    let (of_ines, of_tom) = (ines.get(&page).await, tom.get(&page).await);
    tom.submit(&of_tom, &page, &[("price", "61.00")]).await.expect(303);
    let asked = ines.submit(&of_ines, &page, &[("price", "60.00")]).await.expect(409);
    ines.submit_and_follow(&asked, &page, &[("choose-price", "mine")]).await.expect(200).shows("Saved.");
    let now = product().await;
    assert_eq!((&now["price"]["amount"], &now["name"]), (&json!("60.00"), &json!("Blue teapot")));
    assert_eq!(now["description"], "Two\nlines");
    // pictures are saved as they were seen, or not
    let pictures = format!("{page}/pictures");
    let (seen, of_tom) = (ines.get(&pictures).await.expect(200), tom.get(&page).await);
    tom.submit(&of_tom, &page, &[("name", "Green teapot")]).await.expect(303);
    ines.submit(&seen, &pictures, &[("url-0", "/a.png"), ("alt-0", "A teapot")]).await.expect(412);
    // the later editor sees the other's changes next to their own, and nothing is lost
    let (of_ines, of_tom) = (ines.get(&pictures).await.expect(200), tom.get(&pictures).await.expect(200));
    tom.submit(&of_tom, &pictures, &[("url-0", "/c.png"), ("alt-0", "Its lid")]).await.expect(303);
    let late = ines.submit(&of_ines, &pictures, &[("url-0", "/d.png")]).await.expect(412);
    late.shows("The images have changed");
    assert_eq!((late.value("url-0"), late.value("url-1")), ("/d.png".into(), "/c.png".into()));
    ines.submit(&late, &pictures, &[]).await.expect(303);
    let urls = |images: &serde_json::Value| -> Vec<String> {
        images.as_array().unwrap().iter().map(|one| one["url"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(urls(&product().await["images"]), ["/d.png", "/c.png"]);
    let seen = ines.get(&pictures).await.expect(200);
    ines.submit(&seen, &pictures, &[("url-0", "javascript:alert(1)")]).await.expect(422);
    ines.submit_and_follow(&seen, &pictures, &[("url-0", "/a.png"), ("alt-0", "A teapot")])
        .await
        .expect(200)
        .shows("Images saved.");
    // clearing a URL removes the picture, with its description
    let seen = ines.get(&pictures).await.expect(200);
    ines.submit(&seen, &pictures, &[("url-0", "")]).await.expect(303);
    assert_eq!(urls(&product().await["images"]), ["/c.png"]);
}

/// A description of ten thousand characters is as long as one can be, whatever they are: the form carries it twice.
#[tokio::test]
async fn the_longest_description_is_added_and_does_not_keep_the_price_as_it_is() {
    let (shop, _) = shop_with(&[]).await;
    let mut staff = administrator(&shop).await;
    let place = "/console/products/new";
    for letter in ["茶", "🫖"] {
        let (name, description) = (letter.repeat(200), letter.repeat(10_000));
        let new = staff.get(place).await.expect(200);
        let fields = [("name", &*name), ("description", &*description), ("price", "12.50")];
        let made = staff.submit_and_follow(&new, place, &fields).await.expect(200);
        let page = made.links().into_iter().find_map(|link| Some(link.strip_suffix("/pictures")?.to_owned()));
        let page = page.expect("a product has a page of pictures");
        let begun = staff.get(&page).await.expect(200);
        let other = letter.repeat(9_999) + "!";
        let fields = [("price", "14.00"), ("description", &*other), ("sku", &*letter.repeat(64))];
        let saved = staff.submit_and_follow(&begun, &page, &fields).await.expect(200);
        assert_eq!(saved.shows("Saved.").value("price"), "14.00");
        assert!(saved.words().contains(&other));
        let refused = staff.submit(&saved, &page, &[("description", &letter.repeat(10_001))]).await;
        refused.expect(422).shows("At most 10,000 characters");
    }
}

#[tokio::test]
async fn products_are_added_counted_and_taken_off_sale() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    ordered(&shop, &mut ada, &ids[0], "4", "sim_ok").await;
    let mut staff = administrator(&shop).await;
    let new = staff.get("/console/products/new").await.expect(200);
    let wrong = staff
        .submit(&new, "/console/products/new", &[("name", ""), ("price", "free"), ("stock", "-1")])
        .await
        .expect(422);
    wrong
        .shows("3 things need you")
        .shows("Enter a name")
        .shows("Enter a price")
        .shows("Enter a whole number");
    let fields = [("name", "Cup"), ("price", "9.50"), ("sku", "T-0"), ("stock", "7")];
    staff
        .submit(&wrong, "/console/products/new", &fields)
        .await
        .expect(422)
        .shows("This SKU is already in use");
    let fields = [("name", "Cup"), ("price", "9.50"), ("sku", "CUP"), ("stock", "7")];
    let form = new.form("/console/products/new", &fields);
    let added = staff.post("/console/products/new", &form).await.expect(303).location();
    assert_eq!(staff.post("/console/products/new", &form).await.expect(303).location(), added);
    staff.get(&added).await.expect(200).shows("Added.").shows("Receipt");
    staff.get("/console/products?q=cup").await.expect(200).shows("CUP").shows("€9.50");

    let page = format!("/console/products/{}", ids[0]);
    let stock = format!("{page}/stock");
    let seen = staff.get(&stock).await.expect(200);
    for wrong in ["0", "+-3", "1.5", "x"] {
        let fields = [("pieces", wrong), ("reason", "adjustment")];
        staff.submit(&seen, &stock, &fields).await.expect(422).shows("other than 0");
    }
    for (reason, wrong, what) in [
        ("receipt", "-1", "above 0"),
        ("receipt", "0", "above 0"),
        ("restock", "-1", "above 0"),
        ("lost", "0", "above 0"),
        ("count", "-1", "from 0"),
    ] {
        let fields = [("pieces", wrong), ("reason", reason)];
        let again = staff.submit(&seen, &stock, &fields).await.expect(422);
        again.shows(what);
        assert_eq!(again.value("pieces"), wrong);
        assert!(again.text.contains(&format!("value=\"{reason}\" selected")), "{}", again.text);
    }
    staff
        .submit(&seen, &stock, &[("pieces", "9"), ("reason", "lost")])
        .await
        .expect(422)
        .shows("Only 5 units on hand. Enter no more than that, or recount");
    for reason in ["", "garbage"] {
        let none = staff.submit(&seen, &stock, &[("pieces", "2"), ("reason", reason)]).await.expect(422);
        none.shows("Choose a reason").shows("Nothing was changed");
        assert_eq!(none.value("pieces"), "2");
    }
    let short = staff
        .submit(&seen, &stock, &[("pieces", "2"), ("reason", "lost"), ("remark", "two broken")])
        .await
        .expect(422);
    short.shows("4 units reserved. Select the checkbox").hides("Nothing was saved");
    let form = short.form(&stock, &[("accept", "on")]);
    staff.post(&stock, &form).await.expect(303);
    let booked = staff.post(&stock, &form).await.expect(303);
    staff.get(&booked.location()).await.expect(200).shows("Stock updated.").shows("two broken");
    let product = shop.admin().await.get(&format!("/v1/products/{}", ids[0])).await.body;
    assert_eq!(product["stock"], 3);
    staff.get(&page).await.expect(200).shows("two broken").shows("−2");
    // what it was is noted where nobody says more
    let form = staff.get(&stock).await.expect(200);
    let lost = [("pieces", "1"), ("reason", "lost"), ("accept", "on")];
    staff.submit_and_follow(&form, &stock, &lost).await.expect(200).shows("Stock updated.");
    let ledger = shop.admin().await.get(&format!("/v1/products/{}/stock", ids[0])).await.expect(200);
    assert_eq!(ledger.body["items"][0]["note"], "Damaged or lost");

    let question = staff.get(&format!("{page}/delete")).await.expect(200);
    question.shows("Reserved for open orders: 4 units");
    staff.submit_and_follow(&question, &format!("{page}/delete"), &[]).await.expect(200).shows("Deleted");
    staff.get(&page).await.expect(404);
    shop.assert_audit_is_clean("after stock was booked");
}

#[tokio::test]
async fn a_count_says_how_many_there_are_and_is_asked_again_where_stock_has_moved() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let (mut ines, mut tom) = (administrator(&shop).await, administrator(&shop).await);
    let stock = format!("/console/products/{}/stock", ids[0]);
    let on_hand = async || {
        let product = shop.admin().await.get(&format!("/v1/products/{}", ids[0])).await.body;
        product["stock"].as_i64().unwrap()
    };
    let begun = on_hand().await;
    let counted = |n: i64| [("pieces", n.to_string()), ("reason", "count".to_owned())];
    let count = async |who: &mut Browser, page: &PageResult, n: i64| {
        let fields = counted(n);
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        who.submit(page, &stock, &fields).await
    };
    let (of_ines, of_tom) = (ines.get(&stock).await.expect(200), tom.get(&stock).await.expect(200));
    let done = count(&mut ines, &of_ines, begun + 3).await.expect(303);
    ines.get(&done.location()).await.expect(200).shows("Stock updated.").shows("Count");
    assert_eq!(on_hand().await, begun + 3);
    // nothing is booked twice, and where the count is what the books have, nothing at all
    let done = count(&mut tom, &of_tom, begun + 3).await.expect(303);
    tom.get(&done.location()).await.expect(200).shows("The stock matches your count.");
    assert_eq!(on_hand().await, begun + 3);
    // what he saw is not what there is now
    let asked = count(&mut tom, &of_tom, begun + 1).await.expect(409);
    asked.shows(&format!("The system now shows {}\u{a0}units", begun + 3)).shows("Nothing was saved");
    assert_eq!(asked.value("pieces"), (begun + 1).to_string());
    assert_eq!(on_hand().await, begun + 3);
    count(&mut tom, &asked, begun + 1).await.expect(303);
    assert_eq!(on_hand().await, begun + 1);
    shop.assert_audit_is_clean("after stock was counted");
}

#[tokio::test]
async fn a_price_that_hardly_anybody_means_is_asked_about_once() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut staff = administrator(&shop).await;
    let price = async || {
        let product = shop.admin().await.get(&format!("/v1/products/{}", ids[0])).await.body;
        product["price"]["amount"].as_str().unwrap().to_owned()
    };
    let page = format!("/console/products/{}", ids[0]);
    let seen = staff.get(&page).await.expect(200);
    for (typed, decimal) in [("0", "0.00"), ("125", "125.00"), ("1.25", "1.25")] {
        let asked = staff.submit(&seen, &page, &[("price", typed)]).await.expect(422);
        asked.shows("Save it anyway?");
        assert_eq!(asked.value("meant"), decimal);
        assert_eq!(price().await, "12.50");
        // without a tick nothing is saved, and a tick is for this price alone
        staff.submit(&asked, &page, &[]).await.expect(422);
        staff.submit(&asked, &page, &[("price", "0.01"), ("meant", decimal)]).await.expect(422);
    }
    let asked = staff.submit(&seen, &page, &[("price", "0"), ("name", "")]).await.expect(422);
    asked.shows("The price is €0.00").shows("Enter a name");
    // what is answered stays so where something else is wrong
    let again = staff.submit(&asked, &page, &[("meant", "0.00")]).await.expect(422);
    assert!(!again.words().contains("Save it anyway?"), "{}", again.words());
    staff.submit(&again, &page, &[("name", "Teapot")]).await.expect(303);
    assert_eq!(price().await, "0.00");
    // what stays as it is is asked about no more, nor is what it was before nothing
    let seen = staff.get(&page).await.expect(200);
    staff.submit(&seen, &page, &[("name", "Blue teapot")]).await.expect(303);
    let seen = staff.get(&page).await.expect(200);
    staff.submit(&seen, &page, &[("price", "12.50")]).await.expect(303);
    // nobody has seen a price before of what is new
    let new = staff.get("/console/products/new").await.expect(200);
    let fields = [("name", "Leaflet"), ("price", "0"), ("stock", "5")];
    let asked = staff.submit(&new, "/console/products/new", &fields).await.expect(422);
    staff.submit(&asked, "/console/products/new", &[("meant", "0.00")]).await.expect(303);
    let fields = [("name", "Gong"), ("price", "9000"), ("stock", "5")];
    staff.submit(&new, "/console/products/new", &fields).await.expect(303);
}

#[tokio::test]
async fn what_fits_best_is_suggested_first() {
    let names = ["Teapot", "Blue teapot", "Cup for tea", "Steady hand", "Tray", "Thé vert", "Team mug"];
    let (shop, _) = shop_with(&names).await;
    let admin = shop.admin().await;
    for (n, name) in ["Bowl", "Jug", "Spoon", "Cloth"].into_iter().enumerate() {
        let body = json!({"sku": format!("N-{n}"), "name": name, "price": "1.00", "stock": 1, "description": "for tea"});
        admin.post("/v1/products", "", &body).await.expect(201);
    }
    let mut guest = Browser::new(&shop.url());
    let seen = guest.get("/search/suggest?q=Tea").await.expect(200);
    let told: Vec<&str> = names.into_iter().filter(|name| seen.text.contains(&format!(">{name}<"))).collect();
    assert_eq!(told, ["Teapot", "Blue teapot", "Cup for tea", "Team mug"], "{}", seen.text);
    let place = |name: &str| seen.text.find(&format!(">{name}<")).unwrap();
    assert!(place("Team mug") < place("Teapot") && place("Teapot") < place("Cup for tea"), "{}", seen.text);
    assert!(place("Cup for tea") < place("Blue teapot") && place("Blue teapot") < place("Cloth"));
    // so is what the whole list begins with, unless another order is chosen; without words there is no such order
    let best = guest.get("/search?q=Tea").await.expect(200);
    let newest = guest.get("/search?q=Tea&sort=-created_at").await.expect(200);
    let place = |page: &PageResult, name: &str| page.words().find(name).unwrap();
    assert!(
        place(&best, "Teapot") < place(&best, "Cloth") && place(&newest, "Cloth") < place(&newest, "Teapot")
    );
    best.shows("Best match");
    guest.get("/search?sort=relevance").await.expect(200).hides("Best match");
}

/// Whoever does not want this one looks on; and whoever types is told what cannot be had before they go there.
#[tokio::test]
async fn a_product_leads_on_to_what_else_is_new_and_what_is_sold_out_is_suggested_as_that() {
    let (shop, ids) = shop_with(&["Teapot", "Cup", "Bowl", "Jug", "Spoon", "Cloth"]).await;
    let mut guest = Browser::new(&shop.url());
    let seen = guest.get(&format!("/products/{}", ids[5])).await.expect(200);
    let links = seen.shows("More from the shop").links();
    let shown: Vec<bool> = ids.iter().map(|id| links.contains(&format!("/products/{id}"))).collect();
    assert_eq!(shown, [false, true, true, true, true, false], "{links:?}");
    guest.get("/search/suggest?q=Cup").await.expect(200).hides("Sold out");
    let admin = shop.admin().await;
    let gone = json!({"delta": -5, "reason": "adjustment"});
    admin.post(&format!("/v1/products/{}/stock/adjustments", ids[1]), "gone", &gone).await.expect(201);
    guest.get("/search/suggest?q=Cup").await.expect(200).shows("Sold out");
    // what is alone in the shop has nothing beside it
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut guest = Browser::new(&shop.url());
    guest.get(&format!("/products/{}", ids[0])).await.expect(200).hides("More from the shop");
}

#[tokio::test]
async fn a_list_says_how_many_products_there_are_as_far_as_it_knows() {
    let (shop, _) = shop_with(&[["Cup"; 24].as_slice(), &["Teapot", "Bowl", "Bowl", "Bowl"]].concat()).await;
    let mut guest = Browser::new(&shop.url());
    let all = guest.get("/search").await.expect(200);
    all.shows("More than 24 products");
    let next = all.links().into_iter().find(|link| link.contains("cursor=")).unwrap();
    let rest = guest.get(&next).await.expect(200);
    assert!(!rest.words().contains("4 products"), "of all there are more: {}", rest.words());
    guest.get("/search?q=teapot").await.expect(200).shows("1 product");
    guest.says = vec![("accept-language", "de".to_owned())];
    guest.get("/search?q=bowl").await.expect(200).shows("3 Produkte");
}

#[tokio::test]
async fn the_ledger_says_who_booked_and_leads_to_the_order_of_a_sale() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let order = ordered(&shop, &mut ada, &ids[0], "2", "sim_ok").await;
    let order = order.rsplit('/').next().unwrap().to_owned();
    let admin = shop.admin().await;
    let parcel = admin.post(&format!("/v1/orders/{order}/fulfilments"), "p", &json!({})).await.expect(201);
    let ship = format!("/v1/fulfilments/{}/ship", parcel.text("id"));
    admin.post(&ship, "", &json!({})).await.expect(200);
    // somebody who looks after products, and after no orders
    let page = format!("/console/products/{}", ids[0]);
    let stock = format!("{page}/stock");
    let (mut tom, _) = colleague(&shop, "tom", &["products"], &page).await;
    let mut staff = administrator(&shop).await;
    for (browser, delta) in [(&mut tom, "3"), (&mut staff, "-1")] {
        let form = browser.get(&stock).await.expect(200);
        let fields = [("pieces", delta), ("reason", "adjustment")];
        browser.submit(&form, &stock, &fields).await.expect(303);
    }
    let said = |seen: &PageResult| seen.words().split_whitespace().collect::<Vec<_>>().join(" ");
    let number = admin.get(&format!("/v1/orders/{order}")).await.expect(200).body["number"].clone();
    let sale = format!("Sale for order #{number}");
    let seen = staff.until(&page, &format!("for order #{number}")).await;
    let (whole, words) = (staff.get(&stock).await.expect(200), said(&seen));
    for part in ["Adjustment by tom", "Adjustment by you", &sale] {
        assert!(words.contains(part) && said(&whole).contains(part), "{part}: {words}");
    }
    let way = format!("/console/orders/{order}");
    assert!(seen.links().contains(&way) && whole.links().contains(&way), "{:?}", seen.links());
    // he sees that it was for an order, and has no way there
    let seen = tom.get(&page).await.expect(200);
    assert!(said(&seen).contains("Sale for an order") && said(&seen).contains("Adjustment by you"));
    assert!(!seen.links().iter().any(|link| link.starts_with("/console/orders")), "{:?}", seen.links());
    tom.get(&way).await.expect(403);
}

/// How many are few the shop says.
#[tokio::test]
async fn few_are_left_where_no_more_are_left_than_the_shop_has_set() {
    let (shop, ids) = shop_set(&[("ORDO_LOW_STOCK", "2")], &["Teapot", "Cup"]).await;
    let mut ada = registered(&shop, "ada").await;
    let mut staff = administrator(&shop).await;
    let few = |seen: &PageResult| {
        let rows = seen.text.split("<tbody").nth(1).unwrap_or_default().to_owned();
        rows.matches("Low stock").count()
    };
    assert_eq!(few(&staff.get("/console/products").await.expect(200)), 0, "five of each are enough");
    ordered(&shop, &mut ada, &ids[0], "2", "sim_ok").await;
    assert_eq!(few(&staff.get("/console/products").await.expect(200)), 0, "three are");
    ordered(&shop, &mut ada, &ids[0], "1", "sim_ok").await;
    assert_eq!(few(&staff.get("/console/products").await.expect(200)), 1, "two are not");
    staff.get(&format!("/console/products/{}", ids[0])).await.expect(200).shows("Low stock");
    let low = staff.get("/console/products?status=active&stock=low").await.expect(200);
    low.shows("Teapot");
    assert!(!low.words().contains("Cup"), "{}", low.words());
}
