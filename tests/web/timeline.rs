//! The timeline of an order in the console: whatever happened stands in it once, however much was noted.

use super::{
    Browser, PASSWORD, PageResult, api_of,
    console::{administrator, ordered, signed_in},
    crawl::{PAGE_BYTES_MAX, weight},
    registered,
    shop::Shop,
    shop_with,
};

use http::Method;
use serde_json::{Value, json};

/// More than a dozen pages of notes: of such long ones five stand on each.
const NOTES: usize = 65;

/// Letters of one byte each.
const LATIN: &[u8; 52] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// A text as long as a note can be, which no compression makes small.
fn note(n: usize) -> String {
    text(n, &|letter| char::from(LATIN[letter as usize % LATIN.len()]))
}
/// The same in as many different letters as Chinese has.
pub(super) fn chinese(n: usize) -> String {
    text(n, &|letter| char::from_u32(0x4E00 + letter % 20_000).unwrap_or('一'))
}

fn text(n: usize, of: &dyn Fn(u32) -> char) -> String {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64 ^ n as u64;
    let mut letter = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        of((state >> 33) as u32)
    };
    let words: String = (0..1_980).map(|at| if at % 9 == 8 { ' ' } else { letter() }).collect();
    format!("note {n:03} {words}")
}

/// The numbers of the notes that it shows, as they stand there.
fn shown(page: &PageResult) -> Vec<usize> {
    let mut all = Vec::new();
    for rest in page.words().split("note ").skip(1) {
        all.extend(rest.get(..3).and_then(|n| n.parse::<usize>().ok()));
    }
    all
}

#[tokio::test]
async fn what_happened_stands_in_the_timeline_once_and_no_page_of_it_is_large() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let path = ordered(&shop, &mut ada, &ids[0], "1", "sim_ok").await;
    let mut staff = administrator(&shop).await;
    let mut page = staff.until(&path, "Next parcel").await;
    for n in 0..NOTES {
        if n == 30 {
            let hold = format!("{path}/hold");
            let form = staff.get(&hold).await.expect(200);
            staff.submit(&form, &hold, &[("reason", "kept for Friday")]).await.expect(303);
            page = staff.get(&path).await.expect(200);
        }
        let text = note(n);
        staff.submit(&page, &format!("{path}/notes"), &[("text", &text)]).await.expect(303);
        page = staff.get(&path).await.expect(200);
    }
    let (mut seen, mut at, mut pages) = (Vec::new(), path.clone(), 0);
    let (mut held, mut placed) = (Vec::new(), Vec::new());
    loop {
        let page = staff.get(&at).await.expect(200);
        let bytes = weight(&mut staff, &at, &page).await;
        assert!(bytes < PAGE_BYTES_MAX, "{at} weighs {bytes}");
        let on_it = shown(&page);
        assert!(!on_it.is_empty() && on_it.len() <= 20, "{at}: {on_it:?}");
        seen.extend(on_it);
        pages += 1;
        let timeline = page.words().split("Timeline").nth(1).unwrap_or_default().to_owned();
        held.extend(timeline.contains("kept for Friday").then_some(pages));
        placed.extend(timeline.contains("Placed").then_some(pages));
        // back by the way that one came
        assert_eq!(page.text.contains("rel=\"prev\""), pages > 1);
        let next = page.tags().into_iter().find(|tag| tag.get("rel") == "next");
        let Some(next) = next else { break };
        let (address, place) = next.get("href").split_once('#').expect("it leads to the timeline");
        assert_eq!(place, "timeline");
        at = address.to_owned();
    }
    assert_eq!(seen, (0..NOTES).rev().collect::<Vec<_>>(), "each once, the newest first");
    assert_eq!((pages, held, placed), (13, vec![8], vec![13]));
    // with what is no cursor it begins anew
    let there = staff.get(&format!("{path}?cursor=1-nothing")).await.expect(303).location();
    assert_eq!(there, path);
}

/// As many parcels with one piece of each line.
const PARCELS: usize = 12;

/// Of as many lines as an order can have, each with a name and a number that no compression makes small, and with everything else at
/// its longest.
#[tokio::test]
async fn the_page_of_the_largest_order_is_not_large() {
    is_not_large(&note).await;
    is_not_large(&chinese).await;
}

/// So many letters of a note's end.
fn letters(note: &str, count: usize) -> String {
    note.chars().rev().filter(|letter| *letter != ' ').take(count).collect()
}

