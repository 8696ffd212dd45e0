//! What the pages must not let happen: forms of others, orders of others, scripts of others, tokens in the open.

use super::{
    ADDRESS, Browser, PASSWORD, PageResult, address_and, api_of, at_checkout, console::administrator,
    orders_of, registered, shop_set, shop_with, visited::VisitedPages,
};
use std::{collections::BTreeSet, time::Duration};
use testkit::{
    http_client::HttpClient,
    stream::{Listener, SseBlock},
};
use tokio::time::timeout;

#[tokio::test]
async fn a_form_without_its_token_or_from_elsewhere_changes_nothing() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let mut eve = registered(&shop, "eve").await;
    let checkout = at_checkout(&mut ada, &ids[0], "1").await;
    let fields: Vec<_> = ADDRESS.into_iter().chain([("method", "sim_ok")]).collect();
    let form = checkout.form("/checkout", &fields);
    let with_token = |token: &str| {
        let mut form = form.clone();
        form.retain(|(name, _)| name != "csrf");
        form.push(("csrf".to_owned(), token.to_owned()));
        form
    };
    let of_eve = eve.get("/account/profile").await.expect(200).value("csrf");
    for forged in [with_token(""), with_token("AAAA"), with_token(&of_eve)] {
        ada.post("/checkout", &forged).await.expect(403).shows("Nothing was changed.");
    }
    let mut without = form.clone();
    without.retain(|(name, _)| name != "csrf");
    ada.post("/checkout", &without).await.expect(403);
    // from a page that is too old the way leads back to it
    let profile = "/account/profile";
    ada.says = vec![("referer", format!("{}{profile}", shop.url()))];
    let too_old = ada.post(profile, &[]).await.expect(403);
    assert!(too_old.shows("Reload page").links().contains(profile), "{}", too_old.words());
    for says in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        ada.says = vec![(says.0, says.1.to_owned())];
        for action in [
            "/checkout",
            "/basket",
            "/basket/change",
            "/sign-out",
            "/appearance",
            "/language",
            "/account/profile",
            "/account/password",
            "/account/sessions/end",
            "/account/addresses/new",
            "/account/verify",
            "/verify",
        ] {
            ada.post(action, &form).await.expect(403);
        }
    }
    assert!(orders_of(&api_of(&shop, "ada").await).await.is_empty());
    ada.says = vec![("origin", shop.url()), ("sec-fetch-site", "same-origin".to_owned())];
    ada.post("/checkout", &form).await.expect(303);
    assert_eq!(orders_of(&api_of(&shop, "ada").await).await.len(), 1);
    // signing in is guarded as well: nobody is signed in to somebody else's account
    let mut nobody = Browser::new(&shop.url());
    let fields = [("who", "eve@example.com"), ("password", PASSWORD)];
    let fields: Vec<_> = fields.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    nobody.post("/sign-in", &fields).await.expect(403);
    assert!(!nobody.cookies.contains_key("ordo_session"));
}

#[tokio::test]
async fn what_belongs_to_another_account_is_not_there() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let mut eve = registered(&shop, "eve").await;
    let checkout = at_checkout(&mut ada, &ids[0], "1").await;
    let fields: Vec<_> = ADDRESS.into_iter().chain([("method", "sim_declined")]).collect();
    let order = ada.submit(&checkout, "/checkout", &fields).await.expect(303).location();
    for page in [order.clone(), format!("{order}/cancel"), format!("{order}/bank")] {
        eve.get(&page).await.expect(404).shows("Page not found");
        Browser::new(&shop.url()).get(&page).await.expect(303);
    }
    let token = eve.get("/account").await.expect(200).value("csrf");
    for action in ["pay", "cancel", "bank"] {
        let fields = [("csrf".to_owned(), token.clone()), ("method".to_owned(), "sim_ok".to_owned())];
        eve.post(&format!("{order}/{action}"), &fields).await.expect(404);
    }
    assert_eq!(orders_of(&api_of(&shop, "ada").await).await[0]["status"], "pending");
    // the stream of an order's page is the person's own, and of nobody without a session
    let live = format!("{order}/live");
    Browser::new(&shop.url()).get(&live).await.expect(401);
    let listens = async |browser: &Browser, last: Option<&str>| {
        let who = format!("cookie: ordo_session={}", browser.cookies["ordo_session"]);
        let listener = Listener::open_as(&shop.url(), &live, &who, last).await;
        assert!(listener.head.contains("content-type: text/event-stream"), "{}", listener.head);
        listener
    };
    let (mut of_ada, mut of_eve) = (listens(&ada, None).await, listens(&eve, None).await);
    assert_eq!((of_ada.caught_up().await, of_eve.caught_up().await), (vec![], vec![]));
    let begun = [&of_ada, &of_eve].map(|stream| stream.last_id.clone());
    let cancel = format!("{order}/cancel");
    let question = ada.get(&cancel).await.expect(200);
    ada.submit(&question, &cancel, &[]).await.expect(303);
    let is_told = |event: &SseBlock| event.event == "order.cancelled";
    while !is_told(&of_ada.event().await.expect("the stream goes on")) {}
    // neither as it happens nor by coming back for it
    let told = timeout(Duration::from_millis(300), of_eve.event()).await;
    assert!(told.is_err(), "a stranger is told {told:?}");
    assert_eq!(listens(&eve, Some(&begun[1])).await.caught_up().await, []);
    assert!(listens(&ada, Some(&begun[0])).await.caught_up().await.iter().any(is_told));
}

