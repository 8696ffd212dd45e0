//! What the gateway refuses by itself, before any page is called: users get a page, in their language, that says what they
//! can do.

use super::{Browser, PageResult, shop::Shop};
use futures_util::future::join_all;
use serde_json::json;
use testkit::http_client::HttpClient;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// What comes back for a request of this line, sent as it stands; `rest` are further headers and what there is of a body.
async fn said_to(shop: &Shop, line: &str, rest: &str) -> String {
    let host = shop.url().trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(&host).await.unwrap();
    let rest = if rest.is_empty() { "\r\n" } else { rest };
    let head = format!("{line} HTTP/1.1\r\nhost: {host}\r\naccept: text/html\r\nconnection: close\r\n{rest}");
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut said = String::new();
    stream.read_to_string(&mut said).await.unwrap();
    said
}

#[tokio::test]
async fn what_is_no_name_of_a_host_is_never_repeated() {
    let shop = Shop::open(&[]);
    for path in ["/", "/search", "/basket", "/sign-in", "/sitemap.xml", "/robots.txt", "/v1/products"] {
        let mut guest = Browser::at(&shop.url(), &"a.".repeat(14_000));
        let refused = guest.get(path).await.expect(400);
        assert!(refused.text.len() < 2000, "{path}: {}", refused.text);
        Browser::at(&shop.url(), "shop.test:8080").get(path).await.expect(200);
    }
}

#[tokio::test]
async fn a_form_that_is_shown_again_repeats_no_more_than_fits_its_fields() {
    let shop = Shop::open(&[]);
    let mut guest = Browser::new(&shop.url());
    let form = guest.get("/register").await.expect(200);
    let long = "<".repeat(10_000);
    let typed = [("name", "Bea"), ("email", &*long), ("password", "a customer's password")];
    let refused = guest.submit(&form, "/register", &typed).await.expect(422);
    assert_eq!(refused.value("name"), "Bea");
    assert_eq!(refused.value("email"), "<".repeat(2001));
    assert!(refused.text.len() < form.text.len() + 20_000, "{} bytes", refused.text.len());
}

/// It is a page like all others, and says how to go on.
#[track_caller]
fn is_page(seen: &PageResult, status: u16, title: &str) {
    assert_eq!(seen.status, status, "{}", seen.text);
    assert_eq!(seen.header("content-type"), "text/html; charset=utf-8");
    assert!(seen.header("content-security-policy").contains("style-src 'self'"));
    assert_eq!(seen.header("x-frame-options"), "DENY");
    assert_eq!(seen.header("cache-control"), "no-store");
    seen.shows(title);
}

/// Where the first way on leads to.
fn way_on(seen: &PageResult) -> String {
    let tags = seen.tags();
    let first = tags.iter().find(|tag| tag.get("class") == "btn btn-primary").expect("a way on");
    first.get("href").to_owned()
}

#[tokio::test]
async fn who_signs_in_too_often_is_told_when_to_come_back() {
    let shop = Shop::open(&[("ORDO_RATE_LIMIT", "on"), ("ORDO_SIGN_INS_PER_MINUTE", "2")]);
    let mut guest = Browser::new(&shop.url());
    let form = guest.get("/sign-in?next=%2Fbasket").await.expect(200);
    let wrong = [("who", "ada@example.com"), ("password", "a wrong password")];
    for _ in 0..2 {
        assert_ne!(guest.submit(&form, "/sign-in", &wrong).await.status, 429);
    }
    let refused = guest.submit(&form, "/sign-in", &wrong).await;
    is_page(&refused, 429, "Too many attempts");
    let seconds = refused.header("retry-after").to_owned();
    refused.shows(&format!("Try again in {seconds} seconds"));
    // the way back to the form, which can still be looked at, with what it was to lead to
    assert_eq!(way_on(&refused), "/sign-in");
    guest.says = vec![("referer", format!("{}/sign-in?next=%2Fbasket", shop.url()))];
    assert_eq!(way_on(&guest.submit(&form, "/sign-in", &wrong).await), "/sign-in?next=%2Fbasket");
    guest.says = vec![("referer", "http://elsewhere.example/sign-in".to_owned())];
    assert_eq!(way_on(&guest.submit(&form, "/sign-in", &wrong).await), "/sign-in");
    guest.get("/sign-in").await.expect(200);
    guest.says = vec![("accept-language", "de".to_owned())];
    is_page(&guest.submit(&form, "/sign-in", &wrong).await, 429, "Zu viele Versuche");
    // a program is told as one
    let login = json!({"email": "ada@example.com", "password": "a wrong password"});
    let told = HttpClient::new(&shop.url()).post("/v1/login", "", &login).await;
    assert_eq!((told.code(), told.text("code")), (429, "rate_limited"));
}

