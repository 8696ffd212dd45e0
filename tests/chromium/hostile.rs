//! What people write is shown as the text that it is. Each text field of each form gets what would run, or make something,
//! on a page that did not write it as text; then each page is looked at in a real browser, also with such texts in its
//! address.

mod meddled;
mod trial;

use super::{Chromium, DESKTOP, PASSWORD, definite, routes, shop::Shop};
use db::{Sql, params};
use http::{Method, Request, header};
use kernel::Timestamp;
use meddled::TamperedForms;
use serde_json::{Value, json};
use std::{collections::BTreeSet, fs, path::Path, time::Duration};
use testkit::{http_client::HttpClient, server::Launch, temp_dir::TempDir};
use trial::Trial;
use uuid::Uuid;

const EVE: &str = "eve@example.com";
/// Has an address and is no page: a file, a stream, and what leads on.
const NO_PAGES: [&str; 6] = [
    "/assets/{name}",
    "/console/orders/new",
    "/favicon.ico",
    "/orders/{id}/live",
    "/robots.txt",
    "/sitemap.xml",
];
/// How the sources of the pages read a member of their address.
const READS: [&str; 7] = [
    "query.given(\"",
    "query.text(\"",
    "query.raw(\"",
    ".done(\"",
    ".done_to(\"",
    "asked.get(\"",
    "price(\"",
];

/// Members of addresses that their pages show.
const REFLECTED: [&str; 9] = [
    "?max of /search",
    "?min of /search",
    "?q of /console/customers",
    "?q of /console/orders",
    "?q of /console/products",
    "?q of /console/search",
    "?q of /search",
    "?to of /console/mails",
    "?token of /reset",
];

/// Forms that stand on no page at the end, and are tried where they do.
const EARLIER: [&str; 5] = ["/forgot", "/register", "/reset", "/sign-in", "/verify?token=evt_x"];

/// What a product and a person are called, and what is to be seen on a picture, stands on these, too.
const SHOWN: [(&str, &str); 10] = [
    ("description", "/products/{id}"),
    ("images.alt", "/products/{id}"),
    ("name", "/console/orders/{id}"),
    ("name", "/orders/{id}"),
    ("name", "/orders/{id}/invoice"),
    ("name", "/search/suggest"),
    ("name of /account/profile", "/console/mails/{id}"),
    ("order.note", "/console/orders/slips"),
    ("order.note", "/console/orders/{id}/parcels/{parcel}/slip"),
    ("sku", "/console/orders/{id}/draft"),
];

/// A product by the API, with a picture whose words are shown.
async fn product(t: &mut Trial<'_>, admin: &HttpClient) -> String {
    let images = json!([{"url": t.icon().await, "alt": t.text("images.alt")}]);
    let body = json!({"sku": t.text("sku"), "name": t.text("name"), "description": t.text("description"), "images": images,
                      "price": "5.00", "stock": 50});
    admin.post("/v1/products", "", &body).await.expect(201).text("id").to_owned()
}

/// What anybody can write, and the account that Eve makes.
async fn of_nobody(t: &mut Trial<'_>, meddled: &mut TamperedForms, product: &str) {
    let page = format!("/products/{product}");
    t.refused(&page, "/basket", &[]).await;
    t.taken(&page, "/basket", &[("quantity", Some("2"))]).await;
    t.refused("/basket", "/basket/change", &[]).await;
    t.refused("/checkout", "/checkout", &[]).await;
    let plain =
        [("email", Some("bea@example.com")), ("postal_code", Some("SW1Y 4LB")), ("country", Some("GB"))];
    let paid = [("method", Some("sim_ok"))];
    t.taken("/checkout", "/checkout", &[&plain[..], &paid].concat()).await;
    t.refused("/forgot", "/forgot", &[]).await;
    t.refused("/reset", "/reset", &[]).await;
    t.refused("/sign-in", "/sign-in", &[]).await;
    t.refused("/register", "/register", &[]).await;
    sets_up(t, meddled).await;
    for page in EARLIER {
        meddled.on(t, page, false).await;
    }
    t.taken("/register", "/register", &[("email", Some(EVE)), ("password", Some(PASSWORD))]).await;
}

