//! A form that is sent as it was shown changes nothing, whatever is stored; and addresses follow the rules of their country.

use super::{
    address_and, api_of, at_checkout,
    console::{administrator, order_by_api, ordered},
    orders_of, registered, shop_with,
};
use endpoint::http::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn an_address_form_that_is_sent_unchanged_changes_nothing() {
    let (shop, _) = shop_with(&[]).await;
    let mut ada = registered(&shop, "ada").await;
    let api = api_of(&shop, "ada").await;
    // in a country that few parcels go to, without a postal code or a region, with a code that forms refuse, with blanks around a
    // name
    let countries = [("ZW", ""), ("HK", ""), ("XK", ""), ("AX", "22100"), ("AE", ""), ("US", "1234")];
    for (country, code) in countries.into_iter().chain([("CA", "K1"), ("DE", "1011"), ("IE", "D6W")]) {
        let address = json!({"name": " Ada  Lovelace ", "line1": "1 Way", "city": "Town", "country": country, "postal_code": code});
        let made = api.post("/v1/me/addresses", "", &json!({ "address": address })).await.expect(201).body;
        let page = format!("/account/addresses/{}", made["id"].as_str().unwrap());
        let form = ada.get(&page).await.expect(200);
        let sent = form.form(&page, &[]);
        assert!(sent.contains(&("country".to_owned(), country.to_owned())), "{sent:?}");
        ada.submit(&form, &page, &[]).await.expect(303);
        let now =
            api.get(&format!("/v1/me/addresses/{}", made["id"].as_str().unwrap())).await.expect(200).body;
        assert_eq!(now, made, "{country}");
        // in another country the same is wrong, as it is in a new address
        let elsewhere = if country == "US" { "DE" } else { "US" };
        ada.submit(&form, &page, &[("country", elsewhere)]).await.expect(422);
    }
}

#[tokio::test]
async fn a_stored_address_can_be_ordered_to_as_it_is() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let api = api_of(&shop, "ada").await;
    let address =
        json!({"name": "Ada", "line1": "1 Way", "city": "Town", "country": "US", "postal_code": "1234"});
    api.post("/v1/me/addresses", "", &json!({"address": address, "default": true})).await.expect(201);
    let checkout = at_checkout(&mut ada, &ids[0], "1").await;
    let fields = [("method", "sim_ok"), ("postal_code", "123")];
    ada.submit(&checkout, "/checkout", &fields).await.expect(422);
    ada.submit(&checkout, "/checkout", &fields[..1]).await.expect(303);
    let order = order_by_api(&shop).await;
    assert_eq!(order["shipping_address"]["postal_code"], "1234");
    // and drafted to, where staff begin with it
    let mut staff = administrator(&shop).await;
    let draft = format!("/console/customers/{}/draft", order["user_id"].as_str().unwrap());
    let form = staff.get(&draft).await.expect(200);
    let lines = [("what-0", "T-0"), ("pieces-0", "1")];
    staff.submit(&form, &draft, &[&lines[..], &[("postal_code", "123")]].concat()).await.expect(422);
    staff.submit(&form, &draft, &lines).await.expect(303);
}

