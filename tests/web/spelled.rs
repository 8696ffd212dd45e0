//! One value in several spellings: blanks around a name, an address or a code come along when it is copied, and are none
//! of it, by the API as on the pages.

use super::{ADDRESS, Browser, PASSWORD, api_of, registered, shop_with};
use crate::shop::mailed;
use endpoint::http::Method;
use serde_json::{Value, json};
use testkit::http_client::HttpClient;

#[tokio::test]
async fn blanks_around_an_email_address_a_username_or_a_code_are_none_of_it() {
    let (shop, _) = shop_with(&[]).await;
    let (admin, nobody) = (shop.admin().await, HttpClient::new(&shop.url()));
    let email = "\u{feff}Ada@Example.com\u{a0}\n";
    let made = nobody
        .post("/v1/register", "", &json!({"username": " Ada.L\t", "email": email, "password": PASSWORD}))
        .await
        .expect(201)
        .body;
    let (user, token) = (made["user"]["id"].as_str().unwrap(), made["token"].as_str().unwrap());
    assert_eq!(
        (&made["user"]["username"], &made["user"]["email"]),
        (&json!("Ada.L"), &json!("Ada@Example.com"))
    );
    for (member, taken, code) in
        [("username", " ADA.l ", "username_taken"), ("email", "\tada@example.COM ", "email_taken")]
    {
        let again = nobody.post("/v1/register", "", &json!({member: taken, "password": PASSWORD})).await;
        assert_eq!(again.expect(409).text("code"), code);
        let credentials = json!({member: taken, "password": PASSWORD});
        nobody.post("/v1/login", "", &credentials).await.expect(200);
        let found = admin.get(&format!("/v1/users?{member}=%20{}%20", taken.trim())).await.expect(200).body;
        assert_eq!(found["items"][0]["id"], user, "{member}");
    }
    // by a page as well
    let mut browser = Browser::new(&shop.url());
    let page = browser.get("/register").await.expect(200);
    let fields = [("name", "Ada"), ("email", "  ADA@example.com "), ("password", PASSWORD)];
    browser.submit(&page, "/register", &fields).await.expect(422);
    // what is short without them is refused
    for short in ["  ab  ", "     "] {
        let refused =
            nobody.post("/v1/register", "", &json!({"username": short, "password": PASSWORD})).await;
        assert_eq!(refused.expect(400).body["errors"][0]["pointer"], "/username");
    }

    let link = mailed(&admin, &format!("about={user}"), "/verify?").await;
    let code = link.split_once("oev_").unwrap().1.split('&').next().unwrap();
    nobody.post("/v1/email/verify", "", &json!({"token": format!(" oev_{code}\r\n")})).await.expect(204);
    let me = nobody.with_token(token).get("/v1/me").await.expect(200).body;
    assert_eq!(me["email_verified"], true);
    nobody.post("/v1/password/forgot", "", &json!({"email": " ada@example.com "})).await.expect(202);
    let link = mailed(&admin, &format!("about={user}"), "orr_").await;
    let code = link.split_once("orr_").unwrap().1.split('&').next().unwrap();
    let reset = json!({"token": format!("\u{a0}orr_{code} "), "new_password": "Teapots-4-everybody"});
    nobody.post("/v1/password/reset", "", &reset).await.expect(204);
}

#[tokio::test]
async fn an_address_signs_in_by_each_spelling_by_which_it_cannot_be_registered_again() {
    let (shop, _) = shop_with(&[]).await;
    let (admin, nobody) = (shop.admin().await, HttpClient::new(&shop.url()));
    for (email, alike) in [
        (
            "em@example.com",
            ["em@example.com\u{200b}", "\u{feff}em@example.com", "\u{2060}EM@example.com\u{ad}"],
        ),
        (
            "ada@exámple.example",
            ["ada@xn--exmple-qta.example", "ADA@XN--EXMPLE-QTA.example", "Ada@EXÁMPLE.example"],
        ),
        (
            "bea@xn--exmple-qta.example",
            ["bea@exámple.example", "BEA@exa\u{301}mple.example", "bea@XN--exmple-qta.example"],
        ),
    ] {
        let account = |email: &str| json!({"email": email, "password": PASSWORD});
        let made = nobody.post("/v1/register", "", &account(email)).await.expect(201).body;
        for alike in alike {
            let again = nobody.post("/v1/register", "", &account(alike)).await.expect(409);
            assert_eq!(again.text("code"), "email_taken", "{alike:?}");
            let signed_in = nobody.post("/v1/login", "", &account(alike)).await.expect(200).body;
            assert_eq!(signed_in["user"]["id"], made["user"]["id"], "{alike:?}");
            let mut browser = Browser::new(&shop.url());
            let page = browser.get("/sign-in").await.expect(200);
            browser.submit(&page, "/sign-in", &[("who", alike), ("password", PASSWORD)]).await.expect(303);
            let typed: String = alike.bytes().map(|byte| format!("%{byte:02x}")).collect();
            let found = admin.get(&format!("/v1/users?email={typed}")).await.expect(200).body;
            assert_eq!(found["items"][0]["id"], made["user"]["id"], "{alike:?}");
        }
        let user = made["user"]["id"].as_str().unwrap();
        nobody.post("/v1/password/forgot", "", &json!({"email": alike[0]})).await.expect(202);
        mailed(&admin, &format!("about={user}"), "orr_").await;
    }
}

