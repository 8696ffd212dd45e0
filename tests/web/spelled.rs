//! One value in several spellings: blanks around a name, an address or a code come along when it is copied, and are none
//! of it, by the API as on the pages.

use super::{ADDRESS, Browser, PASSWORD, shop_with};
use crate::shop::mailed;
use serde_json::json;
use testkit::plain::Plain;

#[tokio::test]
async fn blanks_around_an_email_address_a_username_or_a_code_are_none_of_it() {
    let (shop, _) = shop_with(&[]).await;
    let (admin, nobody) = (shop.admin().await, Plain::new(&shop.url()));
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
async fn blanks_around_an_sku_a_carrier_or_a_number_are_none_of_it() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let (admin, nobody) = (shop.admin().await, Plain::new(&shop.url()));
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