#[tokio::test]
async fn a_draft_that_is_sent_unchanged_changes_nothing() {
    let (shop, ids) = shop_with(&["Teapot", "Teacup", "Mug"]).await;
    registered(&shop, "ada").await;
    let (admin, mut staff) = (shop.admin().await, administrator(&shop).await);
    let user = api_of(&shop, "ada").await.get("/v1/me").await.expect(200).text("id").to_owned();
    // its own words have blanks, and are what a product is called
    let lines = json!([{"product_id": ids[0], "quantity": 2}, {"product_id": ids[1], "quantity": 1},
        {"title": " Custom  work ", "unit_price": "5.00", "quantity": 1}, {"title": "T-2", "quantity": 1}]);
    let made = admin.post("/v1/orders/drafts", "", &json!({"user_id": user, "lines": lines})).await;
    let made = made.expect(201).body;
    let (order, mut stored) = (format!("/v1/orders/{}", made["id"].as_str().unwrap()), made.clone());
    let page = format!("/console/orders/{}/draft", made["id"].as_str().unwrap());
    let patch = async |n: usize, change: Value| {
        let product = format!("/v1/products/{}", ids[n]);
        admin.try_call(Method::PATCH, &product, "", &change).await.unwrap().expect(200);
    };
    // whatever becomes of its products: another price, name and number, and the number is another's by now; off sale; gone
    for n in 0..4 {
        match n {
            0 => {}
            1 => patch(0, json!({"price": "6.00", "name": "Pot", "sku": "POT"})).await,
            2 => patch(2, json!({"price": "99.00", "sku": "T-0"})).await,
            _ => {
                patch(0, json!({"status": "draft"})).await;
                let gone = format!("/v1/products/{}", ids[1]);
                admin.try_call(Method::DELETE, &gone, "", &Value::Null).await.unwrap().expect(204);
            }
        }
        let form = staff.get(&page).await.expect(200);
        staff.submit(&form, &page, &[]).await.expect(303);
        assert_eq!(admin.get(&order).await.expect(200).body, stored, "{n}");
        // and what is changed beside the lines leaves them as they are
        let note = ["one", "two", "three", "four"][n];
        staff.submit(&form, &page, &[("note", note)]).await.expect(303);
        let now = admin.get(&order).await.expect(200).body;
        assert_eq!((&now["lines"], &now["note"]), (&made["lines"], &json!(note)), "{n}");
        stored = now;
    }
    // a row that changes leaves the others, and stays the product that it was
    let form = staff.get(&page).await.expect(200);
    form.shows("current names and prices");
    staff.submit(&form, &page, &[("price-0", "1.00")]).await.expect(422).shows("Teapot (T-0) is a product");
    let fields = [("pieces-0", "3"), ("price-3", "7.50"), ("what-1", ""), ("pieces-1", "")];
    staff.submit(&form, &page, &fields).await.expect(303);
    let now = admin.get(&order).await.expect(200).body;
    let told = |line: &Value| ["id", "product_id", "title"].map(|member| line[member].clone());
    for (n, of, quantity, price) in [(0, 0, 3, "12.50"), (1, 2, 1, "5.00"), (2, 3, 1, "7.50")] {
        let line = &now["lines"][n];
        assert_eq!(told(line), told(&made["lines"][of]));
        assert_eq!((&line["quantity"], &line["unit_price"]["amount"]), (&json!(quantity), &json!(price)));
    }
    // whoever asks has the prices of today; of what is on sale
    let form = staff.get(&page).await.expect(200);
    staff.submit(&form, &page, &[("todays", "on")]).await.expect(409);
    patch(0, json!({"status": "active"})).await;
    staff.submit(&form, &page, &[("todays", "on")]).await.expect(303);
    let first = &admin.get(&order).await.expect(200).body["lines"][0];
    assert_eq!([&first["id"], &first["product_id"]], [&made["lines"][0]["id"], &json!(ids[0])]);
    assert_eq!((&first["title"], &first["unit_price"]["amount"]), (&json!("Pot"), &json!("6.00")));
    // and other words are another product
    let form = staff.get(&page).await.expect(200);
    staff.submit(&form, &page, &[("what-0", "T-0")]).await.expect(303);
    let first = &admin.get(&order).await.expect(200).body["lines"][0];
    assert_eq!((&first["product_id"], &first["unit_price"]["amount"]), (&json!(ids[2]), &json!("99.00")));
}

#[tokio::test]
async fn a_form_of_the_console_that_is_sent_unchanged_changes_nothing() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let page = ordered(&shop, &mut ada, &ids[0], "1", "sim_ok").await;
    let mut staff = administrator(&shop).await;
    staff.until(&page, "Next parcel").await;
    let id = page.rsplit('/').next().unwrap().to_owned();
    let admin = shop.admin().await;
    let to = json!({"name": "Ada ", "line1": "1 Way", "city": "Dubai", "country": "AE", "postal_code": ""});
    for note in ["\nfirst\r\nsecond\rthird\n", " by the door ", ""] {
        let change = json!({"shipping_address": to, "note": note});
        let patched = admin.try_call(Method::PATCH, &format!("/v1/orders/{id}"), "", &change).await;
        let before = patched.unwrap().expect(200).body;
        let address = format!("{page}/address");
        let form = staff.get(&address).await.expect(200);
        staff.submit(&form, &address, &[]).await.expect(303);
        let after = order_by_api(&shop).await;
        let of = |order: &serde_json::Value| {
            ["shipping_address", "note", "version"].map(|member| order[member].clone())
        };
        assert_eq!(of(&after), of(&before), "{note:?}");
    }
    let product = format!("/v1/products/{}", ids[0]);
    let odd = json!({"name": " Teapot ", "description": "\n\nIt\r\npours.\r "});
    let patched = admin.try_call(Method::PATCH, &product, "", &odd).await;
    let before = patched.unwrap().expect(200).body;
    let page = format!("/console/products/{}", ids[0]);
    let form = staff.get(&page).await.expect(200);
    staff.submit_and_follow(&form, &page, &[]).await.expect(200);
    assert_eq!(admin.get(&product).await.expect(200).body, before);
}

