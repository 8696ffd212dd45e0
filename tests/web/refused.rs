//! What somebody typed that is not taken is said beside its field, all of it at once.

use super::{
    Browser, PASSWORD, PageResult, address_and, api_of, at_checkout, console::administrator, put_on_sale,
    registered, shop::Shop, shop_set, shop_with,
};
use serde_json::json;

#[tokio::test]
async fn a_price_that_is_none_is_said_at_its_field() {
    let (shop, _) = shop_with(&["Teapot"]).await;
    let mut guest = Browser::new(&shop.url());
    for (query, field, said) in [
        ("min=abc", "min", "From: Enter an amount, such as 12.50"),
        ("max=-5", "max", "To: Enter 0 or more"),
        ("max=1.2345", "max", "To: Enter an amount, such as 12.50"),
    ] {
        let seen = guest.get(&format!("/search?{query}")).await.expect(200);
        seen.shows(said).shows("Teapot").shows("The price filter isn’t applied");
        assert_eq!(seen.value(field), query.split_once('=').unwrap().1);
    }
    // the other one does
    let other = guest.get("/search?min=abc&max=20").await.expect(200);
    other.shows("From: Enter").shows("Up to €20.00").hides("The price filter isn’t applied");
    guest.get("/search?max=1.234").await.expect(200).shows("1.234 is ambiguous. Enter 1234 or 1.23");
    let sound = guest.get("/search?min=1&max=20,50").await.expect(200);
    assert!(!sound.words().contains("Enter an amount"), "{}", sound.words());
    // what narrows the list is money; the fields are narrow, and have no fraction that is none
    let field = |seen: &PageResult, id: &str| {
        let field = seen.tags().into_iter().find(|tag| tag.get("id") == id).unwrap();
        field.get("value").to_owned()
    };
    let fields = |seen: &PageResult| (field(seen, "min"), field(seen, "max"));
    let chip =
        |seen: &PageResult| seen.tags().into_iter().find(|tag| tag.get("class") == "chip").unwrap().text;
    let narrowed = guest.get("/search?min=5.5&max=1200").await.expect(200);
    assert_eq!(chip(&narrowed), "€5.50 to €1,200.00");
    assert_eq!(fields(&narrowed), ("5.50".to_owned(), "1200".to_owned()));
    guest.says = vec![("accept-language", "de".to_owned())];
    let narrowed = guest.get("/search?min=5.5&max=1200").await.expect(200);
    assert_eq!(chip(&narrowed), "5,50\u{a0}€ bis 1.200,00\u{a0}€");
    assert_eq!(fields(&narrowed), ("5,50".to_owned(), "1200".to_owned()));
    guest.get("/search?min=1.000").await.expect(200).shows("1.000 ist mehrdeutig");
}

