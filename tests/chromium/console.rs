//! The console in a real browser: tables have room, keys move through lists, and what is pressed
//! twice is sent once.

use super::{
    Chromium, DESKTOP, LOOKS, assert_sound, buys, definite,
    look::assert_has_room,
    newest, open_shop,
    shop::{ADMIN_EMAIL, ADMIN_PASSWORD, Shop},
};
use http::Method;
use serde_json::{Value, json};
use std::time::Duration;
use testkit::http_client::HttpClient;

/// Staff sign in on the way to a page.
pub(crate) async fn staff_at(shop: &Shop, path: &str) -> Chromium {
    let browser = Chromium::open(DESKTOP).await;
    browser.go(&format!("{}{path}", shop.url())).await;
    browser.write("main input[name=who]", ADMIN_EMAIL).await;
    browser.write("main input[name=password]", ADMIN_PASSWORD).await;
    browser.press("main form[action='/sign-in'] .btn-primary").await;
    browser.leaves("/sign-in").await;
    browser.go(&format!("{}{path}", shop.url())).await;
    browser
}

/// An order of Ada's for each of these products, paid: their ids, the newest last.
async fn ordered(shop: &Shop, admin: &HttpClient, products: &[&str]) -> Vec<Value> {
    let ada = shop.customer("ada").await;
    let mut orders = Vec::new();
    for product in products {
        buys(&ada, product, 1, product).await;
        orders.push(newest(admin).await);
    }
    orders
}

/// Orders of people whose names are long, one of them without a place to break.
async fn ordered_by_long_names(shop: &Shop, product: &str) {
    let wilhelmina = shop.customer("wilhelmina").await;
    for (key, name) in [
        "Wilhelmina Konstantinopolska-Oberschlesinger von und zu Hohen",
        "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunte",
    ]
    .into_iter()
    .enumerate()
    {
        let address = json!({"name": name, "line1": "Am Ufer 1", "postal_code": "10115", "city": "Berlin", "country": "DE"});
        let lines = json!([{"product_id": product, "quantity": 1}]);
        let body = json!({"lines": lines, "shipping_address": address, "payment": {"method": "sim_ok"}});
        definite(&wilhelmina, Method::POST, "/v1/orders", &key.to_string(), &body).await.expect(201);
    }
}

/// The rooms of the console that have tables.
const TABLES: [&str; 9] = [
    // staff see the link to the console next to all others
    "/",
    "/console",
    "/console/orders",
    "/console/products",
    "/console/customers",
    "/console/mails",
    "/console/staff",
    "/console/system",
    "/console/search?q=1",
];