#[tokio::test]
async fn of_an_order_without_an_address_the_note_alone_can_be_changed() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    registered(&shop, "ada").await;
    let ada = api_of(&shop, "ada").await;
    let lines = json!([{"product_id": ids[0], "quantity": 1}]);
    let body = json!({"lines": lines, "payment": {"method": "sim_ok"}, "note": "by the door"});
    let id = ada.post("/v1/orders", "nowhere", &body).await.expect(201).text("id").to_owned();
    let page = format!("/console/orders/{id}");
    let (address, admin, mut staff) =
        (format!("{page}/address"), shop.admin().await, administrator(&shop).await);
    staff.until(&page, "Next parcel").await;
    let order = async || admin.get(&format!("/v1/orders/{id}")).await.expect(200).body;
    let before = order().await;
    for (fields, note) in [
        (&[][..], json!("by the door")),
        (&[("country", "FR")], json!("by the door")),
        (&[("note", "at the back")], json!("at the back")),
        (&[("note", " ")], json!(null)),
        (&[], json!(null)),
    ] {
        let (form, version) = (staff.get(&address).await.expect(200), order().await["version"].clone());
        staff.submit(&form, &address, fields).await.expect(303);
        let after = order().await;
        assert_eq!((&after["note"], &after["shipping_address"]), (&note, &json!(null)), "{fields:?}");
        let is_changed = fields.iter().any(|(name, _)| *name == "note");
        assert_eq!(after["version"] != version, is_changed, "{fields:?}");
    }
    assert_ne!(order().await["version"], before["version"]);
    // an address that is begun is one, and nothing of it is dropped
    let form = staff.get(&address).await.expect(200);
    let refused = staff.submit(&form, &address, &[("city", "Bonn"), ("note", "again")]).await.expect(422);
    assert_eq!((refused.value("city"), refused.value("note")), ("Bonn".to_owned(), "again".to_owned()));
    assert_eq!(order().await["note"], json!(null));
}

#[tokio::test]
async fn a_note_of_the_longest_length_may_have_line_breaks() {
    let (shop, ids) = shop_with(&["Teapot"]).await;
    let mut ada = registered(&shop, "ada").await;
    let checkout = at_checkout(&mut ada, &ids[0], "1").await;
    let note = "line\n".repeat(399) + "a end";
    assert_eq!(note.chars().count(), 2_000);
    let longer = format!("{note}.");
    let fields = |note| address_and("sim_ok").into_iter().chain([("note", note)]).collect::<Vec<_>>();
    let refused = ada.submit(&checkout, "/checkout", &fields(&longer)).await.expect(422);
    ada.submit(&refused, "/checkout", &fields(&note)).await.expect(303);
    assert_eq!(orders_of(&api_of(&shop, "ada").await).await[0]["note"], note);
}

#[tokio::test]
async fn a_postal_code_and_a_region_are_asked_for_where_the_country_has_them() {
    let (shop, _) = shop_with(&[]).await;
    let mut ada = registered(&shop, "ada").await;
    let new = "/account/addresses/new";
    for (country, code, region, wrong) in [
        ("HK", "", "", None),
        ("AE", "", "Dubai", None),
        ("IE", "", "", None),
        ("IE", "D02 AF30", "", None),
        ("PA", "", "", None),
        ("AE", "00000", "Dubai", None),
        ("US", "10001", "NY", None),
        ("GB", "BFPO 58", "", None),
        ("CY", "99010", "", None),
        ("MT", "VLT 05", "", None),
        ("KR", "135-080", "", None),
        ("US", "1234", "NY", Some("Enter a postal code such as 10001 (United States)")),
        ("IE", "1", "", Some("Enter a postal code such as D02 AF30 (Ireland)")),
        ("AE", "", "", Some("Enter a state or province")),
        ("US", "10001", "", Some("Enter a state or province")),
        ("DE", "", "", Some("Enter a postal code such as 10115 (Germany)")),
        ("ID", "", "", Some("Enter a postal code")),
        ("ZZ", "", "", Some("Choose a country")),
    ] {
        let form = ada.get(new).await.expect(200);
        let fields = [
            ("name", "Ada"),
            ("line1", "1 Way"),
            ("city", "Town"),
            ("country", country),
            ("postal_code", code),
            ("region", region),
        ];
        let seen = ada.submit(&form, new, &fields).await;
        match wrong {
            None => assert_eq!(seen.status, 303, "{country}: {}", seen.words()),
            Some(wrong) => {
                seen.expect(422).shows(wrong);
            }
        }
    }
    // all that there are stand in each form, in the language of the page
    let countries = ada.get(new).await.expect(200);
    let offered = countries
        .tags()
        .iter()
        .filter(|tag| tag.name == "option" && tag.get("value").len() == 2 && !tag.is_end)
        .count();
    assert!(offered >= 250, "{offered}");
    countries.shows("Åland Islands").shows("Zimbabwe").shows("Hong Kong");
}