#[tokio::test]
async fn a_form_that_was_refused_can_be_gone_back_to_and_nothing_else_is_kept() {
    let (shop, _) =
        shop_set(&[("ORDO_TRUSTED_PROXIES", "127.0.0.1"), ("ORDO_ACCESS_TOKEN_TTL", "3")], &["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let new = "/account/addresses/new";
    // where signing out empties no cache nothing is kept
    let form = ada.get(new).await.expect(200);
    let wrong = ada.submit(&form, new, &[("name", "Ada")]).await.expect(422);
    assert_eq!(wrong.header("cache-control"), "no-store");
    let tls = || vec![("x-forwarded-proto", "https".to_owned())];
    ada = Browser::new(&shop.url());
    ada.says = tls();
    let page = ada.get("/sign-in").await.expect(200);
    let known = [("who", "ada@example.com"), ("password", PASSWORD)];
    ada.submit(&page, "/sign-in", &known).await.expect(303);
    let form = ada.get(new).await.expect(200);
    assert_eq!(form.header("cache-control"), "no-store");
    let wrong = ada.submit(&form, new, &[("name", "Ada")]).await.expect(422);
    assert_eq!(wrong.header("cache-control"), "private, max-age=0");
    assert_eq!(ada.get("/account/nowhere").await.expect(404).header("cache-control"), "no-store");
    // what had a secret in it is kept nowhere
    let mut guest = Browser::new(&shop.url());
    guest.says = tls();
    let form = guest.get("/sign-in").await.expect(200);
    let wrong =
        guest.submit(&form, "/sign-in", &[("who", "ada@example.com"), ("password", "not hers")]).await;
    assert_eq!(wrong.expect(422).header("cache-control"), "no-store");
    let form = guest.get("/reset?token=orr_x").await.expect(200);
    let over = guest.submit(&form, "/reset", &[("new_password", "another long one")]).await.expect(422);
    assert_eq!(over.header("cache-control"), "no-store");
    // a session that has ended elsewhere takes along what is kept, too
    let ended = api_of(&shop, "ada").await;
    ended.try_call(http::Method::DELETE, "/v1/me/sessions", "", &json!(null)).await.unwrap().expect(204);
    tokio::time::sleep(std::time::Duration::from_millis(3100)).await;
    assert_eq!(ada.get("/").await.expect(200).header("clear-site-data"), "\"cache\"");
}

#[tokio::test]
async fn a_price_is_read_however_a_language_writes_it_and_refused_where_it_may_be_two() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut staff = administrator(&shop).await;
    let new = "/console/products/new";
    let page = format!("/console/products/{}", ids[0]);
    for way in [new, &page] {
        let seen = staff.get(way).await.expect(200);
        let again = staff.submit(&seen, way, &[("name", "Cup"), ("price", "1,234")]).await.expect(422);
        assert_eq!(again.shows("1,234 is ambiguous. Enter 1234 or 1.23").value("price"), "1,234");
        let again = staff.submit(&seen, way, &[("name", "Cup"), ("price", "dear")]).await.expect(422);
        again.shows("Enter a price, such as 12.50");
    }
    for (says, fields) in [
        ("en", [("19,90", "19.90"), ("1,234.50", "1234.50"), ("1.234,50", "1234.50")]),
        ("de", [("19.90", "19,90"), ("1,234.50", "1234,50"), ("1.234,50", "1234,50")]),
    ] {
        staff.says = vec![("accept-language", says.to_owned())];
        for (typed, read) in fields {
            let seen = staff.get(new).await.expect(200);
            let fields = [("name", "Cup"), ("price", typed), ("stock", "1")];
            let added = staff.submit_and_follow(&seen, new, &fields).await.expect(200);
            assert_eq!(added.value("price"), read, "{says}: {typed}");
        }
    }
}

#[tokio::test]
async fn where_there_are_no_cents_no_example_has_any() {
    let shop = Shop::open(&[("ORDO_CURRENCY", "JPY")]);
    let mut staff = administrator(&shop).await;
    let new = "/console/products/new";
    let seen = staff.get(new).await.expect(200);
    for typed in ["dear", "12.50", "19,90"] {
        let again = staff.submit(&seen, new, &[("name", "Cup"), ("price", typed)]).await.expect(422);
        assert_eq!(again.shows("Enter a price, such as 1250").value("price"), typed);
    }
    let added = staff.submit_and_follow(&seen, new, &[("name", "Cup"), ("price", "1250")]).await.expect(200);
    assert_eq!(added.value("price"), "1250");
    for wrong in ["12.50", "abc"] {
        let found = staff.get(&format!("/search?max={wrong}")).await.expect(200);
        found.shows("Enter an amount, such as 1250").shows("Cup");
    }
    let none = staff.get("/search?max=1249").await.expect(200);
    assert!(!none.words().contains("Cup") && !none.words().contains("Enter an amount"), "{}", none.words());
}

#[tokio::test]
async fn a_single_piece_that_is_left_is_spoken_of_as_one() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let admin = shop.admin().await;
    let mut ada = registered(&shop, "ada").await;
    let checkout = at_checkout(&mut ada, &ids[0], "4").await;
    let adjust = format!("/v1/products/{}/stock/adjustments", ids[0]);
    admin.post(&adjust, "k1", &json!({"delta": -4, "reason": "adjustment"})).await.expect(201);
    let short = ada.submit(&checkout, "/checkout", &address_and("sim_ok")).await.expect(409);
    short.shows("You selected 4, but only 1 is left.");
    let order = json!({"lines": [{"product_id": ids[0], "quantity": 2}]});
    let told = admin.post("/v1/orders", "k2", &order).await.expect(409).body;
    assert_eq!(told["errors"][0]["detail"], "1 is left", "{told}");
}

#[tokio::test]
async fn all_that_is_wrong_at_a_guests_checkout_is_said_at_once() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut guest = Browser::new(&shop.url());
    let checkout = at_checkout(&mut guest, &ids[0], "1").await;
    let long = "1".repeat(300);
    let fields =
        [("email", "nobody"), ("name", "Ada"), ("line1", ""), ("postal_code", &long), ("city", "London")];
    let seen = guest.submit(&checkout, "/checkout", &fields).await.expect(422);
    seen.shows("3 things need you").shows("Enter a street and a number");
}

