//! Every page of the shop and of the console in a shop with a month behind it, where lists are long and each state is there:
//! each is sound however it is looked at, in both languages, and no page is left out.

use super::{
    Chromium, DESKTOP, PHONE,
    look::{LOOKS, STATES, assert_shown_is_sound, assert_sound, assert_sound_without_scripts},
    papers::assert_printed_well,
    routes,
    shop::{mailed, signed_in},
    words::in_german,
};
use http::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use testkit::{
    chromium::Viewport,
    http_client::HttpClient,
    part::Shard,
    server::{Launch, Server},
    temp_dir::TempDir,
};

const ADMIN: (&str, &str) = ("admin@example.com", "demo-admin-password");
const IMPRINT: &str = "Halm & Ton GmbH, Karl-Heine-Straße 90, 04229 Leipzig. VAT DE 312 445 901";
const CUSTOMERS_PASSWORD: &str = "demo-customer-password";

/// What has an address and is no page: files, streams, parts of pages that scripts ask for, and what leads on; and what is for a
/// shop without an administrator, of which there are looks elsewhere.
const NO_PAGES: [&str; 10] = [
    "/account/developer/state",
    "/assets/{name}",
    "/console/orders/new",
    "/favicon.ico",
    "/robots.txt",
    "/sitemap.xml",
    "/orders/{id}/live",
    "/products/{id}/stock",
    "/search/suggest",
    "/setup",
];

struct Demo {
    _folder: TempDir,
    server: Server,
    admin: HttpClient,
    orders: Vec<Value>,
    /// Which looks the first page is seen in.
    drawn: usize,
    /// Of the pages, those that are seen in all looks.
    part: Shard,
}

impl Demo {
    async fn start() -> Demo {
        let folder = TempDir::new();
        // a customer whose parcel did not arrive sees whom to contact
        let launch = Launch::new(env!("CARGO_BIN_EXE_ordo"), &folder.path().join("data"));
        let mut launch = launch.with("ORDO_SHOP_CONTACT", "help@shop.example");
        launch = launch.with("ORDO_SHOP_IMPRINT", IMPRINT);
        launch.arguments.push("--demo".to_owned());
        let server = launch.start();
        let admin = signed_in(server.url(), ADMIN).await;
        let mut orders = Vec::new();
        for list in ["/v1/orders?limit=100", "/v1/orders?status=draft"] {
            let list = admin.get(list).await.expect(200).body;
            orders.extend(list["items"].as_array().unwrap().iter().cloned());
        }
        let drawn = usize::from(testkit::real_env::env().random_u64() % 2 == 1);
        // pictures are of all
        let part = if std::env::var_os("UPDATE_PICTURES").is_some() { Shard::All } else { Shard::of_run() };
        Demo { _folder: folder, server, admin, orders, drawn, part }
    }

    /// The newest order of these, one of this customer's where one is named, that has these words.
    #[track_caller]
    fn order(&self, user: Option<&str>, words: &[(&str, &str)]) -> String {
        let has = |order: &&Value| {
            words.iter().all(|(at, word)| order.pointer(at).and_then(Value::as_str) == Some(*word))
                && user.is_none_or(|user| order["user_id"] == user)
        };
        let found = self.orders.iter().find(has).unwrap_or_else(|| panic!("no order with {words:?}"));
        found["id"].as_str().unwrap().to_owned()
    }

    /// The id of the first of a list.
    async fn first(&self, list: &str) -> String {
        let list = self.admin.get(list).await.expect(200).body;
        list["items"][0]["id"].as_str().unwrap_or_else(|| panic!("{list}")).to_owned()
    }

    /// Signs in on the way to a page.
    async fn enter(&self, browser: &Chromium, email: &str, password: &str) {
        browser.go(&format!("{}/sign-in", self.server.url())).await;
        self.sign_in(browser, email, password).await;
    }
    async fn sign_in(&self, browser: &Chromium, email: &str, password: &str) {
        browser.write("main input[name=who]", email).await;
        browser.write("main input[name=password]", password).await;
        browser.press("main form[action='/sign-in'] .btn-primary").await;
        browser.leaves("/sign-in").await;
    }

    /// Looks at a question about a parcel of this order, as it is once it is opened.
    async fn ask(&self, browser: &Chromium, order: &str, name: &str) {
        browser.sized(DESKTOP.width, DESKTOP.height, false).await;
        browser.go(&format!("{}{order}", self.server.url())).await;
        browser.press("#parcels .asked > summary").await;
        assert_shown_is_sound(browser, self.server.url(), &format!("{order}#{name}"), "nothing").await;
    }

