//! What the shop's pages say to search engines and other sites.

use super::{Browser, PageResult, at_checkout, registered, shop::Shop, shop_set, shop_with};
use serde_json::{Value, json};

/// The content of the `meta` element of this name or property.
#[track_caller]
fn meta(page: &PageResult, name: &str) -> String {
    let tags = page.tags();
    let found =
        tags.iter().find(|tag| tag.name == "meta" && [tag.get("name"), tag.get("property")].contains(&name));
    found.unwrap_or_else(|| panic!("no {name}: {}", page.text)).get("content").to_owned()
}

/// Where the links of this kind lead, each with the language that it is for.
fn linked(page: &PageResult, rel: &str) -> Vec<(String, String)> {
    let tags = page.tags();
    let links = tags.iter().filter(|tag| tag.name == "link" && tag.get("rel") == rel);
    links.map(|tag| (tag.get("hreflang").to_owned(), tag.get("href").to_owned())).collect()
}

/// What a page says that is listed nowhere.
fn is_unlisted(page: &PageResult) -> bool {
    let tags = page.tags();
    tags.iter().any(|tag| tag.get("name") == "robots" && tag.get("content") == "noindex")
}

/// The data of the product on a page, as a browser reads the text of a script.
pub(super) fn product_data(page: &PageResult) -> Option<Value> {
    let (_, rest) = page.text.split_once("<script type=\"application/ld+json\">")?;
    let (data, _) = rest.split_once("</script>").unwrap();
    Some(serde_json::from_str(data).unwrap())
}

#[tokio::test]
async fn every_page_has_a_description_an_address_and_its_languages() {
    let (shop, ids) = shop_with(&["Blue teapot"]).await;
    let url = shop.url();
    let mut ada = registered(&shop, "ada").await;
    at_checkout(&mut ada, &ids[0], "1").await;
    let product = format!("/products/{}", ids[0]);
    for (path, address, is_listed) in [
        ("/", "/", true),
        ("/search", "/search", true),
        ("/search?sort=price&stock=on&min=1", "/search", true),
        ("/search?q=tea&sort=price", "/search?q=tea", false),
        (product.as_str(), product.as_str(), true),
        (&format!("{product}?picture=1"), &product, true),
        ("/basket", "/basket", false),
        ("/checkout", "/checkout", false),
        ("/account", "/account", false),
        ("/sign-in", "/sign-in", false),
        ("/register", "/register", false),
    ] {
        let page = ada.get(path).await;
        let page = if page.status == 303 { Browser::new(&url).get(path).await } else { page }.expect(200);
        let address = format!("{url}{address}");
        let mark = if address.contains('?') { '&' } else { '?' };
        assert_eq!(linked(&page, "canonical"), [(String::new(), address.clone())], "{path}");
        let languages = ["en", "de"].map(|one| (one.to_owned(), format!("{address}{mark}lang={one}")));
        let all = [&languages[..], &[("x-default".to_owned(), address.clone())]].concat();
        assert_eq!(linked(&page, "alternate"), all, "{path}");
        let description = meta(&page, "description");
        assert!((20..=160).contains(&description.chars().count()), "{path}: {description}");
        assert_eq!(meta(&page, "og:description"), description);
        assert_eq!((meta(&page, "og:url"), meta(&page, "og:site_name")), (address, "Ordo".to_owned()));
        assert!(page.text.contains(&format!("<title>{} · Ordo</title>", meta(&page, "og:title"))), "{path}");
        assert_eq!(is_unlisted(&page), !is_listed, "{path}");
    }
    let nowhere = ada.get("/nowhere").await.expect(404);
    assert!(is_unlisted(&nowhere) && linked(&nowhere, "canonical").is_empty());
}

#[tokio::test]
async fn an_address_can_ask_for_a_language_until_somebody_chooses_another() {
    let (shop, _) = shop_with(&["Teapot"]).await;
    let mut guest = Browser::new(&shop.url());
    guest.says = vec![("accept-language", "en".to_owned())];
    let german = guest.get("/search?stock=on&lang=de").await.expect(200);
    german.shows("Alle Produkte");
    assert_eq!(linked(&german, "canonical")[0].1, format!("{}/search?lang=de", shop.url()));
    assert_eq!(meta(&german, "og:locale"), "de_DE");
    // it is asked for by this address alone
    guest.get("/search").await.shows("All products");
    guest.get("/search?lang=xx").await.expect(200).shows("All products");
    let chosen = guest.submit(&german, "/language", &[("language", "en")]).await.expect(303);
    assert_eq!(chosen.location(), "/search?stock=on");
    guest.get("/search").await.shows("All products");
}