#[tokio::test]
async fn a_picture_from_elsewhere_is_refused_at_its_field() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut staff = administrator(&shop).await;
    let way = format!("/console/products/{}/pictures", ids[0]);
    let seen = staff.get(&way).await.expect(200);
    for url in ["https://elsewhere.example/a.png", "//elsewhere.example/a.png"] {
        let fields = [("url-0", url), ("alt-0", "A teapot")];
        let again = staff.submit(&seen, &way, &fields).await.expect(422);
        again.shows("Enter an address of this shop");
        assert_eq!(again.value("url-0"), url);
    }
}

#[tokio::test]
async fn single_keys_can_be_switched_off() {
    let (shop, _) = shop_with(&[]).await;
    let mut staff = administrator(&shop).await;
    let said = |seen: &super::PageResult| {
        seen.tags().iter().find(|tag| tag.name == "html").unwrap().get("data-shortcuts").to_owned()
    };
    let page = staff.get("/console/orders").await.expect(200);
    assert_eq!(said(&page), "");
    let chosen = staff.submit(&page, "/appearance", &[("keys", "off")]).await.expect(303);
    assert_eq!(chosen.location(), "/console/orders");
    let page = staff.get("/console/orders").await.expect(200);
    assert_eq!(said(&page), "off");
    staff.submit(&page, "/appearance", &[("keys", "on")]).await.expect(303);
    assert_eq!(said(&staff.get("/console/orders").await.expect(200)), "");
    // the shop has no keys, so no switch
    let page = staff.get("/search").await.expect(200);
    page.hides("Keyboard shortcuts");
    assert!(!page.text.contains("name=\"keys\""));
}

#[tokio::test]
async fn a_picture_that_is_not_there_is_refused_at_its_field_until_it_is() {
    let shop = Shop::embedded(&[]);
    let ids = put_on_sale(&shop, &["Teapot"]).await;
    let mut staff = administrator(&shop).await;
    let page = format!("/console/products/{}", ids[0]);
    let way = format!("{page}/pictures");
    assert!(staff.get(&page).await.expect(200).links().contains(&way));
    let seen = staff.get(&way).await.expect(200);
    for name in ["teapot.png", "../orders.db", "teapot.svg", ""] {
        let url = format!("/pictures/{name}");
        let again = staff.submit(&seen, &way, &[("url-0", &url), ("alt-0", "A teapot")]).await.expect(422);
        again.shows("Image not found");
        assert_eq!((again.value("url-0"), again.value("alt-0")), (url, "A teapot".to_owned()));
    }
    let folder = shop.launch.data.join("pictures");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("teapot.png"), "a picture").unwrap();
    for url in ["/pictures/teapot.png", "/pictures/teapot.png?2", "/elsewhere/behind/the/same/door.png"] {
        let seen = staff.get(&way).await.expect(200);
        let saved = staff.submit_and_follow(&seen, &way, &[("url-0", url)]).await.expect(200);
        assert!(saved.text.contains(&format!("src=\"{url}\"")), "{url}");
    }
}

/// What is wrong stands above the form, too, with the way to each field, and takes the focus.
#[tokio::test]
async fn each_form_of_the_shop_sums_up_what_is_wrong() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut guest = Browser::new(&shop.url());
    let mut ada = registered(&shop, "ada").await;
    at_checkout(&mut guest, &ids[0], "1").await;
    let product = format!("/products/{}", ids[0]);
    let (profile, new) = ("/account/profile", "/account/addresses/new");
    for (is_guest, page, action, field, typed) in [
        (true, product.as_str(), "/basket", "quantity", "0"),
        (true, "/checkout", "/checkout", "email", "nowhere"),
        (true, "/sign-in", "/sign-in", "password", ""),
        (true, "/register", "/register", "email", "nowhere"),
        (true, "/forgot", "/forgot", "email", "nowhere"),
        (true, "/reset?token=orr_x", "/reset", "new_password", "short"),
        (false, profile, profile, "name", " "),
        (false, profile, "/account/password", "new_password", "short"),
        (false, new, new, "postal_code", "1"),
    ] {
        let who = if is_guest { &mut guest } else { &mut ada };
        let seen = who.get(page).await.expect(200);
        let refused = who.submit(&seen, action, &[(field, typed)]).await.expect(422);
        let tags = refused.tags();
        let takes_focus =
            tags.iter().any(|tag| tag.get("class") == "banner bad" && tag.get("tabindex") == "-1");
        assert!(takes_focus, "{action}: nothing takes the focus");
        let leads = tags.iter().any(|tag| tag.name == "a" && tag.get("href") == format!("#{field}"));
        assert!(leads, "{action}: no way to {field}");
        let control = tags.iter().find(|tag| tag.get("id") == field).unwrap();
        assert_eq!(control.get("aria-invalid"), "true", "{action}: {field}");
    }
}

