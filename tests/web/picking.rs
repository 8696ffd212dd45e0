//! Orders that are picked in the console's list: each is packed by itself, once, and the slips of all of them are one page.

use super::{
    Browser, PageResult, api_of,
    browser::Tag,
    console::{administrator, colleague},
    registered,
    shop::Shop,
    shop_with,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const LIST: &str = "/console/orders";
const PACK: &str = "/console/orders/pack";
const HOSTILE: &str = "Teapot <script>\"&amp;</script>";

fn said(page: &PageResult) -> String {
    page.words().split_whitespace().collect::<Vec<_>>().join(" ")
}
fn id_of(order: &Value) -> &str {
    order["id"].as_str().unwrap()
}
fn number_of(order: &Value) -> String {
    format!("#{}", order["number"])
}

/// Orders of Ada's, of one piece each, the newest first as the list has them: those that are paid are to be packed.
async fn orders(shop: &Shop, product: &str, methods: &[&str]) -> Vec<Value> {
    registered(shop, "ada").await;
    let (ada, admin, mut all) = (api_of(shop, "ada").await, shop.admin().await, Vec::new());
    for (n, method) in methods.iter().enumerate() {
        let address = json!({"name": "Grace <b>Hopper</b>", "line1": "Am Ufer 1", "postal_code": "10115", "city": "Berlin", "country": "DE"});
        let lines = json!([{"product_id": product, "quantity": 1}]);
        let body = json!({"lines": lines, "shipping_address": address, "note": "It is a <i>gift</i>", "payment": {"method": method}});
        let order = ada.post("/v1/orders", &format!("key-{n}"), &body).await.expect(201).body;
        let path = format!("/v1/orders/{}", id_of(&order));
        for _ in 0..400 {
            let now = admin.get(&path).await.expect(200);
            if *method != "sim_ok" || now.text("status") == "confirmed" {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        all.insert(0, order);
    }
    all
}

/// The form of the list, with these orders picked.
fn form(list: &PageResult, action: &str, deed: &str, picked: &[&Value]) -> Vec<(String, String)> {
    let mut form = list.form(action, &[("do", deed)]);
    form.extend(picked.iter().map(|order| ("pick".to_owned(), id_of(order).to_owned())));
    form
}

async fn parcels(shop: &Shop, order: &Value) -> Vec<Value> {
    let all = shop.admin().await.get(&format!("/v1/orders/{}/fulfilments", id_of(order))).await;
    all.expect(200).body["items"].as_array().unwrap().clone()
}
async fn how_many(shop: &Shop, orders: &[Value]) -> Vec<usize> {
    let mut all = Vec::new();
    for order in orders {
        all.push(parcels(shop, order).await.len());
    }
    all
}

#[tokio::test]
async fn what_is_picked_is_packed_once_and_what_cannot_be_is_told() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let all = orders(&shop, &ids[0], &["sim_ok", "sim_ok", "sim_ok", "sim_declined"]).await;
    let [unpaid, held, second, first] = &all[..] else { panic!("four") };
    let admin = shop.admin().await;
    admin.post(&format!("/v1/orders/{}/hold", id_of(held)), "", &json!({"reason": "asks"})).await.expect(200);
    let mut staff = administrator(&shop).await;
    let list = staff.get("/console/orders?sort=created_at").await.expect(200);
    let boxes = |tag: &&Tag| tag.get("name") == "pick";
    let boxes: Vec<Tag> = list.tags().iter().filter(boxes).cloned().collect();
    let names: Vec<&str> = boxes.iter().map(|one| one.get("aria-label")).collect();
    let expected: Vec<String> =
        all.iter().rev().map(|one| format!("Select order {}", number_of(one))).collect();
    assert_eq!(names, expected);
    assert!(boxes.iter().all(|one| one.get("form") == "picked"));
    // all of them at once a script offers
    let whole = list.tags().into_iter().find(|tag| tag.attributes.contains_key("data-all")).unwrap();
    assert!(whole.attributes.contains_key("hidden"));

    let action = format!("{PACK}?sort=created_at");
    let form = form(&list, &action, "pack", &[first, second, held, unpaid]);
    let bare: Vec<_> = form.iter().filter(|(name, _)| name != "csrf").cloned().collect();
    staff.post(&action, &bare).await.expect(403);
    assert_eq!(how_many(&shop, &all).await, [0; 4]);
    let mut other = staff.clone();
    let (one, two) = tokio::join!(staff.post(&action, &form), other.post(&action, &form));
    for place in [one.expect(303).location(), two.expect(303).location()] {
        assert_eq!(place, "/console/orders?sort=created_at&done=pack");
    }
    let again = staff.post(&action, &form).await.expect(303).location();
    assert_eq!(how_many(&shop, &all).await, [0, 0, 1, 1]);
    for order in [first, second] {
        assert_eq!(parcels(&shop, order).await[0]["status"], "packed");
    }
    // sent again, it says what it said
    let told = staff.get(&again).await.expect(200);
    let words = said(&told);
    let on_hold = format!("Orders on hold can’t be packed. {}", number_of(held));
    let not_paid = format!("The order can be packed once it’s paid. {}", number_of(unpaid));
    for expected in ["2 orders packed", "2 orders not packed", &on_hold, &not_paid] {
        assert!(words.contains(expected), "{expected} is not in {words}");
    }
    let slips = format!("/console/orders/slips?pick={}&pick={}&sort=created_at", id_of(first), id_of(second));
    assert!(told.links().contains(&slips), "{:?}", told.links());
    staff.get(&again).await.expect(200).hides("2 orders packed");

    // another form packs nothing of what is packed
    let list = staff.get(LIST).await.expect(200);
    let form = self::form(&list, PACK, "pack", &[first]);
    let told = staff.post(PACK, &form).await.expect(303).location();
    let told = said(&staff.get(&told).await.expect(200));
    assert!(told.contains("1 order not packed"), "{told}");
    assert!(told.contains(&format!("Nothing left to pack. {}", number_of(first))), "{told}");
    assert_eq!(how_many(&shop, &all).await, [0, 0, 1, 1]);
    shop.assert_audit_is_clean("after some were packed together");
}

#[tokio::test]
async fn what_nobody_picked_and_what_is_gone_changes_nothing_else() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let all = orders(&shop, &ids[0], &["sim_ok"]).await;
    let mut staff = administrator(&shop).await;
    let list = staff.get(LIST).await.expect(200);
    for deed in ["pack", "slips"] {
        let refused = staff.post(PACK, &form(&list, PACK, deed, &[])).await.expect(422);
        refused.shows("No orders selected").shows("Select one or more orders").shows("Nothing was changed");
        // the list is there, to be picked from
        assert!(refused.tags().iter().any(|tag| tag.get("value") == id_of(&all[0])));
    }
    let mut many = form(&list, PACK, "pack", &[&all[0]]);
    many.extend((0..25).map(|n| ("pick".to_owned(), format!("ord_{n:026}"))));
    staff.post(PACK, &many).await.expect(422).shows("up to one page of them");
    staff.post(PACK, &form(&list, PACK, "ship", &[&all[0]])).await.expect(404);
    assert_eq!(how_many(&shop, &all).await, [0]);

    // a draft that somebody has deleted meanwhile, what is no id, and what is picked twice
    let gone = json!({"id": "ord_00000000000000000000000000"});
    let mut form = form(&list, PACK, "pack", &[&gone, &all[0], &all[0]]);
    form.push(("pick".to_owned(), HOSTILE.to_owned()));
    let told = staff.post(PACK, &form).await.expect(303).location();
    let told = staff.get(&told).await.expect(200);
    told.shows("1 order packed").shows("1 order not packed").shows("no longer exists");
    assert_eq!(how_many(&shop, &all).await, [1]);
    // in the language of the staff member who packs
    staff.says = vec![("accept-language", "de".to_owned())];
    let list = staff.get(LIST).await.expect(200);
    list.shows("Ausgewählte Bestellungen:").shows("Packzettel");
    let form = self::form(&list, PACK, "pack", &[&all[0]]);
    let told = staff.post(PACK, &form).await.expect(303).location();
    staff.get(&told).await.expect(200).shows("1 Bestellung nicht gepackt").shows("Nichts mehr zu packen");
    shop.assert_audit_is_clean("after what was not picked");
}

#[tokio::test]
async fn only_staff_for_orders_pick_and_print() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let all = orders(&shop, &ids[0], &["sim_ok"]).await;
    let mut staff = administrator(&shop).await;
    let list = staff.get(LIST).await.expect(200);
    let slips = format!("/console/orders/slips?pick={}", id_of(&all[0]));
    for (name, permission) in [("tom", "products"), ("kim", "payments")] {
        let (mut other, home) = colleague(&shop, name, &[permission], "/console").await;
        let csrf = home.value("csrf");
        let mut form = form(&list, PACK, "pack", &[&all[0]]);
        form.iter_mut().filter(|(name, _)| name == "csrf").for_each(|(_, value)| value.clone_from(&csrf));
        other.post(PACK, &form).await.expect(403).shows("You don’t have permission");
        other.get(&slips).await.expect(403).shows("You don’t have permission");
    }
    let asked = Browser::new(&shop.url()).get(&slips).await.expect(303).location();
    assert!(asked.starts_with("/sign-in?next=%2Fconsole%2Forders%2Fslips"), "{asked}");
    assert_eq!(how_many(&shop, &all).await, [0]);
    // lists of orders elsewhere have no boxes
    for page in ["/console", "/console/search?q=hopper"] {
        let seen = staff.get(page).await.expect(200);
        seen.shows(&number_of(&all[0]));
        assert!(!seen.tags().iter().any(|tag| tag.get("name") == "pick"), "{page}");
    }
}