    /// Looks at these pages, and adds them to what has been looked at: at an eighth of them in all looks, at each in one, on a
    /// desktop or on a phone. For pictures and in the long form all are looked at in all looks.
    async fn look(
        &self,
        browser: &Chromium,
        paths: &[String],
        seen: &mut BTreeSet<String>,
        looks: &[Viewport],
    ) {
        let all = routes::pages();
        let is_english = looks.len() == LOOKS.len();
        for (n, path) in paths.iter().enumerate() {
            let one = [STATES[(self.drawn + n) % STATES.len()]];
            let looks = if self.part.has(n) { looks } else { &one };
            if is_english || self.part.has(n) {
                assert_sound(browser, self.server.url(), path, looks).await;
            }
            if is_english && self.part.has(n) {
                assert_printed_well(browser, path).await;
            }
            seen.insert(routes::route(&all, path).to_owned());
        }
        // in one language, and by turns on a desktop and on a phone
        if is_english {
            browser.blocks(&["*/assets/*.js"]).await;
            for (n, path) in paths.iter().enumerate().filter(|(n, _)| self.part.has(*n)) {
                let look = &STATES[(self.drawn + n) % STATES.len()];
                assert_sound_without_scripts(browser, self.server.url(), path, look).await;
            }
            browser.blocks(&[]).await;
        }
    }
}

fn paths(paths: &[&str]) -> Vec<String> {
    paths.iter().copied().map(str::to_owned).collect()
}

/// The same pages, whose pictures are called by their language.
fn german(paths: &[String]) -> Vec<String> {
    paths.iter().map(|path| format!("{path}{}de", if path.contains('#') { "-" } else { "#" })).collect()
}