#[tokio::test]
async fn the_length_of_a_text_counts_without_the_blanks_around_it() {
    let (shop, _) = shop_with(&[]).await;
    let (admin, nobody) = (shop.admin().await, HttpClient::new(&shop.url()));
    let long = |letter: &str, letters: usize| letter.repeat(letters);
    for (sku, stored) in [
        (format!("{} ", long("S", 64)), long("S", 64)),
        (format!("\u{feff} {}\u{a0}", long("T", 64)), long("T", 64)),
        (long("a\u{308}", 64), long("ä", 64)),
    ] {
        let product = json!({"sku": sku, "name": format!("{}  ", long("N", 200)), "price": "1.00"});
        let made = admin.post("/v1/products", "", &product).await.expect(201).body;
        assert_eq!((&made["sku"], &made["name"]), (&json!(stored), &json!(long("N", 200))));
        let typed: String = sku.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let found = nobody.get(&format!("/v1/products?sku={typed}")).await.expect(200).body;
        assert_eq!(found["items"][0]["id"], made["id"], "{sku:?}");
    }
    let mut address: serde_json::Map<_, _> =
        ADDRESS.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    let plenty = json!({"name": "Plenty", "price": "1.00", "stock": 100});
    let plenty = admin.post("/v1/products", "", &plenty).await.expect(201).text("id").to_owned();
    let lines = json!([{"product_id": plenty, "quantity": 1}]);
    let order = |note: String, address: &serde_json::Map<_, _>| json!({"lines": lines, "note": note, "shipping_address": address});
    address.insert("postal_code".into(), json!(format!("{} ", long("1", 20))));
    for around in ["\n", "\r\n", " \t"] {
        let sent = order(format!("{}{around}", long("n", 2000)), &address);
        let made =
            admin.post("/v1/orders", &format!("{around:?}").len().to_string(), &sent).await.expect(201).body;
        assert_eq!(made["note"], long("n", 2000));
        assert_eq!(made["shipping_address"]["postal_code"], long("1", 20));
    }
    // what is too long without them, has more than 64 of them or what a text of one line must not have is refused
    for (name, sku) in [
        (long("N", 201), "X-1".to_owned()),
        (format!("{}{}", long("N", 200), long(" ", 65)), "X-1".to_owned()),
        (format!("{}\n", long("N", 200)), "X-1".to_owned()),
        (long(" ", 201), "X-1".to_owned()),
        ("Cup".to_owned(), long("X", 65)),
        ("Cup".to_owned(), format!("X{}", long(" ", 500))),
    ] {
        let product = json!({"name": name, "sku": sku, "price": "1.00"});
        admin.post("/v1/products", "", &product).await.expect(400);
    }
    let refused = admin.post("/v1/orders", "long", &order(long("n", 2001), &address)).await.expect(400).body;
    assert_eq!(refused["errors"][0]["pointer"], "/note");
    // blanks are no postal code: none is needed in Hong Kong, and one in Germany
    for (country, status) in [("HK", 201), ("IE", 201), ("DE", 400)] {
        let at = |code: &str| {
            let mut address = address.clone();
            address.insert("country".into(), json!(country));
            address.insert("postal_code".into(), json!(code));
            address
        };
        for blank in [" ", "\u{a0}\u{200b}", ""] {
            let key = format!("{country}{}", blank.len());
            let said =
                admin.post("/v1/orders", &key, &order("n".to_owned(), &at(blank))).await.expect(status).body;
            match status {
                201 => assert_eq!(said["shipping_address"]["postal_code"], "", "{country} {blank:?}"),
                _ => assert_eq!(said["errors"][0]["code"], "required", "{country} {blank:?}"),
            }
        }
    }
}