#[tokio::test]
async fn what_is_left_empty_at_signing_in_is_said_at_each_field() {
    let (shop, _) = shop_with(&[]).await;
    let mut guest = Browser::new(&shop.url());
    let form = guest.get("/sign-in").await.expect(200);
    let empty = guest.submit(&form, "/sign-in", &[("who", " "), ("password", "")]).await.expect(422);
    empty
        .shows("2 things need you")
        .shows("Enter your email address or username")
        .shows("Enter your password");
    let half = guest.submit(&form, "/sign-in", &[("who", "ada"), ("password", "")]).await.expect(422);
    assert!(!half.shows("Enter your password").words().contains("Incorrect email"), "{}", half.words());
    assert_eq!(half.value("who"), "ada");
}

#[tokio::test]
async fn a_length_is_said_with_its_figure() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut guest = Browser::new(&shop.url());
    let checkout = at_checkout(&mut guest, &ids[0], "1").await;
    let long = "n".repeat(201);
    let fields: Vec<_> =
        address_and("sim_ok").into_iter().chain([("email", "bea@example.com"), ("line2", &long)]).collect();
    guest.submit(&checkout, "/checkout", &fields).await.expect(422).shows("At most 200 characters");
    guest.says = vec![("accept-language", "de".to_owned())];
    guest.submit(&checkout, "/checkout", &fields).await.expect(422).shows("Höchstens 200 Zeichen");
}

#[tokio::test]
async fn what_fits_any_field_is_summed_up_with_its_name_in_the_order_of_the_page() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut guest = Browser::new(&shop.url());
    let checkout = at_checkout(&mut guest, &ids[0], "1").await;
    let long = "n".repeat(201);
    let wrong = ["name", "line1"].map(|name| (name, long.as_str()));
    let others = address_and("sim_ok").into_iter().filter(|(name, _)| !["name", "line1"].contains(name));
    let fields: Vec<_> = others.map(|(name, text)| (name, if name == "city" { "" } else { text })).collect();
    let fields: Vec<_> = fields.into_iter().chain(wrong).chain([("email", "nowhere")]).collect();
    let refused = guest.submit(&checkout, "/checkout", &fields).await.expect(422);
    let words = refused.words().split_whitespace().collect::<Vec<_>>().join(" ");
    let summed = [
        "Enter an email address",
        "Full name: at most 200 characters",
        "Street and number: at most 200 characters",
        "Enter a city",
    ];
    let places = summed.map(|what| words.find(what).unwrap_or_else(|| panic!("{what} in {words}")));
    assert!(places.is_sorted(), "{words}");
}

#[tokio::test]
async fn a_postal_code_is_one_of_its_country() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let new = "/account/addresses/new";
    let form = ada.get(new).await.expect(200);
    let fields = |code: &'static str, country: &'static str| {
        let others =
            address_and("sim_ok").into_iter().filter(|(name, _)| !["postal_code", "country"].contains(name));
        others.chain([("postal_code", code), ("country", country)]).collect::<Vec<_>>()
    };
    let wrong = ada.submit(&form, new, &fields("1011", "DE")).await.expect(422);
    wrong.shows("Enter a postal code such as 10115 (Germany)");
    ada.submit(&wrong, new, &fields("D-10115", "DE")).await.expect(303);
    let checkout = at_checkout(&mut ada, &ids[0], "1").await;
    let wrong = ada.submit(&checkout, "/checkout", &fields("10115", "GB")).await.expect(422);
    wrong.shows("Enter a postal code such as SW1A 1AA (United Kingdom)");
    ada.submit(&wrong, "/checkout", &fields("m11ae", "GB")).await.expect(303);
}

#[tokio::test]
async fn a_code_that_is_good_no_more_leads_to_another_one() {
    let (shop, _) = shop_with(&[]).await;
    let mut guest = Browser::new(&shop.url());
    let form = guest.get("/reset?token=orr_x").await.expect(200);
    assert!(!form.links().contains("/forgot"));
    let over = guest.submit(&form, "/reset", &[("new_password", "another long one")]).await.expect(422);
    over.shows("This code is invalid or has expired").shows("Your password wasn’t changed.");
    assert!(over.links().contains("/forgot"));
}