#[tokio::test]
async fn the_slips_of_what_is_picked_are_each_a_sheet_and_name_no_price() {
    let (shop, ids) = shop_with(&[HOSTILE]).await;
    let all = orders(&shop, &ids[0], &["sim_ok", "sim_ok", "sim_ok"]).await;
    let [without, shipped, waiting] = &all[..] else { panic!("three") };
    let admin = shop.admin().await;
    for order in [shipped, waiting] {
        let path = format!("/v1/orders/{}/fulfilments", id_of(order));
        admin.post(&path, "all", &json!({"carrier": "DHL"})).await.expect(201);
    }
    let parcel = parcels(&shop, shipped).await[0]["id"].as_str().unwrap().to_owned();
    admin.post(&format!("/v1/fulfilments/{parcel}/ship"), "away", &json!({})).await.expect(200);

    let mut staff = administrator(&shop).await;
    let list = staff.get(LIST).await.expect(200);
    let place = staff.post(PACK, &form(&list, PACK, "slips", &[without, shipped, waiting])).await;
    let place = place.expect(303).location();
    assert!(!place.contains("csrf") && !place.contains("key"), "{place}");
    let page = staff.get(&place).await.expect(200);
    let sheets = |page: &PageResult| {
        let tags = page.tags();
        let sheets = tags.iter().filter(|tag| tag.name == "article" && !tag.is_end);
        sheets.map(|tag| tag.get("aria-label").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(sheets(&page), [format!("Packing slip for order {}, Parcel 1", number_of(waiting))]);
    let words = said(&page);
    let told = format!("2 orders have no parcels to ship {} , {}", number_of(without), number_of(shipped));
    assert!(words.contains(&told), "{told} is not in {words}");
    // where none has one, that is said, and the way back is a button
    let none = staff.get(&format!("/console/orders/slips?pick={}", id_of(without))).await.expect(200);
    none.shows("No parcels to ship in these orders");
    assert_eq!(sheets(&none), Vec::<String>::new());
    for word in [HOSTILE, "Grace <b>Hopper</b>", "It is a <i>gift</i>", "1 of 1", "DHL", "T-0"] {
        assert!(words.contains(word), "{word} is not on {words}");
    }
    assert!(!words.contains('€') && !words.contains("12.50") && !words.contains("EUR"), "{words}");
    // it says what the slip of the parcel alone says
    let parcel = parcels(&shop, waiting).await[0]["id"].as_str().unwrap().to_owned();
    let alone = format!("/console/orders/{}/parcels/{parcel}/slip", id_of(waiting));
    let alone = said(&staff.get(&alone).await.expect(200));
    let facts = alone.split("Print").nth(1).unwrap().trim();
    assert!(words.contains(facts), "{facts} is not in {words}");

    // in the order of the list, two parcels are two sheets, and each once however often it is picked
    let path = format!("/v1/orders/{}/fulfilments", id_of(without));
    admin.post(&path, "all", &json!({})).await.expect(201);
    let ways = [without, waiting, without].map(|order| format!("pick={}", id_of(order))).join("&");
    let page = staff.get(&format!("/console/orders/slips?{ways}")).await.expect(200);
    let expected =
        [without, waiting].map(|order| format!("Packing slip for order {}, Parcel 1", number_of(order)));
    assert_eq!(sheets(&page), expected);
    page.hides("parcels to ship");
    assert_eq!(page.links(), BTreeSet::from([LIST.to_owned()]));
    // and from there it goes back to the page of the list that it was asked on
    let filtered = format!("{PACK}?status=confirmed&sort=created_at");
    let page = staff.get(&format!("{LIST}?status=confirmed&sort=created_at")).await.expect(200);
    let there =
        staff.post(&filtered, &form(&page, &filtered, "slips", &[waiting])).await.expect(303).location();
    let page = staff.get(&there).await.expect(200);
    assert_eq!(sheets(&page).len(), 1);
    assert_eq!(page.links(), BTreeSet::from([format!("{LIST}?status=confirmed&sort=created_at")]));
    // what is no order is told
    let gone = format!("/console/orders/slips?pick=ord_00000000000000000000000000&pick={}", id_of(waiting));
    staff.get(&gone).await.expect(200).shows("no longer exists");
    for nothing in ["/console/orders/slips", "/console/orders/slips?pick=x"] {
        assert_eq!(staff.get(nothing).await.expect(303).location(), LIST);
    }
    staff.says = vec![("accept-language", "de".to_owned())];
    staff.get(&place).await.expect(200).shows("keine versandbereiten Pakete").shows("Packzettel").hides("€");
}

/// A page has sixty sheets at most: what it has no room for is on the next one, and said.
#[tokio::test]
async fn very_many_slips_stand_on_several_pages() {
    const MANY: usize = 62;
    let (shop, _) = shop_with(&[]).await;
    let admin = shop.admin().await;
    let nail = json!({"sku": "N-1", "name": "Nail", "price": "0.10", "stock": MANY + 2});
    let nail = admin.post("/v1/products", "", &nail).await.expect(201).text("id").to_owned();
    let mut all = orders(&shop, &nail, &["sim_ok", "sim_ok"]).await;
    let many = json!({"lines": [{"product_id": nail, "quantity": MANY}], "payment": {"method": "sim_ok"}});
    let many = api_of(&shop, "ada").await.post("/v1/orders", "many", &many).await.expect(201).body;
    let mut staff = administrator(&shop).await;
    staff.until(&format!("{LIST}/{}", id_of(&many)), "Next parcel").await;
    let line = &many["lines"][0]["id"];
    for n in 0..MANY {
        let parcel = json!({"lines": [{"line_id": line, "quantity": 1}]});
        admin
            .post(&format!("/v1/orders/{}/fulfilments", id_of(&many)), &format!("f-{n}"), &parcel)
            .await
            .expect(201);
    }
    for order in &all {
        admin.post(&format!("/v1/orders/{}/fulfilments", id_of(order)), "all", &json!({})).await.expect(201);
    }
    all.insert(1, many);
    let title =
        |n: usize, parcel: usize| format!("Packing slip for order {}, Parcel {parcel}", number_of(&all[n]));
    let of_many: Vec<_> = (1..=60).map(|parcel| title(1, parcel)).collect();
    let pages = [vec![title(0, 1)], of_many, vec![title(2, 1)]];

    let picks = all.iter().map(|order| format!("pick={}", id_of(order))).collect::<Vec<_>>().join("&");
    let mut next = Some(format!("{LIST}/slips?{picks}&status=confirmed"));
    for (n, expected) in pages.iter().enumerate() {
        let page = staff.get(&next.expect("a page that follows")).await.expect(200);
        let tags = page.tags();
        let sheets = tags.iter().filter(|tag| tag.name == "article" && !tag.is_end);
        assert_eq!(&sheets.map(|tag| tag.get("aria-label").to_owned()).collect::<Vec<_>>(), expected);
        let words = said(&page);
        let later = ["2 more orders are", "packing slips of 1 more order", "more order"][n];
        assert_eq!(words.contains(later), n < 2, "{words}");
        // of the one that is too large for any page it says where the rest is
        assert_eq!(
            words.contains(&format!("Some parcels of order {} aren’t shown", number_of(&all[1]))),
            n == 1,
            "{words}"
        );
        let links = page.links();
        assert!(links.contains(&format!("{LIST}?status=confirmed")), "{links:?}");
        assert_eq!(links.contains(&format!("{LIST}/{}", id_of(&all[1]))), n == 1, "{links:?}");
        next = links.into_iter().find(|way| way.contains("/slips?"));
    }
    assert_eq!(next, None);
}

/// What is told of many goes in a cookie, with the address of the list: where that is too long it goes to the list without filters,
/// and nothing that is told is lost.
#[tokio::test]
async fn what_became_of_many_is_told_however_long_the_address_of_the_list_is() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let order = &orders(&shop, &ids[0], &["sim_ok"]).await[0];
    let mut staff = administrator(&shop).await;
    let list = staff.get(LIST).await.expect(200);
    // "茶" takes nine bytes of an address
    let words = "%E8%8C%B6".repeat(190);
    for (q, place) in
        [("tea", "/console/orders?q=tea&done=pack"), (words.as_str(), "/console/orders?done=pack")]
    {
        let mut form = form(&list, PACK, "pack", &[order]);
        form.extend((10..34).map(|n| ("pick".to_owned(), format!("ord_000000000000000000000000{n}"))));
        let there = staff.post(&format!("{PACK}?q={q}"), &form).await.expect(303).location();
        assert_eq!(there, place);
        let told = said(&staff.get(&there).await.expect(200));
        for expected in ["1 order packed", "24 orders not packed", "no longer exists"] {
            assert!(told.contains(expected), "{expected} is not in {told}");
        }
    }
    assert_eq!(parcels(&shop, order).await.len(), 1, "sent once more it does nothing more");
}

#[tokio::test]
async fn a_parcel_that_was_made_and_not_packed_is_packed_with_the_rest() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let all = orders(&shop, &ids[0], &["sim_ok"]).await;
    let admin = shop.admin().await;
    let made = format!("/v1/orders/{}/fulfilments", id_of(&all[0]));
    admin.post(&made, "made", &json!({})).await.expect(201);
    let mut staff = administrator(&shop).await;
    // so it is among what is to be packed
    let list = staff.get("/console/orders?attention=to_pack").await.expect(200);
    let action = format!("{PACK}?attention=to_pack");
    let form = form(&list, &action, "pack", &[&all[0]]);
    let place = staff.post(&action, &form).await.expect(303).location();
    let told = staff.get(&place).await.expect(200);
    assert!(said(&told).contains("1 order packed"), "{}", said(&told));
    let parcels = parcels(&shop, &all[0]).await;
    assert_eq!((parcels.len(), &parcels[0]["status"]), (1, &json!("packed")));
    assert!(!told.links().contains(&format!("{LIST}/{}", id_of(&all[0]))), "it waits for nobody to pack it");
}