#[tokio::test]
async fn a_product_tells_its_price_and_whether_it_can_be_had_whatever_it_is_called() {
    let (shop, _) = shop_with(&[]).await;
    let admin = shop.admin().await;
    let name = "</script><script>alert(1)</script> & \"tea\"";
    let images = json!([{"url": "/pictures/a.png", "alt": "A"}, {"url": "https://elsewhere.example/b.png", "alt": "B"}]);
    let body = json!({"sku": "T-<1>", "name": name, "price": "1234.50", "stock": 1, "images": images,
                      "description": "Thrown by hand.\n<b>Twice</b> fired."});
    let id = admin.post("/v1/products", "", &body).await.expect(201).text("id").to_owned();
    let mut guest = Browser::new(&shop.url());
    let page = guest.get(&format!("/products/{id}")).await.expect(200);
    // nothing of it is markup: the page is well formed
    assert_eq!(page.tags().iter().filter(|tag| tag.name == "script" && !tag.is_end).count(), 3);
    let data = product_data(&page).unwrap();
    let url = shop.url();
    let address = format!("{url}/products/{id}");
    let expected = json!({
        "@context": "https://schema.org", "@type": "Product", "name": name, "sku": "T-<1>", "url": address,
        "description": "Thrown by hand.\n<b>Twice</b> fired.", "image": [format!("{url}/pictures/a.png")],
        "offers": {"@type": "Offer", "price": "1234.50", "priceCurrency": "EUR",
                   "availability": "https://schema.org/InStock", "url": address},
    });
    assert_eq!(data, expected);
    assert_eq!((meta(&page, "og:type"), meta(&page, "og:title")), ("product".to_owned(), name.to_owned()));
    assert_eq!(meta(&page, "og:image"), format!("{url}/pictures/a.png"));
    assert_eq!(meta(&page, "description"), "Thrown by hand. <b>Twice</b> fired.");
    let adjust = format!("/v1/products/{id}/stock/adjustments");
    admin.post(&adjust, "k", &json!({"delta": -1, "reason": "adjustment"})).await.expect(201);
    let page = guest.get(&format!("/products/{id}")).await.expect(200);
    assert_eq!(product_data(&page).unwrap()["offers"]["availability"], "https://schema.org/OutOfStock");
    assert_eq!(product_data(&guest.get("/search").await), None);
}

#[tokio::test]
async fn crawlers_find_what_they_may_read_and_all_products() {
    let (shop, ids) = shop_set(&[("ORDO_PUBLIC_URL", "https://shop.example")], &["Teapot", "Cup"]).await;
    let admin = shop.admin().await;
    let draft = json!({"sku": "D", "name": "Draft", "price": "1", "status": "draft"});
    let draft = admin.post("/v1/products", "", &draft).await.expect(201).text("id").to_owned();
    let mut crawler = Browser::new(&shop.url());
    let robots = crawler.get("/robots.txt").await.expect(200);
    assert_eq!(robots.header("content-type"), "text/plain; charset=utf-8");
    assert!(robots.text.starts_with("User-agent: *\n"), "{}", robots.text);
    assert!(robots.text.ends_with("Sitemap: https://shop.example/sitemap.xml\n"), "{}", robots.text);
    let sitemap = crawler.get("/sitemap.xml").await.expect(200);
    assert_eq!(sitemap.header("content-type"), "application/xml; charset=utf-8");
    assert_eq!(sitemap.header("cache-control"), "public, max-age=3600");
    assert!(sitemap.header("set-cookie").is_empty());
    for path in ["/", "/search", &format!("/products/{}", ids[0]), &format!("/products/{}", ids[1])] {
        assert!(sitemap.text.contains(&format!("<loc>https://shop.example{path}</loc>")), "{}", sitemap.text);
    }
    assert_eq!(sitemap.text.matches("<url>").count(), 4);
    assert!(!sitemap.text.contains(&draft));
    crawler.get("/sitemap.xml?part=2").await.expect(404);
    // it is kept for a while: reading it again asks nobody
    let more = json!({"sku": "M", "name": "More", "price": "1"});
    admin.post("/v1/products", "", &more).await.expect(201);
    assert_eq!(crawler.get("/sitemap.xml").await.expect(200).text, sitemap.text);
    let page = crawler.get("/").await.expect(200);
    assert_eq!(linked(&page, "canonical")[0].1, "https://shop.example/");
    let icon = crawler.get("/favicon.ico").await.expect(200);
    assert_eq!(icon.header("content-type"), "image/x-icon");
    assert!(linked(&page, "icon").iter().any(|(_, path)| path == "/favicon.ico"));
    for (_, path) in linked(&page, "icon") {
        crawler.get(&path).await.expect(200);
    }
}

#[tokio::test]
async fn every_answer_tells_browsers_what_no_page_uses() {
    let shop = Shop::open(&[]);
    let mut guest = Browser::new(&shop.url());
    for path in ["/", "/search", "/nowhere", "/docs", "/v1/products", "/robots.txt", "/favicon.ico"] {
        let seen = guest.get(path).await;
        let permissions = seen.header("permissions-policy");
        for feature in ["camera", "microphone", "geolocation", "payment"] {
            assert!(permissions.contains(&format!("{feature}=()")), "{path}: {permissions}");
        }
        assert_eq!(seen.header("cross-origin-opener-policy"), "same-origin", "{path}");
    }
}

#[tokio::test]
async fn who_may_hold_a_window_is_said_where_browsers_honour_it() {
    let shop = Shop::open(&[("ORDO_TRUSTED_PROXIES", "127.0.0.1")]);
    for (host, is_honoured) in [
        ("127.0.0.1:8080", true),
        ("127.8.0.1", true),
        ("[::1]:8080", true),
        ("localhost:8080", true),
        ("Shop.LocalHost", true),
        ("shop.test:8080", false),
        ("localhost.test", false),
        ("192.0.2.1", false),
        ("[2001:db8::1]:8080", false),
    ] {
        let mut guest = Browser::at(&shop.url(), host);
        for (scheme, expected) in [("http", is_honoured), ("https", true)] {
            guest.says = vec![("x-forwarded-proto", scheme.to_owned())];
            let page = guest.get("/").await.expect(200);
            let wanted = if expected { "same-origin" } else { "" };
            assert_eq!(page.header("cross-origin-opener-policy"), wanted, "{scheme}://{host}");
        }
    }
}