/// The path of such an order of Ada's, and its products as lines of another.
async fn largest(shop: &Shop, note: &dyn Fn(usize) -> String) -> (String, Vec<Value>) {
    let (admin, mut goods) = (shop.admin().await, Vec::new());
    for n in 0..100 {
        let name: String = note(n).chars().take(190).collect();
        let made = json!({"sku": letters(&note(n), 64), "name": name, "price": "5.00", "stock": 50});
        let id = admin.post("/v1/products", "", &made).await.expect(201).text("id").to_owned();
        goods.push(json!({"product_id": id, "quantity": PARCELS + 1}));
    }
    let [long, short, postal] = [200, 100, 20].map(|count| letters(&note(7), count));
    let address = json!({
        "name": long, "line1": long, "line2": long, "city": short, "postal_code": postal, "region": short, "country": "DE",
    });
    let order = json!({
        "lines": goods, "payment": {"method": "sim_ok"}, "note": note(8), "shipping_address": address,
    });
    let order = api_of(shop, "ada").await.post("/v1/orders", "large", &order).await.expect(201).body;
    let path = format!("/orders/{}", order["id"].as_str().unwrap());
    administrator(shop).await.until(&format!("/console{path}"), "Next parcel").await;
    let lines = order["lines"].as_array().unwrap().iter();
    let one_of_each: Vec<_> = lines.map(|line| json!({"line_id": line["id"], "quantity": 1})).collect();
    for n in 0..PARCELS {
        let (key, parcel) = (format!("f-{n}"), json!({"lines": one_of_each}));
        let made = admin.post(&format!("/v1{path}/fulfilments"), &key, &parcel).await.expect(201);
        let [carrier, number] = [n, n + 50].map(|n| letters(&note(n), 100));
        let left = json!({"carrier": carrier, "tracking_number": number});
        admin.post(&format!("/v1/fulfilments/{}/ship", made.text("id")), "", &left).await.expect(200);
        for n in [n, n + PARCELS] {
            let text = note(n);
            admin.post(&format!("/v1{path}/notes"), "", &json!({"text": text})).await.expect(201);
            let refund = json!({"amount": "0.01", "reason": text.chars().take(490).collect::<String>()});
            admin.post(&format!("/v1{path}/refunds"), &format!("r-{n}"), &refund).await.expect(201);
        }
    }
    (path, goods)
}

async fn is_not_large(note: &dyn Fn(usize) -> String) {
    let (shop, _) = shop_with(&[]).await;
    registered(&shop, "ada").await;
    let (order, goods) = largest(&shop, note).await;
    let (mut staff, ada) = (administrator(&shop).await, api_of(&shop, "ada").await);
    let mut theirs = signed_in(&shop, "ada@example.com", PASSWORD, "/account").await.0;
    // the same once more
    let basket = ada.post("/v1/baskets", "", &json!({})).await.expect(201).text("id").to_owned();
    ada.try_call(Method::PATCH, &format!("/v1/baskets/{basket}"), "", &json!({"lines": goods}))
        .await
        .unwrap()
        .expect(200);
    for path in ["/basket", "/checkout"] {
        let page = theirs.get(path).await.expect(200);
        let bytes = weight(&mut theirs, path, &page).await;
        assert!(bytes < PAGE_BYTES_MAX, "{path} weighs {bytes}");
    }
    let in_console = format!("/console{order}");
    let seen = [in_console.clone(), format!("{in_console}/invoice")].map(|path| (true, path));
    for (is_staff, path) in seen.into_iter().chain([(false, order)]) {
        let browser = if is_staff { &mut staff } else { &mut theirs };
        let page = browser.get(&path).await.expect(200);
        let bytes = weight(browser, &path, &page).await;
        assert!(bytes < PAGE_BYTES_MAX, "{path} weighs {bytes}");
        if path.ends_with("/invoice") {
            continue;
        }
        // of each parcel it says what is in it, one of them as a whole at a press
        let all = page.words().matches("note 099").count();
        assert_eq!(page.words().matches("and 94 more products").count(), PARCELS, "{}", page.words());
        let way =
            page.links().into_iter().find(|way| way.contains("parcel=3")).expect("a way to all of the third");
        assert!(way.ends_with("#parcel-3"), "{way}");
        let way = way.split('#').next().unwrap();
        let whole = browser.get(way).await.expect(200);
        let bytes = weight(browser, way, &whole).await;
        assert!(bytes < PAGE_BYTES_MAX, "{way} weighs {bytes}");
        assert_eq!(whole.words().matches("and 99 more products").count(), PARCELS - 1);
        assert_eq!(whole.words().matches("note 099").count(), all + 1, "it has the last, too");
    }
}