/// Fails where a page has an address and was not looked at.
fn assert_all_seen(seen: &BTreeSet<String>, is_ours: impl Fn(&str) -> bool) {
    let all = routes::pages();
    let missed: Vec<_> = all.iter().filter(|route| is_ours(route) && !seen.contains(*route)).collect();
    assert!(missed.is_empty(), "nobody looks at {missed:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_of_the_shop_is_sound_in_both_languages() {
    let demo = Demo::start().await;
    let (browser, mut seen) = (Chromium::open(DESKTOP).await, BTreeSet::new());
    let product =
        format!("/products/{}", demo.first("/v1/products?status=active&in_stock=true&limit=1").await);
    let sold_out = format!(
        "/products/{}#sold-out",
        demo.first("/v1/products?status=active&in_stock=false&limit=1").await
    );
    demo.admin.post("/v1/password/forgot", "", &json!({"email": "mara@example.com"})).await;
    let reset = mailed(&demo.admin, "to=mara@example.com", "/reset").await;
    let of_everybody = [
        paths(&["/", "/search", "/search?q=tea", "/search?q=nothing+like+it", "/basket#empty", "/sign-in"]),
        paths(&["/register", "/forgot", "/verify?token=oev_x", &product, &sold_out, &reset]),
    ]
    .concat();
    demo.look(&browser, &of_everybody, &mut seen, &LOOKS).await;
    assert_sound(&browser, demo.server.url(), "/nowhere", &LOOKS).await;
    browser.go(demo.server.url()).await;
    browser.sized(DESKTOP.width, DESKTOP.height, false).await;
    in_german(&browser).await;
    demo.look(&browser, &german(&of_everybody), &mut seen, &STATES).await;

    // what is hers
    browser.anew(DESKTOP).await;
    demo.enter(&browser, "mara@example.com", CUSTOMERS_PASSWORD).await;
    let mara = signed_in(demo.server.url(), ("mara@example.com", CUSTOMERS_PASSWORD)).await;
    let me = mara.get("/v1/me").await.expect(200).text("id").to_owned();
    browser.go(&format!("{}{product}", demo.server.url())).await;
    browser.press("main form[action='/basket'] button:not([type=button])").await;
    browser.says("is in your basket").await;
    let home = json!({"name": "Mara Lind", "line1": "Am Ufer 1", "postal_code": "10115", "city": "Berlin", "country": "DE"});
    let home = mara.post("/v1/me/addresses", "", &json!({"address": home})).await.expect(201);
    let edit = format!("/account/addresses/{}", home.text("id"));
    let remove = format!("{edit}/remove");
    let order =
        |which: &str, words: &[(&str, &str)]| format!("/orders/{}#{which}", demo.order(Some(&me), words));
    let paid = demo.order(Some(&me), &[("/status", "confirmed"), ("/payment_status", "paid")]);
    let hers = [
        paths(&[
            "/basket",
            "/checkout",
            "/account",
            "/account/orders",
            "/account/profile",
            "/account/sessions",
        ]),
        paths(&["/account/addresses", "/account/addresses/new", "/account/developer", &edit, &remove]),
        paths(&[&format!("/orders/{paid}"), &format!("/orders/{paid}/cancel")]),
        paths(&[&format!("/orders/{paid}/invoice")]),
        paths(&[&order("unpaid", &[("/payment_status", "unpaid"), ("/status", "pending")])]),
        paths(&[&order("delivered", &[("/fulfilment_status", "delivered")])]),
        paths(&[&order("cancelled", &[("/status", "cancelled")])]),
    ]
    .concat();
    demo.look(&browser, &hers, &mut seen, &LOOKS).await;

    // what she sent when her session had just ended
    browser.sized(DESKTOP.width, DESKTOP.height, false).await;
    browser.go(&format!("{}/account/profile", demo.server.url())).await;
    mara.try_call(Method::DELETE, "/v1/me/sessions", "", &Value::Null).await.unwrap().expect(204);
    browser.press("main form[action='/account/profile'] button").await;
    browser.says("Sign in").await;
    demo.sign_in(&browser, "mara@example.com", CUSTOMERS_PASSWORD).await;
    demo.look(&browser, &paths(&["/resume"]), &mut seen, &LOOKS).await;
    browser.sized(DESKTOP.width, DESKTOP.height, false).await;
    // with its scripts again
    browser.go(&format!("{}/resume", demo.server.url())).await;
    in_german(&browser).await;
    demo.look(&browser, &german(&hers), &mut seen, &STATES).await;

    // where a bank asks
    browser.anew(PHONE).await;
    demo.enter(&browser, "aiko@example.com", CUSTOMERS_PASSWORD).await;
    let bank = format!("/orders/{}/bank", demo.order(None, &[("/payment/status", "requires_action")]));
    demo.look(&browser, &[bank], &mut seen, &LOOKS).await;
    browser.close().await;
    assert_all_seen(&seen, |route| !route.starts_with("/console") && !NO_PAGES.contains(&route));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_of_the_console_is_sound_in_both_languages() {
    let demo = Demo::start().await;
    let (browser, mut seen) = (Chromium::open(DESKTOP).await, BTreeSet::new());
    demo.enter(&browser, ADMIN.0, ADMIN.1).await;
    let order = |words: &[(&str, &str)]| format!("/console/orders/{}", demo.order(None, words));
    let draft = order(&[("/status", "draft")]);
    let unpaid = order(&[("/status", "pending"), ("/payment_status", "unpaid")]);
    let paid = order(&[
        ("/status", "confirmed"),
        ("/payment_status", "paid"),
        ("/fulfilment_status", "unfulfilled"),
    ]);
    let in_parts = order(&[("/fulfilment_status", "partially_shipped")]);
    let parcels = in_parts.replace("/console", "/v1") + "/fulfilments";
    let slip = format!("{in_parts}/parcels/{}/slip", demo.first(&parcels).await);
    let packed = demo.first("/v1/orders?attention=packed&limit=1").await;
    let slips = format!("/console/orders/slips?pick={packed}&pick={}", paid.rsplit('/').next().unwrap());
    let mail = format!("/console/mails/{}", demo.first("/v1/mails?limit=1").await);
    let product =
        format!("/console/products/{}", demo.first("/v1/products?status=active&in_stock=true&limit=1").await);
    let buyer = demo.orders.iter().find_map(|order| order["user_id"].as_str()).unwrap();
    let customer = format!("/console/customers/{buyer}");
    let of = |page: &str, what: &str| format!("{page}/{what}");
    let all = [
        paths(&["/console", "/console/more", "/console/orders", "/console/orders/unanswered"]),
        paths(&["/console/orders/unknown-charges"]),
        paths(&["/console/orders?q=nothing+like+it&status=confirmed", "/console/search?q=mara"]),
        paths(&["/console/products", "/console/products/new", "/console/customers", "/console/mails"]),
        paths(&["/console/staff", "/console/api-keys", "/console/system", &mail, &product, &customer]),
        paths(&[&customer.replace("customers", "staff"), &of(&customer, "draft")]),
        ["stock", "pictures", "delete"].map(|what| of(&product, what)).to_vec(),
        ["cancel", "refund", "hold", "address", "invoice"].map(|what| of(&paid, what)).to_vec(),
        ["draft", "delete"].map(|what| of(&draft, what)).to_vec(),
        vec![paid, of(&unpaid, "offline"), format!("{draft}#drafted"), format!("{unpaid}#unpaid")],
        vec![format!("{in_parts}#in-parts"), slip, slips],
    ]
    .concat();
    demo.look(&browser, &all, &mut seen, &LOOKS).await;
    assert_sound(&browser, demo.server.url(), "/console/nowhere", &LOOKS).await;
    demo.ask(&browser, &in_parts, "asked").await;
    browser.go(&format!("{}/console", demo.server.url())).await;
    browser.sized(DESKTOP.width, DESKTOP.height, false).await;
    in_german(&browser).await;
    demo.look(&browser, &german(&all), &mut seen, &STATES).await;
    demo.ask(&browser, &in_parts, "asked-de").await;
    browser.close().await;
    assert_all_seen(&seen, |route| route.starts_with("/console") && !NO_PAGES.contains(&route));
}
