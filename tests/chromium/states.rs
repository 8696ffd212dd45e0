//! What pages come to where something is wrong, or has gone far: errors beside their fields, a basket that there is not
//! enough for, a product that two edit, an order in parcels, what was put aside and what is broken. Each is as sound as any
//! page.

use super::{
    Chromium, DESKTOP, PASSWORD, PHONE, assert_sound, buys,
    console::staff_at,
    look::{LOOKS, STATES, assert_shown_is_sound},
    newest, open_shop,
    shop::Shop,
    words::in_german,
};
use db::Sql;
use http::Method;
use serde_json::json;
use testkit::{chromium::Viewport, http_client::HttpClient, server::Launch, temp_dir::TempDir};

/// Empties a field of the page's form, or writes into it.
async fn fill(browser: &Chromium, field: &str, text: &str) {
    let script = "document.querySelector(`main [name=${arguments[0]}]`).value = arguments[1]";
    browser.run(script, json!([field, text])).await;
}

/// Whether the last of these is what is pressed at its place, where one scrolls to it.
const REACHED: &str = "
    const e = [...document.querySelectorAll(arguments[0])].at(-1);
    e.scrollIntoView({block: 'center', behavior: 'instant'});
    const {x, y, width, height} = e.getBoundingClientRect();
    return e.contains(document.elementFromPoint(x + width / 2, y + height / 2));
";