/// The form of a shop that has no administrator yet.
async fn sets_up(t: &mut Trial<'_>, meddled: &mut TamperedForms) {
    let folder = TempDir::new();
    let server = Launch::new(env!("CARGO_BIN_EXE_ordo"), &folder.path().join("data")).start();
    let shop = t.moved(server.url());
    t.refused("/setup", "/setup", &[]).await;
    meddled.on(t, "/setup", false).await;
    t.moved(&shop);
}

/// Eve becomes an administrator: she sees all pages of the shop and of the console. Elsewhere she is signed in, too, by a
/// program that says something of its own of itself.
async fn enters(t: &mut Trial<'_>, shop: &Shop, admin: &HttpClient) -> HttpClient {
    let users = admin.get("/v1/users?q=eve").await.expect(200).body;
    let eve = format!("/v1/users/{}", users["items"][0]["id"].as_str().unwrap());
    admin.try_call(Method::PATCH, &eve, "", &json!({"role": "admin"})).await.unwrap().expect(200);
    t.browser.anew(DESKTOP).await;
    t.taken("/sign-in", "/sign-in", &[("who", Some(EVE)), ("password", Some(PASSWORD))]).await;
    let body = json!({"email": EVE, "password": PASSWORD}).to_string();
    let request = Request::post("/v1/login").header(header::CONTENT_TYPE, "application/json");
    let request = request.header(header::USER_AGENT, t.text("user agent")).body(body.into()).unwrap();
    let plain = HttpClient::new(&shop.url());
    let token = plain.send(request).await.unwrap().expect(200).text("token").to_owned();
    plain.with_token(&token)
}

async fn of_the_account(t: &mut Trial<'_>) {
    t.taken("/account/profile", "/account/profile", &[]).await;
    t.refused("/account/profile", "/account/password", &[]).await;
    let plain = [("postal_code", Some("SW1Y 4LB")), ("country", Some("GB"))];
    t.refused("/account/addresses/new", "/account/addresses/new", &[]).await;
    t.taken("/account/addresses/new", "/account/addresses/new", &plain).await;
    t.taken("/account/addresses/new", "/account/addresses/new", &plain).await;
    let kept = t.link("/account/addresses/", "/remove").replace("/remove", "");
    t.refused(&kept, &kept, &[]).await;
    t.taken(&kept, &kept, &plain).await;
}

/// An order of Eve's by the API.
async fn ordered(t: &mut Trial<'_>, eve: &HttpClient, product: &str, method: &str) -> String {
    let mut address = json!({"country": "GB"});
    for field in ["name", "line1", "line2", "postal_code", "city", "region"] {
        address[field] = json!(t.text(&format!("order.{field}")));
    }
    let lines = json!([{"product_id": product, "quantity": 3}]);
    let note = t.text("order.note");
    let body =
        json!({"lines": lines, "shipping_address": address, "note": note, "payment": {"method": method}});
    // each has a mark of its own
    let key = note.split('~').nth(1).unwrap();
    let order = definite(eve, Method::POST, "/v1/orders", key, &body).await.expect(201);
    order.text("id").to_owned()
}