/// The numbers of the parcels that it shows.
fn parcels_on(page: &PageResult) -> Vec<usize> {
    let tags = page.tags();
    tags.iter().filter_map(|tag| tag.get("id").strip_prefix("parcel-")?.parse().ok()).collect()
}

/// Of an order that left piece by piece the last parcels stand on its page, and the others on further ones.
#[tokio::test]
async fn very_many_parcels_stand_on_several_pages() {
    const MANY: usize = 130;
    let (shop, _) = shop_with(&[]).await;
    registered(&shop, "ada").await;
    let admin = shop.admin().await;
    let made = json!({"sku": "N-1", "name": "Nail", "price": "0.10", "stock": MANY});
    let id = admin.post("/v1/products", "", &made).await.expect(201).text("id").to_owned();
    let order = json!({"lines": [{"product_id": id, "quantity": MANY}], "payment": {"method": "sim_ok"}});
    let ada = api_of(&shop, "ada").await;
    let order = ada.post("/v1/orders", "many", &order).await.expect(201).text("id").to_owned();
    let path = format!("/console/orders/{order}");
    let mut staff = administrator(&shop).await;
    staff.until(&path, "Next parcel").await;
    let lines = ada.get(&format!("/v1/orders/{order}")).await.expect(200).body["lines"].clone();
    for n in 0..MANY {
        let parcel = json!({"lines": [{"line_id": lines[0]["id"], "quantity": 1}]});
        admin.post(&format!("/v1/orders/{order}/fulfilments"), &format!("f-{n}"), &parcel).await.expect(201);
    }
    let mut theirs = signed_in(&shop, "ada@example.com", PASSWORD, "/account").await.0;
    for (browser, path) in [(&mut staff, path.clone()), (&mut theirs, format!("/orders/{order}"))] {
        let page = browser.get(&path).await.expect(200);
        assert_eq!(parcels_on(&page), (121..=MANY).collect::<Vec<_>>(), "{path}");
        let mut seen = Vec::new();
        for part in 1..=3 {
            let at = format!("{path}?parcels={part}");
            let page = browser.get(&at).await.expect(200);
            let bytes = weight(browser, &at, &page).await;
            assert!(bytes < PAGE_BYTES_MAX, "{at} weighs {bytes}");
            seen.extend(parcels_on(&page));
        }
        assert_eq!(seen, (1..=MANY).collect::<Vec<_>>(), "{path}");
        let of_one = browser.get(&format!("{path}?parcel=70")).await.expect(200);
        assert_eq!(parcels_on(&of_one), (61..=120).collect::<Vec<_>>());
    }
    let listed = format!("/v1/orders/{order}/fulfilments?limit=5");
    let fifth = admin.get(&listed).await.expect(200).body["items"][4]["id"].as_str().unwrap().to_owned();
    admin.post(&format!("/v1/fulfilments/{fifth}/ship"), "", &json!({})).await.expect(200);
    a_form_of_a_part_comes_back_to_it(&mut staff, &path, &fifth).await;
}

/// The number of a parcel of the first sixty is corrected, first with what is none.
async fn a_form_of_a_part_comes_back_to_it(staff: &mut Browser, path: &str, parcel: &str) {
    let first: Vec<usize> = (1..=60).collect();
    let page = staff.get(&format!("{path}?parcels=1")).await.expect(200);
    let tags = page.tags();
    let action = tags.iter().map(|tag| tag.get("action")).find(|action| action.contains(parcel)).unwrap();
    let (number, deed, long) = (format!("number-new-{parcel}"), format!("correct-{parcel}"), "J".repeat(101));
    let fields = |typed| [("do", "correct"), ("deed", &deed[..]), (&number[..], typed)];
    let refused = staff.submit(&page, action, &fields(&long)).await.expect(422);
    assert_eq!((parcels_on(&refused), refused.value(&number)), (first.clone(), long.clone()));
    for said in [format!("id=\"{number}-error\""), format!("href=\"#{number}\"")] {
        assert!(refused.text.contains(&said), "{said}: {}", refused.text);
    }
    // from there on, too
    let tags = refused.tags();
    let action = tags.iter().map(|tag| tag.get("action")).find(|action| action.contains(parcel)).unwrap();
    let done = staff.submit_and_follow(&refused, action, &fields("JJD0042")).await.expect(200);
    done.shows("Tracking updated. The customer’s order page shows it.").shows("JJD0042");
    assert_eq!(parcels_on(&done), first);
}