#[tokio::test]
async fn blanks_around_the_lines_of_an_address_are_none_of_it() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    registered(&shop, "ada").await;
    let (admin, ada) = (shop.admin().await, api_of(&shop, "ada").await);
    let user = ada.get("/v1/me").await.expect(200).text("id").to_owned();
    let sent = json!({
        "name": "\u{200b}Ada  King ", "line1": " 1 Way\u{2060}", "line2": "\u{200b}", "city": "\u{a0}Berlin\u{feff}",
        "postal_code": "10115\u{200b} ", "region": " ", "country": "DE",
    });
    let stored = json!({"name": "Ada  King", "line1": "1 Way", "city": "Berlin", "postal_code": "10115", "country": "DE"});
    let lines = json!([{"product_id": ids[0], "quantity": 1}]);
    let body = json!({"lines": lines, "shipping_address": sent});
    let order = ada.post("/v1/orders", "blanks", &body).await.expect(201).body;
    assert_eq!(order["shipping_address"], stored);
    // a key is bound to what was sent with it
    let again = ada.post("/v1/orders", "blanks", &body).await.expect(201).body;
    assert_eq!(again["id"], order["id"]);
    let basket = ada.post("/v1/baskets", "", &json!({})).await.expect(201).text("id").to_owned();
    ada.post(&format!("/v1/baskets/{basket}/lines"), "", &lines[0]).await.expect(200);
    let placed =
        ada.post(&format!("/v1/baskets/{basket}/place"), "b", &json!({"shipping_address": sent})).await;
    assert_eq!(placed.expect(201).body["shipping_address"], stored);
    let draft = json!({"user_id": user, "lines": lines, "shipping_address": sent});
    let draft = admin.post("/v1/orders/drafts", "", &draft).await.expect(201).body;
    assert_eq!(draft["shipping_address"], stored);
    let saved = ada.post("/v1/me/addresses", "", &json!({"address": sent})).await.expect(201).body;
    assert_eq!(saved["address"], stored);
    // the same in another spelling changes nothing, and another address is trimmed, too
    let order = format!("/v1/orders/{}", order["id"].as_str().unwrap());
    let draft = format!("/v1/orders/drafts/{}", draft["id"].as_str().unwrap());
    let saved = format!("/v1/me/addresses/{}", saved["id"].as_str().unwrap());
    for (client, path, member) in
        [(&ada, order, "shipping_address"), (&admin, draft, "shipping_address"), (&ada, saved, "address")]
    {
        let patch = async |address: &Value| {
            let patched = client.try_call(Method::PATCH, &path, "", &json!({ (member): address })).await;
            patched.unwrap().expect(200).body
        };
        let before = client.get(&path).await.expect(200).body;
        assert_eq!(patch(&sent).await["version"], before["version"], "{path}");
        let (mut moved, mut expected) = (sent.clone(), stored.clone());
        (moved["line2"], expected["line2"]) = (json!("\u{ad}4th floor "), json!("4th floor"));
        assert_eq!(patch(&moved).await[member], expected, "{path}");
        // an address without letters is refused as before
        moved["city"] = json!("\u{200b}");
        let refused = client.try_call(Method::PATCH, &path, "", &json!({ (member): moved })).await.unwrap();
        assert_eq!(refused.expect(422).body["errors"][0]["code"], "blank", "{path}");
    }
}

#[tokio::test]
async fn blanks_around_an_sku_a_carrier_or_a_number_are_none_of_it() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let (admin, nobody) = (shop.admin().await, HttpClient::new(&shop.url()));
    let again = json!({"sku": "\u{a0}t-0 ", "name": "Cup", "price": "1.00"});
    admin.post("/v1/products", "", &again).await.expect(409);
    let found = nobody.get("/v1/products?sku=%20T-0%20").await.expect(200).body;
    assert_eq!(found["items"][0]["id"], json!(ids[0]));

    // a guest's basket
    let basket = nobody.post("/v1/baskets", "", &json!({})).await.expect(201).text("id").to_owned();
    let line = json!({"product_id": ids[0], "quantity": 1});
    nobody.post(&format!("/v1/baskets/{basket}/lines"), "", &line).await.expect(200);
    let address: serde_json::Map<_, _> =
        ADDRESS.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    let placing = json!({
        "email": "  bea@example.com\n", "shipping_address": address, "payment": {"method": "sim_ok"},
    });
    let order = nobody.post(&format!("/v1/baskets/{basket}/place"), "g", &placing).await.expect(201).body;
    let id = order["id"].as_str().unwrap();
    let seen = admin.get(&format!("/v1/orders/{id}")).await.expect(200).body;
    assert_eq!(seen["email"], "bea@example.com");

    let carried = json!({"carrier": " DHL ", "tracking_number": "\tJJD 42\u{a0}"});
    let parcel = admin.post(&format!("/v1/orders/{id}/fulfilments"), "f", &carried).await.expect(201).body;
    assert_eq!((&parcel["carrier"], &parcel["tracking_number"]), (&json!("DHL"), &json!("JJD 42")));
    let ship = format!("/v1/fulfilments/{}/ship", parcel["id"].as_str().unwrap());
    let shipped = admin.post(&ship, "", &json!({"carrier": "  ", "tracking_number": " JJD 43 "})).await;
    let shipped = shipped.expect(200).body;
    assert_eq!((&shipped["carrier"], &shipped["tracking_number"]), (&json!("DHL"), &json!("JJD 43")));
    for asked in
        ["%20JJD%2043%20", "%20t-0%20", &format!("%20%23{}%20", seen["number"]), "%20BEA@example.com%20"]
    {
        let found = admin.get(&format!("/v1/orders?q={asked}")).await.expect(200).body;
        assert_eq!(found["items"][0]["id"], id, "{asked}");
    }
}