#[tokio::test]
async fn a_session_is_sealed_and_ends_where_it_is_left() {
    let (shop, _) = shop_set(&[("ORDO_TRUSTED_PROXIES", "127.0.0.1")], &["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let kept = ada.clone();
    let sealed = ada.cookies["ordo_session"].clone();
    // as the header of a token begins, and what stands between its parts
    let is_open = ["eyJhbGci", "eyJ0eXAi", "."].iter().any(|sign| sealed.contains(sign));
    assert!(!is_open, "a token lies in the open: {sealed}");
    // a letter of it changed, and it is nobody's
    let mut forged = ada.clone();
    let last = if sealed.ends_with('A') { 'B' } else { 'A' };
    forged.cookies.insert("ordo_session".to_owned(), format!("{}{last}", &sealed[..sealed.len() - 2]));
    forged.get("/account").await.expect(303);
    // nor is one cookie taken for another
    forged.cookies.insert("ordo_basket".to_owned(), sealed);
    forged.get("/basket").await.expect(200).shows("Your basket is empty");
    let page = ada.get("/account").await.expect(200);
    ada.submit(&page, "/sign-out", &[]).await.expect(303);
    assert!(!ada.cookies.contains_key("ordo_session"));
    tokio::time::sleep(Duration::from_millis(1200)).await;
    let mut thief = kept;
    thief.get("/account").await.expect(303);
    // nobody is sent elsewhere
    for next in ["//evil.example", "https://evil.example", "/\\evil.example"] {
        let mut ada = Browser::new(&shop.url());
        let page = ada.get("/sign-in").await.expect(200);
        let fields = [("who", "ada@example.com"), ("password", PASSWORD), ("next", next)];
        assert_eq!(ada.submit(&page, "/sign-in", &fields).await.expect(303).location(), "/");
    }
    // over TLS, as a proxy that is trusted says, cookies are bound to this host
    let mut ada = Browser::new(&shop.url());
    ada.says = vec![("x-forwarded-proto", "https".to_owned())];
    let page = ada.get("/sign-in").await.expect(200);
    let fields = [("who", "ada@example.com"), ("password", PASSWORD)];
    let set = ada.submit(&page, "/sign-in", &fields).await.expect(303);
    assert!(set.header("set-cookie").starts_with("__Host-ordo_session="), "{}", set.header("set-cookie"));
    assert!(set.header("set-cookie").ends_with("; Secure"));
    // and the host is not asked without TLS any more
    let account = ada.get("/account").await.expect(200);
    assert_eq!(account.header("strict-transport-security"), "max-age=31536000");
    assert_eq!(account.header("cross-origin-opener-policy"), "same-origin");
    // whoever leaves takes along what the browser keeps of the pages
    assert_eq!(account.header("clear-site-data"), "");
    let left = ada.submit(&account, "/sign-out", &[]).await.expect(303);
    assert_eq!(left.header("clear-site-data"), "\"cache\"");
    let plain = Browser::new(&shop.url()).get("/").await.expect(200);
    assert_eq!(plain.header("strict-transport-security"), "");
}

#[tokio::test]
async fn a_session_goes_on_when_its_tokens_end_whatever_a_browser_asks_at_a_time() {
    const TOKEN_S: u64 = 3;
    let (shop, _) = shop_set(&[("ORDO_ACCESS_TOKEN_TTL", &TOKEN_S.to_string())], &[]).await;
    let mut ada = registered(&shop, "ada").await;
    let ended = Duration::from_millis(TOKEN_S * 1000 + 100);
    let first = ada.cookies["ordo_session"].clone();
    for _ in 0..2 {
        tokio::time::sleep(ended).await;
        let mut others = [ada.clone(), ada.clone(), ada.clone()];
        let asked = others.iter_mut().map(|browser| browser.get("/account"));
        for seen in futures_util::future::join_all(asked).await {
            seen.expect(200).shows("Hello, ada");
        }
        // a tab that was slower comes with the old one
        ada.clone().get("/account").await.expect(200);
        ada.cookies = others[0].cookies.clone();
    }
    assert_ne!(ada.cookies["ordo_session"], first);
    let page = ada.get("/account/profile").await.expect(200);
    ada.submit(&page, "/account/profile", &[("name", "Ada")]).await.expect(303);
}

#[tokio::test]
async fn nobody_says_of_themselves_that_they_came_over_tls() {
    let (shop, _) = shop_with(&[]).await;
    let mut eve = Browser::new(&shop.url());
    eve.says = vec![("x-forwarded-proto", "https".to_owned()), ("x-ordo-scheme", "https".to_owned())];
    let seen = eve.get("/sign-in").await.expect(200);
    assert!(seen.header("set-cookie").starts_with("ordo_visitor="), "{}", seen.header("set-cookie"));
}

#[tokio::test]
async fn scripts_that_people_wrote_are_shown_and_never_run() {
    const EVIL: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}";
    let (shop, ids) = shop_with(&[EVIL]).await;
    let mut eve = Browser::new(&shop.url());
    let page = eve.get("/register").await.expect(200);
    let fields = [("name", EVIL), ("email", "eve@example.com"), ("password", PASSWORD)];
    eve.submit(&page, "/register", &fields).await.expect(303);
    let checkout = at_checkout(&mut eve, &ids[0], "1").await;
    let fields = [
        ("name", EVIL),
        ("line1", EVIL),
        ("line2", EVIL),
        ("postal_code", "10115"),
        ("city", EVIL),
        ("region", EVIL),
        ("country", "DE"),
        ("note", EVIL),
        ("method", "sim_declined"),
        ("keep", "on"),
    ];
    let order = eve.submit(&checkout, "/checkout", &fields).await.expect(303).location();
    let question = eve.get(&format!("{order}/cancel")).await.expect(200);
    at_checkout(&mut eve, &ids[0], "1").await;
    let encoded = form_urlencoded::byte_serialize(EVIL.as_bytes()).collect::<String>();
    let product = format!("/products/{}", ids[0]);
    let searched = format!("/search?q={encoded}&min={encoded}&sort={encoded}&cursor={encoded}");
    let suggested =
        format!("/search/suggest?q={}", form_urlencoded::byte_serialize(b"alert").collect::<String>());
    let sign_in = format!("/sign-in?next={encoded}");
    eve.submit(&question, &format!("{order}/cancel"), &[("reason", EVIL)]).await.expect(303);
    let mut shown = 0;
    for page in [
        "/",
        "/search",
        &searched,
        &suggested,
        &product,
        "/basket",
        "/checkout",
        &order,
        "/account",
        "/account/profile",
        &sign_in,
    ] {
        let seen = eve.open(page).await;
        assert!(matches!(seen.status, 200), "{page}: {}", seen.status);
        for tag in seen.tags().into_iter().filter(|tag| !tag.is_end) {
            let is_data = tag.get("type") == "application/ld+json" && !tag.text.contains('<');
            assert!(
                tag.name != "script" || is_data || tag.get("src").starts_with("/assets/"),
                "{page}: a script"
            );
            assert!(
                tag.name != "img" || tag.get("src").starts_with('/'),
                "{page}: a picture of {}",
                tag.get("src")
            );
            let handler = tag.attributes.keys().find(|name| name.starts_with("on") || *name == "style");
            assert_eq!(handler, None, "{page}: {tag:?}");
        }
        shown += usize::from(seen.words().contains("<script>alert(1)</script>"));
    }
    assert!(shown >= 8, "what was written is shown on {shown} pages only");
}

#[tokio::test]
async fn programs_are_answered_as_before() {
    let (shop, _) = shop_with(&[]).await;
    let plain = HttpClient::new(&shop.url());
    for path in ["/nowhere", "/v1/nowhere", "/internal/events", "/orders/nowhere/else"] {
        let said = plain.get(path).await.expect(404);
        assert_eq!(said.text("code"), "not_found", "{path}");
    }
    let mut browser = Browser::new(&shop.url());
    assert_eq!(
        browser.get("/v1/nowhere").await.expect(404).header("content-type"),
        "application/problem+json"
    );
    browser.get("/nowhere").await.expect(404).shows("Page not found");
    browser.get("/docs").await.expect(200);
}

/// All names that a query has anywhere.
const NAMES: [&str; 38] = [
    "address",
    "attention",
    "by",
    "changed",
    "cursor",
    "customer",
    "done",
    "email",
    "for",
    "from",
    "fulfilment",
    "key",
    "line",
    "max",
    "min",
    "n",
    "next",
    "notes_cursor",
    "number",
    "order",
    "parcel",
    "parcels",
    "payment",
    "pick",
    "picture",
    "pieces",
    "q",
    "reason",
    "remark",
    "saved",
    "sent",
    "sort",
    "status",
    "stock",
    "to",
    "token",
    "what",
    "who",
];

/// The names of the queries that a page leads to, by links and by forms.
fn names_of(page: &PageResult) -> BTreeSet<String> {
    let (tags, mut names, mut is_get) = (page.tags(), BTreeSet::new(), false);
    for tag in &tags {
        let address = tag.get("href").split('#').next().unwrap_or_default();
        if let Some((_, query)) = address.split_once('?').filter(|_| tag.name == "a") {
            names.extend(form_urlencoded::parse(query.as_bytes()).map(|(name, _)| name.into_owned()));
        }
        if tag.name == "form" {
            is_get = !tag.is_end && tag.get("method") != "post";
        }
        names.extend(Some(tag.get("name")).filter(|name| is_get && !name.is_empty()).map(str::to_owned));
    }
    names
}

#[tokio::test]
async fn no_query_is_too_long_for_a_page_to_answer() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let mut admin = administrator(&shop).await;
    let mut nobody = Browser::new(&shop.url());
    let checkout = at_checkout(&mut ada, &ids[0], "1").await;
    ada.submit(&checkout, "/checkout", &address_and("sim_ok")).await.expect(303);
    let order = orders_of(&api_of(&shop, "ada").await).await[0]["id"].as_str().unwrap().to_owned();
    let VisitedPages { of_staff, of_ada, of_nobody } = VisitedPages::all(&shop, &mut ada, &order).await;
    // what travels on is encoded: three characters for each
    let long = "'".repeat(22_000);
    let mut names = BTreeSet::new();
    for (who, pages) in [("nobody", of_nobody), ("ada", of_ada), ("admin", of_staff)] {
        for page in &pages {
            let browser = match who {
                "nobody" => &mut nobody,
                "ada" => &mut ada,
                _ => &mut admin,
            };
            let seen = browser.get(page).await;
            if seen.header("content-type").starts_with("text/html") {
                names.extend(names_of(&seen));
            }
        }
        // however it may be asked, each once
        let pages: BTreeSet<&str> = pages.iter().map(|page| page.split('?').next().unwrap()).collect();
        for page in pages {
            for (other, browser) in [("nobody", &mut nobody), ("ada", &mut ada), ("admin", &mut admin)] {
                // whose page it is not is led elsewhere, whatever the name
                for name in NAMES.iter().take(if other == who { NAMES.len() } else { 1 }) {
                    let seen = browser.get(&format!("{page}?{name}={long}")).await;
                    assert!(seen.status < 500, "{page}?{name}=''... for {other}: {}", seen.status);
                }
            }
        }
    }
    let unknown: Vec<_> = names.iter().filter(|name| !NAMES.contains(&name.as_str())).collect();
    assert!(unknown.is_empty(), "names that nobody tries: {unknown:?}");
    let seen = nobody.get(&format!("/search?cursor={long}&q=tea")).await.expect(303);
    assert_eq!(seen.location(), "/search?q=tea", "the list begins anew");
}