/// What is sent to the console and not read is answered in the console, for those who work there.
#[tokio::test]
async fn what_the_console_does_not_read_is_said_in_the_console() {
    let (shop, _) = shop_with(&[]).await;
    let mut staff = administrator(&shop).await;
    let new = "/console/products/new";
    let form = staff.get(new).await.expect(200);
    let long = "n".repeat(257 << 10);
    let mut guest = Browser::new(&shop.url());
    let told = "Descriptions can have up to 10,000 characters";
    let answer = guest.submit(&form, new, &[("name", &long[..70 << 10])]).await.expect(413);
    answer.shows("This form is too long").shows(told).shows("All products");
    let answer = staff.submit(&form, new, &[("name", &long)]).await.expect(413);
    answer.shows("This form is too long").shows(told).shows("Nothing was changed.");
    assert!(answer.text.contains("<body class=\"console\">"), "{}", answer.words());
    let mut answers = Vec::new();
    answers.push(staff.post("/console/mails", &form.form(new, &[])).await.expect(405));
    staff.says = vec![("content-type", "text/plain".to_owned())];
    answers.push(staff.submit(&form, new, &[]).await.expect(415));
    for answer in answers {
        answer.shows("This isn’t possible right now").shows("Nothing was changed.");
        assert!(answer.text.contains("<body class=\"console\">"), "{}", answer.words());
        assert!(answer.links().contains("/console/orders"));
    }
}

/// What is not written as our pages write is saved nowhere with other letters in it.
#[tokio::test]
async fn a_form_that_is_not_utf_8_is_refused_and_changes_nothing() {
    let (shop, _) = shop_with(&[]).await;
    let mut staff = administrator(&shop).await;
    let (new, profile) = ("/console/products/new", "/account/profile");
    let form = staff.get(new).await.expect(200).form(new, &[("price", "12.50")]);
    let written = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let answer = staff.post_written(new, format!("{written}&name=%FF%E4")).await.expect(400);
    answer.shows("This form can’t be read").shows("UTF-8").shows("Nothing was changed.");
    assert!(answer.text.contains("<body class=\"console\">"), "{}", answer.words());
    let page = staff.get(profile).await.expect(200);
    staff.says = vec![("content-type", "application/x-www-form-urlencoded; charset=iso-8859-1".to_owned())];
    staff.submit(&page, profile, &[("name", "Ines")]).await.expect(400).shows("UTF-8");
    staff.says = vec![("content-type", "application/x-www-form-urlencoded; charset=UTF-8".to_owned())];
    staff.submit(&page, profile, &[("name", "Ines")]).await.expect(303);
}

#[tokio::test]
async fn a_sign_that_no_text_has_finds_nothing_and_is_said_at_its_field() {
    let (shop, _) = shop_with(&["Teapot"]).await;
    registered(&shop, "ada").await;
    let mut guest = Browser::new(&shop.url());
    guest.get("/search?q=%00").await.expect(200).hides("Teapot");
    let mut staff = administrator(&shop).await;
    for list in [
        "/console/search?q=%00",
        "/console/products?q=%00",
        "/console/orders?q=%00",
        "/console/customers?q=%00",
    ] {
        staff.get(list).await.expect(200);
    }
    let admin = shop.admin().await;
    let users = admin.get("/v1/users?q=ada").await.expect(200).body;
    let draft = format!("/console/customers/{}/draft", users["items"][0]["id"].as_str().unwrap());
    let form = staff.get(&draft).await.expect(200);
    for price in ["", "5.00"] {
        let fields = [("what-0", "T-\0"), ("pieces-0", "1"), ("price-0", price)];
        let wrong = staff.submit(&form, &draft, &fields).await.expect(422);
        assert!(wrong.text.contains("id=\"what-0-error\""), "{}", wrong.words());
    }
}

#[tokio::test]
async fn a_name_that_is_too_long_is_said_beside_a_price_that_is_none() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut staff = administrator(&shop).await;
    let (new, product) = ("/console/products/new", format!("/console/products/{}", ids[0]));
    let long = "n".repeat(300);
    for place in [new, &*product] {
        let form = staff.get(place).await.expect(200);
        let wrong = staff.submit(&form, place, &[("name", &*long), ("price", "dear")]).await.expect(422);
        wrong.shows("At most 200 characters").shows("Enter a price");
    }
}