/// All of an order is sent, and comes back.
pub(crate) async fn comes_back(admin: &HttpClient, order: &str) {
    let parcel = admin.post(&format!("/v1/orders/{order}/fulfilments"), "back", &json!({})).await.expect(201);
    for step in ["ship", "fail", "return"] {
        let step = format!("/v1/fulfilments/{}/{step}", parcel.text("id"));
        admin.post(&step, "", &json!({})).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_that_came_back_and_a_service_that_cannot_write_are_sound() {
    let (shop, admin, ids) = open_shop().await;
    let orders = ordered(&shop, &admin, &[&ids[0]]).await;
    let order = format!("/console/orders/{}", orders[0]["id"].as_str().unwrap());
    let browser = staff_at(&shop, "/console").await;
    comes_back(&admin, orders[0]["id"].as_str().unwrap()).await;
    assert_sound(&browser, &shop.url(), &format!("{order}#back"), &LOOKS).await;
    // somebody else writes there, and does not come to an end
    let products = shop.database("products").await;
    let held = products.begin().await.unwrap();
    assert_sound(&browser, &shop.url(), "/console/system#cannot-write", &LOOKS).await;
    held.rollback().await.unwrap();
    ordered_by_long_names(&shop, &ids[0]).await;
    assert_has_room(&browser, &shop.url(), &TABLES).await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tables_have_room_in_german_whose_words_are_longer() {
    let (shop, admin, ids) = open_shop().await;
    ordered(&shop, &admin, &[&ids[0]]).await;
    let browser = staff_at(&shop, "/console").await;
    browser.press(".c-top details.menu summary").await;
    browser.press(".c-top form[action='/language'] button[value=de]").await;
    browser.says("Umsatz heute").await;
    ordered_by_long_names(&shop, &ids[0]).await;
    assert_has_room(&browser, &shop.url(), &TABLES).await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_needs_somebody_leads_to_where_it_is_mended() {
    let (shop, admin, ids) = open_shop().await;
    ordered(&shop, &admin, &[&ids[0]]).await;
    let adjust = format!("/v1/products/{}/stock/adjustments", ids[1]);
    let left =
        admin.get(&format!("/v1/products/{}", ids[1])).await.expect(200).body["available"].as_i64().unwrap();
    admin.post(&adjust, "k1", &json!({"delta": 2 - left, "reason": "count"})).await.expect(201);
    let browser = staff_at(&shop, "/console").await;
    for (task, found) in [("stock=low", "Low stock"), ("attention=to_pack", "Orders")] {
        browser.go(&format!("{}/console", shop.url())).await;
        let count =
            format!("return Number(document.querySelector(\".todo a[href*='{task}'] b\").textContent)");
        let count = browser.run(&count, json!([])).await;
        browser.press(&format!(".todo a[href*='{task}']")).await;
        browser.says(found).await;
        // what is counted there is what is listed here
        let rows = "return document.querySelectorAll('.table-fold tbody tr').length";
        assert_eq!(browser.run(rows, json!([])).await, count, "{task}");
    }
    assert_eq!(browser.complaints().await, [""; 0]);
    browser.close().await;
}

/// What a colleague does is said on the page of an order, and what is typed there stays until it is loaded again.
async fn is_told_that_it_has_changed(browser: &Chromium, admin: &HttpClient, order: &Value) {
    const CHANGED: &str = "This order has been updated";
    let is_hidden = "return document.querySelector('[data-watch]').hidden";
    let typed = "return document.querySelector('#text').value";
    browser.write("#text", "rang twice").await;
    // its own parcel is no news
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(browser.run(is_hidden, json!([])).await, true);
    let hold = format!("/v1/orders/{}/hold", order["id"].as_str().unwrap());
    admin.post(&hold, "", &json!({"reason": "asks about the colour"})).await.expect(200);
    browser.says(CHANGED).await;
    let told = browser.run("return document.querySelector('[data-told]').textContent", json!([])).await;
    assert!(told.as_str().unwrap().starts_with(CHANGED), "{told}");
    assert_eq!(browser.run(typed, json!([])).await, "rang twice");
    browser.press("[data-watch] a").await;
    browser.says("asks about the colour").await;
    assert_eq!(browser.run(is_hidden, json!([])).await, true);
    assert_eq!(browser.run(typed, json!([])).await, "rang twice");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_typed_in_one_form_of_an_order_stays_when_another_is_sent() {
    let (shop, admin, ids) = open_shop().await;
    let orders = ordered(&shop, &admin, &[&ids[0]]).await;
    let page = format!("/console/orders/{}", orders[0]["id"].as_str().unwrap());
    let browser = staff_at(&shop, &page).await;
    let is_in = async |field: &str, what: &str| {
        let value = browser.run("return document.querySelector(arguments[0]).value", json!([field])).await;
        assert_eq!(value, what, "{field}");
    };
    browser.write("#tracking_number", "JJD0042").await;
    browser.press(".note-form button").await;
    browser.says("Enter a note").await;
    // the browser notes that it was refused
    assert_eq!(browser.complaints_but_for("422").await, [""; 0]);
    is_in("#tracking_number", "JJD0042").await;
    browser.write("#text", "rang twice").await;
    browser.press(".note-form button").await;
    browser.says("“rang twice”").await;
    is_in("#tracking_number", "JJD0042").await;
    // what was sent does not come again
    is_in("#text", "").await;
    browser.write("#text", "is at home in the evening").await;
    browser.press("#parcels button[value=ship]").await;
    browser.says("Shipped. The customer will be emailed.").await;
    is_in("#text", "is at home in the evening").await;
    // where another page has been between nothing is left of it
    browser.press(".note-form button").await;
    browser.says("“is at home in the evening”").await;
    browser.press("#parcels details:has(input[name^=number-new]) > summary").await;
    browser.write("#parcels details input[name^=number-new]", "JJD0043").await;
    browser.run("document.querySelector('[data-watch] a').click()", json!([])).await;
    browser.says("Parcel 1").await;
    browser.go(&format!("{}/console", shop.url())).await;
    browser.go(&format!("{}{page}", shop.url())).await;
    is_in("#parcels details input[name^=number-new]", "JJD0042").await;
    assert_eq!(browser.complaints().await, [""; 0]);
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_move_through_orders_and_what_is_pressed_twice_ships_once() {
    let (shop, admin, ids) = open_shop().await;
    let orders = ordered(&shop, &admin, &[&ids[0], &ids[1]]).await;
    let browser = staff_at(&shop, "/console/orders").await;
    let press = |key: &'static str| {
        let script = "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: arguments[0], bubbles: true, cancelable: true}));
                      return document.activeElement.name || document.activeElement.textContent";
        browser.run(script, json!([key]))
    };
    let number = |n: usize| json!(format!("#{}", orders[n]["number"]));
    for (key, n) in [("j", 1), ("j", 0), ("j", 0), ("k", 1)] {
        assert_eq!(press(key).await, number(n), "{key}");
    }
    // what the keys do is told by one, until somebody has read it
    let is_open = "return document.querySelector('dialog').open";
    assert_eq!(press("?").await, "Close");
    assert_eq!(browser.run(is_open, json!([])).await, true);
    browser.press("dialog button").await;
    assert_eq!(browser.run(is_open, json!([])).await, false);
    // and by a link, which leads to a page without scripts
    browser.press(".c-top details.menu summary").await;
    browser.press(".c-top [data-asks-keys]").await;
    assert_eq!(browser.run(is_open, json!([])).await, true);
    browser.press("dialog button").await;
    assert_eq!(press("/").await, "q");
    // a list has a field of its own
    let is_lists = "return document.activeElement.closest('.filters') !== null";
    assert_eq!(browser.run(is_lists, json!([])).await, true);
    assert_eq!(press("?").await, "q");
    assert_eq!(browser.run(is_open, json!([])).await, false);
    // while somebody types, letters are letters
    assert_eq!(press("j").await, "q");
    // from an order's page they lead on to the one below it in the list, and back
    let order_at = |n: usize| format!("{}/console/orders/{}", shop.url(), orders[n]["id"].as_str().unwrap());
    browser.press(&format!("main a[href$='{}']", orders[1]["id"].as_str().unwrap())).await;
    for (key, n) in [("k", 1), ("j", 0), ("j", 0), ("k", 1)] {
        browser.run("document.body.dispatchEvent(new KeyboardEvent('keydown', {key: arguments[0], bubbles: true}))", json!([key])).await;
        browser.says(&format!("#{}", orders[n]["number"])).await;
        assert_eq!(browser.run("return location.href", json!([])).await, order_at(n), "{key}");
    }
    // but not from what somebody has begun to write
    let begin = "document.querySelector('main [name=text]').value = 'by phone'; document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'j', bubbles: true})); return location.href";
    assert_eq!(browser.run(begin, json!([])).await, order_at(1));
    // nor from what was refused
    browser.go(&format!("{}/console/products", shop.url())).await;
    browser.press(&format!("main a[href$='{}']", ids[0])).await;
    browser.write("main [name=price]", "a lot").await;
    browser.press(&format!("main form[action='/console/products/{}'] .btn-primary", ids[0])).await;
    browser.says("One thing needs you").await;
    let anywhere = "['j', 'k'].forEach((key) => document.body.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}))); return location.pathname";
    assert_eq!(browser.run(anywhere, json!([])).await, format!("/console/products/{}", ids[0]));

    // (a browser notes each answer that is a refusal)
    assert_eq!(browser.complaints_but_for("422").await, [""; 0]);

    browser.go(&format!("{}/console/orders", shop.url())).await;
    browser.go(&format!("{}/console/orders/{}", shop.url(), orders[0]["id"].as_str().unwrap())).await;
    let twice =
        "const ship = document.querySelector('button[value=ship]'); ship.click(); ship.click(); return 1";
    browser.run(twice, json!([])).await;
    browser.says("Shipped. The customer will be emailed.").await;
    browser.says("Parcel 1").await;
    let parcels = "return document.querySelectorAll('#parcels .cards-list > li').length";
    assert_eq!(browser.run(parcels, json!([])).await, 1);
    // where the page takes up what follows a deed, the ways stay
    tokio::time::sleep(Duration::from_secs(2)).await;
    let way = "const way = document.querySelector('[data-way=k]'); return way.checkVisibility() && way.href";
    assert_eq!(browser.run(way, json!([])).await, order_at(1));
    is_told_that_it_has_changed(&browser, &admin, &orders[0]).await;
    assert_eq!(browser.complaints().await, [""; 0]);
    browser.close().await;
    shop.assert_audit_is_clean("after a parcel");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_console_tells_that_nobody_answers_any_more() {
    let mut shop = Shop::embedded(&[]);
    let browser = staff_at(&shop, "/console/products").await;
    browser.says("API connected").await;
    browser.go(&format!("{}/console/system", shop.url())).await;
    browser.says("API connected").await;
    drop(shop.server.take());
    browser.says("API offline").await;
    // and what was known of it last does not stand there as if it were now
    browser.says("Live updates paused. Showing the last known data").await;
    let frozen = "return document.querySelectorAll('[data-live=services][data-frozen]').length";
    assert_eq!(browser.run(frozen, json!([])).await, 1);
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_product_is_saved_by_the_key_that_saves_and_its_button_stays_in_sight() {
    let shop = Shop::embedded(&[]);
    let admin = shop.admin().await;
    let made = json!({"sku": "K-1", "name": "Kettle", "price": "12.50", "stock": 5});
    let id = admin.post("/v1/products", "", &made).await.expect(201).text("id").to_owned();
    let browser = staff_at(&shop, &format!("/console/products/{id}")).await;
    // a phone, on which the form is longer than what is seen of it
    browser.sized(390, 600, false).await;
    let is_seen = "const box = document.querySelector('[data-saves]').getBoundingClientRect();
        const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
        return scrollY === 0 && top.matches('[data-saves]')";
    assert_eq!(browser.run(is_seen, json!([])).await, true);
    // what has the focus is never beneath it as a whole (WCAG 2.4.11), on the narrowest phone, too
    let names = "return [...document.querySelectorAll('form:has([data-saves]) :is(input:not([type=hidden]), textarea)')]
        .map((field) => field.name)";
    let names = browser.run(names, json!([])).await;
    for (width, height) in [(390, 600), (320, 480), (320, 640)] {
        browser.sized(width, height, false).await;
        for name in names.as_array().unwrap() {
            let focus = "scrollTo(0, 0); document.activeElement.blur(); document.getElementsByName(arguments[0])[0].focus()";
            browser.run(focus, json!([name])).await;
            let covered = "const field = document.activeElement, box = field.getBoundingClientRect();
                const at = (y) => document.elementFromPoint(box.x + box.width / 2, y);
                const isSeen = (top) => top === field || field.labels[0]?.contains(top);
                return [box.top + 4, (box.top + box.bottom) / 2].some((y) => isSeen(at(y))) ? '' : 'covered'";
            assert_eq!(browser.run(covered, json!([])).await, "", "{name} at {width} x {height}");
        }
    }
    let press = "const field = document.querySelector('[name=price]'); field.focus(); field.value = '13.00';
        const press = new KeyboardEvent('keydown', { key: 'S', ctrlKey: true, bubbles: true, cancelable: true });
        field.dispatchEvent(press); return press.defaultPrevented";
    assert_eq!(browser.run(press, json!([])).await, true);
    browser.says("Saved.").await;
    let now = admin.get(&format!("/v1/products/{id}")).await.expect(200);
    assert_eq!(now.body["price"]["amount"], "13.00");
    browser.close().await;
}