/// Until what is asked for is so.
pub(super) async fn until(plain: &HttpClient, path: &str, is_so: impl Fn(&Value) -> bool) {
    for _ in 0..600 {
        if is_so(&plain.get(path).await.expect(200).body) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{path} does not become so");
}

/// Orders in every state in which there is a form for them.
async fn of_orders(t: &mut Trial<'_>, eve: &HttpClient, product: &str) {
    let order = ordered(t, eve, product, "sim_ok").await;
    until(eve, &format!("/v1/orders/{order}"), |order| order["status"] == "confirmed").await;
    let page = format!("/console/orders/{order}");
    let way = |what: &str| format!("{page}/{what}");
    t.taken(&page, &way("notes"), &[]).await;
    t.taken(&way("hold"), &way("hold"), &[]).await;
    t.taken(&page, &way("release"), &[]).await;
    t.refused(&way("address"), &way("address"), &[]).await;
    t.taken(&way("address"), &way("address"), &[("postal_code", Some("SW1Y 4LB"))]).await;
    let packs = [("do", Some("pack")), ("q-*", Some("1"))];
    t.refused(&page, &way("parcels"), &packs[..1]).await;
    t.taken(&page, &way("parcels"), &packs).await;
    t.taken(&page, &way("parcels/*"), &[("do", Some("ship"))]).await;
    t.taken(&page, &way("parcels/*"), &[("do", Some("correct"))]).await;
    t.refused(&way("refund"), &way("refund"), &[]).await;
    t.taken(&way("refund"), &way("refund"), &[("amount", Some("1.00"))]).await;
    t.refused(&way("cancel"), &way("cancel"), &[]).await;
    t.taken(&way("cancel"), &way("cancel"), &[("q-*", Some("1"))]).await;

    // picked in the list
    let picked = ordered(t, eve, product, "sim_ok").await;
    until(eve, &format!("/v1/orders/{picked}"), |order| order["status"] == "confirmed").await;
    let packs = [("do", Some("pack")), ("pick", Some(picked.as_str()))];
    t.refused("/console/orders", "/console/orders/pack", &packs[..1]).await;
    t.taken("/console/orders", "/console/orders/pack", &packs).await;
    t.see(&format!("/console/orders/slips?pick={picked}")).await;

    // paid by hand, and given back by hand
    let unpaid = ordered(t, eve, product, "sim_declined").await;
    t.see(&format!("/orders/{unpaid}")).await;
    let page = format!("/console/orders/{unpaid}");
    t.taken(&format!("{page}/offline"), &format!("{page}/offline"), &[]).await;
    t.taken(&format!("{page}/cancel"), &format!("{page}/cancel"), &[("q-*", Some("1"))]).await;
    until(eve, &format!("/v1/orders/{unpaid}/refunds"), |refunds| refunds["items"][0].is_object()).await;

    // one comes back, one asks its bank, and one is cancelled by its customer
    let back = ordered(t, eve, product, "sim_ok").await;
    until(eve, &format!("/v1/orders/{back}"), |order| order["status"] == "confirmed").await;
    super::console::comes_back(eve, &back).await;
    let asked = ordered(t, eve, product, "sim_requires_action").await;
    t.see(&format!("/orders/{asked}/bank")).await;
    let cancel = format!("/orders/{}/cancel", ordered(t, eve, product, "sim_ok").await);
    t.taken(&cancel, &cancel, &[]).await;

    // one stays held, and one unpaid
    let hold = json!({"reason": t.text("hold.reason")});
    eve.post(&format!("/v1/orders/{picked}/hold"), "", &hold).await.expect(200);
    t.see(&format!("/console/orders/{picked}")).await;
    let unpaid = ordered(t, eve, product, "sim_declined").await;
    t.see(&format!("/console/orders/{unpaid}")).await;
}

async fn of_drafts(t: &mut Trial<'_>, user: &str) {
    let draft = format!("/console/customers/{user}/draft");
    t.refused(&draft, &draft, &[]).await;
    // one line has words and a price of its own
    let line = [("what-0", None), ("pieces-0", Some("1")), ("price-0", Some("5.00"))];
    let others = ["what-*", "pieces-*", "price-*"].map(|others| (others, Some("")));
    let plain = [("postal_code", Some("SW1Y 4LB")), ("country", Some("GB"))];
    let lines = [&line[..], &others, &plain].concat();
    t.taken(&draft, &draft, &lines).await;
    let edit = t.link("/console/orders/", "/draft");
    t.refused(&edit, &edit, &[]).await;
    t.taken(&edit, &edit, &lines).await;
}

async fn of_products(t: &mut Trial<'_>, admin: &HttpClient) {
    let new = "/console/products/new";
    t.refused(new, new, &[]).await;
    t.taken(new, new, &[("price", Some("9.50")), ("stock", Some("7"))]).await;
    let newest = admin.get("/v1/products?sort=-created_at&limit=1").await.expect(200).body;
    let id = newest["items"][0]["id"].as_str().unwrap();
    let page = format!("/console/products/{id}");
    let way = |what: &str| format!("{page}/{what}");
    t.refused(&page, &page, &[]).await;
    t.taken(&page, &page, &[("price", Some("9.00"))]).await;
    t.refused(&way("stock"), &way("stock"), &[]).await;
    t.taken(&way("stock"), &way("stock"), &[("pieces", Some("1"))]).await;
    t.refused(&way("pictures"), &way("pictures"), &[]).await;
    let icon = t.icon().await;
    t.taken(&way("pictures"), &way("pictures"), &[("url-0", Some(&icon))]).await;
    // somebody else saves meanwhile: what was, what is theirs and what is hers stand there to be chosen from
    t.see(&page).await;
    let theirs = json!({"name": t.text("name"), "description": t.text("description")});
    admin.try_call(Method::PATCH, &format!("/v1/products/{id}"), "", &theirs).await.unwrap().expect(200);
    t.fill(&page, &[("price", Some("9.00"))]).await;
}

/// An event that nobody could act on.
async fn put_aside(t: &mut Trial<'_>, shop: &Shop) {
    const LETTER: Sql = Sql::both(
        "insert into dead_letter (event_id, producer, position, body, error, at)
         values ($1, 'orders', 1, $2, $3, $4)",
    );
    let body = json!({"type": t.text("letter.type"), "subject": t.text("letter.subject")}).to_string();
    let at = Timestamp::from_seconds(1_790_000_000);
    let letter = params![Uuid::from_u128(1), body, t.text("letter.error"), at];
    let mut tx = shop.database("products").await.begin().await.unwrap();
    assert_eq!(tx.run(&LETTER, letter).await.unwrap(), 1);
    tx.commit("test").await.unwrap();
}

/// A charge whose order was lost: staff give it back by the form beside it.
async fn forget_charge(shop: &Shop) {
    const CHARGE: Sql = Sql::both(
        "insert into unknown_charge (id, key, reference, order_id, currency, amount, captured, refunded, standing,
             created_at, found_at)
         values ($1, 'forgotten-submit-1', 'sim_1', $1, 'EUR', 1250, 1250, 0, 'captured', $2, $2)",
    );
    let forgotten = params![Uuid::from_u128(2), Timestamp::from_seconds(1_790_000_000)];
    let mut tx = shop.database("payments").await.begin().await.unwrap();
    assert_eq!(tx.run(&CHARGE, forgotten).await.unwrap(), 1);
    tx.commit("test").await.unwrap();
}