/// All of them come from one address, as behind the router of a shop.
#[tokio::test]
async fn guesses_at_a_password_keep_nobody_out() {
    let shop = Shop::open(&[("ORDO_RATE_LIMIT", "on")]);
    let mut bea = Browser::new(&shop.url());
    let page = bea.get("/register").await.expect(200);
    let fields = [("name", "Bea"), ("email", "bea@example.com"), ("password", "a customer's password")];
    bea.submit(&page, "/register", &fields).await.expect(303);
    let page = bea.get("/account").await.expect(200);
    bea.submit(&page, "/sign-out", &[]).await.expect(303);
    for _ in 0..27 {
        let guess = json!({"email": "bea@example.com", "password": "a wrong password"});
        assert!(matches!(HttpClient::new(&shop.url()).post("/v1/login", "", &guess).await.code(), 401 | 429));
    }
    let who = [("who", "bea@example.com"), ("password", "a customer's password")];
    let mut elsewhere = Browser::new(&shop.url());
    let page = elsewhere.get("/sign-in").await.expect(200);
    let wrong = [("who", "bea@example.com"), ("password", "a wrong password")];
    is_page(&elsewhere.submit(&page, "/sign-in", &wrong).await, 429, "Too many attempts");
    elsewhere.submit(&page, "/sign-in", &who).await.expect(303);
    // a browser that has signed in before does not take turns with others
    for _ in 0..2 {
        let page = bea.get("/sign-in").await.expect(200);
        bea.submit(&page, "/sign-in", &who).await.expect(303);
        let page = bea.get("/account").await.expect(200);
        bea.submit(&page, "/sign-out", &[]).await.expect(303);
    }
}

#[tokio::test]
async fn who_looks_at_pages_too_often_is_told_so_on_one() {
    let shop = Shop::open(&[("ORDO_RATE_LIMIT", "on"), ("ORDO_REQUESTS_PER_MINUTE", "5")]);
    let mut guest = Browser::new(&shop.url());
    for _ in 0..5 {
        guest.get("/search").await;
    }
    let refused = guest.get("/search?q=tea").await;
    is_page(&refused, 429, "Too many attempts");
    assert_eq!(way_on(&refused), "/search?q=tea");
    assert!(refused.header("content-encoding").is_empty(), "whoever comes too often costs little");
    // who only asks whether there is something is told as briefly
    let said = said_to(&shop, "HEAD /search?q=tea", "").await;
    let (head, body) = said.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 429") && head.contains("text/html") && body.is_empty(), "{said}");
    // nobody is led to another host, whatever was asked for
    for path in ["//evil.example/login", "/\\evil.example/login"] {
        let said = said_to(&shop, &format!("GET {path}"), "").await;
        assert!(
            said.starts_with("HTTP/1.1 4") && !said.contains(&format!("href=\"{path}")),
            "{path}: {said}"
        );
    }
}

#[tokio::test]
async fn who_comes_while_all_places_are_taken_is_told_that_the_shop_is_busy() {
    let shop = Shop::open(&[("ORDO_IN_FLIGHT_MAX", "1")]);
    let guest = Browser::new(&shop.url());
    for _ in 0..50 {
        let all = join_all((0..20).map(|_| {
            let mut guest = guest.clone();
            async move { guest.get("/search").await }
        }));
        // one more than there is a place for, among those that a page takes of the services behind it
        let said = all.await.into_iter().find(|seen| seen.words().contains("The shop is busy"));
        if let Some(refused) = said {
            is_page(&refused, 503, "Try again in a moment");
            assert_eq!(refused.header("retry-after"), "1");
            return;
        }
    }
    panic!("nobody was told");
}

#[tokio::test]
async fn whose_form_broke_off_is_told_that_nothing_was_changed() {
    let shop = Shop::open(&[]);
    let form = "content-type: application/x-www-form-urlencoded\r\ncontent-length: 100\r\n\r\nproduct=";
    let said = said_to(&shop, "POST /basket", form).await;
    assert!(said.starts_with("HTTP/1.1 400") && said.contains("text/html"), "{said}");
    assert!(said.contains("We didn’t receive the whole form") && said.contains("href=\"/basket\""), "{said}");
}

#[tokio::test]
async fn staff_are_led_back_to_the_console_and_a_page_that_is_refused_looks_like_one() {
    let shop = Shop::open(&[("ORDO_RATE_LIMIT", "on"), ("ORDO_REQUESTS_PER_MINUTE", "5")]);
    let mut guest = Browser::new(&shop.url());
    for _ in 0..5 {
        guest.get("/search").await;
    }
    let refused = guest.get("/console/orders").await;
    is_page(&refused, 429, "Too many attempts");
    assert_eq!(way_on(&refused), "/console/orders");
    assert!(refused.links().contains("/console"), "{:?}", refused.links());
    let tags = refused.tags();
    let style = tags.iter().find(|tag| tag.get("rel") == "stylesheet").unwrap().get("href").to_owned();
    for _ in 0..10 {
        guest.get(&style).await.expect(200);
    }
}

#[tokio::test]
async fn an_address_that_is_no_text_is_one_of_nothing() {
    let shop = Shop::open(&[]);
    let mut guest = Browser::new(&shop.url());
    for path in ["/products/%ff", "/orders/%c3%28", "/console/orders/%ff/refund", "/%ff"] {
        let seen = guest.get(path).await;
        assert_eq!((seen.status, seen.header("content-type")), (404, "text/html; charset=utf-8"), "{path}");
    }
    guest.get("/search?q=%ff").await.expect(200);
}