async fn puts_in(browser: &Chromium, url: &str, product: &str, pieces: &str) {
    browser.go(&format!("{url}/products/{product}")).await;
    fill(browser, "quantity", pieces).await;
    browser.press("main form[action='/basket'] button:not([type=button])").await;
    browser.says("is in your basket").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_link_that_sets_a_shop_up_asks_for_no_code() {
    let folder = TempDir::new();
    let server = Launch::new(env!("CARGO_BIN_EXE_ordo"), &folder.path().join("data")).start();
    let link = server.printed().iter().find_map(|line| line.strip_prefix("setup ")).unwrap().to_owned();
    let browser = Chromium::open(DESKTOP).await;
    let shown = "return document.querySelector('main [name=code]').checkVisibility()";
    browser.go(&format!("{}/setup", server.url())).await;
    assert_eq!(browser.run(shown, json!([])).await, true, "who has no link enters the code");
    assert_sound(&browser, server.url(), "/setup", &LOOKS).await;
    in_german(&browser).await;
    assert_sound(&browser, server.url(), "/setup#de", &STATES).await;
    browser.anew(DESKTOP).await;
    browser.go(&link).await;
    browser.says("Set up your shop").await;
    assert_eq!(browser.run(shown, json!([])).await, false);
    assert_eq!(browser.run("return location.href", json!([])).await, format!("{}/setup", server.url()));
    browser.write("main [name=email]", "first@example.com").await;
    browser.write("main [name=password]", "short").await;
    browser.press("main form[action='/setup'] button").await;
    browser.says("Enter a password of 8 to 128 characters").await;
    assert_eq!(browser.run(shown, json!([])).await, false, "what came by the link is kept");
    browser.write("main [name=password]", "a first administrator").await;
    browser.press("main form[action='/setup'] button").await;
    browser.says("Orders today").await;
    assert_eq!(browser.complaints_but_for("422").await, [""; 0]);
    browser.anew(DESKTOP).await;
    browser.go(&format!("{}/setup", server.url())).await;
    browser.says("Setup is already complete").await;
    assert_shown_is_sound(&browser, server.url(), "/setup#over", "410").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_shop_is_sound() {
    let shop = Shop::embedded(&[]);
    let browser = staff_at(&shop, "/console").await;
    browser.says("No orders yet").await;
    for page in [
        "/console#empty",
        "/console/orders#empty",
        "/console/products#empty",
        "/console/mails?to=nobody%40example.com",
    ] {
        assert_sound(&browser, &shop.url(), page, &STATES).await;
    }
    browser.anew(DESKTOP).await;
    assert_sound(&browser, &shop.url(), "/#empty", &STATES).await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_shop_refuses_is_sound() {
    let (shop, admin, ids) = open_shop().await;
    let (browser, url) = (Chromium::open(DESKTOP).await, shop.url());
    browser.go(&format!("{url}/register")).await;
    browser.write("main input[name=password]", "short").await;
    browser.press("main form[action='/register'] button").await;
    browser.says("Enter a password of 8 to 128 characters").await;
    assert_shown_is_sound(&browser, &url, "/register#refused", "422").await;

    // a form that is not this page's, and a password that is another's
    browser.sized(DESKTOP.width, DESKTOP.height, false).await;
    browser.go(&format!("{url}/register")).await;
    let forge = "document.querySelector(\"main [name='csrf']\").value = 'AAAA'";
    browser.run(forge, json!([])).await;
    fill(&browser, "name", "Bea").await;
    fill(&browser, "email", "bea@example.com").await;
    fill(&browser, "password", "a password of hers").await;
    browser.press("main form[action='/register'] button").await;
    browser.says("This form has expired").await;
    assert_shown_is_sound(&browser, &url, "/register#forged", "403").await;
    browser.sized(DESKTOP.width, DESKTOP.height, false).await;
    browser.go(&format!("{url}/sign-in")).await;
    browser.write("main input[name=who]", "bea@example.com").await;
    browser.write("main input[name=password]", "a password of hers").await;
    browser.press("main form[action='/sign-in'] .btn-primary").await;
    browser.says("Incorrect email, username or password").await;
    assert_shown_is_sound(&browser, &url, "/sign-in#refused", "422").await;

    browser.sized(DESKTOP.width, DESKTOP.height, false).await;
    puts_in(&browser, &url, &ids[0], "2").await;
    browser.go(&format!("{url}/checkout")).await;
    browser.press("main form[action='/checkout'] button:not([type=button], [name=to])").await;
    browser.says("Enter a postal code such as 10115 (Germany)").await;
    assert_shown_is_sound(&browser, &url, "/checkout#refused", "422").await;

    // one is dearer by now, and there are not that many of the other
    browser.sized(DESKTOP.width, DESKTOP.height, false).await;
    puts_in(&browser, &url, &ids[1], "3").await;
    let dearer = json!({"price": "26.50"});
    let teapot = format!("/v1/products/{}", ids[0]);
    admin.try_call(Method::PATCH, &teapot, "", &dearer).await.unwrap().expect(200);
    let adjust = format!("/v1/products/{}/stock/adjustments", ids[1]);
    admin.post(&adjust, "k1", &json!({"delta": -2, "reason": "count"})).await.expect(201);
    for page in ["/basket", "/checkout"] {
        assert_sound(&browser, &url, &format!("{page}#short"), &STATES).await;
    }
    // for a while one of them is not sold
    let sold = async |status: &str| {
        admin.try_call(Method::PATCH, &teapot, "", &json!({"status": status})).await.unwrap().expect(200);
    };
    sold("draft").await;
    assert_sound(&browser, &url, "/basket#gone", &STATES).await;
    sold("active").await;
    browser.sized(DESKTOP.width, DESKTOP.height, false).await;
    browser.go(&format!("{url}/checkout")).await;
    // what was typed stays where less is taken
    browser.write("main [name=email]", "bea@example.com").await;
    browser.press("main button[name=take]").await;
    browser.says("Pay €62.50").await;
    let email = "return document.querySelector('main [name=email]').value";
    assert_eq!(browser.run(email, json!([])).await, "bea@example.com");
    assert_eq!(browser.complaints().await, [""; 0]);
    browser.close().await;
}

/// An order of Ada's: a parcel of it could not be delivered, another one is packed, and some of the money went back.
async fn far_gone(shop: &Shop, admin: &HttpClient, product: &str) -> String {
    let ada = shop.customer("ada").await;
    buys(&ada, product, 3, "one").await;
    let order = newest(admin).await;
    let id = order["id"].as_str().unwrap().to_owned();
    let parcel = async |pieces: i64, steps: &[&str]| {
        let lines = json!([{"line_id": order["lines"][0]["id"], "quantity": pieces}]);
        let tracking_number = format!("0034043416109404255{pieces}");
        let body = json!({"lines": lines, "carrier": "DHL", "tracking_number": tracking_number});
        let path = format!("/v1/orders/{id}/fulfilments");
        let made = admin.post(&path, &pieces.to_string(), &body).await.expect(201);
        for step in steps {
            let step = format!("/v1/fulfilments/{}/{step}", made.text("id"));
            admin.post(&step, "", &json!({})).await.expect(200);
        }
    };
    parcel(2, &["ship", "fail"]).await;
    parcel(1, &["pack"]).await;
    let refund = json!({"amount": "5.00", "reason": "a chip"});
    admin.post(&format!("/v1/orders/{id}/refunds"), "refund", &refund).await.expect(201);
    id
}

/// A colleague for products.
pub(super) async fn tom(shop: &Shop, admin: &HttpClient) -> HttpClient {
    let tom = shop.customer("tom").await;
    let named = json!({"name": "Tom Reuter"});
    let who =
        tom.try_call(Method::PATCH, "/v1/me", "", &named).await.unwrap().expect(200).text("id").to_owned();
    let may = json!({"role": "staff", "permissions": ["products"]});
    admin.try_call(Method::PATCH, &format!("/v1/users/{who}"), "", &may).await.unwrap().expect(200);
    let login = json!({"email": "tom@example.com", "password": PASSWORD});
    let now = tom.post("/v1/login", "", &login).await.expect(200);
    tom.apart().with_token(now.text("token"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_in_parcels_and_a_product_that_two_edit_are_sound() {
    let (shop, admin, ids) = open_shop().await;
    let (order, url) = (far_gone(&shop, &admin, &ids[0]).await, shop.url());
    let page = format!("/console/orders/{order}");
    let browser = staff_at(&shop, &page).await;
    browser.says("Partially refunded").await;
    assert_sound(&browser, &url, &format!("{page}#parcels"), &STATES).await;

    let place = format!("/console/products/{}", ids[0]);
    let save = format!("main form[action='{place}'] .btn-primary");
    browser.sized(DESKTOP.width, DESKTOP.height, false).await;
    browser.go(&format!("{url}{place}")).await;
    fill(&browser, "name", "").await;
    fill(&browser, "price", "a lot").await;
    browser.press(&save).await;
    browser.says("2 things need you").await;
    let focus = browser.run("return document.activeElement.className", json!([])).await;
    assert_eq!(focus, "banner bad", "what is wrong is read first");
    assert_shown_is_sound(&browser, &url, &format!("{place}#refused"), "422").await;

    browser.sized(DESKTOP.width, DESKTOP.height, false).await;
    browser.go(&format!("{url}{place}")).await;
    let (path, theirs) =
        (format!("/v1/products/{}", ids[0]), json!({"price": "27.00", "name": "Teapot, blue"}));
    tom(&shop, &admin).await.try_call(Method::PATCH, &path, "", &theirs).await.unwrap().expect(200);
    fill(&browser, "price", "26.00").await;
    fill(&browser, "name", "Blue teapot of the north").await;
    browser.press(&save).await;
    browser.says("Tom Reuter saved this product").await;
    assert_shown_is_sound(&browser, &url, &format!("{place}#merge"), "409").await;

    browser.sized(DESKTOP.width, DESKTOP.height, false).await;
    browser.go(&format!("{url}/console/orders")).await;
    let ask = "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: '?', bubbles: true, cancelable: true}))";
    browser.run(ask, json!([])).await;
    browser.says("Next and previous row of a list").await;
    assert_shown_is_sound(&browser, &url, "/console/orders#keys", "nothing").await;

    browser.anew(DESKTOP).await;
    browser.go(&format!("{url}/orders/{order}")).await;
    browser.write("main input[name=who]", "ada@example.com").await;
    browser.write("main input[name=password]", PASSWORD).await;
    browser.press("main form[action='/sign-in'] .btn-primary").await;
    browser.says("A parcel couldn’t be delivered").await;
    assert_sound(&browser, &url, &format!("/orders/{order}#parcels"), &STATES).await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_opens_over_a_page_is_sound() {
    let (shop, admin, ids) = open_shop().await;
    buys(&shop.customer("ada").await, &ids[0], 1, "one").await;
    let (order, url) = (newest(&admin).await["id"].as_str().unwrap().to_owned(), shop.url());
    let browser = staff_at(&shop, "/console").await;
    let shown = "const e = [...document.querySelectorAll(arguments[0])].find(e => e.checkVisibility());
                 return !!e && e.getBoundingClientRect().height > 40";
    for (path, name, summary, opened) in [
        ("/console/orders", "filter", ".filters .menu > summary", ".filter-box"),
        ("/console/products", "filter", ".filters .menu > summary", ".filter-box"),
        (&format!("/console/orders/{order}"), "menu", ".c-top .menu > summary", ".c-top .menu > div"),
        ("/search", "filter", ".fold > summary", ".fold > form"),
    ] {
        let Viewport { width, height, .. } = if path == "/search" { PHONE } else { DESKTOP };
        browser.sized(width, height, false).await;
        browser.go(&format!("{url}{path}")).await;
        browser.press(summary).await;
        assert_eq!(browser.run(shown, json!([opened])).await, true, "{path}: {opened} is not open");
        assert_shown_is_sound(&browser, &url, &format!("{path}#{name}"), "nothing").await;
        assert_eq!(browser.run(shown, json!([opened])).await, true, "{path}: {opened} has closed");
        // nothing lies over what ends it, on the narrowest phone and on one that is held across
        for (width, height) in [(320, 640), (844, 390)] {
            browser.sized(width, height, false).await;
            let pressed = browser.run(REACHED, json!([format!("{opened} button")])).await;
            assert_eq!(pressed, true, "{path}: what ends {opened} cannot be pressed at {width} px");
        }
    }
    browser.close().await;
}

/// Changes a database beside its service.
async fn meddle(shop: &Shop, service: &str, change: Sql) {
    let mut tx = shop.database(service).await.begin().await.unwrap();
    assert_eq!(tx.run(&change, &[]).await.unwrap(), 1);
    tx.commit("test").await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_put_aside_and_what_is_broken_is_sound() {
    const LETTER: Sql = Sql::both(
        "insert into dead_letter (event_id, producer, position, body, error, at, replays)
         values (x'00000000000000000000000000000001', 'orders', 1,
                 '{\"type\": \"order.placed\", \"subject\": \"ord_01h455vb4pex5vsknk084sn02q\"}',
                 'missing field `figures` at line 1 column 2', 1790000000000000, 1)",
    );
    // as if it had not heard the last two
    const BEHIND: Sql = Sql::both("update heard set position = position - 2 where producer = 'orders'");
    const RENUMBER: Sql = Sql::both("update orders set number = number - 1000");
    // the audit is run from here
    let shop = Shop::embedded(&[]);
    let admin = shop.admin().await;
    let teapot = json!({"name": "Blue teapot", "price": "24.90", "stock": 5});
    let teapot = admin.post("/v1/products", "", &teapot).await.expect(201).text("id").to_owned();
    buys(&shop.customer("ada").await, &teapot, 1, "one").await;
    let browser = staff_at(&shop, "/console/system").await;
    meddle(&shop, "notifications", BEHIND).await;
    browser.says("Lag: 2 events").await;
    assert_sound(&browser, &shop.url(), "/console/system#behind", &STATES).await;
    meddle(&shop, "products", LETTER).await;
    meddle(&shop, "orders", RENUMBER).await;
    browser.go(&format!("{}/console/system", shop.url())).await;
    browser.press("main form[action='/console/system/audit'] button").await;
    browser.says("Failed").await;
    assert_sound(&browser, &shop.url(), "/console/system#broken", &STATES).await;
    browser.close().await;
}