/// Parts of pages that scripts fetch, where a script puts them; and what no link leads to.
async fn of_scripts(t: &mut Trial<'_>, product: &str) {
    t.see("/search").await;
    t.browser.write("header input[name=q]", "data-evil").await;
    t.browser.text(".suggest a").await;
    t.look("/search, with what is suggested").await;
    t.see(&format!("/products/{product}")).await;
    t.fill("/basket", &[("quantity", Some("1"))]).await;
    t.see("/basket").await;
    t.browser.press("main .qty [data-step='1']").await;
    t.browser.says("€10.00").await;
    t.look("/basket, changed").await;
    let stock = format!("/products/{product}/stock");
    let found = ["/console/search", "/search/suggest"].map(|search| format!("{search}?q=data-evil"));
    for part in [&found[0], &found[1], &stock, "/account/developer/state", "/console/orders/unanswered"] {
        t.see(part).await;
    }
}

/// What somebody sent when her session had ended is there when she is back.
async fn of_lost_forms(t: &mut Trial<'_>, eve: &HttpClient) {
    t.see("/account/profile").await;
    eve.try_call(Method::DELETE, "/v1/me/sessions", "", &Value::Null).await.unwrap().expect(204);
    t.fill("/account/profile", &[]).await;
    t.fill("/sign-in", &[("who", Some(EVE)), ("password", Some(PASSWORD))]).await;
}

/// All names that a page looks for in its address.
fn names() -> BTreeSet<String> {
    let mut names = ["max", "min", "status", "next"].map(str::to_owned).into();
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/src"), &mut names);
    names
}
fn read(folder: &Path, names: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, names);
            continue;
        }
        let source = fs::read_to_string(&path).unwrap();
        let found = READS.iter().flat_map(|reads| source.split(reads).skip(1));
        names.extend(found.map(|rest| rest.split('"').next().unwrap().to_owned()));
    }
}

/// Each page, with such texts for all that it may look for in its address.
async fn of_addresses(t: &mut Trial<'_>) {
    let mut names = names();
    // what is no page of a list leads back to its first one
    let cursor = BTreeSet::from(["cursor".to_owned()]);
    assert!(names.remove("cursor") && names.len() > 15, "{names:?}");
    for (route, path) in t.pages.clone() {
        t.asked(&path, &names).await;
        if !route.contains('{') {
            t.asked(&path, &cursor).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_written_into_any_field_or_address_is_text_on_every_page() {
    // later events of the provider come at once
    let shop = Shop::open(&[("ORDO_SIMULATOR_WEBHOOK_DELAY_MS", "10")]);
    let (admin, browser) = (shop.admin().await, Chromium::open(DESKTOP).await);
    let mut t = Trial::new(&browser, &shop.url());
    let product = product(&mut t, &admin).await;
    put_aside(&mut t, &shop).await;
    forget_charge(&shop).await;
    admin.post("/v1/api-keys", "", &json!({"name": "Till", "scopes": ["orders"]})).await.expect(201);
    let mut meddled = TamperedForms::default();
    of_nobody(&mut t, &mut meddled, &product).await;
    let eve = enters(&mut t, &shop, &admin).await;
    let user = eve.get("/v1/me").await.expect(200).text("id").to_owned();
    of_the_account(&mut t).await;
    of_orders(&mut t, &eve, &product).await;
    of_drafts(&mut t, &user).await;
    t.see("/console/orders/unknown-charges").await;
    t.see("/console/api-keys").await;
    t.fill("/console/api-keys", &[]).await;
    of_products(&mut t, &admin).await;
    of_scripts(&mut t, &product).await;
    t.walk().await;
    of_addresses(&mut t).await;
    meddled.on(&mut t, "/console/system", false).await;
    t.taken("/console/system", "/console/system/letters", &[("do", Some("drop"))]).await;
    of_lost_forms(&mut t, &eve).await;
    meddled.everywhere(&mut t).await;

    let unmeddled: Vec<_> = routes::forms().difference(&meddled.routes()).cloned().collect();
    assert_eq!(unmeddled, [""; 0], "forms that nobody changes");
    let unfilled: Vec<_> = routes::forms().difference(&t.posts).cloned().collect();
    assert_eq!(unfilled, [""; 0], "forms that nobody sees");
    assert_eq!(t.untried(), Vec::<&(String, String)>::new(), "fields that nobody writes in");
    let pages: BTreeSet<_> = t.pages.keys().map(String::as_str).collect();
    let all = routes::pages();
    let missed: Vec<_> = all
        .iter()
        .filter(|route| !pages.contains(route.as_str()) && !NO_PAGES.contains(&route.as_str()))
        .collect();
    assert!(missed.is_empty(), "nobody looks at {missed:?}");
    let unseen = t.unseen();
    let of_fields: Vec<_> = unseen.iter().filter(|what| !what.starts_with('?')).collect();
    assert!(of_fields.is_empty(), "no page shows {of_fields:#?}");
    let not_there: Vec<_> = SHOWN.iter().filter(|(what, route)| !t.is_seen_at(what, route)).collect();
    assert!(not_there.is_empty(), "not shown there: {not_there:?}");
    let of_addresses: Vec<_> = REFLECTED.iter().filter(|what| unseen.contains(*what)).collect();
    assert!(of_addresses.is_empty(), "no page shows {of_addresses:?}");
    browser.close().await;
    shop.assert_audit_is_clean("after all that was written");
}
